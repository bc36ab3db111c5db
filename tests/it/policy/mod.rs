//! What may pass and what may not, through real commits.

mod allowances;
mod baseline;
mod bypass;
mod inherited;
mod paths;
mod precedence;

use std::fs;

use crate::support::{Repo, Run};

const STRIPE: &str = "stripe-secret-key";
const PASSWORD: &str = "generic-password";

/// A Stripe key that no other `number` gives, put together here so that no scanner trips over this file.
fn key(number: u64) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let body = (0..24).map(|_| {
        // Xorshift64, Marsaglia 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(ALPHABET[usize::try_from(state % 62).expect("small")])
    });
    ["sk", "live", &body.collect::<String>()].join("_")
}

/// A line with a key.
fn line(number: u64) -> String {
    format!("stripe_key = \"{}\"\n", key(number))
}

/// A line with a password of nobody's.
fn password() -> String {
    ["password = \"", "kV7-", "tq2_", "Zr9w", "\"\n"].concat()
}

/// Lines without a secret, enough that git would call the file the same after an edit.
fn filler() -> String {
    (b'a'..=b't').map(|name| [char::from(name).to_string().as_str(), " = 1\n"].concat()).collect()
}

#[track_caller]
fn passes(run: &Run) {
    assert_eq!(run.code, 0, "expected it to pass: {run:?}");
}

#[track_caller]
fn hides(run: &Run, values: &[String]) {
    for value in values {
        assert!(!run.stdout.contains(value.as_str()) && !run.stderr.contains(value.as_str()), "a value was printed");
    }
}

/// Exit 2, and the message has all of `words`.
#[track_caller]
fn incomplete(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "expected an error: {run:?}");
    let said = format!("{}{}", run.stdout, run.stderr);
    for word in words {
        assert!(said.contains(word), "expected {word:?}: {run:?}");
    }
}

/// Git ends with 1 whatever a hook ends with; the words tell.
#[track_caller]
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 1, "expected a refusal: {run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "expected {word:?}: {run:?}");
    }
}

/// A protected repository with `files` committed without a look.
fn with(files: &[(&str, String)]) -> Repo {
    let repo = Repo::protected();
    for (path, text) in files {
        repo.commit_file(path, text);
    }
    repo
}

fn write_user_config(repo: &Repo, text: &str) {
    let folder = repo.root().join("home/.config/tightlip");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.toml"), text).expect("a file");
}
