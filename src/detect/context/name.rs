//! What the words of a name say about the value beside it.

use gix::bstr::ByteSlice;

/// The last word of a name that is not the name of the secret itself but of something about it.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "address", "alg", "algorithm", "alias", "arn", "at", "attr", "attribute", "bin", "by", "callback", "challenge",
    "changed", "character", "chars", "checker", "checksum", "class", "color", "column", "command", "complexity",
    "config", "count", "created", "css", "date", "definition", "der", "desc", "description", "dir", "domain", "email",
    "enabled", "encoder", "encoding", "encryption", "endpoint", "env", "error", "errors", "example", "expiration",
    "expires", "expiry", "field", "fields", "file", "filename", "files", "flag", "form", "format", "generator", "go",
    "handler", "hash", "hasher", "hashing", "header", "headers", "help", "hint", "host", "html", "icon", "id",
    "identifier", "ids", "index", "input", "java", "js", "json", "kind", "label", "len", "length", "limit", "link",
    "locale", "location", "logfile", "magic", "management", "manager", "max", "md", "mechanism", "message", "method",
    "mgr", "min", "mint", "mode", "model", "modified", "modify", "msg", "name", "names", "obfuscation", "offset",
    "option", "p8", "page", "param", "parameter", "path", "paths", "pattern", "pem", "placeholder", "policies",
    "policy", "port", "position", "prefix", "prompt", "provider", "py", "re", "realm", "ref", "regex", "regexes", "regexp", "region",
    "reminder", "required", "reset", "rev", "rs", "rule", "rules", "schema", "scope", "scopes", "selector", "service",
    "settings", "size", "source", "spec", "state", "status", "store", "strategy", "strength", "suffix", "sum",
    "supported", "template", "text", "time", "timeout", "title", "ts", "ttl", "txt", "type", "types", "updated", "uri",
    "url", "urls", "usage", "used", "user", "username", "validator", "var", "variable", "version", "view", "within",
    "yaml", "yml",
];

/// A word of a name that speaks of public or derived material, or of what is made up.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "anon", "bad", "banned", "bogus", "cache", "checksum", "ciphertext", "commit", "continuation", "csrf", "cursor", "digest",
    "dummy", "encrypted", "etag", "fake", "fingerprint", "forbidden", "foreign", "guid", "hash", "hashed",
    "idempotency", "incorrect", "integrity", "invalid", "md5", "mock", "mocked", "nonce", "page", "pagination",
    "partition", "primary", "pub", "public", "publishable", "revision", "sha", "sha1", "sha256", "sha512", "sort",
    "thumbprint", "uuid", "wrong", "xsrf",
];

/// Words of [`HARMLESS`] that say to what something belongs rather than what it is; in order.
const OF_DATA: &[&str] = &[
    "cache",
    "commit",
    "continuation",
    "csrf",
    "cursor",
    "digest",
    "foreign",
    "page",
    "pagination",
    "partition",
    "primary",
    "revision",
    "sort",
    "xsrf",
];

/// Words before that of a password which make an action, a choice or a label of it.
const ACTIONS: [&str; 21] = [
    "allow", "ask", "change", "check", "disable", "disabled", "forget", "forgot", "generate", "has", "hide", "prompt",
    "recover", "request", "require", "reset", "send", "show", "update", "verify", "your",
];

/// Words that people write `pass`, `pw` or `pwd` behind without a sign: `smtppass`. Others end so by chance.
#[rustfmt::skip]
const OWNERS: &[&str] = &[
    "account", "admin", "auth", "backup", "bind", "cert", "client", "db", "email", "ftp", "imap", "key", "ldap", "login",
    "mail", "master", "my", "mysql", "pfx", "pg", "pop", "proxy", "redis", "remote", "root", "server", "sftp", "smtp",
    "sql", "ssh", "store", "sudo", "sync", "user", "vpn", "wifi",
];

/// What goes over its data, or lets through, before `pass`: `renderPass`.
#[rustfmt::skip]
const PASSES: [&str; 20] = [
    "all", "band", "blur", "bloom", "color", "compute", "copy", "depth", "first", "geometry", "high", "light", "low",
    "main", "post", "render", "second", "shadow", "single", "texture",
];

/// Two words of which the last alone would name a secret: places in a list, marks of requests, ids.
const OTHERS: [[&str; 2]; 6] = [
    ["next", "token"],
    ["sync", "token"],
    ["trace", "token"],
    ["attestation", "key"],
    ["file", "key"],
    ["site", "key"],
];

/// Words for nothing but passwords.
const PASSWORDS: [&str; 4] = ["password", "passwd", "pwd", "passphrase"];

