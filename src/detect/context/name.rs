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
    rs py js ts json css html md txt yml yaml pem der bin p8 go java
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

/// The lower-case words of a name: `MY_API_KEY`, `myApiKey` and `my.api-key` are `my`, `api`, `key`.
pub fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, &byte) in name.iter().enumerate() {
        let last = at.checked_sub(1).map_or(b'_', |before| name[before]);
        let next = name.get(at + 1).copied().unwrap_or(b'_');
        let begins = byte.is_ascii_uppercase() && (!last.is_ascii_uppercase() || next.is_ascii_lowercase());
        if !byte.is_ascii_alphanumeric() || begins {
            words.push(String::new());
        }
        if byte.is_ascii_alphanumeric() {
            words.last_mut().expect("never empty").push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether `wanted` (`api_key`) stands among `words`: as words in a row, or written as one at the end of a word.
pub fn says(words: &[String], wanted: &str) -> bool {
    let parts: Vec<&str> = wanted.split('_').collect();
    let joined = parts.concat();
    words.windows(parts.len()).any(|run| run.iter().zip(&parts).all(|(word, part)| word == part))
        || words.iter().any(|word| *word == joined || (joined.len() >= 5 && word.ends_with(&joined)))
        || words.iter().any(|word| joined.len() >= 5 && word.strip_suffix('s') == Some(&joined))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn compares_names_by_words() {
        for (name, wanted, says_it) in [
            ("MY_API_KEY", "api_key", true),
            ("myApiKey", "api_key", true),
            ("myapikey", "api_key", true),
            ("HTTPToken", "token", true),
            ("tokenizer", "token", false),
            ("dbpassword", "password", true),
            ("tokens", "token", true),
            ("bypass", "pass", false),
        ] {
            assert_eq!(says(&words(name.as_bytes()), wanted), says_it, "{name} {wanted}");
        }
    }
}
