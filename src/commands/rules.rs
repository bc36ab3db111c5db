//! `tightlip rules list`, `show` and `check`.
//!
//! A rule's examples are shown as the recipes that they are written as: a drawn token opens nothing, but every scanner would
//! take it for alive. `--draw` asks for the texts.

use std::{fmt::Write, fs, path::Path};

use super::{error::Error, output::say};
use crate::{
    cli::{ExitStatus, RulesArgs, RulesCommand},
    config,
    detect::trial,
    report::escape,
    rules::{self, Matcher, Reach, Rule, RuleSet, ValueShape, recipe, syntax, syntax::RuleSyntax},
};

/// Lists, shows or proves.
pub fn run(args: &RulesArgs) -> Result<ExitStatus, Error> {
    match &args.command {
        RulesCommand::List { provider } => {
            list(provider.as_deref())?;
            Ok(ExitStatus::Clean)
        }
        RulesCommand::Show { id, draw } => show(id, *draw),
        RulesCommand::Check { file } => match file {
            Some(path) => check_file(path),
            None => check("rules.toml", &builtin()),
        },
    }
}

/// The built-in rules as they are written.
fn builtin() -> Vec<RuleSyntax> {
    syntax::read(&rules::source()).expect("the build has read it")
}

fn list(word: Option<&str>) -> Result<(), Error> {
    let word = word.map(str::to_ascii_lowercase);
    let wanted = |rule: &&Rule| {
        let has = |text: &str| word.as_ref().is_none_or(|word| text.to_ascii_lowercase().contains(word));
        has(&rule.provider) || has(&rule.title) || has(&rule.id)
    };
    let all = RuleSet::builtin();
    let rules: Vec<&Rule> = all.iter().filter(wanted).collect();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        writeln!(text, "{:<8}  {:<width$}  {}", rule.severity, rule.id, rule.title).expect("a string takes all");
    }
    say(if text.is_empty() { "tightlip: no rule has that word\n" } else { &text })
}

fn show(id: &str, draw: bool) -> Result<ExitStatus, Error> {
    let all = RuleSet::builtin();
    let Some(rule) = all.iter().find(|rule| rule.id == id) else {
        let nearest = rules::nearest_id(&all, id).map_or_else(String::new, |id| format!("; the nearest is {id}"));
        let message = format!("there is no rule {}{nearest}", escape::text(id));
        return Err(Error::usage(message, "see `tightlip rules list`"));
    };
    let written = builtin().into_iter().find(|written| written.id == id).expect("the table is made of the file");
    let mut text = format!("{}  {}\n", rule.id, rule.title);
    for (name, value) in said(rule, &written) {
        writeln!(text, "  {name:<10}  {value}").expect("a string takes all");
    }
    for (name, what, list) in
        [("examples", "example", &written.examples), ("near misses", "near miss", &written.near_misses)]
    {
        writeln!(text, "  {name}").expect("a string takes all");
        for (number, recipe) in (1..).zip(list) {
            let shown = if draw { drawn(recipe, &format!("{id} {what} {number}")) } else { recipe.clone() };
            writeln!(text, "    {}", shown.replace('\n', "\n    ")).expect("a string takes all");
        }
    }
    say(&text)?;
    Ok(ExitStatus::Clean)
}

