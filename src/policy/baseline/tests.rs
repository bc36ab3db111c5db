use gix::bstr::{BStr, BString};

use super::*;
use crate::{
    policy::rule::DENIED_PATH,
    rules::Rule,
    secret::Secret,
    source::{Change, Entry, EntryKind, Locator},
};

const MACHINE_MADE: u16 = 128;
const CHOSEN: u16 = 20;

fn rule(id: &'static str) -> Rule {
    Rule { id: id.into(), ..DENIED_PATH.clone() }
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn today() -> Date {
    day("2026-06-15")
}

fn once() -> Acceptance<'static> {
    Acceptance { reason: None, expires: None, today: today() }
}

fn case<'a>(rule: &'a Rule, path: &'a str, secret: &'a Secret) -> Case<'a> {
    Case { rule, path: BStr::new(path), line: 1, secret, bits: MACHINE_MADE, marks: &[] }
}

fn parse(bytes: &[u8]) -> Baseline {
    Baseline::parse("test", bytes).expect("a baseline")
}

fn accept(existing: &Baseline, cases: &[Case<'_>], acceptance: Acceptance<'_>) -> Baseline {
    parse(&update(existing, cases, &Moves::default(), acceptance).expect("a salt"))
}

fn holds(baseline: &Baseline, case: Case<'_>, moves: &Moves) -> bool {
    baseline.line_for(case, moves, today()).is_some()
}

fn moves(changes: &[(Option<&str>, Option<&str>)]) -> Moves {
    let entry = |path: &str| Entry {
        path: BString::from(path),
        kind: EntryKind::File,
        locator: Locator::Stdin,
        new_path: false,
    };
    let change = |(old, new): &(Option<&str>, Option<&str>)| Change { old: old.map(entry), new: new.map(entry) };
    Moves::new(&[changes.iter().map(change).collect()])
}

#[test]
fn remembers_rule_path_and_secret() {
    let (rule, other_rule) = (rule("a-rule"), rule("b-rule"));
    let (secret, other_secret) = (Secret::new(b"one"), Secret::new(b"two"));
    for bits in [MACHINE_MADE, CHOSEN] {
        let accepted = Case { bits, ..case(&rule, "a.env", &secret) };
        let baseline = accept(&Baseline::default(), &[accepted], once());
        let none = Moves::default();
        assert!(holds(&baseline, accepted, &none));
        assert!(holds(&baseline, Case { line: 99, ..accepted }, &none), "lines move");
        assert!(!holds(&baseline, Case { rule: &other_rule, ..accepted }, &none));
        assert!(!holds(&baseline, Case { secret: &other_secret, ..accepted }, &none));
        assert!(!holds(&baseline, Case { path: BStr::new("b.env"), ..accepted }, &none));
    }
}

#[test]
fn a_line_has_no_more_than_it_must() {
    let (rule, secret) = (rule("a-rule"), Secret::new(b"hunter2"));
    let acceptance = Acceptance { reason: Some("a\nreason"), expires: Some(day("2027-01-31")), ..once() };
    let chosen = Case { bits: CHOSEN, ..case(&rule, "a b", &secret) };
    let bytes = update(&Baseline::default(), &[chosen], &Moves::default(), acceptance).expect("a salt");
    let text = String::from_utf8(bytes).expect("text");
    let line = text.lines().last().expect("a line");
    let fields: Vec<_> = line.split(' ').collect();
    assert_eq!((fields[0], fields[1].len(), fields[2].len()), ("1", 16, 3), "{line}");
    assert_eq!(fields[3..], ["a-rule", "a%20b", "expires=2027-01-31", "a", "reason"]);
    assert!(!text.contains("hunter2"));
    assert!(text.lines().take(3).all(|line| line.starts_with("# ")), "the file says what it is");
}

#[test]
fn is_sorted_and_stays_as_it_is() {
    let (rule, secrets) = (rule("a-rule"), ["one", "two", "three"].map(|value| Secret::new(value.as_bytes())));
    let cases: Vec<_> = secrets.iter().map(|secret| case(&rule, "a", secret)).collect();
    let first = update(&Baseline::default(), &cases, &Moves::default(), once()).expect("a salt");
    let again = update(&parse(&first), &cases, &Moves::default(), once()).expect("a salt");
    assert_eq!(first, again);
    let lines: Vec<_> = first.lines().skip(edit::HEADER.len()).collect();
    assert!(lines.is_sorted());
    assert_eq!(lines.len(), 3);
}

#[test]
fn reads_what_a_merge_leaves() {
    let (rule, one, two) = (rule("a-rule"), Secret::new(b"one"), Secret::new(b"two"));
    let (ours, theirs) = (case(&rule, "a", &one), case(&rule, "b", &two));
    let write = |case| update(&Baseline::default(), &[case], &Moves::default(), once()).expect("a salt");
    let (ours_text, theirs_text) = (write(ours), write(theirs));
    let both = [&theirs_text[..], b"\n# by hand\n", &ours_text, &theirs_text].concat();
    let crlf = both.replace("\n", "\r\n");
    let unended = both.trim_end().to_vec();
    let marked = ["\u{feff}".as_bytes(), &both].concat();
    for text in [both, crlf, unended, marked] {
        let baseline = parse(&text);
        assert!([ours, theirs].into_iter().all(|case| holds(&baseline, case, &Moves::default())));
        let rewritten = accept(&baseline, &[], once());
        assert_eq!(rewritten.lines().len(), 2, "duplicates go when it is written");
        assert_eq!(rewritten.comments, ["# by hand"]);
        let text = update(&baseline, &[], &Moves::default(), once()).expect("a salt");
        assert_eq!(text.find_iter("# Findings").count(), 1);
    }
}

#[test]
fn keeps_its_salt_and_what_it_does_not_know() {
    let (rule, one, two) = (rule("a-rule"), Secret::new(b"one"), Secret::new(b"two"));
    let first = accept(&Baseline::default(), &[case(&rule, "a", &one)], once());
    let salt = first.salt().to_owned();
    let second = accept(&first, &[case(&rule, "b", &two)], Acceptance { reason: Some("why"), ..once() });
    assert!(second.lines().iter().all(|line| line.salt == salt));
    assert!(first.lines().iter().all(|line| second.lines().contains(line)));
    let unlike = accept(&Baseline::default(), &[case(&rule, "a", &one)], once());
    assert_ne!(unlike.salt(), salt, "a fresh one each time");
    assert_eq!(Baseline::default().salt(), fingerprint::COMMON_SALT);
}

#[test]
fn expires() {
    let (rule, secret) = (rule("a-rule"), Secret::new(b"one"));
    let case = case(&rule, "a", &secret);
    let until = |last| Acceptance { expires: Some(day(last)), ..once() };
    for (last, expected) in [("2026-06-14", false), ("2026-06-15", true), ("2026-06-16", true)] {
        let baseline = accept(&Baseline::default(), &[case], until(last));
        assert_eq!(holds(&baseline, case, &Moves::default()), expected, "{last}");
    }
    let expired = accept(&Baseline::default(), &[case], until("2026-01-01"));
    let renewed = accept(&expired, &[case], until("2026-12-31"));
    assert_eq!(renewed.lines().len(), 1);
    assert!(holds(&renewed, case, &Moves::default()));
}

#[test]
fn follows_a_file_that_moves() {
    let (rule, secret) = (rule("a-rule"), Secret::new(b"one"));
    let acceptance = Acceptance { reason: Some("why"), ..once() };
    let baseline = accept(&Baseline::default(), &[case(&rule, "old", &secret)], acceptance);
    let moved = case(&rule, "new", &secret);
    for (what, changes, expected) in [
        ("nothing changes", &[][..], false),
        ("a rename", &[(Some("old"), None), (None, Some("new"))], true),
        ("a copy", &[(None, Some("new"))], false),
        ("a copy with the original touched", &[(Some("old"), Some("old")), (None, Some("new"))], false),
        ("onto what was there", &[(Some("old"), None), (Some("new"), Some("new"))], false),
        ("another is removed", &[(Some("other"), None), (None, Some("new"))], false),
    ] {
        assert_eq!(holds(&baseline, moved, &moves(changes)), expected, "{what}");
    }
    let renamed = moves(&[(Some("old"), None), (None, Some("new"))]);
    let rewritten = parse(&update(&baseline, &[moved], &renamed, once()).expect("a salt"));
    let [line] = rewritten.lines() else { panic!("one line: {rewritten:?}") };
    assert_eq!((&line.path[..], line.reason.as_deref()), (&b"new"[..], Some("why")));
    assert!(holds(&rewritten, moved, &Moves::default()));
}

#[test]
fn drops_what_is_gone() {
    let (rule, one, two) = (rule("a-rule"), Secret::new(b"one"), Secret::new(b"two"));
    let (here, gone) = (case(&rule, "a", &one), case(&rule, "a", &two));
    let baseline = accept(&Baseline::default(), &[here, gone], once());
    let (bytes, dropped) = prune(&baseline, &[here, case(&rule, "b", &two)], |_| Standing::Read);
    assert_eq!(dropped, 1);
    let pruned = parse(&bytes);
    assert!(holds(&pruned, here, &Moves::default()));
    assert!(!holds(&pruned, gone, &Moves::default()));
}

#[test]
fn keeps_a_denied_path_that_is_there() {
    let secret = Secret::new(b".env");
    let case = case(&DENIED_PATH, ".env", &secret);
    let baseline = accept(&Baseline::default(), &[case], once());
    for (there, dropped) in [(true, 0), (false, 1)] {
        assert_eq!(
            prune(&baseline, &[], |path| if path == ".env" && there { Standing::Read } else { Standing::Gone }).1,
            dropped
        );
    }
}

#[test]
fn ten_thousand_of_a_file_are_looked_up_in_proportion() {
    // Were each compared with each, a hundred million digests would take minutes.
    let rule = rule("a-rule");
    let secrets: Vec<_> = (0..10_000).map(|number| Secret::new(format!("value {number}").as_bytes())).collect();
    let cases: Vec<_> = secrets.iter().map(|secret| case(&rule, "old", secret)).collect();
    let baseline = accept(&Baseline::default(), &cases, once());
    assert_eq!(baseline.lines().len(), 10_000);
    assert!(cases.iter().all(|&case| holds(&baseline, case, &Moves::default())));
    assert_eq!(prune(&baseline, &cases, |_| Standing::Read).1, 0);

    let renamed = moves(&[(Some("old"), None), (None, Some("new"))]);
    let moved: Vec<_> = secrets.iter().map(|secret| case(&rule, "new", secret)).collect();
    let rewritten = parse(&update(&baseline, &moved, &renamed, once()).expect("a salt"));
    assert_eq!(rewritten.lines().len(), 10_000);
    assert!(rewritten.lines().iter().all(|line| line.path == "new"));
}

#[test]
fn says_which_line_is_none() {
    for (text, message) in [
        (&b"# x\n\n1 salt abc rule path\nnonsense"[..], "b:4: expected a line of version 1"),
        (b"<<<<<<< HEAD\n", "b:1: this is a merge conflict: keep the lines of both sides"),
        (b"# x\n1 salt abc rule \xff", "b:2: expected text in UTF-8"),
    ] {
        let error = Baseline::parse("b", text).expect_err("no baseline");
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
