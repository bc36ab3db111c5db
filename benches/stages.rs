//! Each stage timed alone, so that a slow commit names its cause.

use std::{fs, path::Path, process::Command};

use divan::{Bencher, black_box, counter::BytesCount};
use tightlip::{
    detect::{
        Detector,
        prefilter::Prefilter,
        validate::{self, Subject},
    },
    finding::{Excerpt, Finding, Origin, Outcome, Place},
    fingerprint::{COMMON_SALT, Fingerprint},
    git::Repository,
    report::{self, Context, Format},
    rules::{Matcher, Reach, Rule, RuleSet, Severity, recipe, syntax},
    secret::Secret,
    source::{Source, staged::Staged},
};

fn main() {
    divan::main();
}

/// What every commit pays before it looks at a file.
#[divan::bench]
fn detector_start() -> usize {
    Detector::new(RuleSet::builtin()).detect(b"a.rs", b"x").len()
}

/// 8 KB of source without a secret, with the words that make candidates.
const CLEAN: &str = include_str!("../src/detect/named.rs");

fn clean() -> &'static [u8] {
    &CLEAN.as_bytes()[..8192]
}

/// The first filter with the comparison of keywords and the gates.
#[divan::bench]
fn first_filter(bencher: Bencher) {
    let (prefilter, rules) = (Prefilter::default(), RuleSet::builtin());
    bencher.counter(BytesCount::new(8192_u32)).bench(|| prefilter.candidates(&rules, black_box(clean())));
}

/// The automaton over the keywords of a configuration's rules, beside the first filter.
#[divan::bench]
fn automaton(bencher: Bencher) {
    let mut rules = RuleSet::builtin();
    let own = "[[rule]]\nid = 'acme'\nkeywords = ['acme_']\npattern = 'acme_[0-9a-f]{32}'";
    for rule in syntax::read(own).expect("a rule") {
        rules.add(rule.try_into().expect("a rule"));
    }
    let prefilter = Prefilter::default();
    prefilter.candidates(&rules, b"");
    bencher.counter(BytesCount::new(8192_u32)).bench(|| prefilter.candidates(&rules, black_box(clean())));
}

/// One token of a rule's own format on a line: the rule's expression, its check, and what becomes of it. Compiled before.
#[divan::bench]
fn confirm_and_validate(bencher: Bencher) {
    let detector = Detector::new(RuleSet::builtin());
    let rules = syntax::read(include_str!("../rules.toml")).expect("build.rs has read it");
    let rule = rules.iter().find(|rule| rule.id == "github-pat").expect("a rule");
    let text = recipe::expand(&rule.examples[0], "a bench").expect("build.rs has expanded it").bytes;
    assert!(!detector.detect(b"a.rs", &text).is_empty(), "it is a token");
    bencher.bench(|| detector.detect(b"a.rs", black_box(&text)));
}

/// The check of that token alone.
#[divan::bench]
fn validate_checksum(bencher: Bencher) {
    let secret = [b"ghp_".as_slice(), &[b'0'; 36]].concat();
    let subject = Subject { secret: &secret, matched: &secret };
    bencher.bench(|| validate::check("crc32-base62", black_box(subject)).is_some());
}

/// All of the detector: decoders, first filter, named values.
#[divan::bench]
fn detect_clean(bencher: Bencher) {
    let detector = Detector::new(RuleSet::builtin());
    detector.detect(b"a.rs", clean());
    bencher.counter(BytesCount::new(8192_u32)).bench(|| detector.detect(b"a.rs", black_box(clean())));
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

/// The one blob that is staged.
#[divan::bench]
fn read_blob(bencher: Bencher) {
    let folder = repository();
    let repository = Repository::discover(folder.path()).expect("a repository");
    let mut staged = Staged::new(&repository, &[]).expect("a staged set");
    let entries = staged.entries().expect("its entries");
    let mut buffer = Vec::new();
    bencher.bench_local(|| staged.read(&entries[0], u64::MAX, &mut buffer).expect("a blob"));
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
    write(500, &CLEAN[..8192]);
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
