//! A data project: what must not get into its repository, and what must pass without a word. The cases are the files of
//! `tests/data_project`.

use serde::Deserialize;
use tightlip::rules::recipe;

use crate::support::{Repo, Run};

#[derive(Deserialize)]
struct Table<T> {
    case: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocked {
    name: String,
    path: String,
    rules: Vec<String>,
    lines: Vec<usize>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passes {
    name: String,
    path: String,
    text: String,
}

fn cases<T: for<'a> Deserialize<'a>>(table: &str) -> Vec<T> {
    toml::from_str::<Table<T>>(table).expect("a table of cases").case
}

fn passing() -> Vec<Passes> {
    cases(include_str!("../data_project/passes.toml"))
}

/// A text whose recipes were followed, and what they made.
struct Made {
    text: String,
    values: Vec<String>,
}

fn make(text: &str, seed: &str) -> Made {
    let mut made = Made { text: String::new(), values: Vec::new() };
    for (number, part) in text.split(['«', '»']).enumerate() {
        if number % 2 == 0 {
            made.text.push_str(part);
            continue;
        }
        let recipe = format!("{{{part}}}");
        let value = recipe::expand(&recipe, &format!("{seed} {number}")).expect("a recipe").bytes;
        let value = String::from_utf8(value).expect("text");
        made.text.push_str(&value);
        made.values.push(value);
    }
    made
}

/// Why a run is not the block that a case wants; none if it is.
fn fault_of_block(case: &Blocked, values: &[String], run: &Run) -> Option<String> {
    if run.code != 1 {
        return Some("it passed".into());
    }
    if let Some(rule) = case.rules.iter().find(|rule| !run.stderr.contains(&format!("[{rule}]"))) {
        return Some(format!("no finding of {rule}"));
    }
    // The way past it for some files is `[[allow]]`.
    if run.stderr.matches("  [").count() - run.stderr.matches("  [[").count() != case.rules.len() {
        return Some("more findings than expected".into());
    }
    if let Some(line) = case.lines.iter().find(|line| !run.stderr.contains(&format!("{}:{line}:", case.path))) {
        return Some(format!("nothing on line {line}"));
    }
    // A key of several lines would leak by any of them.
    let mut lines = values.iter().flat_map(|value| value.split(['\n', '\\'])).filter(|line| line.len() >= 12);
    lines.any(|line| !line.contains("-----") && run.stderr.contains(line)).then(|| "a value was printed".into())
}

#[test]
fn what_must_not_get_in_is_refused() {
    let cases: Vec<Blocked> = cases(include_str!("../data_project/blocked.toml"));
    let repo = Repo::protected();
    for Passes { name, path, text } in passing() {
        repo.commit_file(path, make(&text, &name).text);
    }
    let mut faults = Vec::new();
    for case in &cases {
        let Made { text, values } = make(&case.text, &case.name);
        repo.stage(&case.path, text);
        let run = repo.commit();
        faults
            .extend(fault_of_block(case, &values, &run).map(|fault| format!("{}: {fault}\n{}", case.name, run.stderr)));
        repo.git(["reset", "-q", "--hard"]);
    }
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn what_a_project_commits_every_day_passes_without_a_word() {
    let cases = passing();
    let repo = Repo::protected();
    let mut faults = Vec::new();
    for Passes { name, path, text } in &cases {
        repo.stage(path, make(text, name).text);
        let run = repo.commit();
        if (run.code, run.stdout.as_str(), run.stderr.as_str()) != (0, "", "") {
            faults.push(format!("{name}: {}{}", run.stdout, run.stderr));
            repo.git(["reset", "-q", "--hard"]);
        }
    }
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
