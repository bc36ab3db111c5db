//! Each stage timed alone, so that a slow commit names its cause.

use std::{fs, path::Path, process::Command};

use divan::{Bencher, black_box, counter::BytesCount};
use tightlip::{
    detect::Detector,
    finding::{Excerpt, Finding, Origin, Outcome, Place},
    fingerprint::{COMMON_SALT, Fingerprint},
    git::Repository,
    report::{self, Context, Format},
    rules::{Matcher, Reach, Rule, RuleSet, Severity},
    secret::Secret,
    source::{Source, staged::Staged},
};

fn main() {
    divan::main();
}

/// What every commit pays before it looks at a file: the automaton over all keywords.
#[divan::bench]
fn detector_start() -> usize {
    Detector::new(RuleSet::builtin()).detect(b"a.rs", b"x").len()
}

/// A file of 8 KB without a secret: source text, with the words that make candidates.
#[divan::bench]
fn detect_clean(bencher: Bencher) {
    let detector = Detector::new(RuleSet::builtin());
    let text = &include_bytes!("../src/detect/named.rs")[..8192];
    detector.detect(b"a.rs", text);
    bencher.counter(BytesCount::new(text.len())).bench(|| detector.detect(b"a.rs", black_box(text)));
}

/// A repository of 1,000 files with one of them changed, opened as a hook opens it.
#[divan::bench]
fn open_repository(bencher: Bencher) {
    let folder = repository();
    bencher.bench(|| Repository::discover(black_box(folder.path())).expect("a repository"));
}

#[divan::bench]
fn staged_entries(bencher: Bencher) {
    let folder = repository();
    let repository = Repository::discover(folder.path()).expect("a repository");
    bencher.bench_local(|| Staged::new(&repository, &[]).expect("a staged set").entries().expect("its entries"));
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |number: usize, text: &str| {
        let path = folder.path().join(format!("{}/{number}.txt", number / 100));
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    };
    (0..1000).for_each(|number| write(number, &format!("{number}\n")));
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a"]);
    write(500, "changed\n");
    git(folder.path(), &["add", "."]);
    // As `git commit` does before it runs the hook.
    git(folder.path(), &["write-tree"]);
    folder
}

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git").args(args).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "{output:?}");
}

/// The report of nothing (every clean commit), of one screen, and of a scan that went wrong.
#[divan::bench(args = [0, 10, 20_000])]
fn report_human(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Human, findings);
}

#[divan::bench(args = [0, 10, 20_000])]
fn report_json(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Json, findings);
}

#[divan::bench(args = [0, 10, 20_000])]
fn report_jsonl(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Jsonl, findings);
}

fn time_report(bencher: Bencher, format: Format, findings: usize) {
    let outcome = Outcome { findings: (1..=findings).map(finding).collect(), ..Outcome::default() };
    let context = Context { verbose: true, in_hook: true, ..Context::default() };
    bencher.bench_local(|| {
        let mut out = Vec::new();
        report::write(format, black_box(&outcome), &context, &mut out).expect("a vector takes all");
        out
    });
}

fn finding(line: usize) -> Finding {
    let rule = Rule {
        id: "example-key".into(),
        title: "Example key".into(),
        provider: "Example".into(),
        severity: Severity::High,
        keywords: Vec::new().into(),
        matcher: Matcher::Pattern { regex: "".into(), reach: Reach::Line },
        entropy: 0.0,
        checks: Vec::new().into(),
        paths: Vec::new().into(),
        rotate: "https://example.com/keys".into(),
        bits: 0,
    };
    let secret = Secret::new(b"not a secret");
    let path = format!("src/{}.py", line / 8);
    Finding {
        severity: rule.severity,
        shown_path: path.as_str().into(),
        place: Place { path: path.into(), line, column: 8, end_line: line, end_column: 20 },
        origin: Origin::Index,
        fingerprint: Fingerprint::new(COMMON_SALT, &rule.id, &secret, rule.bits),
        rule,
        masked: Some(secret.masked(0)),
        secret: Some(secret),
        bits: 128,
        excerpt: Excerpt { text: "API_KEY = \"********\"".into(), start: 11, len: 8 },
        via: Vec::new(),
        proof: Some("checksum holds".into()),
        note: None,
        suppression: None,
        blocks: true,
    }
}
