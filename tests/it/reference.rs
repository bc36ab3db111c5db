//! The reference of the configuration: made from the comments of the types that read it.

use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

use tightlip::config::{self, File};

/// The page, and between which lines of it the reference stands.
const PAGE: &str = "docs/configuration.md";
const BEGIN: &str = "<!-- made from the comments of src/config/syntax.rs and src/rules/syntax.rs; TIGHTLIP_BLESS=1 cargo test makes it anew -->\n";
const END: &str = "<!-- end -->\n";

/// A type as it is written in a source file.
struct Struct {
    fields: Vec<Field>,
}

struct Field {
    key: String,
    kind: String,
    says: String,
}

#[test]
fn the_page_says_what_the_reader_reads() {
    let page = read(PAGE);
    let (head, rest) = page.split_once(BEGIN).expect("the reference begins");
    let (_, tail) = rest.split_once(END).expect("the reference ends");
    let made = format!("{head}{BEGIN}{}{END}{tail}", reference());
    if env::var_os("TIGHTLIP_BLESS").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE), &made).expect("the page");
    }
    assert!(read(PAGE) == made, "{PAGE} differs; TIGHTLIP_BLESS=1 rewrites it. Now:\n{made}");
}

#[test]
fn the_page_shows_nothing_that_cannot_be_read() {
    for page in [PAGE, "README.md", "docs/server.md"] {
        for block in read(page).split("```toml\n").skip(1) {
            let text = block.split("```").next().expect("a split has a first part").as_bytes();
            let file = Some(File { name: page, text });
            let (user, repository) = if block.contains("[require]") { (file, None) } else { (None, file) };
            config::read(user, repository).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn no_page_leads_to_a_file_that_is_not_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).expect("docs").map(|entry| entry.expect("an entry").path());
    let pages = docs.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let mut absent = Vec::new();
    for page in pages.chain(["README.md", "CONTRIBUTING.md"].map(|name| root.join(name))) {
        let text = fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let target = page.parent().expect("a folder").join(link);
            if !link.starts_with("https://") && !target.exists() {
                absent.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(absent.is_empty(), "{absent:#?}");
}

fn reference() -> String {
    let mut structs = structs(&read("src/rules/syntax.rs"));
    structs.extend(self::structs(&read("src/config/syntax.rs")));
    let mut text = String::new();
    let mut tables = Vec::new();
    for field in &structs["Document"].fields {
        let (name, is_list) = inner(&field.kind);
        if structs.contains_key(&name) {
            let heading = if is_list { format!("[[{}]]", field.key) } else { format!("[{}]", field.key) };
            tables.push((heading, name, field.says.clone()));
        } else {
            writeln!(text, "`{}`: {}\n", field.key, field.says).expect("a string takes all");
        }
    }
    for (heading, name, says) in tables {
        write!(text, "### `{heading}`\n\n{says}\n\n| key | holds | meaning |\n| --- | --- | --- |\n")
            .expect("a string takes all");
        for field in &structs[&name].fields {
            row(&mut text, "", field, &structs);
        }
        text.push('\n');
    }
    text
}

/// A key, and those that stand in it.
fn row(text: &mut String, inside: &str, field: &Field, structs: &BTreeMap<String, Struct>) {
    let key = format!("{inside}{}", field.key);
    let name = inner(&field.kind).0;
    writeln!(text, "| `{key}` | {} | {} |", in_words(&field.kind), field.says).expect("a string takes all");
    for field in structs.get(&name).iter().flat_map(|it| &it.fields) {
        row(text, &format!("{key}."), field, structs);
    }
}

/// What a key holds, by the type that reads it.
fn in_words(kind: &str) -> &'static str {
    match kind.replace("Spanned<String>", "String").replace("Option<", "").trim_end_matches('>') {
        "Vec<String" => "strings",
        "String" | "Severity" | "Reach" => "a string",
        "bool" | "Spanned<bool" => "`true` or `false`",
        "f32" => "a number",
        "BTreeMap<String, OnFailure" => "a table of strings",
        "AssignmentSyntax" => "a table",
        "Spanned<toml::Value" => "a string or a bare value",
        other => panic!("no words for {other}"),
    }
}

/// The type within `Option`, `Vec` and `Spanned`, and whether there is a list of it.
fn inner(kind: &str) -> (String, bool) {
    let name = kind.rsplit('<').next().expect("a split has a last part").trim_end_matches('>');
    (name.to_owned(), kind.starts_with("Vec<"))
}

/// The types of a source file that a key can be of, by name. What serde skips is no key.
fn structs(source: &str) -> BTreeMap<String, Struct> {
    let mut structs = BTreeMap::new();
    for (name, body) in source.split("\nstruct ").chain(source.split("\npub struct ")).filter_map(|rest| {
        let (name, body) = rest.split_once(" {\n")?;
        name.chars().all(char::is_alphanumeric).then_some((name, body))
    }) {
        let mut fields = Vec::new();
        let (mut says, mut renamed, mut skipped) = (Vec::new(), None, false);
        for line in body.lines().take_while(|line| *line != "}").map(str::trim) {
            if let Some(comment) = line.strip_prefix("/// ") {
                says.push(comment);
            } else if let Some(attribute) = line.strip_prefix("#[serde(") {
                renamed = attribute.split("rename = \"").nth(1).and_then(|rest| rest.split('"').next());
                skipped = attribute.starts_with("skip");
            } else if let Some((key, kind)) = line.trim_start_matches("pub ").split_once(": ") {
                let key = renamed.take().unwrap_or(key).to_owned();
                let field = Field { key, kind: kind.trim_end_matches(',').to_owned(), says: says.join(" ") };
                says.clear();
                if !std::mem::take(&mut skipped) {
                    fields.push(field);
                }
            }
        }
        structs.entry(name.to_owned()).or_insert(Struct { fields });
    }
    structs
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}
