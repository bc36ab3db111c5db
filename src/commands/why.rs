//! `tightlip why`: what decided about a file or a line, for and against, on disk or in git, without showing a value.

use std::{collections::BTreeMap, ffi::OsStr, fmt::Write, fs, io, os::unix::ffi::OsStrExt, path::Path};

use gix::bstr::ByteSlice;

use super::{
    error::Error,
    output::say,
    session::{Session, from_top},
    terms::{self, Judge},
};
use crate::{
    cli::{ExitStatus, PolicyArgs, WhyArgs, columns},
    detect::{
        Detector,
        explain::{self, Said, Step},
    },
    excerpt::Text,
    finding::{Finding, Outcome, SkipReason, Suppression},
    git::LeafKind,
    guard::Explained,
    report::{escape, fold::fold},
    rules::KNOWN_VALUE,
    source::{self, Entry, Origin, Read, Shard, Source, Target, stream::Stream},
};

/// So many lines are explained of a whole file.
const MOST_LINES: usize = 50;

/// Explains a file, or one line of it.
pub fn run(args: &WhyArgs, session: &Session) -> Result<ExitStatus, Error> {
    let (path, line) = place(&args.place);
    let name = escape::name(path.as_os_str().as_encoded_bytes());
    let policy = PolicyArgs::default();
    let Opened { bytes, mut source, remark } = if args.staged || args.tree.is_some() {
        stored(path, &name, args, session)?
    } else {
        on_disk(path, &name, args, line.is_some(), session)?
    };
    let inside = source.entries()?.first().map(|entry| entry.path.clone()).unwrap_or_default();
    let (detector, denied) = terms::explained(&policy, &mut *source, inside.as_ref())?;
    let judge = Judge::new(&policy, &mut *source)?;
    let (judge, known) = explain_known(judge, &mut *source, &bytes, session)?;
    let outcome = judge.scan(&mut *source)?.outcome;
    let text = Text::new(&bytes);
    let lines = explained_lines(&detector, &inside, &bytes, &text, &known, line);
    if let Some(line) = line.filter(|line| *line > bytes.lines().count()) {
        let has = bytes.lines().count();
        return Err(Error::usage(format!("{name} has no line {line}"), format!("it has {has}")));
    }
    let mut said = about_file(&name, &inside, &bytes, denied.as_deref(), &outcome);
    if let Some(remark) = remark {
        writeln!(said, "  file: {remark}").expect("a string takes all");
    }
    for line in &lines {
        line.write(&detector, &text, &bytes, &outcome, &mut said);
    }
    if lines.is_empty() {
        let where_ = line.map_or_else(|| " in it".to_owned(), |line| format!(" on line {line}"));
        writeln!(said, "  no rule was tried: no keyword with what must stand beside it was seen{where_}")
            .expect("a string takes all");
    }
    let said = match columns(&io::stdout()) {
        Some(columns) => fold(&said, columns),
        None => said,
    };
    say(&said)?;
    Ok(ExitStatus::Clean)
}

/// A file, and the source that has it alone.
struct Opened<'s> {
    bytes: Vec<u8>,
    source: Box<dyn Source + 's>,
    remark: Option<&'static str>,
}

fn on_disk<'s>(
    path: &Path,
    name: &str,
    args: &WhyArgs,
    has_line: bool,
    session: &'s Session,
) -> Result<Opened<'s>, Error> {
    if path.is_dir() {
        return Err(Error::usage(format!("{name} is a folder"), "name a file in it, and best a line: PATH:LINE"));
    }
    let before_colon = split(&args.place, ByteSlice::find_byte).map(|(path, _)| path);
    if !has_line && !path.exists() && before_colon.is_some_and(Path::is_file) {
        return Err(Error::usage(format!("{name} names no line"), "write PATH:LINE, with a line from 1 on"));
    }
    let bytes = fs::read(path).map_err(|source| Error::File { doing: "read", what: name.to_owned(), source })?;
    let source = session.source(Target::Paths { roots: vec![path.to_path_buf()], no_ignore: true })?;
    Ok(Opened { bytes, source, remark: None })
}

