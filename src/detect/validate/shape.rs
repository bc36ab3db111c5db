//! Values that are known by a part of them, a length, or a digit.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL};
use gix::bstr::ByteSlice;

use super::{Subject, Verdict};

/// Base64 of either alphabet, padded as it should be: 44 characters are 32 bytes, 88 are 64. With a `length`, so many
/// characters behind a prefix.
pub fn base64_len(subject: Subject<'_>, length: &str) -> Verdict {
    let text = match length.parse::<usize>() {
        Err(_) => subject.secret,
        Ok(length) => match subject.secret.len().checked_sub(length) {
            None => return Verdict::Fails,
            Some(start) => &subject.secret[start..],
        },
    };
    let padded = [text, &b"=="[..(4 - text.len() % 4) % 4 % 3]].concat();
    Verdict::unless(BASE64.decode(&padded).is_err() && BASE64URL.decode(&padded).is_err())
}

/// Base32 as `kind` has it: `nuget` or `totp`.
pub fn base32(subject: Subject<'_>, kind: &str) -> Verdict {
    let text = subject.secret.to_ascii_uppercase();
    let holds = match kind {
        // 46 digits hold fields whose unused bits are zero.
        "nuget" => {
            text.len() == 46
                && b"ABCDEFGHIJKLMNOP".contains(&text[3])
                && b"AQ".contains(&text[19])
                && b"4AEIMQUY".contains(&text[45])
        }
        "totp" => {
            let digits: Vec<u8> = text.iter().copied().filter(|byte| !b" -=".contains(byte)).collect();
            BASE32_NOPAD.decode(&digits).is_ok_and(|bytes| matches!(bytes.len(), 10 | 16 | 20 | 32 | 64))
        }
        _ => false,
    };
    Verdict::unless(!holds)
}

/// Behind each `%` stand two digits.
pub fn percent(subject: Subject<'_>) -> Verdict {
    let is_escape = |rest: &[u8]| matches!(rest, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    Verdict::unless(!subject.secret.find_iter("%").all(|at| is_escape(&subject.secret[at + 1..])))
}

/// All of `parts`, joined by dashes, stand in the value in this order.
pub fn infix(subject: Subject<'_>, parts: &str) -> Verdict {
    let mut rest = subject.secret;
    let holds = parts.split('-').all(|part| {
        let found = rest.find(part);
        found.inspect(|at| rest = &rest[at + part.len()..]).is_some()
    });
    Verdict::unless(!holds)
}

/// The value ends in `end`.
pub fn suffix(subject: Subject<'_>, end: &str) -> Verdict {
    Verdict::unless(!subject.secret.ends_with(end.as_bytes()))
}

/// A payment card's number.
pub fn luhn(subject: Subject<'_>) -> Verdict {
    let digits: Option<Vec<u32>> = subject
        .secret
        .iter()
        .filter(|byte| !b" -".contains(byte))
        .map(|byte| byte.is_ascii_digit().then(|| u32::from(byte - b'0')))
        .collect();
    let Some(digits) = digits.filter(|digits| (13..=19).contains(&digits.len())) else { return Verdict::Fails };
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| if place % 2 == 1 { doubled(digit) } else { digit })
        .sum();
    Verdict::of(sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != digits[0]), "check digit holds")
}

