//! The kind of a file, by its name: how its assignments are written, and whether named values in it mean anything.

use gix::bstr::ByteSlice;

use super::find::OneOf;

/// How values are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `NAME=the rest of the line`: dotenv, properties, INI.
    Lines,
    /// YAML: a plain scalar to the end of the line.
    Yaml,
    /// Shell, Dockerfile, Makefile: words.
    Shell,
    /// A programming language, JSON, TOML, HCL: only what is quoted is a value.
    Quoted,
    /// XML and HTML: elements and attributes.
    Markup,
    /// Anything else: a value is a word.
    Text,
}

impl Syntax {
    /// The syntax of a text without a name, by how it begins.
    pub fn of_text(text: &[u8]) -> Self {
        match text.trim_ascii_start() {
            [b'{' | b'[', ..] => Self::Quoted,
            [b'<', ..] => Self::Markup,
            rest if rest.starts_with(b"---") || rest.starts_with(b"apiVersion:") => Self::Yaml,
            rest if rest.starts_with(b"#!") => Self::Shell,
            _ => Self::Lines,
        }
    }
}

/// What is known of a file by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// How values are written.
    pub syntax: Syntax,
    /// Whether the general rules look at it at all: not at lock files, minified code, tables.
    pub general: bool,
    /// Tests, fixtures, examples, docs: what the general rules find there is counted and does not block.
    pub sample: bool,
    /// The whole file exists to hold secrets (`.dlt/secrets.toml`, `.env`): any literal under a telling name is one.
    pub secrets: bool,
}

impl FileKind {
    /// The kind of the file at `path` that holds `text`.
    pub fn read(path: &[u8], text: &[u8]) -> Self {
        Self::of(path).with(text)
    }

    /// The kind of a file of this kind that holds `text`.
    pub fn with(self, text: &[u8]) -> Self {
        let syntax = if self.syntax == Syntax::Text { of_script(text).unwrap_or(self.syntax) } else { self.syntax };
        Self { syntax, secrets: self.secrets || holds_secrets(syntax, text), ..self }
    }

    /// The kind of the file at `path`.
    pub fn of(path: &[u8]) -> Self {
        let path = path.to_ascii_lowercase();
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        Self {
            syntax: syntax(name),
            general: !is_generated(&path, name),
            sample: is_sample(&path, name),
            secrets: is_dotenv(name)
                || name.starts_with(b"secrets.")
                || HOLD_SECRETS.contains(&name)
                || name.ends_with(b".tfstate")
                || name.ends_with(b".tfstate.backup"),
        }
    }
}

/// The syntax of a script, by the interpreter that its first line names.
fn of_script(text: &[u8]) -> Option<Syntax> {
    const LONGEST: usize = 128;
    const QUOTED: [&[u8]; 8] = [b"perl", b"python", b"ruby", b"node", b"php", b"lua", b"deno", b"groovy"];
    let command = text.strip_prefix(b"#!")?;
    let command = command[..command.len().min(LONGEST)].lines().next()?;
    let quoted = QUOTED.iter().any(|interpreter| command.contains_str(interpreter));
    Some(if quoted { Syntax::Quoted } else { Syntax::Shell })
}

/// Files of programs for logins and nothing else.
const HOLD_SECRETS: [&[u8]; 14] = [
    b"profiles.yml",
    b".netrc",
    b"_netrc",
    b".pgpass",
    b".git-credentials",
    b".pypirc",
    b".my.cnf",
    b".mylogin.cnf",
    b"sftp-config.json",
    b"sftp.json",
    b"ftpconfig",
    b"sitemanager.xml",
    b"recentservers.xml",
    b"credentials.xml",
];

/// A text that exists to hold secrets, whatever it is called: Terraform's state, a Secret of Kubernetes.
fn holds_secrets(syntax: Syntax, text: &[u8]) -> bool {
    const START: usize = 1024;
    match syntax {
        Syntax::Yaml => text.contains_str("\nkind: Secret\n") || text.starts_with(b"kind: Secret\n"),
        Syntax::Quoted | Syntax::Text => {
            let start = &text[..text.len().min(START)];
            start.trim_ascii_start().starts_with(b"{")
                && start.contains_str("\"terraform_version\"")
                && start.contains_str("\"serial\"")
        }
        _ => false,
    }
}

fn is_dotenv(name: &[u8]) -> bool {
    name == b".env" || name.ends_with(b".env") || name.starts_with(b".env.") || name == b".envrc"
}

fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|&byte| byte == b'.').map_or(b"", |dot| &name[dot + 1..])
}

fn syntax(name: &[u8]) -> Syntax {
    if is_dotenv(name) {
        return Syntax::Lines;
    }
    if name.starts_with(b"dockerfile") || name.starts_with(b"makefile") || name == b"justfile" {
        return Syntax::Shell;
    }
    match extension(strip_template(name)) {
        b"ini" | b"cfg" | b"conf" | b"cnf" | b"properties" | b"config" | b"npmrc" | b"pypirc" | b"netrc"
        | b"editorconfig" | b"desktop" | b"service" => Syntax::Lines,
        b"yml" | b"yaml" => Syntax::Yaml,
        b"sh" | b"bash" | b"zsh" | b"fish" | b"ksh" | b"ps1" | b"psm1" | b"bat" | b"cmd" | b"mk" | b"dockerfile" => {
            Syntax::Shell
        }
        b"xml" | b"html" | b"htm" | b"xhtml" | b"plist" | b"csproj" | b"pom" | b"xaml" | b"resx" | b"wsdl" | b"xsd" => {
            Syntax::Markup
        }
        ending if is_code(ending) => Syntax::Quoted,
        _ => Syntax::Text,
    }
}

/// Programming languages, and formats that quote their values as these do.
fn is_code(extension: &[u8]) -> bool {
    static ENDINGS: OneOf = OneOf::new(&[
        b"json", b"jsonc", b"json5", b"ipynb", b"toml", b"tf", b"tfvars", b"hcl", b"nix", b"py", b"pyi", b"js", b"mjs",
        b"cjs", b"jsx", b"ts", b"mts", b"cts", b"tsx", b"vue", b"svelte", b"go", b"rs", b"java", b"kt", b"kts",
        b"scala", b"groovy", b"gradle", b"rb", b"php", b"c", b"h", b"cc", b"cpp", b"cxx", b"hpp", b"hh", b"cs", b"fs",
        b"vb", b"swift", b"m", b"mm", b"dart", b"lua", b"pl", b"pm", b"r", b"jl", b"ex", b"exs", b"erl", b"hs", b"elm",
        b"clj", b"cljs", b"edn", b"sql", b"sol", b"zig", b"proto", b"graphql", b"css", b"scss", b"less", b"tex", b"el",
        b"ml", b"mli", b"tfstate", b"v", b"d", b"nim", b"cr", b"coffee", b"map", b"as", b"ino", b"pas", b"vbs", b"bas",
        b"asp", b"aspx", b"jsp", b"cfm", b"lisp", b"rkt", b"erb", b"bicep",
    ]);
    ENDINGS.has(extension)
}

/// A template is written in the syntax of what it is a template of.
fn strip_template(name: &[u8]) -> &[u8] {
    TEMPLATES.iter().find_map(|ending| name.strip_suffix(*ending)).unwrap_or(name)
}

const TEMPLATES: [&[u8]; 6] = [b".example", b".sample", b".template", b".dist", b".tmpl", b".j2"];

fn is_generated(path: &[u8], name: &[u8]) -> bool {
    static NAMES: OneOf = OneOf::new(&[
        b"package-lock.json",
        b"npm-shrinkwrap.json",
        b"pnpm-lock.yaml",
        b"go.sum",
        b"go.mod",
        b"go.work.sum",
        b"packages.lock.json",
        b"package.resolved",
        b"cartfile.resolved",
        b"gradle.lockfile",
        b"verification-metadata.xml",
        b"conda-lock.yml",
        b".terraform.lock.hcl",
        b"bun.lock",
        b"deno.lock",
        b"composer.lock",
        b"run_results.json",
        b"catalog.json",
        b"semantic_manifest.json",
        b".tightlip-baseline",
        b".secrets.baseline",
        b".gitleaksignore",
    ]);
    static DATA: OneOf = OneOf::new(&[
        b"jsonl", b"ndjson", b"lock", b"sum", b"svg", b"css", b"map", b"csv", b"tsv", b"po", b"pot", b"xlf",
        b"parquet", b"crt", b"cer", b"pub",
    ]);
    static FOLDERS: OneOf =
        OneOf::new(&[b"node_modules", b"site-packages", b"third_party", b"vendor", b"bower_components"]);
    // Of texts in other languages, where they are data.
    static TRANSLATIONS: OneOf = OneOf::new(&[b"locale", b"locales", b"i18n", b"l10n", b"translations"]);
    static TEXTS: OneOf =
        OneOf::new(&[b"json", b"yml", b"yaml", b"properties", b"php", b"ftl", b"arb", b"strings", b"resx"]);
    let has_folder = |known: &OneOf| {
        let folders = path.strip_suffix(name).unwrap_or_default();
        folders.split(|&byte| byte == b'/').any(|folder| known.has(folder))
    };
    let extension = extension(name);
    NAMES.has(name)
        || DATA.has(extension)
        || name.ends_with(b".min.js")
        || name.ends_with(b".bundle.js")
        || has_folder(&FOLDERS)
        || TEXTS.has(extension) && has_folder(&TRANSLATIONS)
}