/// What git has at a path from here: in the index, or in the tree of a revision. It is judged as the hook judges what is staged,
/// and as a scan of that revision does.
fn stored<'s>(path: &Path, name: &str, args: &WhyArgs, session: &'s Session) -> Result<Opened<'s>, Error> {
    let repository = session.repository()?;
    let top = session.top()?.unwrap_or_default();
    let inside = from_top(&top, &top.join(session.below_top()?), path);
    let (leaf, place) = match &args.tree {
        Some(revision) => {
            let id = repository.peel(repository.named(revision)?)?.id;
            (repository.entry(repository.tree_of(id)?, inside.as_ref())?, format!("in {}", escape::text(revision)))
        }
        None => (repository.entry_in_index(&repository.index()?, inside.as_ref())?, "staged".to_owned()),
    };
    let Some(leaf) = leaf.filter(|leaf| leaf.kind != LeafKind::Gitlink) else {
        return Err(Error::usage(format!("{name} is no file that is {place}"), "git ls-files lists what is tracked"));
    };
    let mut bytes = Vec::new();
    repository.read_blob(leaf.id, u64::MAX, &mut bytes)?;
    let text = Stream::new(inside.to_string(), io::Cursor::new(bytes.clone()), None);
    if let Some(revision) = args.tree.clone() {
        let policy = session.source(Target::Tree { revision: Some(revision), shard: Shard::default() })?;
        return Ok(Opened { bytes, source: Box::new(Stored { text, policy }), remark: None });
    }
    let mut staged = session.staged(&[])?.only([inside]);
    if staged.entries()?.is_empty() {
        let source = Box::new(Stored { text, policy: Box::new(staged) });
        return Ok(Opened { bytes, source, remark: Some("a commit would not change it, and so not look at it") });
    }
    Ok(Opened { bytes, source: Box::new(staged), remark: None })
}

/// A text, judged by the policy files of another source.
struct Stored<'s> {
    text: Stream<io::Cursor<Vec<u8>>>,
    policy: Box<dyn Source + 's>,
}

impl Source for Stored<'_> {
    fn origin(&self) -> Origin {
        self.text.origin()
    }

    fn entries(&mut self) -> Result<Vec<Entry>, source::Error> {
        self.text.entries()
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, source::Error> {
        self.text.read(entry, limit, buffer)
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, source::Error> {
        self.policy.policy_file(path)
    }
}

/// What the guard of known values says of the file, and the judge that it belongs to. What stood there before counts, where the
/// file is in a repository.
fn explain_known<'r>(
    judge: Judge<'r>,
    source: &mut dyn Source,
    bytes: &[u8],
    session: &'r Session,
) -> Result<(Judge<'r>, Vec<Explained>), Error> {
    let Ok(repository) = session.repository() else { return Ok((judge, Vec::new())) };
    let entry = source.entries()?.into_iter().next();
    let (Some(guard), Some(entry)) = (judge.guard(repository).filter(|_| !terms::is_in_ci()), entry) else {
        return Ok((judge, Vec::new()));
    };
    let (guard, explained) = guard.explain(&entry, bytes, &mut session.staged(&[])?)?;
    Ok((judge.guarded_by(guard), explained))
}

/// The path and the line, from 1, of `PATH:LINE`; a file whose own name ends so is meant whole.
fn place(text: &OsStr) -> (&Path, Option<usize>) {
    let whole = Path::new(text);
    match split(text, ByteSlice::rfind_byte).filter(|_| !whole.exists()) {
        Some((path, line)) => match std::str::from_utf8(line).ok().and_then(|line| line.parse().ok()) {
            Some(line @ 1..) => (path, Some(line)),
            _ => (whole, None),
        },
        None => (whole, None),
    }
}

/// What stands before and behind the colon that `find` finds.
fn split(text: &OsStr, find: fn(&[u8], u8) -> Option<usize>) -> Option<(&Path, &[u8])> {
    let bytes = text.as_bytes();
    let colon = find(bytes, b':')?;
    Some((Path::new(OsStr::from_bytes(&bytes[..colon])), &bytes[colon + 1..]))
}

fn about_file(name: &str, inside: &[u8], bytes: &[u8], denied: Option<&str>, outcome: &Outcome) -> String {
    let mut said = format!("{name}\n");
    let mut say = |what: &str| writeln!(said, "  file: {what}").expect("a string takes all");
    if let Some(what) = explain::of_file(inside, bytes) {
        say(what);
    }
    if let Some(pattern) = denied {
        say(&format!("bringing this path into git is a finding, by {pattern}, unless it holds placeholders only"));
    }
    for skipped in &outcome.skipped {
        match &skipped.why {
            SkipReason::Configured { glob } => say(&format!("not read, by [paths] skip {}", escape::text(glob))),
            SkipReason::TooLarge { .. } => say("not read: it is larger than max_file_size"),
            SkipReason::Missing => say("not read: it is not in this partial clone"),
            SkipReason::Unreadable { fault } => say(&format!("not read: {}", escape::text(fault))),
        }
    }
    said
}

/// What was seen on one line.
struct ExplainedLine<'a> {
    /// From 1.
    number: usize,
    steps: Vec<Step>,
    known: Vec<&'a Explained>,
}

fn explained_lines<'a>(
    detector: &Detector,
    path: &[u8],
    bytes: &[u8],
    text: &Text<'_>,
    known: &'a [Explained],
    wanted: Option<usize>,
) -> Vec<ExplainedLine<'a>> {
    let (_, steps) = detector.explain(path, bytes);
    let mut lines: BTreeMap<usize, ExplainedLine<'a>> = BTreeMap::new();
    let is_wanted = |number| wanted.is_none_or(|line| line == number);
    let line_of = |number| ExplainedLine { number, steps: Vec::new(), known: Vec::new() };
    for step in steps {
        let (number, _) = text.position(step.span.start);
        if is_wanted(number) {
            lines.entry(number).or_insert_with(|| line_of(number)).steps.push(step);
        }
    }
    for one in known {
        let (number, _) = text.position(one.span.start);
        if is_wanted(number) {
            lines.entry(number).or_insert_with(|| line_of(number)).known.push(one);
        }
    }
    lines.into_values().take(MOST_LINES).collect()
}

