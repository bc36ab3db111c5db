//! Private keys as they are written: PEM, OpenSSH, PGP, `PuTTY`.
//!
//! A header without a body that decodes is no key. Sources: RFC 7468, 9580; OpenSSH's PROTOCOL.key.

use std::borrow::Cow;

use data_encoding::{BASE64, BASE64_NOPAD};
use gix::bstr::ByteSlice;

use super::{Subject, Verdict, der};
use crate::rules::checksum;

/// Bodies of fewer base64 digits are placeholders; an Ed25519 key has 64.
const LEAST_DIGITS: usize = 60;

/// `PuTTY` keeps the private number alone.
const LEAST_PUTTY_DIGITS: usize = 40;

/// A block in PEM, from BEGIN to END, be it in a file or in a string with escapes, quotes, signs of concatenation; or the base64
/// of such a block or of the key itself.
pub fn any(subject: Subject<'_>) -> Verdict {
    let text = unescaped(subject.secret);
    if text.contains("-----BEGIN ") {
        return pem(&text);
    }
    match decoded(&text, LEAST_DIGITS) {
        Some(bytes) if bytes.contains_str("-----BEGIN ") => pem(&unescaped(&bytes)),
        Some(bytes) => proved(der::key(&bytes)),
        None => Verdict::Fails,
    }
}

/// A key of OpenSSH's own format, in PEM.
pub fn openssh(subject: Subject<'_>) -> Verdict {
    let text = unescaped(subject.secret);
    match block(&text) {
        Some(("OPENSSH ", _)) => pem(&text),
        _ => Verdict::Fails,
    }
}

/// A block of PGP's, whose checksum, if it has one, holds.
pub fn pgp(subject: Subject<'_>) -> Verdict {
    let text = unescaped(subject.secret);
    match block(&text) {
        Some((label, _)) if label.starts_with("PGP") => pem(&text),
        _ => Verdict::Fails,
    }
}

fn pem(text: &str) -> Verdict {
    let Some((label, body)) = block(text) else { return Verdict::Fails };
    if label.starts_with("PGP") {
        return proved(armour(body));
    }
    let encrypted = text.contains("DEK-Info") && text.contains("ENCRYPTED");
    let Some(bytes) = decoded(past_headers(body), LEAST_DIGITS) else { return Verdict::Fails };
    match label {
        _ if encrypted => Verdict::of(is_ciphertext(&bytes), "decodes as an encrypted key"),
        "OPENSSH " => proved(openssh_key(&bytes)),
        _ => proved(der::key(&bytes)),
    }
}

/// Whole blocks of the old ciphers, of bytes that nobody typed: what is typed as base64 has hardly a byte of each kind.
fn is_ciphertext(bytes: &[u8]) -> bool {
    const BLOCK: usize = 8;
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let low = bytes.iter().filter(|byte| **byte < 0x40).count();
    bytes.len().is_multiple_of(BLOCK) && high * 3 > bytes.len() && low * 8 > bytes.len()
}

fn proved(words: Option<Cow<'static, str>>) -> Verdict {
    words.map_or(Verdict::Fails, Verdict::Holds)
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

/// An armour: a secret-key packet, and behind it the checksum, which newer ones lack.
fn armour(body: &str) -> Option<Cow<'static, str>> {
    let lines = past_headers(body).lines().map(|line| line.trim_start_matches([' ', '\t', '"', '\'']));
    let (sums, lines): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('='));
    let bytes = decoded(&lines.join("\n"), LEAST_DIGITS).filter(|bytes| is_pgp_key(bytes))?;
    match sums.first() {
        None => Some("armour decodes".into()),
        Some(sum) => {
            let digits = sum.as_bytes().get(1..5)?;
            (BASE64.decode(digits).ok()? == checksum::crc24(&bytes)).then_some("checksum holds".into())
        }
    }
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

fn openssh_key(bytes: &[u8]) -> Option<Cow<'static, str>> {
    let rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    let (cipher, rest) = ssh_string(rest)?;
    let (derivation, rest) = ssh_string(rest)?;
    ssh_string(rest)?;
    match derivation {
        _ if cipher.is_empty() => None,
        b"" => None,
        b"none" => Some("decodes, without a password".into()),
        _ => Some("decodes, with a password".into()),
    }
}

fn ssh_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
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
        matches!(any(Subject { secret: text, matched: text }), Verdict::Holds(_))
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
        judges(any, &[(text, Some(true))]);
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

    #[test]
    fn says_what_a_key_is() {
        for (recipe, words) in [
            ("{pem:RSA PRIVATE KEY}", "decodes as an RSA key of 1023 bits"),
            ("{pem:PRIVATE KEY}", "decodes as an RSA key of 1023 bits"),
            ("{pem:EC PRIVATE KEY}", "decodes as an EC key of 256 bits"),
            ("{pem:DSA PRIVATE KEY}", "decodes as a DSA key of 1023 bits"),
            ("{pem:ENCRYPTED PRIVATE KEY}", "decodes as an encrypted key"),
            ("{pem:OPENSSH PRIVATE KEY}", "decodes, without a password"),
            ("{pem:PGP PRIVATE KEY BLOCK}", "checksum holds"),
            ("{b64:{pem:EC PRIVATE KEY}}", "decodes as an EC key of 256 bits"),
        ] {
            let made = recipe::expand(recipe, recipe).expect("a kind of key").bytes;
            assert_eq!(any(Subject { secret: &made, matched: &made }), Verdict::Holds(words.into()), "{recipe}");
        }
    }

    #[test]
    fn a_key_without_its_frame_decodes() {
        let key = key("EC PRIVATE KEY");
        let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
        assert!(holds(&body));
        assert!(!holds(&body[4..]));
    }

    #[test]
    fn an_armour_with_a_wrong_checksum_is_no_key() {
        let key = key("PGP PRIVATE KEY BLOCK");
        let sum = key.lines().find(|line| line.starts_with('=')).expect("a checksum");
        assert!(!holds(&key.replace(sum, "=AAAA")));
        assert!(holds(&key.replace(sum, "")));
    }
}
