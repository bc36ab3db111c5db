//! The rules of the house: who may import whom, and where a few things may stand.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each room may import of ours. Whoever changes a row says why in the commit.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("replace", &[]),
    ("glob", &[]),
    ("git", &[]),
    ("rules", &[]),
    ("crew", &[]),
    ("parameters", &[]),
    ("source", &["crew", "git", "secret"]),
    ("fingerprint", &["secret"]),
    ("config", &["glob", "rules", "secret"]),
    ("detect", &["glob", "rules", "secret"]),
    ("finding", &["fingerprint", "rules", "secret", "source"]),
    ("excerpt", &["finding", "secret"]),
    ("piece", &["excerpt"]),
    ("hook", &[]),
    ("policy", &["config", "finding", "fingerprint", "glob", "parameters", "replace", "rules", "secret", "source"]),
    // A report that is read back has its fingerprints as they were.
    ("report", &["finding", "fingerprint", "rules", "secret"]),
    ("sighting", &["detect", "excerpt", "finding", "fingerprint", "piece", "policy", "rules", "secret"]),
    ("guard", &["config", "detect", "git", "glob", "policy", "secret", "source"]),
    // A value that is masked once is hidden where it stands again.
    ("redact", &["detect", "secret"]),
    ("scan", &["config", "crew", "detect", "finding", "guard", "policy", "rules", "sighting", "source"]),
    ("cli", &["config", "hook", "report", "rules"]),
    (
        "commands",
        &[
            // `why` counts lines as reports do: `excerpt`.
            "cli",
            "config",
            "detect",
            "excerpt",
            "finding",
            "git",
            "glob",
            "guard",
            "hook",
            "parameters",
            "policy",
            "redact",
            "replace",
            "report",
            "rules",
            "scan",
            "secret",
            "source",
        ],
    ),
];

#[test]
fn each_room_imports_what_lies_below_it() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == room) else {
            assert!(matches!(room.as_str(), "lib" | "main"), "{room} has no row in the table");
            continue;
        };
        for import in imports(&text) {
            if import != room && !allowed.contains(&import.as_str()) {
                faults.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_few_things_stand_in_one_place() {
    for (what, places) in [
        ("gix::Repository", ["git/"].as_slice()),
        ("gix::open", &["git/"]),
        ("clap::", &["cli.rs", "cli/", "main.rs"]),
        ("owo_colors", &["report/human.rs", "commands/"]),
        // report/replacements.rs: the tools that rewrite a history must be told what to look for, in a file of the owner's own.
        (
            "expose()",
            &[
                "secret.rs",
                "fingerprint.rs",
                "finding.rs",
                "sighting.rs",
                // What is to be looked for must be compared.
                "detect/",
                "guard/explain.rs",
                "policy/allow.rs",
                "report/replacements.rs",
            ],
        ),
        ("thread::s", &["crew.rs"]),
        ("println!", &[]),
        ("todo!", &[]),
        ("unimplemented!", &[]),
        ("unsafe ", &[]),
    ] {
        for (path, text) in sources() {
            let inside = path.strip_prefix(root()).expect("below src").to_string_lossy().into_owned();
            let allowed = places.iter().any(|place| inside.starts_with(place));
            assert!(allowed || !code(&text).contains(what), "{what} stands in {inside}");
        }
    }
}

#[test]
fn every_file_says_what_it_owns() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! ") || path.ends_with("tests.rs"), "{} has no header", path.display());
        assert!(!code(&text).contains(".unwrap()"), "{} unwraps outside its tests", path.display());
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<(PathBuf, String)> {
    let (mut files, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of src") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                files.push((path, text));
            }
        }
    }
    files
}

fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("below src");
    let first = inside.components().next().expect("a file").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The text without comments and what follows its tests; files of nothing but tests are left out.
fn code(text: &str) -> String {
    let is_test_file = text.contains("\n#[test]\n");
    let code = if is_test_file { "" } else { text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default() };
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms after `crate::`, in groups of braces too.
fn imports(text: &str) -> Vec<String> {
    let code = code(text);
    let mut rooms = Vec::new();
    for part in code.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            Some(group) => rooms.extend(first_words(group)),
            None => rooms.push(word(part)),
        }
    }
    rooms
}

fn first_words(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut begins) = (1, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' => begins = depth == 1,
            _ if begins && c.is_alphabetic() => {
                words.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    words
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
