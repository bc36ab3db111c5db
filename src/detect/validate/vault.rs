//! `HashiCorp` Vault's tokens.

use super::{Subject, Verdict};

/// A long service token begins with the header of its message; a short one is a root token, of which nothing is known.
pub fn service_token(subject: Subject<'_>) -> Verdict {
    let body = subject.secret.strip_prefix(b"hvs.").unwrap_or(subject.secret);
    match body.len() {
        ..80 => Verdict::Unclear,
        _ => Verdict::of(body.starts_with(b"CAES"), "header holds"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn a_long_token_has_a_header() {
        judges(
            service_token,
            &[
                ("hvs.CAES{base64url:87}", Some(true)),
                ("hvs.{lit:D}{base64url:90}", Some(false)),
                ("hvs.{base62:24}", None),
            ],
        );
    }
}
