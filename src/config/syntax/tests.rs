use crate::{
    config::{self, Config, Date, File},
    rules::Severity,
};

fn read(user: &str, repository: &str) -> Result<Config, config::Error> {
    let user = File { name: "user.toml", text: user.as_bytes() };
    let repository = File { name: ".tightlip.toml", text: repository.as_bytes() };
    config::read(Some(user), Some(repository))
}

fn globs(globs: &[config::Glob]) -> Vec<&str> {
    globs.iter().map(config::Glob::as_str).collect()
}

#[test]
fn nothing_is_needed() {
    for config in [config::read(None, None), read("", ""), read("version = 1", "version = 1")] {
        let config = config.expect("a configuration");
        assert!(config.paths.default_deny);
        assert_eq!((config.block, config.max_file_size), (Severity::Medium, 64 << 20));
    }
}

#[test]
fn everything_can_be_said() {
    let config = read(
        "[require]\nrules = ['denied-path']\ndeny = ['*.pem']",
        r#"
        version = 1
        [paths]
        allow = ["tests/**"]
        deny = ["deploy/*.key"]
        skip = ["vendor/"]
        default_deny = false
        [rules]
        disable = ["unknown-allowance"]
        [report]
        block = "high"
        [limits]
        max_file_size = "10 MB"
        [server]
        inline = true
        [inline]
        marks = ["gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore", "nosecret"]
        [[allow]]
        rule = "denied-path"
        path = "a/**"
        value = "demo-.*"
        reason = " a demo "
        expires = 2027-01-31
        [[allow]]
        value = "x"
        reason = "y"
        expires = "2028-02-29"
        "#,
    )
    .expect("a configuration");
    assert_eq!(globs(&config.paths.deny), ["deploy/*.key"]);
    assert_eq!(globs(&config.require.deny), ["*.pem"]);
    assert_eq!((config.paths.default_deny, config.server_inline), (false, true));
    assert_eq!((config.block, config.max_file_size), (Severity::High, 10_000_000));
    assert_eq!(config.marks, config::Mark::ALL);
    assert_eq!(config.disable, ["unknown-allowance"]);
    assert_eq!(config.allow[0].reason, "a demo");
    let day = |text: &str| Some(text.parse::<Date>().expect("a day"));
    assert_eq!([config.allow[0].expires, config.allow[1].expires], [day("2027-01-31"), day("2028-02-29")]);
}

#[test]
fn says_where_what_is_wrong() {
    let rule = "[[rule]]\nid = 'mine'\nkeywords = ['abcd']\npattern = 'abcd1'\n";
    for (text, line, column, what) in [
        ("[path]\n", 1, 2, "unknown key `path`; did you mean `paths`?"),
        ("[paths]\n  alow = []\n", 2, 3, "unknown key `alow`; did you mean `allow`?"),
        ("[rules]\ndisabled = []\n", 2, 1, "unknown key `disabled`; did you mean `disable`?"),
        ("ä = 1\n", 1, 1, ""),
        ("[[allow]]\nreson = 'x'\n", 2, 1, "unknown key `reson`; did you mean `reason`?"),
        ("[report]\nblock = 'hi'\n", 2, 9, "`hi` is none of `low`, `medium`, `high`, `critical`"),
        ("[paths]\nskip = 'x'\n", 2, 8, "expected a list in brackets, and this is a text in quotes"),
        ("\n[allow]\nreason = 'x'\n", 2, 1, "write [[allow]]"),
        ("\n[rule]\nid = 'x'\n", 2, 1, "write [[rule]]"),
        (&format!("{rule}{rule}"), 5, 1, "there is a rule `mine` in this file already"),
        ("version = 2\n", 1, 11, "version 1"),
        ("[paths]\ndeny = ['ä', '[a']\n", 2, 14, "the glob `[a` cannot be read"),
        ("[paths]\ndeny = ['']\n", 2, 9, "empty"),
        ("[[allow]]\nvalue = '('\nreason = 'x'\n", 2, 9, "the pattern cannot be read: unclosed group"),
        ("\n[[allow]]\nreason = 'x'\n", 2, 1, "at least one of"),
        ("[[allow]]\nvalue = 'x'\n", 1, 1, "needs a `reason`"),
        ("[[allow]]\nvalue = 'x'\nreason = ' '\n", 1, 1, "needs a `reason`"),
        ("[[allow]]\nvalue = 'x'\nreason = 'y'\nexpires = '2026-02-30'\n", 4, 11, "expected a day"),
        ("[[allow]]\nvalue = 'x'\nreason = 'y'\nexpires = 2026-01-01T00:00:00Z\n", 4, 11, "expected a day"),
        ("[limits]\nmax_file_size = '64 parsecs'\n", 2, 17, "expected a number of bytes"),
        ("[limits]\nmax_file_size = -1\n", 2, 17, "expected a number of bytes"),
        ("[rules]\ndisable = ['denied-paths']\n", 2, 12, "there is no rule `denied-paths`"),
        (
            "[inline]\nmarks = ['nosecret', 'gitleaks:alow']\n",
            2,
            22,
            "there is no mark `gitleaks:alow`; known are `gitleaks:allow`, `pragma: allowlist secret`, \
             `trufflehog:ignore`, `nosecret`",
        ),
        ("[require]\nrules = []\n", 1, 1, "the user's own configuration"),
        ("a = [\n", 1, 1, ""),
    ] {
        let error = read("", text).expect_err(text);
        assert_eq!(error.file, ".tightlip.toml");
        assert!(error.what.contains(what), "{text}: {error}");
        if !what.is_empty() {
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        }
    }
}

#[test]
fn says_which_byte_is_not_text() {
    let error = config::read(None, Some(File { name: "c", text: b"# \xc3\xa4\n# a\xff" })).expect_err("no text");
    assert_eq!(error.to_string(), "c:2:4: this byte is not UTF-8");
}

#[test]
fn the_repository_wins_and_lists_add_up() {
    let config = read(
        "[paths]\nallow = ['a']\ndefault_deny = true\n[report]\nblock = 'low'\n[limits]\nmax_file_size = 5",
        "[paths]\nallow = ['b']\ndefault_deny = false\n[report]\nblock = 'critical'",
    )
    .expect("a configuration");
    assert_eq!(globs(&config.paths.allow), ["a", "b"]);
    assert_eq!((config.paths.default_deny, config.block, config.max_file_size), (false, Severity::Critical, 5));
}

#[test]
fn no_repository_weakens_what_is_required() {
    let config = read(
        "[paths]\nskip = ['mine']\n[require]\nrules = ['unknown-allowance']",
        "[rules]\ndisable = ['unknown-allowance', 'denied-path']\n[paths]\nskip = ['theirs']\n[report]\nblock = 'critical'",
    )
    .expect("a configuration");
    assert_eq!(config.disable, ["denied-path"]);
    assert_eq!(globs(&config.paths.skip), ["mine"], "what is not read cannot be found");
    assert_eq!(globs(&config.paths.skip_but_required), ["theirs"]);
    assert_eq!(globs(&config.paths.allow), Vec::<&str>::new(), "a denied path is denied still");
    assert_eq!((config.block, config.require.block), (Severity::Critical, Severity::Medium));
}
