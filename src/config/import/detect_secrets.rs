//! detect-secrets: its baseline, with the labels that an audit left there.
//!
//! Source of the format: the project's README, sections Baseline and Auditing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Accepted, AllowText, Error, Imported, KnownBy, Left, line_of, pattern};

#[derive(Deserialize)]
struct Baseline {
    #[serde(default)]
    filters_used: Vec<Filter>,
    #[serde(default)]
    plugins_used: Vec<Plugin>,
    results: BTreeMap<String, Vec<Entry>>,
}

#[derive(Deserialize)]
struct Filter {
    path: String,
    #[serde(default)]
    pattern: Vec<String>,
}

#[derive(Deserialize)]
struct Plugin {
    name: String,
    path: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    hashed_secret: String,
    #[serde(rename = "type")]
    kind: String,
    /// What an audit said: true for a real secret, false for none.
    is_secret: Option<bool>,
}

/// Reads `.secrets.baseline`.
pub fn read(text: &str) -> Result<Imported, Error> {
    let baseline: Baseline = serde_json::from_str(text).map_err(Error::Json)?;
    let mut imported = Imported::default();
    let line = |needle: &str| text.find(needle).map_or(1, |at| line_of(text, at));
    for filter in &baseline.filters_used {
        read_filter(filter, &line, &mut imported);
    }
    for plugin in baseline.plugins_used.iter().filter(|plugin| plugin.path.is_some()) {
        let what = format!("the plugin {} is a program of its own; write a [[rule]] for what it finds", plugin.name);
        imported.left.push(Left { line: line(&plugin.name), what });
    }
    // Two plugins may find one value, and an audit label it once.
    let audited = baseline.results.values().flatten().filter(|entry| entry.is_secret == Some(true));
    let real: BTreeSet<&str> = audited.map(|entry| entry.hashed_secret.as_str()).collect();
    for (path, entries) in &baseline.results {
        for entry in entries {
            let line = line(&entry.hashed_secret);
            if real.contains(entry.hashed_secret.as_str()) {
                let what = format!("{path}: {} was audited as real: it is not accepted; rotate it", entry.kind);
                imported.left.push(Left { line, what });
                continue;
            }
            let label = if entry.is_secret == Some(false) { "audited as no secret" } else { "not audited" };
            imported.accepted.push(Accepted {
                path: path.clone(),
                by: KnownBy::Sha1(entry.hashed_secret.to_ascii_lowercase()),
                source_line: line,
                reason: format!("in the baseline of detect-secrets ({}, {label})", entry.kind),
            });
        }
    }
    Ok(imported)
}

fn read_filter(filter: &Filter, line: &impl Fn(&str) -> usize, imported: &mut Imported) {
    let name = filter.path.rsplit('.').next().unwrap_or_default();
    for written in &filter.pattern {
        // In JSON a backslash is two.
        let line = line(&written.replace('\\', "\\\\"));
        let allowed: Result<Vec<AllowText>, String> = match name {
            "should_exclude_file" => pattern::globs(written)
                .map(|globs| globs.into_iter().map(|glob| allow(Some(glob), None)).collect())
                .map_err(|why| why.to_string()),
            "should_exclude_secret" => {
                pattern::within(written).map(|value| vec![allow(None, Some(value))]).map_err(|why| why.to_string())
            }
            _ => Err("lines are not matched here: allow a value, a path, or write a comment".to_owned()),
        };
        match allowed {
            Ok(allows) => imported.fragment.allows.extend(allows),
            Err(why) => imported.left.push(Left { line, what: format!("{name} `{written}`: {why}") }),
        }
    }
}

fn allow(path: Option<String>, value: Option<String>) -> AllowText {
    AllowText { rule: None, path, value, reason: "excluded for detect-secrets".to_owned() }
}
