//! `tightlip import`: what another tool was told, told to tightlip; what cannot be carried over is listed by line.
//!
//! Never: how another tool writes its files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use gix::bstr::ByteSlice;
use toml::{Table, Value};

use super::{
    error::Error,
    output::say,
    scan::{baseline_file, case, read_baseline},
    session::Session,
    terms,
};
use crate::{
    cli::{ExitStatus, ImportArgs, PolicyArgs},
    config::{
        self,
        import::{self, Accepted, Fragment, Imported, KnownBy, Left, Tool},
    },
    finding::Finding,
    glob::Glob,
    policy::baseline::{self, Acceptance, Baseline, Moves},
    replace::replace,
    report::escape,
    rules::{Rule, syntax},
    secret::without_tokens,
    source::Target,
};

/// A configuration that extends itself ends here.
const DEEPEST: usize = 8;

/// All that was read, each part with the name of the file it came from.
#[derive(Default)]
struct Gathered {
    names: Vec<String>,
    fragment: Fragment,
    deny: Vec<String>,
    disable: Vec<String>,
    accepted: Vec<(String, Accepted)>,
    left: Vec<(String, Left)>,
}

/// Reads the files, writes what they come to, and says what that was.
pub fn run(args: &ImportArgs, session: &Session) -> Result<ExitStatus, Error> {
    let repository = session.repository()?;
    let top = repository.work_dir().ok_or_else(|| {
        Error::usage("a bare repository has no configuration to write", "run this in a clone or a worktree of it")
    })?;
    let mut gathered = gather(args, session, top)?;
    gathered.leave_what_cannot_be_read();

    let config_path = top.join(config::REPOSITORY_FILE);
    let written = match fs::read_to_string(&config_path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(file_error("read", &config_path, source)),
    };
    config::read(None, Some(config::File { name: config::REPOSITORY_FILE, text: written.as_bytes() }))?;
    let addition = gathered.addition(&written)?;
    let configuration = [written.as_str(), addition.text.as_str()].concat();
    config::read(None, Some(config::File { name: config::REPOSITORY_FILE, text: configuration.as_bytes() }))?;

    let (baseline, accepted) = gathered.accept(session, top)?;
    if !args.dry_run {
        if !addition.text.is_empty() {
            replace(&config_path, configuration.as_bytes())
                .map_err(|source| file_error("write", &config_path, source))?;
        }
        if accepted > 0 {
            baseline::store(&top.join(baseline::FILE), &baseline)?;
        }
    }
    say(gathered.said(args, &addition, accepted))?;
    Ok(ExitStatus::Clean)
}

/// Every file that is named, or else every usual one that is there, with those that they extend.
fn gather(args: &ImportArgs, session: &Session, top: &Path) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let mut files: Vec<PathBuf> = match &args.file {
        Some(file) => vec![file.clone()],
        None => args.tool.usual_files().iter().map(|name| top.join(name)).filter(|path| path.is_file()).collect(),
    };
    if args.tool == Tool::GitSecrets && args.file.is_none() {
        let repository = session.repository()?;
        let (patterns, allowed) =
            (repository.config_values("secrets.patterns"), repository.config_values("secrets.allowed"));
        if !patterns.is_empty() || !allowed.is_empty() {
            gathered.add("git config".to_owned(), import::git_secrets_patterns(&patterns, &allowed));
        }
    }
    if files.is_empty() && gathered.names.is_empty() {
        let usual = args.tool.usual_files().join(", ");
        return Err(Error::usage(
            format!("there is nothing of {} here", args.tool.name()),
            format!("name its file: tightlip import {} FILE (usually {usual})", args.tool.name()),
        ));
    }
    for _ in 0..DEEPEST {
        for file in std::mem::take(&mut files) {
            let bytes = fs::read(&file).map_err(|source| file_error("read", &file, source))?;
            let name = file.strip_prefix(top).unwrap_or(&file).display().to_string();
            let unreadable = |what: String| {
                let known = "give a configuration, a list of ignored findings or a report of that tool";
                Error::usage(format!("{} is no file of {}: {what}", escape::text(&name), args.tool.name()), known)
            };
            let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("it is not text in UTF-8".to_owned()))?;
            let mut imported = args.tool.read(text).map_err(|error| unreadable(error.to_string()))?;
            if let Some(extended) = imported.extends.take() {
                // That tool looks from where it is run, which is the top; others look beside the file.
                let beside = file.parent().unwrap_or(Path::new(".")).join(&extended);
                let from_top = top.join(extended);
                files.push(if from_top.is_file() { from_top } else { beside });
            }
            gathered.add(name, imported);
        }
    }
    match files.first() {
        Some(file) => {
            let what = format!("{} extends {DEEPEST} files and more", escape::text(&file.display().to_string()));
            Err(Error::usage(what, "name the files one by one"))
        }
        None => Ok(gathered),
    }
}

