//! Whether a value is of a shape that is public by design, so that no name makes a secret of it.
//!
//! Never: names, places. Asked only about what would be a finding; an expression is compiled when its keyword stands there.

use std::sync::{LazyLock, OnceLock};

use regex::bytes::Regex;

use super::context::find::holds;
use crate::rules::{HARMLESS, syntax};

/// Whether all of `value` is of a shape of the table `[[harmless]]`.
pub fn is_harmless(value: &[u8]) -> bool {
    static COMPILED: LazyLock<Vec<OnceLock<Regex>>> =
        LazyLock::new(|| HARMLESS.iter().map(|_| OnceLock::new()).collect());
    HARMLESS.iter().zip(COMPILED.iter()).any(|(shape, compiled)| {
        let compile = || syntax::compile_value(&shape.pattern).expect("the build has compiled it");
        shape.keywords.iter().any(|word| holds(value, word.as_bytes())) && compiled.get_or_init(compile).is_match(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_no_secret_and_a_secret_key_is() {
        for (value, harmless) in [
            (&b"pk_live_51Hq8vKJt2Lr9wXz"[..], true),
            (b"sk_live_51Hq8vKJt2Lr9wXz", false),
            (b"phc_short", false),
            (b"prefix pk_live_51Hq8vKJt2Lr9wXz", false),
        ] {
            assert_eq!(is_harmless(value), harmless, "{}", value.escape_ascii());
        }
    }
}