/// A password's hash as crypt(3) writes it.
pub fn crypt(subject: Subject<'_>) -> Verdict {
    let text = String::from_utf8_lossy(subject.secret);
    let parts: Vec<&str> = text.split('$').collect();
    let is_digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"./".contains(&b))
    };
    let is_rounds = |text: &str| text.strip_prefix("rounds=").is_some_and(|n| n.parse::<u32>().is_ok());
    let holds = match parts[..] {
        ["", "2a" | "2b" | "2x" | "2y", cost, digits] => {
            cost.parse::<u8>().is_ok_and(|cost| (4..=31).contains(&cost)) && is_digits(digits, 53..=53)
        }
        ["", "1" | "apr1", salt, digits] => is_digits(salt, 0..=8) && is_digits(digits, 22..=22),
        ["", "5", salt, digits] => is_digits(salt, 0..=16) && is_digits(digits, 43..=43),
        ["", "5", rounds, salt, digits] => is_rounds(rounds) && is_digits(salt, 0..=16) && is_digits(digits, 43..=43),
        ["", "6", salt, digits] => is_digits(salt, 0..=16) && is_digits(digits, 86..=86),
        ["", "6", rounds, salt, digits] => is_rounds(rounds) && is_digits(salt, 0..=16) && is_digits(digits, 86..=86),
        ["", "y" | "gy", cost, salt, digits] => {
            is_digits(cost, 1..=16) && is_digits(salt, 1..=86) && is_digits(digits, 43..=43)
        }
        ["", "argon2i" | "argon2d" | "argon2id", version, cost, salt, digits] => {
            let is_base64 =
                |text: &str| text.len() >= 11 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b));
            version.starts_with("v=") && cost.starts_with("m=") && is_base64(salt) && is_base64(digits)
        }
        _ => false,
    };
    Verdict::of(holds, "a hash, not the password itself")
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{judges, judges_with},
        *,
    };

    #[test]
    fn base64_ends_as_its_length_says() {
        judges_with(
            base64_len,
            &[
                ("", "{base64-bytes:32}", None),
                ("", "{base64url-bytes:32}", None),
                ("", "{base64:42}B=", Some(false)),
                ("", "{base64:85}", Some(false)),
                ("44", "{base64-bytes:32}", None),
                ("44", "mb_{base64-bytes:32}", None),
                ("43", "pa-{base64url-bytes:32}", None),
                ("43", "pa-{base64url:42}B", Some(false)),
                ("88", "{base64-bytes:32}", Some(false)),
            ],
        );
    }

    #[test]
    fn base32_has_its_unused_bits_clear() {
        judges_with(
            base32,
            &[
                ("nuget", "oy2{lit:a}{base32lower:15}{lit:q}{base32lower:25}{lit:4}", None),
                ("nuget", "oy2{lit:z}{base32lower:42}", Some(false)),
                ("totp", "{base32:16}", None),
                ("totp", "{base32lower:32}", None),
                ("totp", "{base32:17}", Some(false)),
                ("totp", "0{base32:15}", Some(false)),
            ],
        );
    }

    #[test]
    fn a_mark_stands_where_the_issuer_puts_it() {
        judges_with(
            infix,
            &[
                ("T3BlbkFJ", "sk-{base62:20}T3BlbkFJ{base62:20}", None),
                ("T3BlbkFJ", "sk-{base62:48}", Some(false)),
                ("msh-p1-jsn", "{base62:10}msh{digits:15}p1{digits:6}jsn{digits:12}", None),
                ("msh-p1-jsn", "{digits:10}p1{digits:15}msh{digits:6}jsn{digits:12}", Some(false)),
            ],
        );
        judges_with(suffix, &[("AA", "sk-ant-api03-{base64url:93}AA", None), ("AA", "{digits:20}", Some(false))]);
    }

    #[test]
    fn a_card_has_a_check_digit() {
        judges(luhn, &[("4{lit:111} 1111 1111 1111", Some(true)), ("4111-1111-1111-1112", Some(false))]);
        judges(
            luhn,
            &[("{lit:0000000000000000}", Some(false)), ("41111", Some(false)), ("411x111111111111", Some(false))],
        );
    }

    #[test]
    fn a_hash_is_told_by_its_shape() {
        judges(
            crypt,
            &[
                ("$2b$12${base62:53}", Some(true)),
                ("$2b$99${base62:53}", Some(false)),
                ("$apr1${base62:8}${base62:22}", Some(true)),
                ("$6$rounds=5000${base62:16}${base62:86}", Some(true)),
                ("$5${base62:16}${base62:43}", Some(true)),
                ("$y$j9T${base62:22}${base62:43}", Some(true)),
                ("$argon2id$v=19$m=65536,t=3,p=4${base62:22}${base62:43}", Some(true)),
                ("$2b$12$short", Some(false)),
            ],
        );
    }
}
