//! Turns `rules.toml` into static tables, so that no commit pays for reading it, and refuses a rule that does not prove
//! itself, with its line.

// Each file offers more than the build needs of it.
#[path = "src/rules/boundary.rs"]
mod boundary;
#[allow(dead_code)]
#[path = "src/rules/checksum.rs"]
mod checksum;
#[path = "src/rules/draw.rs"]
mod draw;
#[allow(dead_code)]
#[path = "src/rules/proof.rs"]
mod proof;
#[allow(dead_code)]
#[path = "src/rules/recipe.rs"]
mod recipe;
#[allow(dead_code)]
#[path = "src/rules/rule.rs"]
mod rule;
#[path = "src/rules/specimen.rs"]
mod specimen;
#[allow(dead_code)]
#[path = "src/rules/syntax.rs"]
mod syntax;

use std::{collections::HashSet, env, fmt::Write, fs, path::Path, process};

use rule::{Matcher, Rule, Text, ValueShape};
use sha2::{Digest, Sha256};

const RULES: &str = "rules.toml";

fn main() {
    println!("cargo::rerun-if-changed={RULES}");
    println!("cargo::rerun-if-changed=src/rules");
    let text = fs::read_to_string(RULES).expect("rules.toml stands beside Cargo.toml");
    let rules = read(&text).unwrap_or_else(|faults| {
        for fault in faults {
            println!("cargo::error={fault}");
        }
        process::exit(1);
    });
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("builtin.rs"), table(&rules)).expect("OUT_DIR can be written to");
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&text)[..6]);
    println!("cargo::rustc-env=TIGHTLIP_RULES_DIGEST={digest}");
}

/// All rules, or every fault with the line on which its rule begins.
fn read(text: &str) -> Result<Vec<Rule>, Vec<String>> {
    let written = syntax::read(text).map_err(|error| vec![format!("{RULES}: {}", one_line(&error.to_string()))])?;
    let mut ids = HashSet::new();
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    for (written, line) in written.into_iter().zip(header_lines(text)) {
        let place = format!("{RULES}:{line}");
        if !ids.insert(written.id.clone()) {
            faults.push(format!("{place}: rule `{}`: the id is taken", written.id));
        }
        if written.severity.is_none() || written.title.is_none() {
            faults.push(format!("{place}: rule `{}`: a built-in rule has a title and a severity", written.id));
        }
        match Rule::try_from(written.clone()) {
            Err(error) => faults.push(format!("{place}: {}", one_line(&error.to_string()))),
            Ok(rule) => match proof::prove(&rule, &written) {
                Err(error) => faults.push(format!("{place}: rule `{}`: {error}", rule.id)),
                Ok(bits) => rules.push(Rule { bits, ..rule }),
            },
        }
    }
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

/// The numbers of the lines on which the rules begin, from 1.
fn header_lines(text: &str) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter(|(_, line)| line.trim() == "[[rule]]").map(|(index, _)| index + 1)
}

/// Cargo reads one line an error.
fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn table(rules: &[Rule]) -> String {
    let mut source = String::from(
        "/// The built-in rules, in the order of `rules.toml`: more specific ones first.\npub static BUILTIN: &[Rule] = &[\n",
    );
    for rule in rules {
        let checks: Vec<String> = rule
            .checks
            .iter()
            .map(|check| {
                format!("Check {{ name: {}, on_failure: OnFailure::{:?} }}", literal(&check.name), check.on_failure)
            })
            .collect();
        writeln!(
            source,
            "    Rule {{ id: {}, title: {}, provider: {}, severity: Severity::{:?}, keywords: {}, matcher: {}, entropy: {:?}, checks: \
             Cow::Borrowed(&[{}]), paths: {}, rotate: {}, bits: {} }},",
            literal(&rule.id),
            literal(&rule.title),
            literal(&rule.provider),
            rule.severity,
            literals(&rule.keywords),
            matcher(&rule.matcher),
            rule.entropy,
            checks.join(", "),
            literals(&rule.paths),
            literal(&rule.rotate),
            rule.bits
        )
        .expect("a string takes all");
    }
    source + "];\n"
}

fn matcher(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Pattern { regex, reach } => {
            format!("Matcher::Pattern {{ regex: {}, reach: Reach::{reach:?} }}", literal(regex))
        }
        Matcher::Assignment { names, near, value } => {
            let value = match value {
                ValueShape::Pattern(regex) => format!("ValueShape::Pattern({})", literal(regex)),
                ValueShape::Random | ValueShape::Password => format!("ValueShape::{value:?}"),
            };
            format!("Matcher::Assignment {{ names: {}, near: {}, value: {value} }}", literals(names), literals(near))
        }
        Matcher::Policy => "Matcher::Policy".to_owned(),
    }
}

fn literals(texts: &[Text]) -> String {
    format!("Cow::Borrowed(&[{}])", texts.iter().map(literal).collect::<Vec<_>>().join(", "))
}

fn literal(text: &Text) -> String {
    format!("Cow::Borrowed({text:?})")
}
