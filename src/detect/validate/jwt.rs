//! JSON web tokens. Source: RFC 7515, RFC 7516, RFC 7519.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Subject, Verdict};

/// Three parts, the first two JSON objects, the first with an algorithm; or five with an encryption. An unsigned one is no
/// secret, whatever it says, nor is the one of John Doe that stands in every manual.
pub fn signed(subject: Subject<'_>) -> Verdict {
    let parts: Vec<&[u8]> = subject.secret.split(|byte| *byte == b'.').collect();
    let Some(header) = object(parts[0]) else { return Verdict::Fails };
    let algorithm = header.get("alg").and_then(Value::as_str);
    let holds = match parts[..] {
        [_, body, signature] => {
            algorithm.is_some_and(|name| !name.eq_ignore_ascii_case("none"))
                && !signature.is_empty()
                && object(body).is_some_and(|claims| claims.get("name").and_then(Value::as_str) != Some("John Doe"))
        }
        [_, _, _, text, _] => algorithm.is_some() && header.contains_key("enc") && !text.is_empty(),
        _ => false,
    };
    Verdict::of(holds, "header and payload decode")
}

/// A signed token of Supabase: the role `anon` is public, and what the demo issues is in the documentation.
pub fn supabase(subject: Subject<'_>) -> Verdict {
    if signed(subject) == Verdict::Fails {
        return Verdict::Fails;
    }
    let claims = subject.secret.split(|byte| *byte == b'.').nth(1).and_then(object).unwrap_or_default();
    let claim = |name| claims.get(name).and_then(Value::as_str);
    match (claim("iss"), claim("role")) {
        (Some("supabase"), Some("service_role")) => Verdict::Holds("names the service role".into()),
        _ => Verdict::Fails,
    }
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn a_token_decodes_and_is_signed() {
        judges(
            signed,
            &[
                ("{jwt}", Some(true)),
                ("{jwt:alg=none,sub=me}", Some(false)),
                ("eyJ{base64url:30}.eyJ{base64url:30}.{base64url:43}", Some(false)),
                ("{jwt:sub=1234567890,name=John Doe}", Some(false)),
                ("x", Some(false)),
            ],
        );
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
}
