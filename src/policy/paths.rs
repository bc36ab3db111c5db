//! `[paths]`, and the built-in list of paths that must not come into git.
//!
//! Never: bytes of files.

use gix::bstr::{BStr, ByteSlice};
use globset::{Candidate, GlobSet, GlobSetBuilder};

use super::Error;
use crate::{
    config::Paths,
    glob::Glob,
    rules::DENIED_PATH,
    source::{Entry, EntryKind},
};

/// The lists of the configuration, ready to match.
#[derive(Debug)]
pub(super) struct PathLists {
    allow: Globs,
    deny: Globs,
    require_deny: Globs,
    skip: Globs,
    skip_but_required: Globs,
    default_deny: bool,
    /// No `allow` excuses a denied path.
    is_required: bool,
}

impl PathLists {
    /// `is_required` says that the rule of denied paths is.
    pub fn new(paths: Paths, require_deny: Vec<Glob>, is_required: bool) -> Result<Self, Error> {
        Ok(Self {
            allow: Globs::new("allow", paths.allow)?,
            deny: Globs::new("deny", paths.deny)?,
            require_deny: Globs::new("deny", require_deny)?,
            skip: Globs::new("skip", paths.skip)?,
            skip_but_required: Globs::new("skip", paths.skip_but_required)?,
            default_deny: paths.default_deny,
            is_required,
        })
    }

    /// The glob by which the path is not read.
    pub fn skipped(&self, path: &BStr) -> Option<&str> {
        self.skip.first_match(path)
    }

    /// The glob by which findings of the rule called `id` in the path pass. Not to read a path is not to let it in.
    pub fn allowed(&self, id: &str, path: &BStr) -> Option<&str> {
        let skipped = || self.skip_but_required.first_match(path).filter(|_| id != DENIED_PATH);
        self.allow.first_match(path).or_else(skipped)
    }

    /// The glob by which the path is denied, allowed or not.
    pub fn denied_by_requirement(&self, path: &BStr) -> Option<&str> {
        self.require_deny.first_match(path)
    }

    /// The pattern by which an entry may not be new. A symbolic link holds no value: its bytes refer to one.
    pub fn denied(&self, entry: &Entry) -> Option<&str> {
        if !entry.new_path || entry.kind != EntryKind::File {
            return None;
        }
        let path = entry.path.as_ref();
        self.denied_by_requirement(path).or_else(|| {
            self.deny
                .first_match(path)
                .or_else(|| if self.default_deny { denied_by_default(path) } else { None })
                .filter(|_| self.is_required || self.allow.first_match(path).is_none())
        })
    }
}

/// Globs of one key; none costs nothing.
#[derive(Debug)]
struct Globs {
    written: Vec<Glob>,
    set: GlobSet,
}

impl Globs {
    fn new(key: &'static str, written: Vec<Glob>) -> Result<Self, Error> {
        if written.is_empty() {
            return Ok(Self { written, set: GlobSet::empty() });
        }
        let mut set = GlobSetBuilder::new();
        for glob in &written {
            set.add(glob.parsed().clone());
        }
        let set = set.build().map_err(|source| Error::Globs { key, source })?;
        Ok(Self { written, set })
    }

    fn first_match(&self, path: &BStr) -> Option<&str> {
        if self.written.is_empty() {
            return None;
        }
        let matches = self.set.matches_candidate(&Candidate::from_bytes(path));
        matches.into_iter().min().map(|index| self.written[index].as_str())
    }
}

/// Private keys as ssh-keygen names them.
const SSH_KEYS: [&str; 6] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];

/// A word of a file's name that makes it a template of the real one.
const TEMPLATE_WORDS: [&str; 6] = ["example", "sample", "template", "dist", "tmpl", "tpl"];

/// The row of the built-in list for `path`. Every new path is asked, so that it is plain comparisons of its name, without
/// regard to ASCII case.
pub(super) fn denied_by_default(path: &BStr) -> Option<&'static str> {
    let (folders, name) = path.rsplit_once_str("/").unwrap_or((b"", path));
    let parent = folders.rsplit_once_str("/").map_or(folders, |(_, last)| last);
    let is = |whole: &str| name.eq_ignore_ascii_case(whole.as_bytes());
    let begins = |start: &str| starts_with(name, start);
    let ends = |end: &str| ends_with(name, end);

    let row = if is(".env") {
        ".env"
    } else if ends(".env") {
        "*.env"
    } else if begins(".env.") {
        ".env.*"
    } else if begins("secrets") && ends(".toml") && parent.eq_ignore_ascii_case(b".dlt") {
        ".dlt/secrets*.toml"
    } else if is("secrets.toml.prod") {
        "secrets.toml.prod"
    } else if (begins("service_account") || begins("service-account")) && ends(".json") {
        "service_account*.json"
    } else if is("credentials.json") {
        "credentials.json"
    } else if ends("_credentials.json") {
        "*_credentials.json"
    } else {
        SSH_KEYS.into_iter().find(|key| is(key))?
    };
    (!is_template(name)).then_some(row)
}

