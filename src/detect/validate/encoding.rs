//! Values of a fixed length in a fixed encoding.

use data_encoding::{BASE64, BASE64URL};

use super::{Subject, Verdict};
use crate::rules::checksum;

/// Base64 of either alphabet, padded as it should be: 44 characters are 32 bytes, 88 are 64.
pub fn base64_len(subject: Subject<'_>) -> Verdict {
    let padded = [subject.secret, &b"=="[..(4 - subject.secret.len() % 4) % 4 % 3]].concat();
    Verdict::unless(BASE64.decode(&padded).is_err() && BASE64URL.decode(&padded).is_err())
}

/// An age identity, in upper case.
pub fn age(subject: Subject<'_>) -> Verdict {
    let text = String::from_utf8_lossy(subject.secret).to_ascii_lowercase();
    let holds = ["age-secret-key-", "age-secret-key-pq-"].iter().any(|prefix| checksum::bech32_holds(prefix, &text));
    Verdict::of(holds, "checksum holds")
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn base64_ends_as_its_length_says() {
        judges(
            base64_len,
            &[
                ("{base64-bytes:32}", None),
                ("{base64url-bytes:32}", None),
                ("{base64:42}B=", Some(false)),
                ("{base64:85}", Some(false)),
            ],
        );
    }

    #[test]
    fn an_identity_has_a_checksum() {
        judges(age, &[("{age}", Some(true)), ("AGE-SECRET-KEY-1{base32:58}", Some(false))]);
    }
}
