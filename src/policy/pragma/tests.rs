use std::borrow::Cow;

use gix::bstr::BStr;

use super::*;
use crate::{
    policy::rule::DENIED_PATH,
    rules::{Matcher, Rule, ValueShape},
    secret::Secret,
};

fn only(text: &str) -> Pragma {
    let pragmas = scan(text.as_bytes(), &[]);
    assert_eq!(pragmas.len(), 1, "{text}");
    pragmas.into_iter().next().expect("one")
}

fn rule(id: &'static str, own_format: bool) -> Rule {
    let shape = if own_format { ValueShape::Pattern("x".into()) } else { ValueShape::Password };
    let matcher = Matcher::Assignment { names: Cow::Borrowed(&[]), near: Cow::Borrowed(&[]), value: shape };
    Rule { id: id.into(), matcher, ..DENIED_PATH.clone() }
}

fn covers(pragma: &Pragma, rule: &Rule, line: usize) -> bool {
    pragma.covers(Case { rule, path: BStr::new("a"), line, secret: &Secret::new(b"x"), bits: 0, marks: &[] })
}

#[test]
fn reads_words_and_reasons() {
    for (text, words, reason) in [
        ("# tightlip:allow", &[][..], None),
        ("x = 1 # tightlip:allow\ny", &[], None),
        ("//tightlip:allow", &[], None),
        ("# tightlip:allow stripe-secret-key", &["stripe-secret-key"], None),
        ("# tightlip\x3aallow a-b, c-d,e", &["a-b", "c-d", "e"], None),
        ("# tightlip\x3aallow a-b -- test fixture", &["a-b"], Some("test fixture")),
        ("# tightlip:allow -- see tightlip:allowed", &[], Some("see")),
        ("# tightlip:allow -- test  fixture \r\n", &[], Some("test  fixture")),
        ("# tightlip:allow --", &[], None),
        ("<!-- tightlip:allow -->", &[], None),
        ("<!--tightlip:allow-->", &[], None),
        ("<!-- tightlip\x3aallow a-b-->", &["a-b"], None),
        ("<!-- tightlip\x3aallow a-b -- why not -->", &["a-b"], Some("why not")),
        ("/* tightlip\x3aallow a-b */ f();", &["a-b"], None),
        ("/* tightlip\x3aallow a-b*/", &["a-b"], None),
        ("/* tightlip:allow -- why */ more", &[], Some("why")),
        ("{# tightlip:allow -- why #}", &[], Some("why")),
        ("\"#\": \"tightlip\x3aallow a-b -- why\",", &["a-b"], Some("why")),
        ("# tightlip\x3aallow Stripe_Key", &["Stripe_Key"], None),
        ("# tightlip:allow `a-b`", &[], None),
    ] {
        let pragma = only(text);
        assert_eq!(pragma.words, words, "{text}");
        assert_eq!(pragma.reason.as_deref(), reason, "{text}");
        assert_eq!(text[pragma.first_word].to_owned(), words.first().copied().unwrap_or_default(), "{text}");
    }
}

#[test]
fn a_part_of_a_word_is_no_mark() {
    for text in [
        "nottightlip:allow",
        "tightlip:allowed",
        "tightlip:allow_me",
        "tightlip:allow-me",
        "tightlip:allow:x",
        "x-tightlip:allow",
        "tightlip:allowä",
        "Tightlip:Allow",
        "tightlip: allow",
        "tightlip:allo",
    ] {
        assert_eq!(scan(text.as_bytes(), &[]), [], "{text}");
    }
}

#[test]
fn covers_its_line_and_the_next() {
    let (general, own) = (rule("general", false), rule("own", true));
    let unnamed = only("a\n# tightlip:allow\nb\nc");
    let named = only("a\n# tightlip\x3aallow own\nb\nc");
    for (line, expected) in [(0, false), (1, false), (2, true), (3, true), (4, false)] {
        assert_eq!(covers(&unnamed, &general, line), expected, "{line}");
        assert!(!covers(&unnamed, &own, line), "{line}");
        assert_eq!(covers(&named, &own, line), expected, "{line}");
        assert!(!covers(&named, &general, line), "{line}");
    }
}

#[test]
fn beside_a_value_it_covers_that_line_only() {
    for (text, found, next) in [
        ("k = VALUE # tightlip:allow\nb", "VALUE", false),
        ("/* tightlip:allow */ k = VALUE\nb", "VALUE", false),
        ("# tightlip:allow -- not VALUE\nb", "VALUE", true),
        ("k = VALUE\n# tightlip:allow\nb", "VALUE", true),
        ("# tightlip:allow\nk = VALUE", "VALUE", true),
    ] {
        let start = text.find(found).expect("it is there");
        let pragmas = scan(text.as_bytes(), std::slice::from_ref(&(start..start + found.len())));
        let own = pragmas[0].line;
        assert!(covers(&pragmas[0], &rule("general", false), own), "{text}");
        assert_eq!(covers(&pragmas[0], &rule("general", false), own + 1), next, "{text}");
    }
}

