//! Whether a shim reads the hook that was there before, so that it sees the name that git calls.
//!
//! The shims decide by themselves at every run; this tells beforehand, for `install` to say so. Never: running anything.

/// The shells that keep `$0` as it is in a file that they read; zsh does not.
const SHELLS: [&str; 4] = ["sh", "bash", "dash", "ksh"];

/// Whether the shims read a hook that holds `bytes`, rather than run it: `can_be_read` in `hooks/`.
pub fn is_read(bytes: &[u8]) -> bool {
    let lines = || bytes.split(|&byte| byte == b'\n');
    let first = lines().next().unwrap_or_default();
    let command = match first.strip_prefix(b"#!") {
        Some(command) => String::from_utf8_lossy(command),
        // What has no interpreter and is no program is left to sh, by git too.
        None if first.iter().any(|&byte| !matches!(byte, b' '..=b'~' | b'\t')) => return false,
        None => "/bin/sh".into(),
    };
    is_shell(&command) && !lines().any(|line| has_to_be_run(&String::from_utf8_lossy(line)))
}

/// Whether the interpreter is a shell whose options leave room for `-c` behind them.
fn is_shell(command: &str) -> bool {
    let mut words = command.split([' ', '\t']).filter(|word| !word.is_empty()).peekable();
    let Some(interpreter) = words.next().filter(|word| word.starts_with('/')) else { return false };
    let shell = if interpreter.ends_with("/env") {
        words.next_if_eq(&"-S");
        words.next().unwrap_or_default()
    } else {
        interpreter
    };
    let fits = |word: &str| {
        !word.ends_with('-')
            && !word.contains("--")
            && word.chars().all(|c| c.is_ascii_alphabetic() && !matches!(c, 'c' | 's') || c == '-')
    };
    shell.rsplit('/').next().is_some_and(|name| SHELLS.contains(&name)) && words.all(fits)
}

/// Whether a script asks if it was read or run, or starts `$0` again.
fn has_to_be_run(line: &str) -> bool {
    let then_itself = |word| line.split_once(word).is_some_and(|(_, rest)| rest.contains("$0"));
    line.contains("BASH_SOURCE") || line.contains("(return") || then_itself("exec") || then_itself("sh ")
}
