//! Private keys: PEM, OpenSSH, PGP, `PuTTY`.
//!
//! A header without a body that decodes is no key. Sources: RFC 7468, 8017, 5915, 5958, 9580; OpenSSH's PROTOCOL.key.

use data_encoding::BASE64_NOPAD;

use super::{Subject, Verdict};

/// Bodies of fewer base64 digits are placeholders; an Ed25519 key has 64.
const LEAST_DIGITS: usize = 60;

/// `PuTTY` keeps the private number alone.
const LEAST_PUTTY_DIGITS: usize = 40;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;

/// A block in PEM, from BEGIN to END, be it in a file or in a string with escapes, quotes, signs of concatenation.
pub fn pem(subject: Subject<'_>) -> Verdict {
    let text = unescaped(subject.secret);
    let Some((label, body)) = block(&text) else { return Verdict::Fails };
    if label.starts_with("PGP") {
        return Verdict::of(armoured(body).is_some_and(|bytes| is_pgp_key(&bytes)), "armour decodes");
    }
    let body = past_headers(body);
    let encrypted = body.len() < text.len() && text.contains("ENCRYPTED") && text.contains("DEK-Info");
    let Some(bytes) = decoded(body, LEAST_DIGITS) else { return Verdict::Fails };
    let holds = match label {
        _ if encrypted => true,
        "OPENSSH " => is_openssh_key(&bytes),
        _ => is_der_key(&bytes),
    };
    Verdict::of(holds, "key decodes")
}

/// A file of `PuTTY`'s: as many private lines as it says, all base64.
pub fn putty(subject: Subject<'_>) -> Verdict {
    let text = unescaped(subject.secret);
    let mut lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("Private-Lines:"));
    let count = lines.next().and_then(|line| line["Private-Lines:".len()..].trim().parse::<usize>().ok());
    let body: Vec<&str> = lines.by_ref().take(count.unwrap_or(0)).collect();
    let holds = count == Some(body.len())
        && !body.is_empty()
        && decoded(&body.concat(), LEAST_PUTTY_DIGITS).is_some()
        && lines.next().is_some_and(|line| line.starts_with("Private-MAC:") || line.starts_with("Private-Hash:"));
    Verdict::of(holds, "key decodes")
}

/// Line feeds for the escapes of them; without what a language puts between the lines of a string.
fn unescaped(text: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(text).into_owned();
    for (escape, meant) in
        [("\\\\n", "\n"), ("\\\\r", ""), ("\\n", "\n"), ("\\r", ""), ("\\/", "/"), ("\\u003d", "="), ("\\u002b", "+")]
    {
        text = text.replace(escape, meant);
    }
    text
}

/// What stands before `PRIVATE KEY` in the header, and the text between header and footer.
fn block(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("PRIVATE KEY")?;
    let (_, rest) = rest.split_once("-----")?;
    let body = rest.split_once("-----END ").map_or(rest, |(body, _)| body);
    Some((label, body))
}

/// The text behind the last line with a colon: `Proc-Type: 4,ENCRYPTED`, `Comment: ...`.
fn past_headers(body: &str) -> &str {
    let end = body.rfind(':').and_then(|colon| body[colon..].find('\n').map(|length| colon + length));
    end.map_or(body, |end| &body[end..])
}

/// The bytes of base64 that may be broken over lines, quoted, indented, commented and joined by signs of concatenation.
fn decoded(body: &str, least: usize) -> Option<Vec<u8>> {
    let between = |c: char| c.is_whitespace() || "\"'`,;\\()#*>|.".contains(c);
    let digits: String = body.split(between).filter(|piece| !["+", "-", "//"].contains(piece)).collect();
    let digits = digits.trim_end_matches('=');
    if digits.len() < least { None } else { BASE64_NOPAD.decode(digits.as_bytes()).ok() }
}

/// The bytes of an armour, up to its checksum.
fn armoured(body: &str) -> Option<Vec<u8>> {
    let lines =
        past_headers(body).lines().take_while(|line| !line.trim_start_matches([' ', '\t', '"', '\'']).starts_with('='));
    decoded(&lines.collect::<Vec<_>>().join("\n"), LEAST_DIGITS)
}