/// Whether a name, given as its lower-case words, may be that of a secret.
pub fn may_name_a_secret(words: &[String]) -> bool {
    let among = |list: &[&str], word: &String| list.binary_search(&word.as_str()).is_ok();
    // The salts and keys of a blog's settings are no numbers used once.
    let is_salt = words.windows(2).any(|pair| pair[0] == "nonce" && ["salt", "key"].contains(&pair[1].as_str()));
    // `CACHE_PASSWORD`, `PAGE_ACCESS_TOKEN`: to what they belong says nothing against them.
    let opens = ends_as_password(words)
        || words.last().is_some_and(|last| last == "secret")
        || matches!(words, [.., before, last] if ["access", "secret"].contains(&before.as_str())
            && ["key", "token"].contains(&last.as_str()));
    // `HASH_SECRET`, `hash_salt`: what hashes are made with is none.
    let is_of_hashes =
        |word: &String| word == "hash" && words.last().is_some_and(|last| ["salt", "secret"].contains(&last.as_str()));
    let is_passed_over = matches!(words, [.., before, last] if last == "pass" && PASSES.contains(&before.as_str()));
    !words.last().is_some_and(|last| among(ABOUT, last))
        && !words.iter().any(|word| {
            let is_excused = is_salt && word == "nonce" || opens && among(OF_DATA, word) || is_of_hashes(word);
            among(HARMLESS, word) && !is_excused
        })
        && !is_other(words)
        && !is_passed_over
}

/// Whether two of the words name something else together than they do alone.
fn is_other(words: &[String]) -> bool {
    words.windows(2).any(|pair| OTHERS.iter().any(|other| pair == other))
}

/// Whether the last of `words` is that of names of nothing but passwords.
pub fn ends_as_password(words: &[String]) -> bool {
    words.last().is_some_and(|last| PASSWORDS.iter().any(|known| last.ends_with(known)))
}

/// Whether a name says what is done with a password, or whose it is to be: `reset_password`, `changepassword`, `yourPassword`.
pub fn is_done_with_a_password(words: &[String]) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let is_action = |word: &str| ACTIONS.contains(&word);
    PASSWORDS
        .iter()
        .filter_map(|known| last.strip_suffix(known))
        .any(|rest| is_action(rest) || rest.is_empty() && before.last().is_some_and(|word| is_action(word)))
}

/// Whether a name of words that speak of a secret may hold one, if its value can be nothing else: the last word does not say what
/// the value is then (`secret_do_not_commit`, `TOKEN_FOR_CI`, `secretHeader`), unless values of its kind look drawn as well.
pub fn may_hold_a_drawn_secret(words: &[String]) -> bool {
    const SECRETS: [&str; 5] = ["passphrase", "passwd", "password", "secret", "token"];
    #[rustfmt::skip]
    const LOOK_DRAWN: [&str; 37] = [
        "address", "arn", "attribute", "callback", "checksum", "class", "column", "example", "field", "file",
        "filename", "files", "hash", "hasher", "id", "identifier", "ids", "link", "location", "name", "names", "path",
        "paths", "pattern", "placeholder", "ref", "regex", "regexp", "rev", "selector", "sum", "uri", "url", "urls",
        "user", "username", "version",
    ];
    let among = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| among(&SECRETS, word))
        && !words.last().is_some_and(|last| among(&LOOK_DRAWN, last))
        && !words.iter().any(|word| word != "commit" && among(HARMLESS, word))
        && !is_other(words)
}

/// Whether a name of a secret says no more than that its value is a key or belongs to an API: `COSMOS_KEY`, `acme_api`.
pub fn is_weak(words: &[String]) -> bool {
    /// Words that make a key the key to something.
    const STRONG: [&str; 26] = [
        "access",
        "account",
        "aes",
        "api",
        "app",
        "auth",
        "cipher",
        "client",
        "consumer",
        "crypto",
        "encrypt",
        "encryption",
        "hmac",
        "in",
        "license",
        "master",
        "private",
        "secret",
        "security",
        "service",
        "session",
        "shared",
        "signing",
        "storage",
        "subscription",
        "token",
    ];
    match words {
        // Hardly any is as long as another word, which is faster to tell than their order.
        [.., before, last] if last == "key" => !STRONG.contains(&before.as_str()),
        [.., last] => last == "key" || last == "api",
        [] => false,
    }
}

/// The lower-case words of a name: `MY_API_KEY`, `myApiKey` and `my.api-key` are `my`, `api`, `key`.
pub fn words(name: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    read_words(name, &mut words);
    words
}

/// The same, in the place and the memory of other `words`.
pub fn read_words(name: &[u8], words: &mut Vec<String>) {
    let Some(name) = str::from_utf8(name).ok().filter(|name| name.is_ascii()) else {
        words.clear();
        words.extend(words_of_any_letters(name));
        return;
    };
    let class_at = |at: usize, class: fn(&u8) -> bool| name.as_bytes().get(at).is_some_and(class);
    let begins = |at: usize| {
        class_at(at, u8::is_ascii_uppercase)
            && (!class_at(at - 1, u8::is_ascii_uppercase) || class_at(at + 1, u8::is_ascii_lowercase))
    };
    let (mut start, mut count) = (0, 0);
    for end in 0..=name.len() {
        let is_sign = !class_at(end, u8::is_ascii_alphanumeric);
        if start < end && (is_sign || begins(end)) {
            if count == words.len() {
                words.push(String::new());
            }
            words[count].clear();
            words[count].push_str(&name[start..end]);
            words[count].make_ascii_lowercase();
            count += 1;
            start = end;
        }
        start += usize::from(is_sign);
    }
    words.truncate(count);
}

