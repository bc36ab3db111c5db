//! What doctor saw, for reading and for programs.
//!
//! Never: asking anything.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Examination, Firing, files::Ignored, mend::Remark};
use crate::{
    cli::{ExitStatus, VERSION},
    hook::{
        HookKind,
        shim::{
            inspect::{Found, State},
            shown,
        },
    },
    report::{escape, fold::fold},
};

/// What is said is read at this width at least; commands stay on one line.
const COLUMNS: usize = 80;

/// Raised when a field changes its meaning or goes; not when one is added.
const SCHEMA: u8 = 1;

/// The page for reading.
pub(super) fn human(seen: &Examination) -> String {
    let mut page = String::new();
    let mut line = |text: &str| writeln!(page, "{text}").expect("a string takes all");
    line(&format!("tightlip doctor: {}", headline(seen)));
    line("");
    line(&format!("Program   {}, version {VERSION}", shown(&seen.program)));
    if let Some(hooks) = &seen.hooks {
        let by = if hooks.configured { ", which core.hooksPath names" } else { "" };
        line(&format!("Hooks     in {}{by}", shown(&hooks.folder)));
        for (hook, found) in &seen.found {
            line(&format!("  {:<19} {}", hook.name(), stands(found)));
        }
    }
    line("Policy");
    for file in &seen.policy {
        let (name, path) = if file.name.starts_with('/') {
            ("your own", format!(" ({})", file.name))
        } else {
            (file.name.as_str(), String::new())
        };
        line(&format!("  {name:<19} {}{path}", escape::text(&file.what)));
    }
    if let Some(files) = &seen.files {
        line("Files that usually hold secrets");
        for (pattern, ignored) in &files.patterns {
            line(&format!("  {pattern:<21} {}", by_what(*ignored)));
        }
        for file in &files.found {
            let facts = [
                Some(if file.tracked { "tracked by git" } else { "not tracked" }),
                Some(by_what(file.ignored)),
                file.readable_by_others.then_some("readable by others"),
            ];
            let mut facts: Vec<String> = facts.into_iter().flatten().map(str::to_owned).collect();
            facts.extend(file.template.as_ref().map(|name| format!("template {}", escape::text(name))));
            line(&format!("  {:<21} there: {}", escape::name(&file.shown), facts.join(", ")));
        }
    }
    let remarks = seen.remarks();
    for (head, urgent) in [("To mend:", true), ("Could be better:", false)] {
        let those: Vec<&Remark> = remarks.iter().filter(|remark| remark.urgent == urgent).collect();
        if !those.is_empty() {
            line("");
            line(head);
        }
        for remark in those {
            line(&format!("{}\n    {}", fold(&format!("  {}", remark.what), COLUMNS), remark.command));
        }
    }
    if remarks.iter().any(|remark| remark.mend.is_some()) {
        line("");
        line("`tightlip doctor --fix` does what it can of this, and says it before.");
    }
    page
}

fn headline(seen: &Examination) -> String {
    match &seen.firing {
        Firing::Everywhere => {
            "the hook fires\n  a made-up token was refused, with a graphical client's bare environment".to_owned()
        }
        Firing::InTerminal(_) => {
            "the hook fires in a terminal only\n  a graphical client's bare environment does not let it".to_owned()
        }
        Firing::Nowhere(_) => "the hook does not fire\n  a made-up token was not refused as it should be".to_owned(),
        Firing::Unknown(why) => format!("cannot tell whether the hook fires: {why}"),
    }
}

fn by_what(ignored: Ignored) -> &'static str {
    match ignored {
        Ignored::ByGitignore => "ignored",
        Ignored::ByOwnExcludes => "ignored by your own excludes only",
        Ignored::No => "not ignored",
    }
}

fn stands(found: &Found) -> String {
    let passed_over = if found.runs { "" } else { ", not executable, so that git passes over it" };
    let earlier = if found.kept.is_some() { "; the hook that was there before runs first" } else { "" };
    let what = match &found.state {
        State::Absent => return "none".to_owned(),
        State::Shim { program: Some(program), current } => {
            format!("tightlip's{}, runs {}", age(*current), shown(program))
        }
        State::Shim { program: None, current } => format!("tightlip's{}, looks for it on PATH", age(*current)),
        State::Changed { .. } => "tightlip's, changed by somebody".to_owned(),
        State::Foreign { calls: true, .. } => "somebody else's, calls tightlip".to_owned(),
        State::Foreign { calls: false, .. } => "somebody else's".to_owned(),
    };
    format!("{what}{passed_over}{earlier}")
}

fn age(current: bool) -> &'static str {
    if current { "" } else { " of another version" }
}

