//! Private keys in DER: which kind, how long. Sources: RFC 8017, 5915, 5958, 8410.

use std::borrow::Cow;

/// A tag.
pub const SEQUENCE: u8 = 0x30;
/// A tag.
pub const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Keys with fewer bits are examples.
const LEAST_RSA_BITS: usize = 512;
const LEAST_EC_BITS: usize = 112;

/// What the bytes of a private key decode as, in words; none if they are no key.
pub fn key(bytes: &[u8]) -> Option<Cow<'static, str>> {
    let Some((SEQUENCE, content, [])) = element(bytes) else { return None };
    match element(content)? {
        (INTEGER, [0..=2], rest) => match element(rest)? {
            (INTEGER, modulus, [_, ..]) => numbers(modulus, rest),
            (OCTET_STRING, scalar @ [_, ..], [_, ..]) => elliptic(scalar),
            (SEQUENCE, algorithm @ [_, ..], rest) => wrapped(algorithm, rest),
            _ => None,
        },
        (SEQUENCE, [_, ..], rest) => {
            matches!(element(rest), Some((OCTET_STRING, [_, ..], []))).then_some("decodes as an encrypted key".into())
        }
        _ => None,
    }
}

/// PKCS #1: eight numbers, the first of them the modulus; or the five of a DSA key.
fn numbers(modulus: &[u8], mut rest: &[u8]) -> Option<Cow<'static, str>> {
    let mut count = 0;
    while let Some((INTEGER, [_, ..], behind)) = element(rest) {
        count += 1;
        rest = behind;
    }
    let bits = bits(modulus);
    match count {
        8.. if bits >= LEAST_RSA_BITS => Some(format!("decodes as an RSA key of {bits} bits").into()),
        5 if rest.is_empty() && bits >= LEAST_RSA_BITS => Some(format!("decodes as a DSA key of {bits} bits").into()),
        _ => None,
    }
}

/// SEC 1.
fn elliptic(scalar: &[u8]) -> Option<Cow<'static, str>> {
    let bits = scalar.len() * 8;
    (bits >= LEAST_EC_BITS && scalar.iter().any(|byte| *byte != scalar[0]))
        .then(|| format!("decodes as an EC key of {bits} bits").into())
}

/// PKCS #8: an algorithm, and the key as that algorithm has it.
fn wrapped(algorithm: &[u8], rest: &[u8]) -> Option<Cow<'static, str>> {
    let (OBJECT_IDENTIFIER, name, _) = element(algorithm)? else { return None };
    let (OCTET_STRING, inner @ [_, ..], _) = element(rest)? else { return None };
    match name {
        RSA | EC => key(inner),
        ED25519 => Some("decodes as an Ed25519 key".into()),
        _ => Some("key decodes".into()),
    }
}

/// The bits of a number, which may begin with a zero byte.
fn bits(number: &[u8]) -> usize {
    let significant = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

/// The tag, the content, and what stands behind.
pub fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, rest) = match bytes {
        [_, length @ ..=0x7f, rest @ ..] | [_, 0x81, length, rest @ ..] => (usize::from(*length), rest),
        [_, 0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
        [_, 0x83, high, middle, low, rest @ ..] => {
            (usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low), rest)
        }
        _ => return None,
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((bytes[0], content, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_bits_of_a_number() {
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[0x40]), 7);
        assert_eq!(bits(&[0, 0]), 0);
    }

    #[test]
    fn an_element_is_as_long_as_it_says() {
        assert_eq!(element(&[2, 1, 9, 7]), Some((2, &[9][..], &[7][..])));
        assert_eq!(element(&[2, 0x83, 0, 0, 1, 9]), Some((2, &[9][..], &[][..])));
        assert_eq!(element(&[2, 2, 9]), None);
        assert_eq!(element(&[2, 0x84, 0, 0, 0, 1, 9]), None);
    }
}
