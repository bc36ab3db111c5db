//! Macaroons of the second binary format, as `PyPI` issues them.

use data_encoding::BASE64URL_NOPAD;

use super::{Subject, Verdict};

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
}
