use std::collections::BTreeSet;

use super::*;

/// A path with its old and new text; each `S` or `T` in a line is a secret.
type Path = (&'static str, &'static str, &'static str);

struct Row {
    what: &'static str,
    /// For each parent, what differs from it. A path that differs from every parent is judged.
    parents: &'static [&'static [Path]],
    /// What blocks, as `path:line`.
    blocked: &'static [&'static str],
}

const TABLE: &[Row] = &[
    Row { what: "a first commit", parents: &[], blocked: &[] },
    Row { what: "a new secret", parents: &[&[("a", "", "x = S")]], blocked: &["a:1"] },
    Row { what: "an edit beside it", parents: &[&[("a", "x = S\ny", "z\nx = S\ny")]], blocked: &[] },
    Row { what: "an edit of its line", parents: &[&[("a", "x = S", "y = S")]], blocked: &[] },
    Row { what: "a re-indent", parents: &[&[("a", "x = S", "\t\tx = S\r")]], blocked: &[] },
    Row { what: "a rename", parents: &[&[("a", "x = S", ""), ("b", "", "x = S")]], blocked: &[] },
    Row { what: "a rename and an edit", parents: &[&[("a", "x = S\ny", ""), ("b", "", "z\n y = S")]], blocked: &[] },
    Row {
        what: "a rename and a new secret",
        parents: &[&[("a", "x = S", ""), ("b", "", "x = S\ny = T")]],
        blocked: &["b:2"],
    },
    Row {
        what: "a move of a block between files",
        parents: &[&[("a", "1\nx = S\n2", "1\n2"), ("b", "3", "3\nx = S")]],
        blocked: &[],
    },
    Row { what: "a move in a file", parents: &[&[("a", "x = S\n1\n2", "1\n2\nx = S")]], blocked: &[] },
    Row { what: "a swap", parents: &[&[("a", "x = S", "x = T")]], blocked: &["a:1"] },
    Row { what: "two that trade places", parents: &[&[("a", "x = S\ny = T", "x = T\ny = S")]], blocked: &[] },
    Row { what: "a copy", parents: &[&[("b", "", "x = S")]], blocked: &["b:1"] },
    Row {
        what: "a copy with the original touched",
        parents: &[&[("a", "x = S", "# new\nx = S"), ("b", "", "x = S")]],
        blocked: &["b:1"],
    },
    Row {
        what: "a copy named before the original",
        parents: &[&[("a", "", "x = S"), ("b", "x = S", "x = S\n# new")]],
        blocked: &["a:1"],
    },
    Row { what: "a second occurrence", parents: &[&[("a", "x = S", "x = S\ny = S")]], blocked: &["a:2"] },
    Row { what: "a second occurrence above", parents: &[&[("a", "x = S", "y = S\nx = S")]], blocked: &["a:1"] },
    Row { what: "a second occurrence on its line", parents: &[&[("a", "x = S", "x = S S")]], blocked: &["a:1"] },
    Row {
        what: "a rename and a copy",
        parents: &[&[("a", "x = S", ""), ("b", "", "x = S"), ("c", "", "y = S")]],
        blocked: &["c:1"],
    },
    Row {
        what: "two files joined",
        parents: &[&[("a", "x = S", ""), ("b", "x = S", ""), ("c", "", "x = S\nx = S")]],
        blocked: &[],
    },
    Row { what: "one of two removed", parents: &[&[("a", "x = S\ny = S", "y = S")]], blocked: &[] },
    // An allowed occurrence is not among the old ones.
    Row {
        what: "a move out of an allowed place",
        parents: &[&[("allowed", "", ""), ("b", "", "x = S")]],
        blocked: &["b:1"],
    },
    Row { what: "a merge of a branch that has it", parents: &[&[("a", "", "x = S")], &[("b", "", "")]], blocked: &[] },
    Row {
        what: "a merge that edits beside one parent's",
        parents: &[&[("a", "", "x = S\n1")], &[("a", "x = S", "x = S\n1")]],
        blocked: &[],
    },
    Row {
        what: "a merge that takes one secret from each parent",
        parents: &[&[("a", "x = S", "x = S\ny = T")], &[("a", "y = T", "x = S\ny = T")]],
        blocked: &[],
    },
    Row {
        what: "a merge that adds one",
        parents: &[&[("a", "1", "x = S")], &[("a", "2", "x = S")]],
        blocked: &["a:1"],
    },
    Row {
        what: "a merge that swaps one",
        parents: &[&[("a", "x = S", "x = T")], &[("a", "y = S", "x = T")]],
        blocked: &["a:1"],
    },
    Row {
        what: "a merge that copies what the other branch brings",
        parents: &[&[("a", "", "x = S"), ("b", "", "x = S")], &[("b", "", "x = S")]],
        blocked: &["b:1"],
    },
    Row {
        what: "a merge that copies what the other branch moved",
        parents: &[&[("old", "x = S", ""), ("a", "", "x = S"), ("b", "", "x = S")], &[("b", "", "x = S")]],
        blocked: &["b:1"],
    },
    Row {
        what: "a merge that follows the other branch's rename",
        parents: &[&[("a", "x = S", ""), ("b", "", "x = S\n2")], &[("b", "x = S", "x = S\n2")]],
        blocked: &[],
    },
    Row {
        what: "a merge that has both parents' copies in one file",
        parents: &[&[("a", "x = S", "x = S\ny = S")], &[("a", "y = S", "x = S\ny = S")]],
        blocked: &[],
    },
    Row {
        what: "a merge of three that adds one",
        parents: &[&[("a", "", "x = S")], &[("a", "", "x = S")], &[("a", "T", "x = S")]],
        blocked: &["a:1"],
    },
    Row {
        what: "a merge of three of which the last has it",
        parents: &[&[("a", "", "x = S")], &[("a", "", "x = S")], &[("a", "1\nx = S", "x = S")]],
        blocked: &[],
    },
];

