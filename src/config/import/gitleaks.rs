//! gitleaks: its configuration, its list of ignored findings, its report.
//!
//! Source of the formats: the project's README, sections Configuration and `.gitleaksignore`.

use std::ops::Range;

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Accepted, AllowText, Error, Imported, KnownBy, Left, RuleText, id_of, line_of, pattern};
use crate::{
    rules::{RuleSet, is_known_id},
    secret::Secret,
};

/// Reads whichever of the three it is.
pub fn read(text: &str) -> Result<Imported, Error> {
    let begins = text.trim_start();
    if begins.starts_with('[') && !begins.starts_with("[[") && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        return report(text);
    }
    if is_ignore_list(text) { Ok(ignore_list(text)) } else { configuration(text) }
}

/// The lines of such a list that are neither comments nor empty, numbered from 1.
fn written(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Whether there are fingerprints, and else nothing that could be a configuration.
fn is_ignore_list(text: &str) -> bool {
    let (good, odd): (Vec<_>, Vec<_>) = written(text).partition(|(_, line)| fingerprint(line).is_some());
    !good.is_empty() && (odd.is_empty() || DeTable::parse(text).is_err())
}

/// `[COMMIT:]FILE:RULE:LINE`
fn fingerprint(line: &str) -> Option<(&str, &str, usize)> {
    let (rest, number) = line.rsplit_once(':')?;
    let (rest, rule) = rest.rsplit_once(':')?;
    let is_id = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let path = rest.split_once(':').filter(|(commit, _)| is_id(commit)).map_or(rest, |(_, path)| path);
    let number = number.parse().ok()?;
    (!path.is_empty() && !rule.contains(char::is_whitespace) && !path.contains(" = ")).then_some((path, rule, number))
}

fn ignore_list(text: &str) -> Imported {
    let mut imported = Imported::default();
    for (number, written) in written(text) {
        let Some((path, rule, line)) = fingerprint(written) else {
            imported.left.push(Left { line: number, what: "this is no FILE:RULE:LINE".to_owned() });
            continue;
        };
        imported.accepted.push(Accepted {
            path: path.to_owned(),
            by: KnownBy::Line(line),
            source_line: number,
            reason: format!("ignored for gitleaks ({rule})"),
        });
    }
    imported
}

/// One finding of a report, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reported {
    #[serde(rename = "RuleID")]
    rule: String,
    start_line: usize,
    file: String,
    secret: String,
}

fn report(text: &str) -> Result<Imported, Error> {
    let findings: Vec<Reported> = serde_json::from_str(text).map_err(Error::Json)?;
    let mut imported = Imported::default();
    let mut from = 0;
    for finding in findings {
        // Findings stand in the file in this order, each with its own name of the rule.
        let at = text[from..].find("\"RuleID\"").map_or(from, |at| from + at);
        from = at + 1;
        let is_redacted = finding.secret.is_empty() || finding.secret == "REDACTED" || finding.secret.ends_with("...");
        imported.accepted.push(Accepted {
            by: if is_redacted {
                KnownBy::Line(finding.start_line)
            } else {
                KnownBy::Secret(Secret::new(finding.secret.as_bytes()))
            },
            path: finding.file,
            source_line: line_of(text, at),
            reason: format!("in the baseline of gitleaks ({})", finding.rule),
        });
    }
    Ok(imported)
}

fn configuration(text: &str) -> Result<Imported, Error> {
    let document = DeTable::parse(text).map_err(|error| Error::Toml {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        what: "this is no TOML".to_owned(),
    })?;
    let mut reader = Configuration { text, imported: Imported::default() };
    reader.document(document.get_ref());
    Ok(reader.imported)
}

