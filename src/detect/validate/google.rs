//! Google's service account files.

use super::{Subject, Verdict, private_key};

/// The private key of the document decodes. The document itself is not parsed, since it may stand in a string.
pub fn service_account(subject: Subject<'_>) -> Verdict {
    match private_key::any(subject) {
        Verdict::Holds(_) => Verdict::Holds("its private key decodes".into()),
        verdict => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn holds_a_key() {
        judges(
            service_account,
            &[
                ("{pem-escaped:PRIVATE KEY}", Some(true)),
                (r"{lit:-----}BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n", Some(false)),
            ],
        );
    }
}
