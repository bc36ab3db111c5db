//! What git hands on of `-c key=value` to what it runs.
//!
//! Never: the environment itself, what a key means.

/// The variable in which it does.
pub const VARIABLE: &str = "GIT_CONFIG_PARAMETERS";

/// The value of `key`, without regard to case, in the text of [`VARIABLE`]. As with git, what is said last holds.
pub fn setting(text: &str, key: &str) -> Option<String> {
    settings(text).into_iter().rfind(|(name, _)| name.eq_ignore_ascii_case(key))?.1
}

/// The keys and values of [`VARIABLE`]: `'key'='value'`, from git before 2.31 `'key=value'`, separated by spaces. Reads up
/// to the first thing that git would not have written.
fn settings(mut text: &str) -> Vec<(String, Option<String>)> {
    let mut settings = Vec::new();
    while let Some((first, rest)) = unquote(text.trim_start()) {
        let (setting, rest) = match rest.strip_prefix('=') {
            Some(value) => match unquote(value) {
                Some((value, rest)) => ((first, Some(value)), rest),
                None => ((first, None), value),
            },
            None => match first.split_once('=') {
                Some((key, value)) => ((key.to_owned(), Some(value.to_owned())), rest),
                None => ((first, None), rest),
            },
        };
        settings.push(setting);
        text = rest;
    }
    settings
}

/// A word as git quotes it for the shell, and what follows it. Outside of the quotes stand `\'` and `\!` only.
///
/// Source: git, `quote.c`, `sq_quote_buf` and `sq_dequote_step`.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (inside, after) = rest.split_once('\'')?;
        word.push_str(inside);
        let escaped = ['\'', '!'].into_iter().find_map(|char| {
            let behind = after.strip_prefix('\\')?.strip_prefix(char)?.strip_prefix('\'')?;
            Some((char, behind))
        });
        let Some((char, behind)) = escaped else {
            return Some((word, after));
        };
        word.push(char);
        rest = behind;
    }
}