fn is_sample(path: &[u8], name: &[u8]) -> bool {
    static WORDS: OneOf = OneOf::new(&[
        b"test",
        b"tests",
        b"testing",
        b"testdata",
        b"spec",
        b"specs",
        b"fixture",
        b"fixtures",
        b"example",
        b"examples",
        b"sample",
        b"samples",
        b"demo",
        b"demos",
        b"doc",
        b"docs",
        b"documentation",
        b"mock",
        b"mocks",
        b"fake",
        b"fakes",
        b"snapshots",
        b"cassettes",
        b"e2e",
        b"conftest",
        b"benches",
        b"benchmarks",
    ]);
    static FOLDERS: OneOf = OneOf::new(&[b"__fixtures__", b"__tests__", b"__mocks__"]);
    static ENDINGS: OneOf = OneOf::new(&[b"md", b"rst", b"mdx", b"adoc", b"snap"]);
    // Of packages of RPM, not of tests.
    let path = path.strip_suffix(b".spec").unwrap_or(path);
    TEMPLATES[..4].iter().any(|ending| name.ends_with(ending))
        || ENDINGS.has(extension(name))
        || path.split(|&byte| matches!(byte, b'/' | b'.' | b'_' | b'-')).any(|word| WORDS.has(word))
        || path.split(|&byte| byte == b'/').any(|folder| FOLDERS.has(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_files_by_their_names() {
        for (path, syntax, general, sample, secrets) in [
            ("src/settings.py", Syntax::Quoted, true, false, false),
            (".env", Syntax::Lines, true, false, true),
            (".env.example", Syntax::Lines, true, true, true),
            (".dlt/secrets.toml", Syntax::Quoted, true, false, true),
            ("deploy/app.yaml.example", Syntax::Yaml, true, true, false),
            ("web/package-lock.json", Syntax::Quoted, false, false, false),
            ("a/vendor/b.go", Syntax::Quoted, false, false, false),
            ("web/locales/de.json", Syntax::Quoted, false, false, false),
            ("web/i18n/config.ts", Syntax::Quoted, true, false, false),
            ("tests/test_x.py", Syntax::Quoted, true, true, false),
            ("build/tool.spec", Syntax::Text, true, false, false),
            ("src/latest.py", Syntax::Quoted, true, false, false),
            ("notes.txt", Syntax::Text, true, false, false),
            ("Dockerfile.prod", Syntax::Shell, true, false, false),
            ("README.md", Syntax::Text, true, true, false),
        ] {
            assert_eq!(FileKind::of(path.as_bytes()), FileKind { syntax, general, sample, secrets }, "{path}");
        }
    }

    #[test]
    fn knows_files_that_hold_secrets_by_their_content() {
        for (path, text, secrets) in [
            ("a.yaml", "apiVersion: v1\nkind: Secret\nstringData: {}\n", true),
            ("a.yaml", "apiVersion: v1\nkind: SecretStore\n", false),
            ("a.json", "{\n  \"version\": 4,\n  \"terraform_version\": \"1\",\n  \"serial\": 1}", true),
            ("a.json", "{\"version\": 4}", false),
            ("prod.tfstate", "", true),
        ] {
            assert_eq!(FileKind::read(path.as_bytes(), text.as_bytes()).secrets, secrets, "{text}");
        }
    }

    #[test]
    fn knows_scripts_by_their_first_line() {
        for (path, text, syntax) in [
            ("bin/deploy", "#!/usr/bin/env perl\nuse strict;\n", Syntax::Quoted),
            ("bin/deploy", "#!/bin/bash\n", Syntax::Shell),
            ("bin/deploy", "# deploys\n", Syntax::Text),
            ("deploy.py", "#!/bin/sh\n", Syntax::Quoted),
        ] {
            assert_eq!(FileKind::read(path.as_bytes(), text.as_bytes()).syntax, syntax, "{path}: {text}");
        }
    }
}
