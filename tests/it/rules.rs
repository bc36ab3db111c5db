//! Every rule of `rules.toml` against its own examples and near misses, and the commands about rules.

use std::fs;

use tightlip::{
    detect::{Detector, trial},
    rules::{self, RuleSet, recipe, syntax},
};

use crate::support::{Repo, golden::assert_golden};

#[test]
fn every_example_is_found_by_its_rule_and_no_near_miss_is() {
    let faults = trial::faults(&syntax::read(&rules::source()).expect("build.rs has read it"));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_failed_checksum_casts_doubt_where_the_value_looks_drawn_by_a_machine() {
    let detector = Detector::new(RuleSet::builtin());
    let medium = Some(rules::Severity::Medium);
    for (recipe, path, wanted) in [
        ("ghp_{base62:30}{crc32-base62}", "src/app.conf", Some(rules::Severity::Critical)),
        ("ghp_{base62:30}{crc32-base62}", "tests/app.conf", Some(rules::Severity::Critical)),
        ("ghp_{base62:36}", "src/app.conf", medium),
        ("ghp_{base62:36}", "tests/app.conf", Some(rules::Severity::Low)),
        ("ghp_{digits:36}", "src/app.conf", None),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4{lit:a}", "src/app.conf", None),
        // No prefix of its own says that it is one.
        ("# stellar{lf}S{base32:55}", "src/app.conf", None),
    ] {
        let text = recipe::expand(recipe, recipe).expect("a recipe").bytes;
        let found = detector.detect(path.as_bytes(), &text);
        assert_eq!(found.first().map(|found| found.severity), wanted, "{recipe} in {path}");
        let note = found.first().and_then(|found| found.note.as_deref()).unwrap_or_default();
        assert_eq!(note.contains("crc32-base62 fails"), recipe == "ghp_{base62:36}", "{recipe} in {path}: {note}");
        let is_proved = found.first().is_some_and(|found| found.proof.is_some());
        assert_eq!(is_proved, wanted == Some(rules::Severity::Critical), "{recipe} in {path}");
    }
}

#[test]
fn what_is_public_by_design_is_no_finding_whatever_its_name() {
    let detector = Detector::new(RuleSet::builtin());
    let shapes = syntax::read_harmless(&rules::source()).expect("build.rs has read it");
    let mut faults = Vec::new();
    for shape in &shapes {
        for example in &shape.examples {
            let text = recipe::expand(&format!("client_secret = \"{example}\""), &shape.id).expect("a recipe").bytes;
            for found in detector.detect(b"src/settings.conf", &text) {
                faults.push(format!("{}: found by {}", shape.id, detector.rule(found.by).id));
            }
        }
    }
    assert!(!shapes.is_empty() && faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn lists_and_shows_rules() {
    let repo = Repo::new();
    let list = repo.tightlip(["rules", "list"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, RuleSet::builtin().iter().count()), "{list:?}");
    assert_golden("rules/list-stripe.txt", &repo.tightlip(["rules", "list", "--provider", "stripe"]).stdout);
    for id in ["github-pat", "box-token", "aws-secret-access-key", "generic-secret"] {
        let shown = repo.tightlip(["rules", "show", id]);
        assert_eq!(shown.code, 0, "{shown:?}");
        assert_golden(&format!("rules/show-{id}.txt"), &shown.stdout);
    }
    let unknown = repo.tightlip(["rules", "show", "github-pet"]);
    assert_eq!(unknown.code, 2);
    assert_eq!(
        unknown.stderr,
        "tightlip: error: there is no rule github-pet; the nearest is github-pat; see `tightlip rules list`\n"
    );
    let drawn = repo.tightlip(["rules", "show", "--draw", "box-token"]).stdout;
    assert!(!drawn.contains("={base62:32}") && drawn.contains("BOX_API_KEY="), "{drawn}");
}

#[test]
fn checks_rules_of_ones_own() {
    let repo = Repo::new();
    let rule = "version = 1\n[[rule]]\nid = \"acme-token\"\nkeywords = [\"acme_\"]\npattern = \"acme_[a-z0-9]{20}\"\n\
                examples = [\"acme_{base36:20}\", \"a = 'acme_{base36:20}'\"]\nnear_misses = [\"acme_{base36:19}\", ";
    for (name, text, code, wanted) in [
        ("good.toml", format!("{rule}\"acme_your_token\"]\n"), 0, "tightlip: 1 rule proves itself\n"),
        (
            "found.toml",
            format!("{rule}\"acme_{{base36:20}}\"]\n"),
            1,
            "found.toml: rule `acme-token`: near miss 2 is found\ntightlip: 1 of 1 rule does not prove itself\n",
        ),
        ("none.toml", "version = 1\n".to_owned(), 0, "tightlip: none.toml has no rules\n"),
    ] {
        fs::write(repo.top().join(name), text).expect("a file");
        let run = repo.tightlip(["rules", "check", name]);
        assert_eq!((run.code, run.stdout.as_str()), (code, wanted), "{run:?}");
    }
    fs::write(repo.top().join("bad.toml"), "[[rule]]\ncolour = 'red'\n").expect("a file");
    let bad = repo.tightlip(["rules", "check", "bad.toml"]);
    assert_eq!((bad.code, bad.stdout.as_str()), (2, ""));
    assert!(bad.stderr.contains("bad.toml") && bad.stderr.contains("unknown key `colour`"), "{bad:?}");
}

#[test]
fn what_is_found_on_a_line_does_not_depend_on_what_stands_before_it() {
    let detector = Detector::new(RuleSet::builtin());
    let seed = "a long line";
    let pad = |words: usize| "\"note\": \"one two three\", ".repeat(words);
    let recipe = format!("{{\"password_hint\": \"none\", {}\"db_password\": \"KEY\", {}}}", pad(20), pad(20));
    let key = recipe::expand("{password:20}", seed).expect("a recipe").bytes;
    let line = recipe.replace("KEY", &String::from_utf8(key).expect("text"));
    let secrets = |preamble: usize| -> Vec<_> {
        let text = format!("{}\n{line}\n", "x".repeat(preamble));
        let matches = detector.detect(b"settings.json", text.as_bytes());
        matches.into_iter().map(|found| (found.by, found.secret)).collect()
    };
    assert_eq!(secrets(0).len(), 1);
    for preamble in (1..1300).step_by(7) {
        assert_eq!(secrets(preamble), secrets(0), "behind {preamble} bytes");
    }
}

#[test]
fn a_configuration_has_kinds_of_its_own_in_a_line() {
    let repo = Repo::protected();
    let kind = |value: &str| {
        format!(
            "version = 1\n\n[context]\nacme-key = {{ title = \"Acme key\", provider = \"Acme\", severity = \"high\", \
             words = [\"acmecorp\"], value = \"{value}\" }}\n"
        )
    };
    repo.stage(".tightlip.toml", kind("{hex:40}"));
    let value = tightlip::rules::recipe::expand("{hex:40}", "acme").expect("a recipe").bytes;
    let value = String::from_utf8(value).expect("digits");
    repo.stage("a.py", format!("ACMECORP_API_KEY = '{value}'\n"));
    repo.commit().blocked_by("acme-key");
    let run = repo.tightlip(["rules", "check", ".tightlip.toml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "tightlip: 1 rule proves itself\n"), "{run:?}");
    repo.stage(".tightlip.toml", kind("hex"));
    let run = repo.commit();
    assert!(
        run.stderr.contains(".tightlip.toml:4:12: rule `acme-key`: the shape \"hex\" has no piece in braces"),
        "{run:?}"
    );
}
