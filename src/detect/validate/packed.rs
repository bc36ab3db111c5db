//! Tokens that are, behind a prefix or not, the base64 of something that can be read.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use serde_json::Value;

use super::{Subject, Verdict, dsn};

/// So far into a token its prefix may end.
const LONGEST_PREFIX: usize = 32;
/// So many digits show how something begins.
const PROBE: usize = 16;
/// So many places at which a prefix may end are tried.
const MOST_PREFIXES: usize = 8;

/// A JSON object with all of `fields`, joined by dashes.
pub fn json(subject: Subject<'_>, fields: &str) -> Verdict {
    let has_all = |bytes: &[u8]| {
        let object = serde_json::from_slice::<Value>(bytes).ok();
        object.is_some_and(|object| {
            object.is_object() && fields.split('-').all(|field| field.is_empty() || object.get(field).is_some())
        })
    };
    let may_begin = |bytes: &[u8]| {
        let may_be_text = str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
        (bytes[0] == b'{' || bytes[0].is_ascii_whitespace()) && may_be_text
    };
    Verdict::of(readings(subject.secret, may_begin).any(|bytes| has_all(&bytes)), "document decodes")
}

/// A text that begins with `start`.
pub fn text(subject: Subject<'_>, start: &str) -> Verdict {
    let holds = |bytes: &[u8]| {
        bytes.starts_with(start.as_bytes())
            && (!start.is_empty() || !bytes.is_empty() && bytes.iter().copied().all(is_printable))
    };
    let may_begin =
        |bytes: &[u8]| start.as_bytes().first().map_or_else(|| is_printable(bytes[0]), |first| *first == bytes[0]);
    Verdict::of(readings(subject.secret, may_begin).any(|bytes| holds(&bytes)), "text decodes")
}

/// A long-term key of Amazon Bedrock.
pub fn bedrock(subject: Subject<'_>) -> Verdict {
    let secret = subject.secret.strip_prefix(b"ABSK").unwrap_or(subject.secret);
    text(Subject { secret, ..subject }, "BedrockAPIKey-")
}

/// A reference token of `JFrog`: its kind, its end, and what is random.
pub fn reference_token(subject: Subject<'_>) -> Verdict {
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let holds = |bytes: &[u8]| {
        let parts: Vec<_> = bytes.splitn(4, |byte| *byte == b':').collect();
        matches!(parts[..], [b"reftkn", kind, end, body] if is_number(kind) && is_number(end) && !body.is_empty())
    };
    Verdict::of(readings(subject.secret, |bytes| bytes[0] == b'r').any(|bytes| holds(&bytes)), "structure holds")
}

/// A token of Jira, Confluence or Bitbucket Data Center: a number, a colon, and twenty random bytes.
pub fn numbered(subject: Subject<'_>) -> Verdict {
    const RANDOM: usize = 20;
    const LEAST: u64 = 1000;
    let holds = |bytes: &[u8]| {
        let Some(at) = bytes.iter().position(|byte| *byte == b':') else { return false };
        let number = str::from_utf8(&bytes[..at]).ok().and_then(|digits| digits.parse::<u64>().ok());
        bytes.len() == at + 1 + RANDOM && number.is_some_and(|number| number >= LEAST)
    };
    Verdict::of(
        readings(subject.secret, |bytes| bytes[0].is_ascii_digit()).any(|bytes| holds(&bytes)),
        "structure holds",
    )
}

/// A name, a colon, and a password that is not one of every manual.
pub fn user_and_password(subject: Subject<'_>) -> Verdict {
    let pair = readings(subject.secret, |_| true).next().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((user, password)) = pair.as_deref().and_then(|text| text.split_once(':')) else { return Verdict::Fails };
    let printable = pair.as_deref().is_some_and(|text| text.bytes().all(is_printable));
    let holds = printable && !password.is_empty() && !dsn::is_common(user, &password.to_ascii_lowercase());
    Verdict::unless(!holds)
}

