//! What the words of a name say about the value beside it.

/// The last word of a name that is not the name of the secret itself but of something about it.
const ABOUT: &str = "
    file files filename path paths dir url uri urls endpoint host port name names id ids arn ref type types
    length len size hash regex regexp pattern placeholder header headers field fields prefix suffix label title
    hint help message msg error errors text description desc policy expiry expires expiration ttl timeout count
    max min limit format algorithm alg version env var variable index position offset kind class scope scopes
    provider manager service store method mode strategy page link column parameter param attr attribute option
    input form selector management settings config model view handler validator generator icon color locale
    status state date time at by usage example template schema source sum checksum rev rule rules regexes
    location alias identifier username user email address domain region enabled required flag
";

/// A word of a name that speaks of public or derived material.
const HARMLESS: &str = "
    public publishable pub hash hashed checksum digest sha sha1 sha256 sha512 md5 integrity etag fingerprint
    commit revision nonce csrf xsrf thumbprint idempotency continuation pagination page cursor encrypted
    ciphertext cache uuid guid primary foreign partition sort
";

/// Whether a name, given as its lower-case words, may be that of a secret.
pub fn may_name_a_secret(words: &[String]) -> bool {
    let among = |list: &str, word: &String| list.split_whitespace().any(|known| known == word);
    !words.last().is_some_and(|last| among(ABOUT, last)) && !words.iter().any(|word| among(HARMLESS, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::context::assignment::words;

    #[test]
    fn tells_names_of_secrets_from_names_about_them() {
        for (name, may) in [
            ("DB_PASSWORD", true),
            ("apiToken", true),
            ("PASSWORD_FILE", false),
            ("token_type", false),
            ("public_key", false),
            ("passwordHash", false),
            ("SECRET_KEY_BASE", true),
        ] {
            assert_eq!(may_name_a_secret(&words(name.as_bytes())), may, "{name}");
        }
    }
}
