//! Macaroons: of the second binary format, as `PyPI` issues them, and of Fly.io.

use data_encoding::BASE64URL_NOPAD;

use gix::bstr::ByteSlice;

use super::{Subject, Verdict, packed::decoded};

const VERSION: u8 = 2;
const LOCATION: u8 = 1;
const IDENTIFIER: u8 = 2;

/// Version, location (the index's own), identifier.
pub fn pypi(subject: Subject<'_>) -> Verdict {
    let text = subject.secret.strip_prefix(b"pypi-").unwrap_or(subject.secret);
    // The end may be cut within a group of four digits.
    let whole = &text[..text.len() - text.len() % 4];
    let Ok(bytes) = BASE64URL_NOPAD.decode(whole) else { return Verdict::Fails };
    Verdict::of(is_index_macaroon(&bytes), "structure holds")
}

/// The first of Fly's tokens: a list of four whose location is Fly's. Of older ones only the encoding is known.
pub fn fly(subject: Subject<'_>) -> Verdict {
    let first = subject.secret.split(|byte| *byte == b',').next().unwrap_or_default();
    let text = first.rfind_byte(b'_').map_or(first, |at| &first[at + 1..]);
    match decoded(text) {
        Some(bytes) if bytes.starts_with(&[0x94, 0x93, 0xC4]) => {
            Verdict::of(bytes.contains_str("https://api.fly.io"), "structure holds")
        }
        Some(_) => Verdict::Unclear,
        None => Verdict::Fails,
    }
}

fn is_index_macaroon(bytes: &[u8]) -> bool {
    let [VERSION, LOCATION, length, rest @ ..] = bytes else { return false };
    let Some((location, rest)) = rest.split_at_checked(usize::from(*length)) else { return false };
    let [IDENTIFIER, length, rest @ ..] = rest else { return false };
    matches!(location, b"pypi.org" | b"test.pypi.org") && *length > 0 && rest.len() > usize::from(*length)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn names_the_index() {
        judges(pypi, &[("pypi-{macaroon:pypi.org}", Some(true)), ("pypi-{macaroon:test.pypi.org}", Some(true))]);
        judges(
            pypi,
            &[("pypi-{macaroon:example.com}", Some(false)), ("pypi-AgEIcHlwaS5vcmc{base64url:3}", Some(false))],
        );
    }

    #[test]
    fn names_fly() {
        judges(fly, &[("fm2_{fly-macaroon}", Some(true)), ("FlyV1 fm2_{fly-macaroon},fm2_{base64:40}", Some(true))]);
        judges(fly, &[("fm1r_{base64-bytes:99}", None), ("fm2_????", Some(false))]);
    }
}
