//! The notation for sets of paths.
//!
//! Without a slash a pattern is for the file's name, at any depth. With one it is for the path from the top of the
//! repository: `*` stays within a folder, `**` does not. A slash at the end means the folder and everything below.
//! Never: paths to match.

use globset::GlobBuilder;

/// A pattern that was read.
#[derive(Clone, Debug)]
pub struct Glob {
    written: String,
    parsed: globset::Glob,
}

/// Why a pattern cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GlobError {
    /// Nothing is written.
    #[error("an empty pattern matches nothing")]
    Empty,
    /// As in `.gitignore`.
    #[error("`!` does not take a path out again; write [!] for a name that begins with it")]
    Negated,
    /// As in a shell.
    #[error("paths begin at the top of the repository, without `./` or `../`")]
    Relative,
    /// Anything else.
    #[error("{0}")]
    Syntax(globset::ErrorKind),
}

impl Glob {
    /// Reads a pattern.
    pub fn new(written: &str) -> Result<Self, GlobError> {
        if written.trim_matches('/').is_empty() {
            return Err(GlobError::Empty);
        }
        if written.starts_with('!') {
            return Err(GlobError::Negated);
        }
        if written.starts_with("./") || written.starts_with("../") {
            return Err(GlobError::Relative);
        }
        let parsed = GlobBuilder::new(&anchored(written))
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| GlobError::Syntax(error.kind().clone()))?;
        Ok(Self { written: written.to_owned(), parsed })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// For whole paths from the top of the repository, without a slash in front.
    pub fn parsed(&self) -> &globset::Glob {
        &self.parsed
    }
}

/// The same pattern for whole paths.
fn anchored(written: &str) -> String {
    if !written.contains('/') {
        return format!("**/{written}");
    }
    let from_top = written.strip_prefix('/').unwrap_or(written);
    match from_top.strip_suffix('/') {
        Some(folder) => format!("{folder}/**"),
        None => from_top.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_paths() {
        for (pattern, path, expected) in [
            ("*.key", "a.key", true),
            ("*.key", "deploy/old/a.key", true),
            ("*.key", "a.key/readme", false),
            ("deploy/*.key", "deploy/a.key", true),
            ("deploy/*.key", "deploy/old/a.key", false),
            ("deploy/*.key", "x/deploy/a.key", false),
            ("deploy/**/*.key", "deploy/old/a.key", true),
            ("deploy/**/*.key", "deploy/a.key", true),
            ("tests/fixtures/**", "tests/fixtures/a/b", true),
            ("tests/fixtures/**", "src/tests/fixtures/a", false),
            ("**/fixtures/**", "src/tests/fixtures/a", true),
            ("vendor/", "vendor/a/b", true),
            ("vendor/", "vendor", false),
            ("vendor/", "src/vendor/a", false),
            ("/a.txt", "a.txt", true),
            ("/a.txt", "b/a.txt", false),
            ("*", "a/.hidden", true),
            ("a.txt", "A.txt", false),
            ("{a,b}.txt", "x/b.txt", true),
            (r"\*.txt", "*.txt", true),
            (r"\*.txt", "a.txt", false),
            ("[!]x", "!x", false),
        ] {
            let Ok(glob) = Glob::new(pattern) else {
                assert!(!expected, "{pattern} cannot be read");
                continue;
            };
            assert_eq!(glob.parsed().compile_matcher().is_match(path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn refuses_what_would_match_nothing() {
        for pattern in ["", "/", "!a", "./a", "../a", "[a", "{a"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
