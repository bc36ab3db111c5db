//! Turns `rules.toml` into static tables, so that no commit pays for reading it, and refuses a rule that does not prove
//! itself, with its line.

// Each file offers more than the build needs of it.
#[path = "src/rules/boundary.rs"]
mod boundary;
#[allow(dead_code)]
#[path = "src/rules/checksum.rs"]
mod checksum;
#[path = "src/rules/context.rs"]
mod context;
#[path = "src/rules/draw.rs"]
mod draw;
#[path = "build/gates.rs"]
mod gates;
#[path = "src/detect/prefilter/gram.rs"]
mod gram;
#[path = "build/grams.rs"]
mod grams;
#[path = "src/rules/harmless.rs"]
mod harmless;
#[path = "build/keywords.rs"]
mod keywords;
#[path = "build/link.rs"]
mod link;
#[allow(dead_code)]
#[path = "src/rules/proof.rs"]
mod proof;
#[allow(dead_code)]
#[path = "src/rules/recipe.rs"]
mod recipe;
#[allow(dead_code)]
#[path = "src/rules/rule.rs"]
mod rule;
#[path = "src/rules/shape.rs"]
mod shape;
#[path = "src/rules/specimen.rs"]
mod specimen;
#[allow(dead_code)]
#[path = "src/rules/syntax.rs"]
mod syntax;

use std::{
    collections::{BTreeMap, HashSet},
    env,
    fmt::Write,
    fs,
    io::Write as _,
    path::Path,
    process,
};

use flate2::{Compression, write::GzEncoder};
use harmless::Harmless;
use rule::{Matcher, Piece, Rule, Shape, Text, ValueShape};
use sha2::{Digest, Sha256};

const RULES: &str = "rules.toml";

fn main() {
    println!("cargo::rerun-if-changed={RULES}");
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=src/detect/prefilter/gram.rs");
    println!("cargo::rerun-if-changed=build");
    let text = fs::read_to_string(RULES).expect("rules.toml stands beside Cargo.toml");
    let rules = read(&text).unwrap_or_else(|faults| refuse(&faults));
    let harmless = read_harmless(&text, &rules).unwrap_or_else(|faults| refuse(&faults));
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let grams = grams::Grams::read(include_str!("build/common-grams.txt"));
    let rules_and_shapes = table(&rules) + &harmless_table(&harmless);
    for (file, source) in [("builtin.rs", rules_and_shapes), ("keywords.rs", keywords::tables(&rules, &grams))] {
        fs::write(Path::new(&out).join(file), source).expect("OUT_DIR can be written to");
    }
    fs::write(Path::new(&out).join("rules.toml.gz"), packed(text.as_bytes())).expect("OUT_DIR can be written to");
    link::say(Path::new(&out));
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&text)[..6]);
    println!("cargo::rustc-env=TIGHTLIP_RULES_DIGEST={digest}");
}

/// `text`, five times as short: few who have the program ask how its rules are written.
fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("memory takes all")
}

fn refuse(faults: &[String]) -> ! {
    for fault in faults {
        println!("cargo::error={fault}");
    }
    process::exit(1);
}

/// All rules, or every fault with the line on which its rule begins.
fn read(text: &str) -> Result<Vec<Rule>, Vec<String>> {
    let written = syntax::read(text).map_err(|error| vec![format!("{RULES}: {}", one_line(&error.to_string()))])?;
    let mut ids = HashSet::new();
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    for written in written {
        let place = format!("{RULES}:{}", line_of(text, &written.id));
        if !ids.insert(written.id.clone()) {
            faults.push(format!("{place}: rule `{}`: the id is taken", written.id));
        }
        for covered in &written.covers {
            if !ids.insert(covered.clone()) {
                faults.push(format!("{place}: rule `{}`: `{covered}` is covered already", written.id));
            }
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

/// All shapes that are public by design, or every fault.
fn read_harmless(text: &str, rules: &[Rule]) -> Result<Vec<Harmless>, Vec<String>> {
    let written = syntax::read_harmless(text).map_err(|error| vec![one_line(&error.to_string())])?;
    let mut ids: HashSet<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
    let (mut shapes, mut faults) = (Vec::new(), Vec::new());
    for shape in written {
        let id = shape.id.clone();
        if !ids.insert(id.clone()) {
            faults.push(format!("{RULES}: harmless `{id}`: the id is taken"));
        }
        match Harmless::try_from(shape) {
            Ok(shape) => shapes.push(shape),
            Err(error) => faults.push(format!("{RULES}: harmless `{id}`: {}", one_line(&error.to_string()))),
        }
    }
    if faults.is_empty() { Ok(shapes) } else { Err(faults) }
}

/// The number of the line, from 1, on which the rule or kind `id` has its name.
fn line_of(text: &str, id: &str) -> usize {
    let (rule, kind) = (format!("id = \"{id}\""), format!("{id} = {{"));
    text.lines().position(|line| line == rule || line.starts_with(&kind)).map_or(1, |index| index + 1)
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
    source + "];\n" + &common_words(rules)
}

/// The words that are looked up beside named values only, in order, each with the numbers of its rules.
fn common_words(rules: &[Rule]) -> String {
    let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, rule) in rules.iter().enumerate() {
        if let Matcher::Context { common, .. } = &rule.matcher {
            for word in common.iter() {
                words.entry(word).or_default().push(number);
            }
        }
    }
    let mut source = String::from(
        "\n/// The providers' words that are looked up beside named values only, in order, each with its rules' places in\n\
         /// [`BUILTIN`].\nstatic COMMON: &[(&str, &[usize])] = &[\n",
    );
    for (word, numbers) in words {
        writeln!(source, "    ({word:?}, &{numbers:?}),").expect("a string takes all");
    }
    source + "];\n"
}

fn harmless_table(shapes: &[Harmless]) -> String {
    let mut source = String::from(
        "\n/// What looks like a secret and is public by design.\npub static HARMLESS: &[Harmless] = &[\n",
    );
    for shape in shapes {
        writeln!(
            source,
            "    Harmless {{ id: {}, title: {}, provider: {}, keywords: {}, pattern: {} }},",
            literal(&shape.id),
            literal(&shape.title),
            literal(&shape.provider),
            literals(&shape.keywords),
            literal(&shape.pattern)
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
        Matcher::Context { common, shapes } => {
            let shapes: Vec<String> = shapes.iter().map(shape_literal).collect();
            format!(
                "Matcher::Context {{ common: {}, shapes: Cow::Borrowed(&[{}]) }}",
                literals(common),
                shapes.join(", ")
            )
        }
        Matcher::Known | Matcher::Policy => unreachable!("a rule that is written down has a pattern"),
    }
}

fn shape_literal(shape: &Shape) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => format!("Piece::Text({})", literal(text)),
        Piece::Run { of, least, most } => {
            let groups: Vec<String> =
                (0..8).map(|group| format!("{:04x}", of >> (112 - 16 * group) & 0xffff)).collect();
            format!("Piece::Run {{ of: 0x{}, least: {least}, most: {most} }}", groups.join("_"))
        }
    };
    format!("Shape {{ pieces: Cow::Borrowed(&[{}]) }}", shape.pieces.iter().map(piece).collect::<Vec<_>>().join(", "))
}

fn literals(texts: &[Text]) -> String {
    format!("Cow::Borrowed(&[{}])", texts.iter().map(literal).collect::<Vec<_>>().join(", "))
}

fn literal(text: &Text) -> String {
    format!("Cow::Borrowed({text:?})")
}