/// What is written behind the configuration that is there.
struct Addition {
    text: String,
    rules: usize,
    allows: usize,
}

impl Gathered {
    fn add(&mut self, name: String, imported: Imported) {
        self.fragment.rules.extend(imported.fragment.rules);
        self.fragment.allows.extend(imported.fragment.allows);
        self.deny.extend(imported.deny);
        self.disable.extend(imported.disable);
        self.accepted.extend(imported.accepted.into_iter().map(|accepted| (name.clone(), accepted)));
        self.left.extend(imported.left.into_iter().map(|left| (name.clone(), left)));
        self.names.push(name);
    }

    /// What a configuration would refuse stays behind, so that one odd expression does not hold up the rest.
    fn leave_what_cannot_be_read(&mut self) {
        let mut refused = Vec::new();
        self.fragment.rules.retain(|rule| {
            let alone = Fragment { rules: vec![rule.clone()], allows: Vec::new() };
            let fault = match toml::to_string(&alone).map(|text| syntax::read(&text)) {
                Ok(Ok(mut read)) => Rule::try_from(read.remove(0)).err().map(|error| error.to_string()),
                _ => Some(format!("rule {} cannot be written", rule.id)),
            };
            let fault = fault.or_else(|| {
                rule.paths
                    .iter()
                    .find_map(|glob| Glob::new(glob).err())
                    .map(|error| format!("rule {}: {error}", rule.id))
            });
            refused.extend(fault.clone());
            fault.is_none()
        });
        let ids: BTreeSet<&str> = self.fragment.rules.iter().map(|rule| rule.id.as_str()).collect();
        self.fragment.allows.retain(|allow| {
            let fault = match (&allow.rule, &allow.value) {
                (Some(id), _)
                    if !ids.contains(id.as_str())
                        && !crate::rules::is_known_id(&crate::rules::RuleSet::builtin(), id) =>
                {
                    Some(format!("an allowance for the rule {id}, which there is not"))
                }
                (_, Some(value)) => config::ValuePattern::new(value).err().map(|error| error.to_string()),
                _ => None,
            };
            refused.extend(fault.clone());
            fault.is_none()
        });
        let name = self.names.first().cloned().unwrap_or_default();
        self.left.extend(refused.into_iter().map(|what| (name.clone(), Left { line: 0, what })));
    }

    /// What `written`, the configuration, does not say yet.
    fn addition(&mut self, written: &str) -> Result<Addition, Error> {
        let document: Table = written.parse().unwrap_or_default();
        let has_rule =
            |id: &str| tables(&document, "rule").any(|rule| rule.get("id").and_then(Value::as_str) == Some(id));
        self.fragment.rules.retain(|rule| !has_rule(&rule.id));
        let known: Vec<&Table> = tables(&document, "allow").collect();
        let mut seen = Vec::new();
        self.fragment.allows.retain(|allow| {
            let Ok(table) = Table::try_from(allow) else { return false };
            let is_new = !known.contains(&&table) && !seen.contains(&table);
            seen.push(table);
            is_new
        });
        let mut text = String::new();
        for (section, key, texts) in [("paths", "deny", &self.deny), ("rules", "disable", &self.disable)] {
            let listed = list(&document, section, key);
            let missing: BTreeSet<&String> = texts.iter().filter(|text| !listed.contains(&text.as_str())).collect();
            if missing.is_empty() {
                continue;
            }
            let line = format!("{key} = {}", Value::from(missing.into_iter().cloned().collect::<Vec<_>>()));
            if document.contains_key(section) {
                let what = format!("write it yourself, since [{section}] is there already: {line}");
                self.left.push((config::REPOSITORY_FILE.to_owned(), Left { line: 0, what }));
            } else {
                write!(text, "\n[{section}]\n{line}\n").expect("a string takes all");
            }
        }
        if !self.fragment.is_empty() {
            let tables = toml::to_string(&self.fragment).map_err(|error| {
                Error::usage(
                    format!("cannot write what was read: {}", without_tokens(&error.to_string())),
                    "please report it",
                )
            })?;
            write!(text, "\n{tables}").expect("a string takes all");
        }
        let lead = match (text.is_empty(), written.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("version = 1\n\n# Carried over from {}.\n", self.names.join(", ")),
            (false, false) => format!("\n# Carried over from {}.\n", self.names.join(", ")),
        };
        let (rules, allows) = (self.fragment.rules.len(), self.fragment.allows.len());
        Ok(Addition { text: lead + text.trim_start_matches('\n'), rules, allows })
    }