/// The same, of a name in any script.
fn words_of_any_letters(name: &[u8]) -> Vec<String> {
    let name = name.to_str_lossy().to_lowercase();
    let parts = name.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether `wanted` (`api_key`) stands among `words`: as words in a row, or written as one at the end of a word.
pub fn says(words: &[String], wanted: &str) -> bool {
    // Asked of every name for every rule: without a copy of anything.
    let parts = wanted.split('_').count();
    let joined = || wanted.bytes().filter(|byte| *byte != b'_');
    let length = wanted.len() + 1 - parts;
    let ends_so = |word: &str| {
        let start = word.len().checked_sub(length);
        start.is_some_and(|start| (start == 0 || length >= 5) && word.as_bytes()[start..].iter().copied().eq(joined()))
    };
    let is_plural = |word: &str| {
        length >= 5 && word.len() == length + 1 && word.strip_suffix('s').is_some_and(|word| word.bytes().eq(joined()))
    };
    // `password1`, `adminPass2`
    let numbered = |word: &str| ends_so(word.trim_end_matches(|digit: char| digit.is_ascii_digit()));
    // `smtppass`, `dbpw`
    let is_owned = |word: &str| {
        ["pass", "pw", "pwd"].contains(&wanted)
            && word
                .trim_end_matches(|digit: char| digit.is_ascii_digit())
                .strip_suffix(wanted)
                .is_some_and(|owner| OWNERS.binary_search(&owner).is_ok())
    };
    words.windows(parts).any(|run| run.iter().map(String::as_str).eq(wanted.split('_')))
        || words.iter().any(|word| ends_so(word) || is_plural(word) || numbered(word) || is_owned(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_the_order_that_their_search_asks_for() {
        assert!(ABOUT.is_sorted() && HARMLESS.is_sorted() && OF_DATA.is_sorted() && OWNERS.is_sorted());
    }

    #[test]
    fn knows_names_that_say_little() {
        for (name, weak) in [
            ("COSMOS_KEY", true),
            ("acme_api", true),
            ("key", true),
            ("MY_API_KEY", false),
            ("secretKey", false),
            ("token", false),
        ] {
            assert_eq!(is_weak(&words(name.as_bytes())), weak, "{name}");
        }
    }

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
            ("CACHE_PASSWORD", true),
            ("PAGE_ACCESS_TOKEN", true),
            ("CSRF_SECRET", true),
            ("WTF_CSRF_SECRET_KEY", true),
            ("hash_salt", true),
            ("HASH_SECRET", true),
            ("secret_hash", false),
            ("renderPass", false),
            ("mail_pass", true),
            ("syncToken", false),
            ("siteKey", false),
            ("SUPABASE_ANON_KEY", false),
            ("HTTPPasswordMgrWithDefaultRealm", false),
            ("csrf_token", false),
            ("encrypted_password", false),
            ("WIFI_PASSWORD_HOME", true),
            ("new_password", true),
            ("ssh_password_mechanism", false),
        ] {
            assert_eq!(may_name_a_secret(&words(name.as_bytes())), may, "{name}");
        }
    }

    #[test]
    fn tells_what_is_done_with_passwords_from_passwords() {
        for (name, done) in [
            ("reset_password", true),
            ("userlogin-yourpassword", true),
            ("changepassword", true),
            ("user.updatePassword", true),
            ("exchange_password", false),
            ("FLASK_PASSWORD", false),
            ("enable_password", false),
            ("new_password", false),
            ("password", false),
        ] {
            assert_eq!(is_done_with_a_password(&words(name.as_bytes())), done, "{name}");
        }
    }

    #[test]
    fn the_last_word_of_a_secret_matters_less_where_the_value_is_drawn() {
        for (name, may) in [
            ("todo_secret_do_not_commit", true),
            ("SECRET_FOR_CI", true),
            ("secretHeader", true),
            ("webhook_secret_text", true),
            ("secret_id", false),
            ("token_url", false),
            ("passwordHash", false),
            ("publicTokenText", false),
            ("fakeToken", false),
            ("syncToken", false),
            ("commit", false),
        ] {
            assert_eq!(may_hold_a_drawn_secret(&words(name.as_bytes())), may, "{name}");
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
            ("compass", "pass", false),
            ("smtppass", "pass", true),
            ("dbpw2", "pw", true),
            ("rootpwd", "pwd", true),
        ] {
            assert_eq!(says(&words(name.as_bytes()), wanted), says_it, "{name} {wanted}");
        }
    }
}