struct Configuration<'t> {
    text: &'t str,
    imported: Imported,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Configuration<'_> {
    fn document(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("title" | "description" | "minVersion", _) => {}
                ("extend", DeValue::Table(extend)) => self.extend(extend),
                ("rules", DeValue::Array(rules)) => {
                    rules.iter().for_each(|rule| self.rule(rule));
                }
                ("allowlist", list @ DeValue::Table(_)) => self.allowlist(list, value.span(), &[]),
                ("allowlists", DeValue::Array(lists)) => {
                    lists.iter().for_each(|list| self.allowlist(list.get_ref(), list.span(), &[]));
                }
                (name, _) => self.leave(key.span(), format!("`{name}` is unknown here")),
            }
        }
    }

    fn extend(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                // Their place is taken by the rules built in here.
                ("useDefault", DeValue::Boolean(_)) => {}
                ("path", DeValue::String(path)) => self.imported.extends = Some(path.as_ref().into()),
                ("disabledRules", DeValue::Array(ids)) => {
                    for id in ids {
                        let name = id.get_ref().as_str().unwrap_or_default();
                        if is_known_id(&RuleSet::builtin(), name) {
                            self.imported.disable.push(name.to_owned());
                        } else {
                            self.leave(id.span(), format!("disabledRules: no built-in rule here is called `{name}`"));
                        }
                    }
                }
                (name, _) => self.leave(key.span(), format!("extend.{name} has no equal here")),
            }
        }
    }

    fn rule(&mut self, written: &Value<'_>) {
        let Some(table) = written.get_ref().as_table() else {
            return self.leave(written.span(), "this is no rule".to_owned());
        };
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
        let at = |key: &str| table.get(key).map_or_else(|| written.span(), Spanned::span);
        let name = text("id").unwrap_or_default();
        let id = id_of(name);
        if id.is_empty() {
            return self.leave(written.span(), "a rule without an id".to_owned());
        }
        let is_builtin = is_known_id(&RuleSet::builtin(), &id);
        match (text("regex"), text("path")) {
            _ if is_builtin => {
                if text("regex").is_some() {
                    self.leave(at("regex"), format!("rule {id}: the built-in rule of that id looks for it already"));
                }
            }
            (Some(regex), path) => {
                if let Err((key, why)) = self.pattern_rule(table, &id, regex, path) {
                    self.leave(at(key), format!("rule {id}: {why}"));
                }
            }
            (None, Some(path)) => match pattern::globs(path) {
                Ok(globs) => self.imported.deny.extend(globs),
                Err(why) => self.leave(at("path"), format!("rule {id}: {why}")),
            },
            (None, None) => {}
        }
        let known = [
            "id",
            "description",
            "regex",
            "path",
            "secretGroup",
            "entropy",
            "keywords",
            "tags",
            "allowlist",
            "allowlists",
        ];
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            self.leave(key.span(), format!("rule {id}: `{}` has no equal here", key.get_ref()));
        }
        if let Some(list) = table.get("allowlist") {
            self.allowlist(list.get_ref(), list.span(), std::slice::from_ref(&id));
        }
        for list in table.get("allowlists").and_then(|lists| lists.get_ref().as_array()).into_iter().flatten() {
            self.allowlist(list.get_ref(), list.span(), std::slice::from_ref(&id));
        }
    }

    fn pattern_rule(
        &mut self,
        table: &DeTable<'_>,
        id: &str,
        regex: &str,
        path: Option<&str>,
    ) -> Result<(), (&'static str, String)> {
        let wrong = |key: &'static str| move |why: pattern::Fault| (key, why.to_string());
        let number = |key: &str| table.get(key).and_then(|value| value.get_ref().as_integer()?.as_str().parse().ok());
        // Without a number the first group is the secret, where there is one that could hold it: `acme_(live|test)_...` only
        // puts branches together.
        let group = number("secretGroup").unwrap_or(0);
        let group = if group == 0 { pattern::first_group(regex).map_err(wrong("regex"))? } else { group };
        let named = if group == 0 {
            regex.to_owned()
        } else {
            pattern::with_secret(regex, group).map_err(wrong("secretGroup"))?
        };
        let written: Vec<String> = strings(table.get("keywords")).map(|(word, _)| word.to_ascii_lowercase()).collect();
        let keywords = if written.is_empty() { pattern::keywords(regex).map_err(wrong("regex"))? } else { written };
        let entropy = table.get("entropy").and_then(|value| match value.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        });
        let paths = path.map_or_else(|| Ok(Vec::new()), pattern::globs).map_err(wrong("path"))?;
        let title = table.get("description").and_then(|value| value.get_ref().as_str()).unwrap_or_default().to_owned();
        self.imported.fragment.rules.push(RuleText {
            id: id.to_owned(),
            title,
            keywords,
            pattern: named,
            entropy,
            paths,
        });
        Ok(())
    }

    /// What passes: of all rules, or of `rules` only.
    fn allowlist(&mut self, written: &DeValue<'_>, span: Range<usize>, rules: &[String]) {
        let Some(table) = written.as_table() else {
            return self.leave(span, "this is no allowlist".to_owned());
        };
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
        let reason = match text("description").map(str::trim).filter(|reason| !reason.is_empty()) {
            Some(reason) => format!("{reason} (from gitleaks)"),
            None => "allowed for gitleaks".to_owned(),
        };
        let targets: Vec<String> = strings(table.get("targetRules")).map(|(id, _)| id_of(id)).collect();
        let rules: Vec<Option<String>> = match (rules, targets.as_slice()) {
            ([], []) => vec![None],
            ([], ids) | (ids, _) => ids.iter().cloned().map(Some).collect(),
        };
        let all_must_hold =
            text("condition").is_some_and(|word| matches!(word.to_ascii_uppercase().as_str(), "AND" | "&&"));
        let left_before = self.imported.left.len();
        let paths = self.each(table, "paths", pattern::globs);
        let mut values = match text("regexTarget").unwrap_or("secret") {
            "secret" | "" => self.each(table, "regexes", |regex| pattern::within(regex).map(|value| vec![value])),
            target => {
                for (_, span) in strings(table.get("regexes")) {
                    let what = format!("an expression for the whole {target}: here only a value's own text is matched");
                    self.leave(span, what);
                }
                Vec::new()
            }
        };
        values.extend(self.each(table, "stopwords", |word| Ok(vec![pattern::containing(word)])));
        for (_, span) in strings(table.get("commits")) {
            self.leave(
                span,
                "allowances for single commits do not exist here; accept the findings in a baseline".into(),
            );
        }
        let known =
            ["description", "condition", "targetRules", "paths", "regexes", "regexTarget", "stopwords", "commits"];
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            self.leave(key.span(), format!("allowlist: `{}` has no equal here", key.get_ref()));
        }
        let missed = self.imported.left.len() > left_before;
        let kinds = ["paths", "regexes", "stopwords", "commits"].iter().filter(|key| table.contains_key(**key)).count();
        for rule in rules {
            let allow = |path: Option<&String>, value: Option<&String>| AllowText {
                rule: rule.clone(),
                path: path.cloned(),
                value: value.cloned(),
                reason: reason.clone(),
            };
            if all_must_hold && kinds > 1 {
                // Half of a condition would allow more than was allowed.
                if missed {
                    self.leave(
                        span.clone(),
                        "an allowlist all of whose conditions must hold, for one stays behind".into(),
                    );
                    return;
                }
                let pairs = paths.iter().flat_map(|path| values.iter().map(move |value| (path, value)));
                self.imported.fragment.allows.extend(pairs.map(|(path, value)| allow(Some(path), Some(value))));
            } else {
                self.imported.fragment.allows.extend(paths.iter().map(|path| allow(Some(path), None)));
                self.imported.fragment.allows.extend(values.iter().map(|value| allow(None, Some(value))));
            }
        }
    }

    /// Each text of the list `key`, made what is written here; what cannot be is left, by line.
    fn each(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        make: impl Fn(&str) -> Result<Vec<String>, pattern::Fault>,
    ) -> Vec<String> {
        let mut texts = Vec::new();
        for (text, span) in strings(table.get(key)) {
            match make(text) {
                Ok(more) => texts.extend(more),
                Err(why) => self.leave(span, format!("allowlist {key}: `{text}`: {why}")),
            }
        }
        texts
    }

    fn leave(&mut self, span: Range<usize>, what: String) {
        self.imported.left.push(Left { line: line_of(self.text, span.start), what });
    }
}

/// The texts of a list, each with its place.
fn strings<'v>(list: Option<&'v Value<'_>>) -> impl Iterator<Item = (&'v str, Range<usize>)> {
    let items = list.and_then(|list| list.get_ref().as_array()).into_iter().flatten();
    items.filter_map(|item| Some((item.get_ref().as_str()?, item.span())))
}
