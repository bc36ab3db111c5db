//! Files that hold keys behind a password. Sources: RFC 7292, the JDK's `JavaKeyStore`, `KeePass`.

use super::{
    Subject, Verdict,
    der::{INTEGER, SEQUENCE, element},
    packed::decoded,
};

/// How the files begin: a Java keystore, a `KeePass` database.
const MAGIC: [&[u8]; 2] = [&[0xFE, 0xED, 0xFE, 0xED], &[0x03, 0xD9, 0xA2, 0x9A]];

/// PKCS #12, in base64 or as it is: a sequence that begins with version 3.
pub fn pkcs12(subject: Subject<'_>) -> Verdict {
    let text: Vec<u8> = subject.secret.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_one = |bytes: &[u8]| match element(bytes) {
        Some((SEQUENCE, content, _)) => matches!(element(content), Some((INTEGER, [3], [_, ..]))),
        _ => false,
    };
    Verdict::of(is_one(subject.secret) || decoded(&text).is_some_and(|bytes| is_one(&bytes)), "container decodes")
}

/// Begins as a Java keystore or a `KeePass` database does, in base64 or as it is.
pub fn magic(subject: Subject<'_>) -> Verdict {
    let begins = |bytes: &[u8]| MAGIC.iter().any(|magic| bytes.starts_with(magic));
    let holds = begins(subject.secret) || decoded(subject.secret).is_some_and(|bytes| begins(&bytes));
    Verdict::of(holds, "begins as a keystore does")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(check: fn(Subject<'_>) -> Verdict, bytes: &[u8]) -> Verdict {
        check(Subject { secret: bytes, matched: bytes })
    }

    #[test]
    fn a_container_says_its_version() {
        let content = [&[0x02, 0x01, 0x03, 0x30, 0x40][..], &[7; 64]].concat();
        let file = [&[0x30, u8::try_from(content.len()).expect("short")][..], &content].concat();
        assert!(matches!(judge(pkcs12, &file), Verdict::Holds(_)));
        assert!(matches!(judge(pkcs12, data_encoding::BASE64.encode(&file).as_bytes()), Verdict::Holds(_)));
        assert_eq!(judge(pkcs12, &[0x30, 3, 2, 1, 0]), Verdict::Fails);
    }

    #[test]
    fn a_keystore_begins_with_its_mark() {
        for start in MAGIC {
            let file = [start, &[0; 12]].concat();
            assert!(matches!(judge(magic, &file), Verdict::Holds(_)));
            assert!(matches!(judge(magic, data_encoding::BASE64.encode(&file).as_bytes()), Verdict::Holds(_)));
        }
        assert_eq!(judge(magic, b"PK\x03\x04"), Verdict::Fails);
    }
}