/// What is known of a rule, name by name, without what it does not have.
fn said(rule: &Rule, written: &RuleSyntax) -> Vec<(&'static str, String)> {
    let mut said = vec![
        ("provider", rule.provider.to_string()),
        ("severity", rule.severity.to_string()),
        ("keywords", rule.keywords.join(", ")),
    ];
    match &rule.matcher {
        Matcher::Pattern { regex, reach } => {
            said.push(("pattern", regex.to_string()));
            let reach = match reach {
                Reach::Line => "the keyword's line",
                Reach::Near => "shortly before and behind the keyword, over several lines",
                Reach::Block => "from the keyword's line on, over several lines",
            };
            said.push(("reach", reach.to_owned()));
        }
        Matcher::Assignment { names, near, value } => {
            said.push(("names", names.join(", ")));
            said.push(("near", near.join(", ")));
            let value = match value {
                ValueShape::Random => "as if drawn by a machine",
                ValueShape::Password => "as a person might choose it",
                ValueShape::Pattern(regex) => regex,
            };
            said.push(("value", value.to_owned()));
        }
        Matcher::Context { common, .. } => {
            said.push(("common", common.join(", ")));
            said.push(("value", written.context.as_ref().map_or_else(String::new, |near| near.value.clone())));
        }
        Matcher::Known | Matcher::Policy => {}
    }
    let checks = rule.checks.iter().map(|check| format!("{} ({:?})", check.name, check.on_failure).to_lowercase());
    said.push(("checks", checks.collect::<Vec<_>>().join(", ")));
    if rule.entropy > 0.0 {
        said.push(("entropy", format!("at least {} bits a byte", rule.entropy)));
    }
    said.push(("paths", rule.paths.join(", ")));
    said.push(("guesses", if rule.bits == 0 { String::new() } else { format!("{} bits", rule.bits) }));
    said.push(("rotate", rule.rotate.to_string()));
    said.retain(|(_, value)| !value.is_empty());
    said
}

fn drawn(recipe: &str, seed: &str) -> String {
    let text = recipe::expand(recipe, seed).expect("the build has followed it").bytes;
    String::from_utf8_lossy(&text).lines().map(escape::text).collect::<Vec<_>>().join("\n")
}

fn check_file(path: &Path) -> Result<ExitStatus, Error> {
    let name = escape::name(path.as_os_str().as_encoded_bytes());
    let text = fs::read_to_string(path).map_err(|source| Error::File { doing: "read", what: name.clone(), source })?;
    let unreadable = |error: toml::de::Error| config::Error::of_toml(&name, &text, &error);
    // A configuration says its version, a file of rules has none.
    let is_configuration = text.parse::<toml::Table>().map_err(unreadable)?.contains_key("version");
    if !is_configuration {
        return check(&name, &syntax::read(&text).map_err(unreadable)?);
    }
    config::read(None, Some(config::File { name: &name, text: text.as_bytes() }))?;
    let written = syntax::read_among_others(&text).map_err(unreadable)?;
    // Rules that another tool had come without examples: they are in force, and that they find anything is not proved.
    let (bare, proving): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|rule| rule.examples.is_empty() && rule.near_misses.is_empty());
    for rule in &bare {
        say(format!("{name}: rule `{}`: has no examples, so that nothing proves it\n", rule.id))?;
    }
    if proving.is_empty() && !bare.is_empty() {
        return Ok(ExitStatus::Clean);
    }
    check(&name, &proving)
}

fn check(name: &str, written: &[RuleSyntax]) -> Result<ExitStatus, Error> {
    let faults = trial::faults(written);
    let is_faulty = |rule: &&RuleSyntax| faults.iter().any(|fault| fault.starts_with(&format!("rule `{}`:", rule.id)));
    let (all, bad) = (written.len(), written.iter().filter(is_faulty).count());
    let rules = if all == 1 { "rule" } else { "rules" };
    let sum = match (all, bad) {
        (0, _) => format!("{name} has no rules"),
        (1, 0) => "1 rule proves itself".to_owned(),
        (_, 0) => format!("{all} rules prove themselves"),
        (_, 1) => format!("1 of {all} {rules} does not prove itself"),
        _ => format!("{bad} of {all} {rules} do not prove themselves"),
    };
    let mut lines: Vec<String> = faults.iter().map(|fault| format!("{name}: {}\n", escape::text(fault))).collect();
    lines.push(format!("tightlip: {sum}\n"));
    say(lines.concat())?;
    Ok(if faults.is_empty() { ExitStatus::Clean } else { ExitStatus::Findings })
}
