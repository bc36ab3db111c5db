//! Microsoft's keys.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};

use super::{Subject, Verdict};
use crate::rules::checksum::{self, AzureKind};

const WORDS: &str = "checksum holds";

/// A key with a signature and a Marvin32 of itself. One without a signature may be older than these.
pub fn identifiable(subject: Subject<'_>) -> Verdict {
    let Ok(text) = str::from_utf8(subject.secret) else { return Verdict::Fails };
    let digits = text.trim_end_matches('=');
    let Some(kind) = AzureKind::of(digits) else { return Verdict::Unclear };
    let decoded = BASE64_NOPAD.decode(digits.as_bytes()).or_else(|_| BASE64URL_NOPAD.decode(digits.as_bytes()));
    let Ok(bytes) = decoded else { return Verdict::Fails };
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return Verdict::Fails };
    let sum = u32::from_le_bytes(*sum);
    Verdict::of(kind.seeds.iter().any(|seed| checksum::marvin32(*seed, body) == sum), WORDS)
}

/// A common annotated key: 84 characters, or 88 with their padding.
pub fn annotated(subject: Subject<'_>) -> Verdict {
    let Some((text, sum)) = subject.secret.split_at_checked(80) else { return Verdict::Fails };
    let Ok(body) = BASE64.decode(text) else { return Verdict::Fails };
    let holds = checksum::marvin_annotated(&body).iter().any(|expected| match sum.len() {
        4 => expected.as_bytes().starts_with(sum),
        8 => expected.as_bytes().starts_with(&sum[..6]),
        _ => false,
    });
    Verdict::of(holds, WORDS)
}

/// An Entra client secret of the form that has a checksum.
pub fn entra(subject: Subject<'_>) -> Verdict {
    let Some((body, sum)) = subject.secret.split_last_chunk::<3>() else { return Verdict::Fails };
    if body.get(3..6) != Some(b"8Q~") {
        return Verdict::Unclear;
    }
    Verdict::of(checksum::marvin_entra(body).as_bytes() == sum, WORDS)
}

/// A DevOps token of the old form.
pub fn legacy_devops(subject: Subject<'_>) -> Verdict {
    let upper = subject.secret.to_ascii_uppercase();
    let bytes = data_encoding::BASE32_NOPAD.decode(&upper).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Verdict::of(bytes.is_some_and(|bytes| checksum::crc32_ado_holds(&bytes)), WORDS)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn knows_a_key_from_one_made_up() {
        judges(
            identifiable,
            &[("{marvin-his:+ASt}", Some(true)), ("{marvin-his:AzFu}", Some(true)), ("{marvin-his:+ACR}", Some(true))],
        );
        judges(identifiable, &[("{base64:76}+ASt{base64:5}A==", Some(false)), ("{base64-bytes:64}", None)]);
        judges(
            annotated,
            &[("{marvin-cask:ACOG}", Some(true)), ("{base62:52}JQQJ99AKACAAAAAAAAAAAAAAACOG{base62:4}", Some(false))],
        );
        judges(
            entra,
            &[
                ("{marvin-aad}", Some(true)),
                ("{base62:3}8Q~{base62:34}", Some(false)),
                ("{base62:3}7Q~{base62:31}", None),
            ],
        );
        judges(legacy_devops, &[("{base32lower:52}", Some(false)), ("{hex:52}", Some(false))]);
    }
}
