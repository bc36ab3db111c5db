//! JSON documents that hold a credential. Source for keys: RFC 7517, RFC 7518, RFC 8037.

use serde_json::{Deserializer, Map, Value};

use super::{Subject, Verdict, packed::decoded};

/// The document has all of `fields`, joined by dashes, none of them empty.
pub fn json(subject: Subject<'_>, fields: &str) -> Verdict {
    let holds = object(subject.matched).is_some_and(|object| {
        fields.split('-').all(|field| field.is_empty() || object.get(field).is_some_and(|value| !is_empty(value)))
    });
    Verdict::of(holds, "document parses")
}

/// A web key with its private part, which is as long as its kind has it.
pub fn web_key(subject: Subject<'_>) -> Verdict {
    let Some(key) = object(subject.matched) else { return Verdict::Fails };
    let length =
        |name| key.get(name).and_then(Value::as_str).and_then(|text| decoded(text.as_bytes())).map_or(0, |b| b.len());
    let holds = match key.get("kty").and_then(Value::as_str) {
        Some("RSA") => length("d") >= 64 && length("n") >= 64,
        Some("EC") => matches!(length("d"), 32 | 48 | 65 | 66),
        Some("OKP") => matches!(length("d"), 32 | 56 | 57),
        Some("oct") => length("k") >= 16,
        _ => false,
    };
    Verdict::of(holds, "holds its private part")
}

/// The first object in `text`, which may stand in a string with escapes.
fn object(text: &[u8]) -> Option<Map<String, Value>> {
    let first = |text: &[u8]| {
        let start = text.iter().position(|byte| *byte == b'{')?;
        Deserializer::from_slice(&text[start..]).into_iter::<Map<String, Value>>().next()?.ok()
    };
    first(text).or_else(|| {
        let unescaped = String::from_utf8_lossy(text).replace("\\\"", "\"").replace("\\\\", "\\").replace("\\n", "\n");
        first(unescaped.as_bytes())
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{judges, judges_with},
        *,
    };

    #[test]
    fn a_document_has_its_fields() {
        judges_with(
            json,
            &[
                (
                    "client_secret-refresh_token",
                    r#"{{"client_secret":"{hex:8}","refresh_token":"{hex:8}"}, more"#,
                    Some(true),
                ),
                (
                    "client_secret-refresh_token",
                    r#"{{\"client_secret\":\"{hex:8}\",\"refresh_token\":\"x\"}"#,
                    Some(true),
                ),
                ("client_secret-refresh_token", r#"{{"client_secret":"{hex:8}","refresh_token":""}"#, Some(false)),
                ("client_secret", r#"{{"client_secret":"#, Some(false)),
            ],
        );
    }

    #[test]
    fn a_web_key_has_its_private_part() {
        judges(
            web_key,
            &[
                (r#"{{"kty":"EC","crv":"P-256","x":"{base64url-bytes:32}","d":"{base64url-bytes:32}"}"#, Some(true)),
                (r#"{{"kty":"OKP","d":"{base64url-bytes:32}"}"#, Some(true)),
                (r#"{{"kty":"RSA","n":"{base64url-bytes:256}","d":"{base64url-bytes:256}"}"#, Some(true)),
                (r#"{{"kty":"oct","k":"{base64url-bytes:32}"}"#, Some(true)),
                (r#"{{"kty":"RSA","n":"{base64url-bytes:256}","e":"AQAB"}"#, Some(false)),
                (r#"{{"kty":"EC","d":"..."}"#, Some(false)),
            ],
        );
    }
}