#[test]
fn a_misspelt_rule_covers_nothing() {
    let pragma = only("# tightlip\x3aallow genral");
    assert!(!covers(&pragma, &rule("general", false), 1));
    assert!(!covers(&only("# tightlip\x3aallow because general"), &rule("other", false), 1));
}

#[test]
fn a_long_line_needs_a_name() {
    let general = rule("general", false);
    let padding = |bytes: usize| "x".repeat(bytes - "# tightlip:allow ".len());
    for (text, line, expected) in [
        (format!("{}# tightlip:allow ", padding(500)), 1, true),
        (format!("{}# tightlip:allow ", padding(501)), 1, false),
        (format!("{}# tightlip\x3aallow general", padding(501)), 1, true),
        (format!("# tightlip:allow\n{}", "x".repeat(500)), 2, true),
        (format!("# tightlip:allow\n{}", "x".repeat(501)), 2, false),
        (format!("# tightlip:allow\n{}", "x".repeat(501)), 1, true),
        (format!("# tightlip\x3aallow general\n{}", "x".repeat(501)), 2, true),
    ] {
        assert_eq!(covers(&only(&text), &general, line), expected, "{text}");
    }
}

#[test]
fn names_what_is_no_rule() {
    let mut rules = RuleSet::builtin();
    rules.add(rule("general", false));
    for (text, unknown) in [
        ("# tightlip:allow", None),
        ("# tightlip\x3aallow general", None),
        ("# tightlip\x3aallow denied-path", None),
        ("# tightlip\x3aallow general because", None),
        ("# tightlip\x3aallow genral", Some("genral")),
        ("# tightlip\x3aallow because general", Some("because")),
    ] {
        assert_eq!(only(text).unknown(&rules), unknown, "{text}");
    }
}

#[test]
fn no_reason_repeats_a_value() {
    for (text, value, reason) in [
        ("# tightlip:allow -- see k=hunter2 here", "hunter2", Some("see k=")),
        ("# tightlip:allow -- hunter2", "hunter2", None),
        ("hunter2 # tightlip:allow -- why", "hunter2", Some("why")),
        ("# tightlip:allow -- why\nhunter2", "hunter2", Some("why")),
        ("hunter2 # tightlip:allow -- hunter2, why", "hunter2", None),
        ("hunter2 # tightlip:allow -- as in hunter2", "hunter2", Some("as in")),
        ("hun*/ter2 # tightlip:allow -- as in hun*/ter2", "hun*/ter2", Some("as in")),
    ] {
        let at = text.find(value).expect("it is there");
        let span = at..at + value.len();
        let pragmas = scan(text.as_bytes(), std::slice::from_ref(&span));
        assert_eq!(pragmas[0].reason.as_deref(), reason, "{text}");
    }
}

#[test]
fn a_reason_is_short_and_whole() {
    for (given, kept) in [
        ("x".repeat(199), 198 + 1),
        ("x".repeat(400), 199),
        (format!("{}äö", "x".repeat(198)), 198),
        (format!("{}ä", "x".repeat(197)), 199),
    ] {
        let reason = only(&format!("# tightlip:allow -- {given}")).reason.expect("a reason");
        assert_eq!((reason.len(), given.starts_with(&reason)), (kept, true), "{given}");
    }
    let text = format!("hunter2 # tightlip:allow -- {} hunter2", "x".repeat(195));
    let reason = scan(text.as_bytes(), std::slice::from_ref(&(0..7))).remove(0).reason.expect("a reason");
    assert!(!reason.contains('h'), "{reason}");
}

#[test]
fn a_line_of_marks_is_read_in_proportion() {
    let text = "tightlip\x3aallow a -- x ".repeat(10_000) + "\n# tightlip\x3aallow b";
    let pragmas = scan(text.as_bytes(), &[]);
    assert_eq!(pragmas.len(), MOST_ON_A_LINE + 1);
    assert!(pragmas.iter().take(MOST_ON_A_LINE).all(|pragma| pragma.reason.as_deref() == Some("x")));
    assert_eq!((pragmas[MOST_ON_A_LINE].line, &*pragmas[MOST_ON_A_LINE].words[0]), (2, "b"));
}

#[test]
fn those_near_a_line_are_found() {
    let pragmas =
        scan(b"# tightlip\x3aallow a\n\n# tightlip\x3aallow b\n# tightlip\x3aallow c # tightlip\x3aallow d\n", &[]);
    for (line, words) in
        [(0, &[][..]), (1, &["a"]), (2, &["a"]), (3, &["b"]), (4, &["b", "c", "d"]), (5, &["c", "d"]), (6, &[])]
    {
        let found: Vec<_> = near(&pragmas, line).iter().map(|pragma| pragma.words[0].as_str()).collect();
        assert_eq!(found, words, "{line}");
    }
}

#[test]
fn finds_all_of_them() {
    let pragmas =
        scan(b"# tightlip\x3aallow a\n\n\xff# tightlip\x3aallow b\n# tightlip\x3aallow c # tightlip\x3aallow d", &[]);
    let found: Vec<_> = pragmas.iter().map(|pragma| (pragma.line, pragma.words[0].as_str())).collect();
    assert_eq!(found, [(1, "a"), (3, "b"), (4, "c"), (4, "d")]);
}