/// What `secret` may decode to, as a whole, without a prefix, without what stands behind its last sign; where the first bytes of
/// that may not begin it, the rest is not decoded.
fn readings(secret: &[u8], may_begin: impl Fn(&[u8]) -> bool + Copy) -> impl Iterator<Item = Vec<u8>> {
    let behind = |signs: &'static [u8]| move |(at, byte): (usize, &u8)| signs.contains(byte).then_some(at);
    let prefixes = secret.iter().take(LONGEST_PREFIX).enumerate().filter_map(behind(b"_-.:"));
    let starts = std::iter::once(0).chain(prefixes.map(|at| at + 1)).take(MOST_PREFIXES);
    let last = |sign: u8| secret.iter().rposition(|byte| *byte == sign);
    let ends = [Some(secret.len()), last(b'.'), last(b'_')];
    let begins = move |part: &&[u8]| {
        let probe = &part[..part.len().min(PROBE)];
        decoded(&probe[..probe.len() / 4 * 4]).is_none_or(|bytes| may_begin(&bytes))
    };
    starts.flat_map(move |start| {
        let parts = ends.into_iter().flatten().filter(move |end| *end > start).map(move |end| &secret[start..end]);
        parts.filter(begins).filter_map(decoded)
    })
}

/// The bytes of base64 in either alphabet, padded or not; what is cut within a group of four digits lacks the rest of it.
pub fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let digits = &text[..text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1)];
    let decode = |digits| BASE64_NOPAD.decode(digits).or_else(|_| BASE64URL_NOPAD.decode(digits)).ok();
    decode(digits).or_else(|| decode(&digits[..digits.len() - digits.len() % 4])).filter(|bytes| !bytes.is_empty())
}

fn is_printable(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{judges, judges_with},
        *,
    };

    #[test]
    fn reads_documents_behind_prefixes() {
        judges_with(
            json,
            &[
                ("o-n-k", r#"glc_{b64:{{"o":"1","n":"x","k":"{base62:24}"{close}}"#, Some(true)),
                ("o-n-k", r#"glc_{b64:{{"o":"1","n":"x"{close}}"#, Some(false)),
                (
                    "iat-url-org",
                    r#"sntrys_{b64:{{"iat":1,"url":"u","region_url":"r","org":"o"{close}}_{base64:43}"#,
                    Some(true),
                ),
                ("u-a", r#"sk.{b64url:{{"u":"me","a":"{base36:25}"{close}}.{base64url:22}"#, Some(true)),
                ("", "glc_{base64:60}", Some(false)),
            ],
        );
    }

    #[test]
    fn reads_texts_behind_prefixes() {
        judges_with(
            text,
            &[
                ("tok:", "{b64:tok:{hex:36}}", Some(true)),
                ("key_", "sk_live_{b64url:key_{base36upper:26},{base62:20}}", Some(true)),
                ("key_", "sk_live_{base62:40}", Some(false)),
                ("", "{b64:{base36:26}:{uuid}}", Some(true)),
            ],
        );
        judges(bedrock, &[("ABSK{b64:BedrockAPIKey-ab12-at-123456789012:{base64:40}}", Some(true))]);
        judges(bedrock, &[("ABSK{base64:100}", Some(false))]);
        judges(
            reference_token,
            &[("{b64:reftkn:01:1735689600:{base62:32}}", Some(true)), ("cmVmdGtu{base62:56}", Some(false))],
        );
    }

    #[test]
    fn a_number_stands_before_random_bytes() {
        judges(
            numbered,
            &[
                ("{b64:{digits:12}:{bytes:20}}", Some(true)),
                ("BBDC-{b64:{digits:12}:{bytes:20}}", Some(true)),
                ("{b64:{lit:000000000007}:{bytes:20}}", Some(false)),
                ("{base64:44}", Some(false)),
            ],
        );
    }

    #[test]
    fn a_password_stands_behind_a_name() {
        judges(
            user_and_password,
            &[
                ("{b64:ada:{human}}", None),
                ("{b64:ada:}", Some(false)),
                ("{b64:admin:admin}", Some(false)),
                ("{b64:{bytes:12}}", Some(false)),
                ("{b64:no colon in it}", Some(false)),
            ],
        );
    }
}
