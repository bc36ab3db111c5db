//! Tokens that carry a checksum of themselves.

use super::{Subject, Verdict};
use crate::rules::checksum;

const WORDS: &str = "checksum holds";

/// GitHub, npm, Vercel: the last six characters, over those between the prefix and them.
pub fn base62(subject: Subject<'_>) -> Verdict {
    let Some((body, sum)) = body(subject.secret).split_last_chunk::<6>() else { return Verdict::Fails };
    Verdict::of(checksum::crc32_base62(body).as_bytes() == sum, WORDS)
}

/// Cloudflare, Zuplo: the last eight digits, over what stands between the prefix and them.
pub fn hex_body(subject: Subject<'_>) -> Verdict {
    let Some((token, sum)) = subject.secret.split_last_chunk::<8>() else { return Verdict::Fails };
    let body = body(token.strip_suffix(b"_").unwrap_or(token));
    Verdict::of(checksum::crc32_hex_lower(body).as_bytes() == sum, WORDS)
}

/// Confluent: the last six characters, over those between `cflt` and them.
pub fn le_base64(subject: Subject<'_>) -> Verdict {
    let Some((token, sum)) = subject.secret.split_last_chunk::<6>() else { return Verdict::Fails };
    let body = token.strip_prefix(b"cflt").unwrap_or(token);
    Verdict::of(checksum::crc32_le_base64(body).as_bytes() == sum, WORDS)
}

/// Atlassian: the last eight digits, over all before, whose `=` may be escaped for a URL or a properties file.
pub fn hex(subject: Subject<'_>) -> Verdict {
    let Some((token, sum)) = subject.secret.split_last_chunk::<8>() else { return Verdict::Fails };
    let escaped = token.strip_suffix(b"%3D").or_else(|| token.strip_suffix(br"\="));
    let token = escaped.map_or_else(|| token.to_vec(), |start| [start, b"="].concat());
    Verdict::of(checksum::crc32_hex_upper(&token).as_bytes() == sum, WORDS)
}

/// Grafana: the last eight digits, over all before them but the `_` between.
pub fn le_hex(subject: Subject<'_>) -> Verdict {
    let Some((token, sum)) = subject.secret.split_last_chunk::<8>() else { return Verdict::Fails };
    let token = token.strip_suffix(b"_").unwrap_or(token);
    Verdict::of(checksum::crc32_le_hex(token).as_bytes() == sum, WORDS)
}

/// GitLab: the last seven characters, over all before.
pub fn base36(subject: Subject<'_>) -> Verdict {
    let Some((token, sum)) = subject.secret.split_last_chunk::<7>() else { return Verdict::Fails };
    Verdict::of(checksum::crc32_base36(token).as_bytes() == sum, WORDS)
}

/// GitHub's fine-grained tokens: the first eight of the last sixteen characters, over all before.
pub fn sha256_base32(subject: Subject<'_>) -> Verdict {
    let Some((token, end)) = subject.secret.split_last_chunk::<16>() else { return Verdict::Fails };
    Verdict::of(checksum::sha256_base32(token).as_bytes() == &end[..8], WORDS)
}

/// What stands behind the first `_`.
fn body(token: &[u8]) -> &[u8] {
    token.iter().position(|byte| *byte == b'_').map_or(token, |at| &token[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn knows_a_token_from_one_made_up() {
        judges(
            base62,
            &[("ghp_{base62:30}{crc32-base62}", Some(true)), ("ghp_{base62:36}", Some(false)), ("x", Some(false))],
        );
        judges(hex_body, &[("cfut_{base62:40}{crc32-hex-body}", Some(true)), ("cfut_{base62:40}{hex:8}", Some(false))]);
        judges(hex_body, &[("zpka_{hex:32}_{crc32-hex-body}", Some(true))]);
        judges(le_base64, &[("cflt{base64:54}{crc32-le-b64}", Some(true)), ("cflt{base64:60}", Some(false))]);
        judges(le_hex, &[("glsa_{base62:32}_{crc32-le-hex}", Some(true)), ("glsa_{base62:32}_{hex:8}", Some(false))]);
        judges(
            base36,
            &[
                ("glpat-{base64url:27}.01.0r{crc32-base36}", Some(true)),
                ("glpat-{base64url:27}.01.0r{base36:7}", Some(false)),
            ],
        );
        judges(sha256_base32, &[("github_pat_1{base62:21}_{base62:43}{sha256-base32-8}{base62:8}", Some(true))]);
        judges(sha256_base32, &[("github_pat_1{base62:21}_{base62:59}", Some(false))]);
        judges(hex, &[("ATBB{base62:24}{crc32-hex}", Some(true)), ("ATBB{base62:24}{hexupper:8}", Some(false))]);
    }

    #[test]
    fn undoes_what_a_url_does_to_an_equals_sign() {
        let token = [b"ATATT3xFfGF0".as_slice(), &[b'a'; 80]].concat();
        for sign in ["=", r"\=", "%3D"] {
            let secret = [&token, sign.as_bytes(), b"A1AADFE0"].concat();
            assert!(matches!(hex(Subject { secret: &secret, matched: &secret }), Verdict::Holds(_)), "{sign}");
        }
    }
}
