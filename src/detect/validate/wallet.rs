//! Keys of wallets and their kin, whose notation has a checksum.

use super::{Subject, Verdict};
use crate::rules::checksum;

const WORDS: &str = "checksum holds";

/// The order of the curve secp256k1. Source: SEC 2.
const SECP256K1_ORDER: &[u8; 64] = b"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

/// Bech32 in upper or lower case, for the prefix that stands before its last `1`.
pub fn bech32(subject: Subject<'_>) -> Verdict {
    let text = String::from_utf8_lossy(subject.secret);
    let one_case =
        !(text.contains(|c: char| c.is_ascii_lowercase()) && text.contains(|c: char| c.is_ascii_uppercase()));
    let text = text.to_ascii_lowercase();
    let prefix = text.rsplit_once('1').map_or("", |(prefix, _)| prefix);
    Verdict::of(one_case && !prefix.is_empty() && checksum::bech32_holds(prefix, &text), WORDS)
}

/// Base58 whose last four bytes are a checksum of those before.
pub fn base58check(subject: Subject<'_>) -> Verdict {
    Verdict::of(checksum::base58(subject.secret).is_some_and(|bytes| checksum::base58check_holds(&bytes)), WORDS)
}

/// Base58 of as many bytes as `length` says.
pub fn base58_len(subject: Subject<'_>, length: &str) -> Verdict {
    let bytes = checksum::base58(subject.secret);
    Verdict::unless(bytes.is_none_or(|bytes| Ok(bytes.len()) != length.parse()))
}

/// A seed in base32 whose last two bytes are a checksum of those before: NATS, Stellar.
pub fn crc16(subject: Subject<'_>) -> Verdict {
    let bytes = data_encoding::BASE32_NOPAD.decode(subject.secret).unwrap_or_default();
    let holds = bytes
        .split_last_chunk::<2>()
        .is_some_and(|(body, sum)| !body.is_empty() && checksum::crc16_xmodem(body).to_le_bytes() == *sum);
    Verdict::of(holds, WORDS)
}

/// A number of 64 hexadecimal digits that is a key: not zero, and below the order of the curve.
pub fn secp256k1(subject: Subject<'_>) -> Verdict {
    let text = subject.secret.to_ascii_lowercase();
    let digits = text.strip_prefix(b"0x").unwrap_or(&text);
    let is_key = digits.len() == SECP256K1_ORDER.len()
        && digits.iter().all(u8::is_ascii_hexdigit)
        && digits.iter().any(|digit| *digit != b'0')
        && digits < SECP256K1_ORDER.as_slice();
    Verdict::unless(!is_key)
}

/// Words of the English list, the last of which is a checksum of all.
pub fn seed_phrase(subject: Subject<'_>) -> Verdict {
    let text = String::from_utf8_lossy(subject.secret).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let is_one = bip39::Mnemonic::parse_in_normalized(bip39::Language::English, &words.join(" ")).is_ok();
    // The phrases of manuals: one word over and over, and the one of the development chains.
    let distinct = words.iter().collect::<std::collections::BTreeSet<_>>().len();
    let is_documented = distinct * 2 <= words.len() || words.first() == Some(&"test") && words.last() == Some(&"junk");
    Verdict::of(is_one && !is_documented, WORDS)
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{judges, judges_with},
        *,
    };

    #[test]
    fn a_key_has_its_checksum() {
        judges(
            bech32,
            &[
                ("{age}", Some(true)),
                ("AGE-SECRET-KEY-1{base32:58}", Some(false)),
                ("{bech32:nsec}", Some(true)),
                ("nsec1{base32lower:58}", Some(false)),
                ("x", Some(false)),
            ],
        );
        judges(
            base58check,
            &[
                ("{base58check:80-32}", Some(true)),
                ("{base58check:0488ade4-74}", Some(true)),
                ("5{base58:50}", Some(false)),
                ("0", Some(false)),
            ],
        );
        judges(crc16, &[("{nkey:SU}", Some(true)), ("{nkey:S}", Some(true)), ("SU{base32:56}", Some(false))]);
    }

    #[test]
    fn base58_has_a_length_in_bytes() {
        judges_with(
            base58_len,
            &[("54", "AKCp{base58:69}", None), ("54", "AKCp{base58:60}", Some(false)), ("54", "0OIl", Some(false))],
        );
    }

    #[test]
    fn a_number_is_within_the_curve() {
        judges(
            secp256k1,
            &[
                ("0x{lit:1}{hex:63}", None),
                ("{lit:0000000000000000000000000000000000000000000000000000000000000000}", Some(false)),
                ("{lit:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff}", Some(false)),
                ("{hex:63}", Some(false)),
            ],
        );
    }

    #[test]
    fn the_last_word_checks_the_others() {
        judges(
            seed_phrase,
            &[
                ("legal{lit: }winner thank year wave sausage worth useful legal winner thank yellow", Some(true)),
                ("legal{lit: }winner thank year wave sausage worth useful legal winner thank year", Some(false)),
                ("test{lit: }test test test test test test test test test test junk", Some(false)),
            ],
        );
    }
}