/// One document.
pub(super) fn json(seen: &Examination) -> String {
    let fault = match &seen.firing {
        Firing::InTerminal(fault) | Firing::Nowhere(fault) => Some(fault),
        Firing::Everywhere | Firing::Unknown(_) => None,
    };
    let view = View {
        schema: SCHEMA,
        status: match seen.status() {
            ExitStatus::Clean => "well",
            ExitStatus::Findings => "mend",
            ExitStatus::Incomplete => "unknown",
        },
        fires: match seen.firing {
            Firing::Everywhere => Some(true),
            Firing::InTerminal(_) | Firing::Nowhere(_) => Some(false),
            Firing::Unknown(_) => None,
        },
        fires_in_terminal: match seen.firing {
            Firing::Everywhere | Firing::InTerminal(_) => Some(true),
            Firing::Nowhere(_) => Some(false),
            Firing::Unknown(_) => None,
        },
        unknown: match &seen.firing {
            Firing::Unknown(why) => Some(why),
            _ => None,
        },
        reason: fault.map(|fault| fault.reason.as_str()),
        command: fault.map(|fault| fault.command.as_str()),
        program: Program { path: shown(&seen.program), version: VERSION },
        hooks_folder: seen.hooks.as_ref().map(|hooks| shown(&hooks.folder)),
        hooks_path_configured: seen.hooks.as_ref().is_some_and(|hooks| hooks.configured),
        hooks: seen.found.iter().map(hook).collect(),
        policy: seen
            .policy
            .iter()
            .map(|file| Policy { file: &file.name, in_force: file.in_force, what: &file.what })
            .collect(),
        patterns: seen
            .files
            .iter()
            .flat_map(|files| &files.patterns)
            .map(|(pattern, ignored)| Pattern { pattern, ignored: word(*ignored) })
            .collect(),
        files: seen
            .files
            .iter()
            .flat_map(|files| &files.found)
            .map(|file| SecretFile {
                path: file.shown.to_string(),
                tracked: file.tracked,
                ignored: word(file.ignored),
                readable_by_others: file.readable_by_others,
                template: file.template.as_deref(),
            })
            .collect(),
        remarks: seen
            .remarks()
            .into_iter()
            .map(|remark| RemarkView {
                urgent: remark.urgent,
                what: remark.what,
                command: remark.command,
                fixable: remark.mend.is_some(),
            })
            .collect(),
    };
    let text = serde_json::to_string_pretty(&view).expect("strings and numbers can be written");
    format!("{}\n", escape::json(&text))
}

fn hook((kind, found): &(HookKind, Found)) -> Hook {
    let (state, program) = match &found.state {
        State::Absent => ("absent", None),
        State::Shim { program, current: true } => ("tightlip", program.as_deref()),
        State::Shim { program, current: false } => ("tightlip-of-another-version", program.as_deref()),
        State::Changed { .. } => ("changed", None),
        State::Foreign { calls: true, .. } => ("calls-tightlip", None),
        State::Foreign { calls: false, .. } => ("foreign", None),
    };
    Hook {
        name: kind.name(),
        state,
        executable: found.runs,
        program: program.map(shown),
        earlier: found.kept.as_deref().map(shown),
    }
}

fn word(ignored: Ignored) -> &'static str {
    match ignored {
        Ignored::ByGitignore => "gitignore",
        Ignored::ByOwnExcludes => "own-excludes",
        Ignored::No => "no",
    }
}

#[derive(Serialize)]
struct View<'a> {
    schema: u8,
    status: &'static str,
    fires: Option<bool>,
    fires_in_terminal: Option<bool>,
    unknown: Option<&'a String>,
    reason: Option<&'a str>,
    command: Option<&'a str>,
    program: Program,
    hooks_folder: Option<String>,
    hooks_path_configured: bool,
    hooks: Vec<Hook>,
    policy: Vec<Policy<'a>>,
    patterns: Vec<Pattern<'a>>,
    files: Vec<SecretFile<'a>>,
    remarks: Vec<RemarkView>,
}

#[derive(Serialize)]
struct Program {
    path: String,
    version: &'static str,
}

#[derive(Serialize)]
struct Hook {
    name: &'static str,
    state: &'static str,
    executable: bool,
    program: Option<String>,
    earlier: Option<String>,
}

#[derive(Serialize)]
struct Policy<'a> {
    file: &'a str,
    in_force: bool,
    what: &'a str,
}

#[derive(Serialize)]
struct Pattern<'a> {
    pattern: &'a str,
    ignored: &'static str,
}

#[derive(Serialize)]
struct SecretFile<'a> {
    path: String,
    tracked: bool,
    ignored: &'static str,
    readable_by_others: bool,
    template: Option<&'a str>,
}

#[derive(Serialize)]
struct RemarkView {
    urgent: bool,
    what: String,
    command: String,
    fixable: bool,
}