/// Begins with a secret-key packet.
fn is_pgp_key(bytes: &[u8]) -> bool {
    const SECRET_KEY: u8 = 5;
    bytes.first().is_some_and(|tag| match tag >> 6 {
        0b10 => tag >> 2 & 15 == SECRET_KEY,
        0b11 => tag & 63 == SECRET_KEY,
        _ => false,
    })
}

fn is_openssh_key(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"openssh-key-v1\0") else { return false };
    let Some((cipher, rest)) = ssh_string(rest) else { return false };
    let Some((derivation, rest)) = ssh_string(rest) else { return false };
    !cipher.is_empty() && !derivation.is_empty() && ssh_string(rest).is_some()
}

fn ssh_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// A sequence as long as the bytes: PKCS #1, SEC 1 and PKCS #8 begin with a version, an encrypted key with its algorithm.
fn is_der_key(bytes: &[u8]) -> bool {
    let Some((SEQUENCE, content, [])) = element(bytes) else { return false };
    match element(content) {
        Some((INTEGER, [0..=2], rest)) => {
            matches!(element(rest), Some((INTEGER | OCTET_STRING | SEQUENCE, [_, ..], [_, ..])))
        }
        Some((SEQUENCE, [_, ..], rest)) => matches!(element(rest), Some((OCTET_STRING, [_, ..], []))),
        _ => false,
    }
}

/// The tag, the content, and what stands behind.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, rest) = match bytes {
        [_, length @ ..=0x7f, rest @ ..] | [_, 0x81, length, rest @ ..] => (usize::from(*length), rest),
        [_, 0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
        _ => return None,
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((bytes[0], content, behind))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};
    use crate::rules::recipe;

    const KINDS: [&str; 7] = [
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
        "PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ];

    fn holds(text: &str) -> bool {
        let text = text.as_bytes();
        matches!(pem(Subject { secret: text, matched: text }), Verdict::Holds(_))
    }

    fn key(kind: &str) -> String {
        let made = recipe::expand(&format!("{{pem:{kind}}}"), kind).expect("a kind of key");
        String::from_utf8(made.bytes).expect("PEM is ASCII")
    }

    #[test]
    fn every_kind_decodes_however_it_is_written() {
        for kind in KINDS {
            let key = key(kind);
            assert!(holds(&key), "{kind}");
            assert!(holds(&key.replace('\n', "\\n")), "{kind} in a JSON string");
            assert!(holds(&key.replace('\n', "\r\n")), "{kind} with carriage returns");
            assert!(holds(&key.replace('\n', "\n      ")), "{kind} indented in YAML");
            for (quote, join) in [("\"", " +"), ("'", ""), ("\"", " ."), ("\"", " \\")] {
                let source: Vec<String> =
                    key.lines().map(|line| format!("    {quote}{line}\\n{quote}{join}\n")).collect();
                assert!(holds(&source.concat()), "{kind} as strings joined by {join:?}");
            }
        }
    }

    #[test]
    fn a_header_alone_is_no_key() {
        for kind in KINDS {
            let (head, foot) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
            for body in [
                "",
                "...",
                "MIIEpAIBAAKCAQEA...",
                "your private key goes here, in base64, over as many lines as it takes to hold it",
            ] {
                assert!(!holds(&format!("{head}\n{body}\n{foot}\n")), "{kind} {body}");
            }
        }
    }

    #[test]
    fn half_a_key_is_no_key() {
        for kind in ["RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
            let key = key(kind);
            let lines: Vec<&str> = key.lines().collect();
            let half = [&lines[..lines.len() - 2], &lines[lines.len() - 1..]].concat().join("\n");
            assert!(!holds(&half), "{kind}");
        }
    }

    #[test]
    fn an_encrypted_key_of_the_old_kind_decodes_to_noise() {
        let text = "{lit:-----}BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n{base64-bytes:240}\n-----END RSA PRIVATE KEY-----\n";
        judges(pem, &[(text, Some(true))]);
    }

    #[test]
    fn a_file_of_puttys_has_the_lines_it_says() {
        judges(
            putty,
            &[
                ("{ppk}", Some(true)),
                ("PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n{base64:64}\nPrivate-MAC: 00\n", Some(false)),
            ],
        );
    }
}