#[test]
fn only_what_the_change_brings_blocks() {
    let values = [("S", Secret::new(b"one")), ("T", Secret::new(b"two"))];
    for row in TABLE {
        let judged = |path: &str| row.parents.iter().all(|paths| paths.iter().any(|(name, ..)| *name == path));
        let mut findings = Vec::new();
        let mut parents = Vec::new();
        for paths in row.parents {
            let mut changes = Vec::new();
            for (name, old, new) in *paths {
                let new = occurrences(new, &values).into_iter().enumerate().map(|(nth, (line, occurrence))| {
                    let finding = (name, nth, format!("{name}:{line}"));
                    let number = findings.iter().position(|known| *known == finding).unwrap_or_else(|| {
                        findings.push(finding);
                        findings.len() - 1
                    });
                    NewOccurrence { occurrence, finding: judged(name).then_some(number) }
                });
                let new = new.collect();
                let old = occurrences(old, &values).into_iter().map(|(_, occurrence)| occurrence).collect();
                changes.push(ChangedPath { old, new });
            }
            parents.push(changes);
        }
        let inherited = inherited(&parents);
        let blocked: BTreeSet<_> = findings
            .iter()
            .enumerate()
            .filter(|(number, (name, ..))| judged(name) && !inherited.contains(number))
            .map(|(_, (.., place))| place.as_str())
            .collect();
        assert_eq!(blocked, row.blocked.iter().copied().collect(), "{}", row.what);
    }
}

/// With the number of the line of each.
fn occurrences<'a>(text: &str, values: &'a [(&str, Secret)]) -> Vec<(usize, Occurrence<'a>)> {
    let places = text.char_indices().filter_map(|(at, char)| {
        let (_, secret) = values.iter().find(|(name, _)| char.to_string() == *name)?;
        let line = text[..at].matches('\n').count() + 1;
        Some((
            line,
            Occurrence { rule: "a-rule", severity: Severity::High, secret, line: LineDigest::new(text.as_bytes(), at) },
        ))
    });
    places.collect()
}

#[test]
fn another_rule_is_another_secret() {
    let secret = Secret::new(b"one");
    let line = LineDigest::new(b"x", 0);
    let of = |rule| Occurrence { rule, severity: Severity::High, secret: &secret, line };
    let path = |rule| ChangedPath {
        old: vec![of("a-rule")],
        new: vec![NewOccurrence { occurrence: of(rule), finding: Some(7) }],
    };
    assert_eq!(inherited(&[vec![path("a-rule")]]), HashSet::from([7]));
    assert_eq!(inherited(&[vec![path("b-rule")]]), HashSet::new());
}
