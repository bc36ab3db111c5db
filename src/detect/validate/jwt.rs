//! JSON web tokens. Source: RFC 7515, RFC 7516, RFC 7519.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Subject, Verdict};

/// Three parts, the first two JSON objects, the first with an algorithm; or five with an encryption. An unsigned one is no
/// secret, whatever it says, nor is the one of John Doe that stands in every manual, nor one that ends before it can be
/// committed: those in the addresses of images, say; nor what Supabase gives to every visitor.
pub fn signed(subject: Subject<'_>) -> Verdict {
    match token(subject.secret) {
        Some(token) if !token.is_brief() && !token.is_public() => Verdict::Holds(token.words().into()),
        _ => Verdict::Fails,
    }
}

/// A token whose claims are as `wanted`: names joined by commas, each of which may want a text in its value, or one of several:
/// `iss=one|another,role`.
pub fn claims(subject: Subject<'_>, wanted: &str) -> Verdict {
    match token(subject.secret) {
        Some(token) if meets(&token.claims, wanted) => Verdict::Holds(token.words().into()),
        _ => Verdict::Fails,
    }
}

/// A value whose first part is a JSON object as `wanted`, written as claims are; nothing else of it is looked at.
pub fn header(subject: Subject<'_>, wanted: &str) -> Verdict {
    // A prefix may end in a dot, too.
    let mut parts = subject.secret.split(|byte| *byte == b'.').take(2).filter_map(object);
    Verdict::of(parts.next().is_some_and(|header| meets(&header, wanted)), "header decodes")
}

/// A signed token of Supabase: the role `anon` is public, and what the demo issues is in the documentation.
pub fn supabase(subject: Subject<'_>) -> Verdict {
    let claims = token(subject.secret).map(|token| token.claims).unwrap_or_default();
    let claim = |name| claims.get(name).and_then(Value::as_str);
    match (claim("iss"), claim("role")) {
        (Some("supabase"), Some("service_role")) => Verdict::Holds("names the service role".into()),
        _ => Verdict::Fails,
    }
}

/// What can be read of a token; there are no claims in an encrypted one.
struct Token {
    claims: Map<String, Value>,
}

/// A token that lives no longer than this, in seconds, is spent when somebody reads it in a repository.
const BRIEF: u64 = 15 * 60;

impl Token {
    /// Whether it says of itself that it lives for minutes.
    fn is_brief(&self) -> bool {
        let claim = |name| self.claims.get(name).and_then(Value::as_u64);
        let start = claim("iat").or_else(|| claim("nbf"));
        claim("exp").zip(start).is_some_and(|(end, start)| end.saturating_sub(start) <= BRIEF)
    }

    /// Whether its issuer makes it for pages that everybody reads.
    fn is_public(&self) -> bool {
        let claim = |name| self.claims.get(name).and_then(Value::as_str);
        claim("iss") == Some("supabase") && claim("role") == Some("anon")
    }

    /// What is said of it. When it ends is a fact of the token; whether it has ended is for its reader, who knows the date.
    fn words(&self) -> String {
        let end = self.claims.get("exp").and_then(Value::as_u64).and_then(month);
        let end = end.map(|(year, month)| format!(", claims an end in {year}-{month:02}"));
        format!("header and payload decode{}", end.unwrap_or_default())
    }
}

/// The token that `text` ends in: a prefix may stand before it.
fn token(text: &[u8]) -> Option<Token> {
    let parts: Vec<&[u8]> = text.split(|byte| *byte == b'.').collect();
    let start = parts[0].windows(2).position(|two| two == b"ey")?;
    let header = object(&parts[0][start..]).or_else(|| object(parts[0]))?;
    let algorithm = header.get("alg").and_then(Value::as_str)?;
    match parts[..] {
        [_, body, signature] => {
            let claims = object(body).filter(|_| !algorithm.eq_ignore_ascii_case("none") && !signature.is_empty())?;
            (claims.get("name").and_then(Value::as_str) != Some("John Doe")).then_some(Token { claims })
        }
        [_, _, _, text, _] if header.contains_key("enc") && !text.is_empty() => Some(Token { claims: Map::new() }),
        _ => None,
    }
}

fn meets(object: &Map<String, Value>, wanted: &str) -> bool {
    wanted.split(',').filter(|one| !one.is_empty()).all(|one| {
        let (name, texts) = one.split_once('=').unwrap_or((one, ""));
        object.get(name).is_some_and(|value| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            texts.split('|').any(|text| value.contains(text))
        })
    })
}