pub(super) fn is_template(name: &[u8]) -> bool {
    let is_word = |word: &[u8]| TEMPLATE_WORDS.iter().any(|template| word.eq_ignore_ascii_case(template.as_bytes()));
    name.split(|byte| matches!(byte, b'.' | b'-' | b'_')).any(is_word)
}

fn starts_with(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

fn ends_with(text: &[u8], end: &str) -> bool {
    text.len().checked_sub(end.len()).is_some_and(|at| text[at..].eq_ignore_ascii_case(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use gix::bstr::BString;

    use super::*;
    use crate::source::Locator;

    fn entry(path: &[u8]) -> Entry {
        Entry { path: BString::from(path), kind: EntryKind::File, locator: Locator::Stdin, new_path: true }
    }

    fn globs(patterns: &[&str]) -> Vec<Glob> {
        patterns.iter().map(|pattern| Glob::new(pattern).expect("a glob")).collect()
    }

    fn lists(allow: &[&str], deny: &[&str], require_deny: &[&str], default_deny: bool) -> PathLists {
        let paths = Paths {
            allow: globs(allow),
            deny: globs(deny),
            skip: Vec::new(),
            skip_but_required: Vec::new(),
            default_deny,
        };
        PathLists::new(paths, globs(require_deny), false).expect("few globs")
    }

    #[test]
    fn denies_the_usual_names() {
        let lists = lists(&[], &[], &[], true);
        for (path, pattern) in [
            (".env", Some(".env")),
            ("app/.ENV", Some(".env")),
            ("deploy/prod.env", Some("*.env")),
            (".env.production", Some(".env.*")),
            (".env.example", None),
            (".env.sample", None),
            (".env.template", None),
            (".env.dist", None),
            (".env.local.example", None),
            ("example.env", None),
            (".envrc", None),
            ("env", None),
            ("environment.py", None),
            (".env/readme", None),
            (".dlt/secrets.toml", Some(".dlt/secrets*.toml")),
            ("etl/.dlt/secrets.prod.toml", Some(".dlt/secrets*.toml")),
            (".dlt/secrets.toml.example", None),
            ("x.dlt/secrets.toml", None),
            ("secrets.toml", None),
            ("conf/secrets.toml.prod", Some("secrets.toml.prod")),
            (".dlt/config.toml", None),
            ("service_account.json", Some("service_account*.json")),
            ("keys/Service-Account-prod.json", Some("service_account*.json")),
            ("service_account.example.json", None),
            ("credentials.json", Some("credentials.json")),
            ("gcp_credentials.json", Some("*_credentials.json")),
            ("example_credentials.json", None),
            ("credentials.json.sample", None),
            ("src/credentials.rs", None),
            (".ssh/id_rsa", Some("id_rsa")),
            ("id_ed25519_sk", Some("id_ed25519_sk")),
            ("id_rsa.pub", None),
        ] {
            assert_eq!(lists.denied(&entry(path.as_bytes())), pattern, "{path}");
        }
    }

    #[test]
    fn weighs_the_lists() {
        for (allow, deny, require_deny, default_deny, path, expected) in [
            (&[][..], &["deploy/*.key"][..], &[][..], true, "deploy/a.key", Some("deploy/*.key")),
            (&["deploy/**"], &["deploy/*.key"], &[], true, "deploy/a.key", None),
            (&["deploy/**"], &[], &["*.key"], true, "deploy/a.key", Some("*.key")),
            (&[".env"], &[], &[], true, ".env", None),
            (&[], &[], &[], false, ".env", None),
            (&[], &[".env"], &[], false, ".env", Some(".env")),
        ] {
            let lists = lists(allow, deny, require_deny, default_deny);
            assert_eq!(lists.denied(&entry(path.as_bytes())), expected, "{allow:?} {deny:?} {require_deny:?} {path}");
        }
    }

    #[test]
    fn denies_new_files_only() {
        let lists = lists(&[], &[], &["*.key"], true);
        for path in [".env", "a.key"] {
            let entry = entry(path.as_bytes());
            assert!(lists.denied(&entry).is_some());
            assert_eq!(lists.denied(&Entry { new_path: false, ..entry.clone() }), None);
            assert_eq!(lists.denied(&Entry { kind: EntryKind::Symlink, ..entry }), None);
        }
    }

    #[test]
    fn matches_names_that_are_not_utf_8() {
        let lists = lists(&[], &["*.key", "d?r/**"], &[], true);
        assert_eq!(lists.denied(&entry(b"a\xff/\xfe.key")), Some("*.key"));
        assert_eq!(lists.denied(&entry(b"d\xffr/x")), Some("d?r/**"));
        assert_eq!(lists.denied(&entry(b"\xff/.env")), Some(".env"));
    }
}
