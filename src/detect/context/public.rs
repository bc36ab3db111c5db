//! Values that are public by design, or stored instead of a secret: digests, algorithms, hosts, numbers, hashes of passwords.
//!
//! Never: shapes of one provider; the rules have those.

/// Whether `value` is of what is public by design: publishable keys, digests, images, numbers of objects, addresses that nobody
/// logs in with.
pub fn is_public(value: &[u8]) -> bool {
    PUBLIC.split_whitespace().chain(ALGORITHMS.split_whitespace()).any(|prefix| value.starts_with(prefix.as_bytes()))
        || is_url_without_login(value)
        || is_number(value)
        || is_host(value)
        || is_tracking_id(value)
}

/// `rbac.authorization.k8s.io`
fn is_host(value: &[u8]) -> bool {
    const PARTS: usize = 3;
    const ENDINGS: [&[u8]; 16] = [
        b"ai",
        b"app",
        b"cloud",
        b"co",
        b"com",
        b"de",
        b"dev",
        b"eu",
        b"internal",
        b"io",
        b"local",
        b"net",
        b"org",
        b"svc",
        b"uk",
        b"us",
    ];
    let is_part = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase)
            && part.len() <= 24
            && part.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
    };
    let mut parts = value.rsplit(|&byte| byte == b'.');
    let ending = parts.next().unwrap_or_default();
    ENDINGS.contains(&ending) && parts.clone().count() + 1 >= PARTS && parts.all(is_part)
}

/// `UA-136142416-1`, which every visitor of a site sees.
fn is_tracking_id(value: &[u8]) -> bool {
    value.strip_prefix(b"UA-").is_some_and(|id| id.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-'))
}

/// Whether `value` begins as programs store passwords that they only compare: crypt(3), LDAP, Django, Werkzeug. Those of
/// a known length have a rule of their own.
pub fn is_password_hash(value: &[u8]) -> bool {
    const LEAST: usize = 16;
    value.len() >= LEAST && HASHES.split_whitespace().any(|prefix| value.starts_with(prefix.as_bytes()))
}

/// `mongodb://localhost:27017`
fn is_url_without_login(value: &[u8]) -> bool {
    let scheme = value.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'+').count();
    scheme >= 2 && value[scheme..].starts_with(b"://") && !value.iter().any(|byte| b"@?".contains(byte))
}

/// `1.2.840.113556.1.4.125`, `2_524_860_000`
fn is_number(value: &[u8]) -> bool {
    let of = |sign: u8, least: usize| {
        value.iter().all(|byte| byte.is_ascii_digit() || *byte == sign)
            && value.split(|&byte| byte == sign).count() > least
    };
    of(b'.', 3) || of(b'_', 2)
}

/// How public values begin that are no provider's: keys, digests, addresses, encoded documents.
const PUBLIC: &str = "
    ssh- ecdsa- sha256- sha512- sha1- sha384- sha256: SHA256:
    h1: data: http:// https:// -----BEGIN PUB -----BEGIN CERT iVBORw0KGgo /9j/ R0lGOD PHN2Zy H4sI AGFzbQ JVBERi
";

/// How stored hashes begin.
const HASHES: &str = "
    $1$ $2a$ $2b$ $2y$ $5$ $6$ $y$ $7$ $apr1$ $argon2 $pbkdf2 $scrypt$ argon2$ bcrypt$ bcrypt_sha256$ md5$ sha1$ sha256$
    pbkdf2_sha pbkdf2: scrypt: sha1: md5: HMACSHA {CRYPT} {MD5} {PBKDF2 {SHA {SMD5} {SSHA {bcrypt} {pbkdf2} {scrypt}
    SCRAM-SHA-
";

/// How the names of algorithms begin that encrypt tokens (RFC 7518).
const ALGORITHMS: &str =
    "A128CBC A128GCM A128KW A192CBC A192GCM A192KW A256CBC A256GCM A256KW ECDH-ES PBES2-HS RSA-OAEP";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_public_and_what_is_hashed() {
        for value in [
            "mongodb://localhost:27017",
            "1.2.840.113556.1.4.125",
            "ssh-rsa",
            "rbac.authorization.k8s.io",
            "UA-136142416-1",
        ] {
            assert!(is_public(value.as_bytes()), "{value}");
        }
        for value in [
            "mongodb://ada:x@localhost",
            "10.0.1",
            "kestrel.9",
            "9a08jv.c0izixklcxtmnze7",
            "UA-Kestrel9",
            "gravel.tundra.spoon.wagon",
        ] {
            assert!(!is_public(value.as_bytes()), "{value}");
        }
        for value in ["$1$salt$shortened", "md5$salt$0f1e2d3c", "{SSHA}q8ZrtW2mLk9w", "pbkdf2_sha256$1000$a$b"] {
            assert!(is_password_hash(value.as_bytes()), "{value}");
        }
        for value in ["$1ck.Kestrel", "md5sum!x9", "{noop}kestrelcliff77", "$2y$kirsche9"] {
            assert!(!is_password_hash(value.as_bytes()), "{value}");
        }
    }
}