impl ExplainedLine<'_> {
    fn write(&self, detector: &Detector, text: &Text<'_>, bytes: &[u8], outcome: &Outcome, said: &mut String) {
        let mut rules: Vec<usize> = self.steps.iter().map(|step| step.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        writeln!(said, "  line {}", self.number).expect("a string takes all");
        for rule in rules {
            let known = detector.rules().rule(rule);
            let steps: Vec<&Step> = self.steps.iter().filter(|step| step.rule == rule).collect();
            let mut words: Vec<String> = Vec::new();
            for step in &steps {
                let (_, column) = text.position(step.span.start);
                let new = in_words(step, column, known.keywords.iter().map(AsRef::as_ref), bytes);
                if !words.contains(&new) {
                    words.push(new);
                }
            }
            if steps.iter().all(|step| step.said == Said::Keyword) {
                words.push("nothing that it looks for stands near".to_owned());
            }
            writeln!(said, "    {}: {}", known.id, words.join("; ")).expect("a string takes all");
        }
        for one in &self.known {
            let (_, column) = text.position(one.span.start);
            let what = escape::text(&one.what);
            let against = one.against.as_ref().map_or_else(String::new, |why| format!(", but {}", escape::text(why)));
            writeln!(said, "    {KNOWN_VALUE}: {what} stands at column {column}{against}").expect("a string takes all");
        }
        for finding in outcome.findings.iter().filter(|finding| finding.place.line == self.number) {
            writeln!(said, "    verdict: {}", verdict(finding)).expect("a string takes all");
        }
        if !outcome.findings.iter().any(|finding| finding.place.line == self.number) {
            said.push_str("    verdict: nothing is reported\n");
        }
    }
}

/// What a step says, without what stands there unless that is a keyword.
fn in_words<'k>(step: &Step, column: usize, keywords: impl Iterator<Item = &'k str>, bytes: &[u8]) -> String {
    let at = format!("at column {column}");
    match &step.said {
        Said::Keyword => {
            let seen = &bytes[step.span.clone()];
            // What was seen through a decoder may look otherwise here, and may be a part of a value.
            let mut keywords = keywords.filter(|keyword| seen.eq_ignore_ascii_case(keyword.as_bytes()));
            keywords.next().map_or_else(|| format!("its word {at}"), |keyword| format!("keyword `{keyword}` {at}"))
        }
        Said::Refused(objection) => format!("the value {at} {}", objection.words()),
        Said::OtherPaths => "it looks at other paths only".to_owned(),
        Said::CheckDrops(check) => format!("holds {at}, but the check {check} disproves the value"),
        Said::CheckDoubts(check) => {
            format!("the check {check} fails {at}, so that the value must look drawn by a machine")
        }
        Said::CheckLowers(check) => format!("the check {check} fails {at}, which makes it low"),
        Said::MadeUp => format!("holds {at}, but the value openly says that it is made up"),
        Said::LowEntropy => format!("holds {at}, but the value has too little entropy"),
        Said::Sample => "what it finds in such a file is only counted".to_owned(),
        Said::InData => format!("the value {at} stands in a part of the file that holds data"),
        Said::KnownHarmless => format!("holds {at}, but a rule with a format knows the value for harmless"),
        Said::Overlapped => format!("holds {at}, but another rule says more about the value"),
        Said::Found { severity, proof } => {
            let proof = proof.as_ref().map_or_else(String::new, |proof| format!(", {proof}"));
            format!("holds {at}: {severity}{proof}")
        }
    }
}

fn verdict(finding: &Finding) -> String {
    let id = &finding.rule.id;
    let reason = finding.reason().map_or_else(String::new, |reason| format!(": {}", escape::text(&reason)));
    match &finding.suppression {
        None if finding.blocks => format!("{id} blocks ({})", finding.severity),
        None => format!("{id} is counted, and does not block ({})", finding.severity),
        Some(Suppression::Inherited) => format!("{id} passes: it stood there before"),
        Some(Suppression::Baseline { .. }) => format!("{id} passes by the baseline{reason}"),
        Some(Suppression::Pragma { .. }) => format!("{id} passes by an inline comment{reason}"),
        Some(Suppression::AllowedPath { .. }) => format!("{id} passes by [paths] allow{reason}"),
        Some(Suppression::Bypass { .. }) => format!("{id} passes: it was let pass when it was committed{reason}"),
        Some(Suppression::AllowedValue { .. }) => format!("{id} passes by [[allow]]{reason}"),
    }
}