/// The year and month of a moment in seconds since 1970, before the year 10000. Source: Howard Hinnant, "chrono-compatible
/// low-level date algorithms".
fn month(seconds: u64) -> Option<(u64, u64)> {
    const YEAR_10000: u64 = 253_402_300_800;
    if seconds >= YEAR_10000 {
        return None;
    }
    // Counted from the first of March of the year 0, so that a leap day comes last.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let month = (5 * (day - (365 * year + year / 4 - year / 100)) + 2) / 153;
    let in_new_year = month >= 10;
    Some((era * 400 + year + u64::from(in_new_year), if in_new_year { month - 9 } else { month + 3 }))
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{judges, judges_with},
        *,
    };

    #[test]
    fn a_token_decodes_and_is_signed() {
        judges(
            signed,
            &[
                ("{jwt}", Some(true)),
                ("{jwt:alg=none,sub=me}", Some(false)),
                ("eyJ{base64url:30}.eyJ{base64url:30}.{base64url:43}", Some(false)),
                ("{jwt:sub=1234567890,name=John Doe}", Some(false)),
                ("{jwt:iss=supabase,role=anon}", Some(false)),
                ("x", Some(false)),
            ],
        );
        for (claims, holds) in [
            (r#""iat":1700000000,"exp":1700000300"#, Some(false)),
            (r#""nbf":1700000000,"exp":1700000300"#, Some(false)),
            (r#""iat":1700000000,"exp":1700086400"#, Some(true)),
            (r#""exp":1700000300"#, Some(true)),
        ] {
            let recipe =
                format!(r#"{{b64url:{{{{"alg":"HS256"{{close}}}}.{{b64url:{{{{{claims}{{close}}}}.{{base64url:43}}"#);
            judges(signed, &[(&recipe, holds)]);
        }
        judges(
            signed,
            &[(
                r#"{b64url:{{"alg":"dir","enc":"A256GCM"{close}}..{base64url:16}.{base64url:40}.{base64url:22}"#,
                Some(true),
            )],
        );
    }

    #[test]
    fn only_the_service_role_is_secret() {
        judges(
            supabase,
            &[("{jwt:iss=supabase,role=service_role}", Some(true)), ("{jwt:iss=supabase,role=anon}", Some(false))],
        );
        judges(supabase, &[("{jwt:iss=supabase-demo,role=service_role}", Some(false)), ("{jwt}", Some(false))]);
    }

    #[test]
    fn claims_are_as_wanted() {
        judges_with(
            claims,
            &[
                ("iss=supabase,role=service_role", "{jwt:iss=supabase,role=service_role}", Some(true)),
                ("iss=supabase,role=service_role", "{jwt:iss=supabase,role=anon}", Some(false)),
                ("iss=one|kubernetes", "{jwt:iss=kubernetes/serviceaccount}", Some(true)),
                ("iss", "{jwt:role=admin}", Some(false)),
                ("", "wrkaus-{jwt}", Some(true)),
                ("iss", "{base62:60}", Some(false)),
            ],
        );
        judges_with(
            header,
            &[
                ("typ=TCV2", r#"{b64url:{{"typ": "TCV2"{close}}.{base64url:36}.{base64url:48}"#, Some(true)),
                ("u", r#"p.{b64url:{{"u": "1", "id": "2"{close}}.{base64url:43}"#, Some(true)),
                ("typ=TCV2", "{jwt}", Some(false)),
            ],
        );
    }

    #[test]
    fn says_when_a_token_ends() {
        for (end, words) in [
            ("1711929599", "header and payload decode, claims an end in 2024-03"),
            ("1709164800", "header and payload decode, claims an end in 2024-02"),
            ("1735689600", "header and payload decode, claims an end in 2025-01"),
            ("99999999999999", "header and payload decode"),
        ] {
            let text = format!(
                "{}.{}.c2lnbmF0dXJl",
                BASE64URL_NOPAD.encode(br#"{"alg":"HS256"}"#),
                BASE64URL_NOPAD.encode(format!(r#"{{"exp":{end}}}"#).as_bytes())
            );
            let subject = Subject { secret: text.as_bytes(), matched: text.as_bytes() };
            assert_eq!(signed(subject), Verdict::Holds(words.into()));
        }
    }
}
