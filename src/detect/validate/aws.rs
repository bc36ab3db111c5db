//! Amazon's keys.

use super::{Subject, Verdict};
use crate::rules::checksum;

/// An access key id, whose digits hold the account. An id from before 2019, which begins with `I` or `J`, does not.
pub fn access_key_id(subject: Subject<'_>) -> Verdict {
    let Some((_, digits)) = subject.secret.split_at_checked(4) else { return Verdict::Fails };
    if matches!(digits.first(), Some(b'I' | b'J')) {
        return Verdict::Unclear;
    }
    // The account itself stays unsaid: a report must not tell what only the id tells.
    Verdict::unless(checksum::aws_account(digits).is_none())
}

/// An id in an address that was signed with its key: the address goes to others, and so the id does.
pub fn signed_address(subject: Subject<'_>) -> Verdict {
    Verdict::unless(subject.matched.len() > subject.secret.len())
}

/// A secret key: not a SHA-1, and not of one class of characters.
pub fn secret_key(subject: Subject<'_>) -> Verdict {
    let secret = subject.secret;
    let mixed = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase]
        .iter()
        .all(|class| secret.iter().any(class));
    Verdict::unless(!mixed || secret.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn an_id_holds_an_account() {
        judges(
            access_key_id,
            &[
                ("AKIA{aws-id}", None),
                ("AKIAJ{base32:15}", None),
                ("AKIA{lit:7777777777777777}", Some(false)),
                ("AKIA{lit:0189}{base32:12}", Some(false)),
            ],
        );
    }

    #[test]
    fn an_id_in_a_signed_address_is_public() {
        for (matched, verdict) in [("X-Amz-Credential=AKIA", Verdict::Fails), ("AKIA", Verdict::Unclear)] {
            assert_eq!(signed_address(Subject { secret: b"AKIA", matched: matched.as_bytes() }), verdict, "{matched}");
        }
    }

    #[test]
    fn a_hash_is_no_secret_key() {
        judges(secret_key, &[("{base64:40}", None), ("{hex:40}", Some(false)), ("{letters:40}", Some(false))]);
    }
}
