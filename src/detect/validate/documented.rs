//! Values that providers print in their documentation or build into their emulators.
//!
//! Only the two ends of each stand here, so that no whole value does.

use super::{Subject, Verdict};

/// The first and the last bytes of each value.
const VALUES: &[(&str, &str)] = &[
    ("AKIA", "EXAMPLE"),
    ("ASIA", "EXAMPLE"),
    // AWS secret keys.
    ("", "EXAMPLEKEY"),
    // GitHub's tokens, of each kind.
    ("ghp_16C7e42F292c69", "8B4a"),
    ("gho_16C7e42F292c69", "8B4a"),
    ("ghu_16C7e42F292c69", "8B4a"),
    ("ghs_16C7e42F292c69", "8B4a"),
    ("ghr_16C7e42F292c69", "8B4a"),
    // Azurite and the storage emulator before it.
    ("Eby8vdM02xNO", "KBHBeksoGMGw=="),
    // The Cosmos DB emulator.
    ("C2y6yDjf5/R+", "/Jw=="),
    // The tokens of RFC 6749, and its client's password.
    ("2YotnFZF", "MWpAA"),
    ("tGzv3JOk", "lKWIA"),
    ("SplxlOBe", "SbIA"),
    ("czZCaGRS", "M2JW"),
    ("gX1fBat3", "V"),
    ("7Fjfp0ZB", "n9k"),
    ("sk_test_4eC39HqLyjWD", "arjtT1zdp7dc"),
    ("sk_test_BQok", "olfQ2"),
    ("6LeIxAcT", ""),
    // The first vectors of BIP 32.
    ("xprv9s21ZrQH143K3QTDL4LXw2F7HEK3w", ""),
    ("xprv9s21ZrQH143K31xYSDQpPDxsXRTUc", ""),
    // The private key of the wiki's article on its notation.
    ("5HueCGU8rMjxEXxi", "TJ"),
    // Cards that no bank issues.
    ("424242", "4242"),
    ("411111", "1111"),
    ("555555", "4444"),
    ("378282", "0005"),
    // The swarms of the Docker Engine's reference.
    ("SWMTKN-1-1h8aps2yszaiqmz2l3oc5392", ""),
    ("SWMTKN-1-3pu6hszjas19xyp7ghgosyx9", ""),
    ("SWMKEY-1-7c37Cc86", ""),
    // The key of the notes on otpauth addresses.
    ("JBSWY3DP", "PXP"),
];

/// Fails for a value that everybody has.
pub fn value(subject: Subject<'_>) -> Verdict {
    let is_value = |(start, end): &(&str, &str)| {
        subject.secret.starts_with(start.as_bytes()) && subject.secret.ends_with(end.as_bytes())
    };
    Verdict::unless(VALUES.iter().any(is_value))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn is_nobodys_secret() {
        judges(value, &[("AKIAIOSFODNN7EXAMPL{lit:E}", Some(false)), ("{base64:30}EXAMPLEKE{lit:Y}", Some(false))]);
        judges(value, &[("gho_16C7e42F292c6912E7710c838347Ae178B4{lit:a}", Some(false))]);
        judges(value, &[("AKIA{aws-id}", None), ("sk_test_{base62:24}", None)]);
    }
}