    /// The baseline with those accepted findings that stand in the files of the work tree, and how many they are; those that
    /// do not are left.
    fn accept(&mut self, session: &Session, top: &Path) -> Result<(Vec<u8>, usize), Error> {
        let args = PolicyArgs { no_baseline: true, ..PolicyArgs::default() };
        let mut bytes = Vec::new();
        if self.accepted.is_empty() {
            return Ok((bytes, 0));
        }
        let mut roots: Vec<PathBuf> = self.accepted.iter().map(|(_, accepted)| top.join(&accepted.path)).collect();
        roots.retain(|path| path.is_file());
        roots.sort();
        roots.dedup();
        let mut source = session.source(Target::Paths { roots, no_ignore: true })?;
        let outcome = terms::scan(&args, &mut *source)?.outcome;
        let mut by_reason: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, accepted) in &self.accepted {
            let known = outcome.findings.iter().filter(|finding| is_it(finding, accepted)).collect::<Vec<_>>();
            if known.is_empty() {
                let what =
                    format!("{}: nothing is found there here ({})", escape::text(&accepted.path), accepted.reason);
                missing.push((name.clone(), Left { line: accepted.source_line, what }));
            }
            by_reason.entry(&accepted.reason).or_default().extend(known);
        }
        let mut baseline = read_baseline(&baseline_file(&args, session)?)?;
        let mut count = BTreeSet::new();
        for (reason, findings) in by_reason {
            count.extend(findings.iter().map(|finding| (&finding.place, finding.rule.id.as_ref())));
            let cases: Vec<_> = findings.into_iter().filter_map(case).collect();
            let acceptance = Acceptance { reason: Some(reason), expires: None, today: terms::today() };
            bytes = baseline::update(&baseline, &cases, &Moves::default(), acceptance)?;
            baseline = Baseline::parse(baseline::FILE, &bytes)?;
        }
        let count = count.len();
        self.left.extend(missing);
        Ok((bytes, count))
    }

    fn said(&self, args: &ImportArgs, addition: &Addition, accepted: usize) -> String {
        let mut text = String::new();
        let mut line = |words: String| writeln!(text, "{words}").expect("a string takes all");
        let names = self.names.iter().map(|name| escape::text(name)).collect::<Vec<_>>().join(", ");
        line(format!("From {names}{}:", if args.dry_run { " would be carried over" } else { "" }));
        let rules = counted(addition.rules, "rule");
        let allows = counted(addition.allows, "allowance");
        line(format!("  {rules} and {allows} into {}", config::REPOSITORY_FILE));
        if !self.accepted.is_empty() {
            line(format!("  {} into {}", counted(accepted, "accepted finding"), baseline::FILE));
        }
        if !self.left.is_empty() {
            line("Not carried over:".to_owned());
        }
        for (name, left) in &self.left {
            let place = if left.line == 0 { name.clone() } else { format!("{name}:{}", left.line) };
            line(format!("  {}  {}", escape::text(&place), escape::text(&without_tokens(&left.what))));
        }
        if let Some(mark) = args.tool.mark() {
            line(format!(
                "Comments with `{mark}` count only if {} says so: [inline] marks = [\"{mark}\"]",
                config::REPOSITORY_FILE
            ));
        }
        if args.dry_run {
            line("Nothing was changed.".to_owned());
        } else if !addition.text.is_empty() || accepted > 0 {
            let file = |written: bool, name: &'static str| written.then_some(name);
            let files = [file(!addition.text.is_empty(), config::REPOSITORY_FILE), file(accepted > 0, baseline::FILE)];
            line(format!(
                "What counts is what is staged: git add {}",
                files.into_iter().flatten().collect::<Vec<_>>().join(" ")
            ));
        }
        text
    }
}

fn is_it(finding: &Finding, accepted: &Accepted) -> bool {
    let Some(secret) = &finding.secret else { return false };
    finding.place.path.as_bytes() == accepted.path.as_bytes()
        && match &accepted.by {
            KnownBy::Secret(value) => secret == value,
            KnownBy::Sha1(digest) => secret.sha1() == *digest,
            KnownBy::Line(line) => (finding.place.line..=finding.place.end_line).contains(line),
        }
}

fn tables<'d>(document: &'d Table, key: &str) -> impl Iterator<Item = &'d Table> {
    document.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

fn list<'d>(document: &'d Table, section: &str, key: &str) -> Vec<&'d str> {
    let listed = document.get(section).and_then(|section| section.get(key)?.as_array());
    listed.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn file_error(doing: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::File { doing, what: path.display().to_string(), source }
}
