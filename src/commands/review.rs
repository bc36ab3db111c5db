//! `tightlip baseline review`: what is accepted, and what blocks in the paths given, one at a time.
//!
//! Each answer is written before the next question, so that a review that ends half way has lost nothing. It reads lines, from a
//! terminal or a pipe. Never: a value that is not masked; a line of the baseline dropped that nobody decided about.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
};

use gix::bstr::ByteSlice;
use unicode_width::UnicodeWidthStr;

use super::{
    error::Error,
    scan::{baseline_file, case, read_baseline},
    session::Session,
    terms,
};
use crate::{
    cli::{ExitStatus, PolicyArgs, ReviewArgs},
    config::Date,
    finding::{Finding, Outcome},
    policy::baseline::{self, Acceptance, Baseline, Line},
    report::escape,
    rules, scan,
    secret::without_tokens,
    source::Target,
};

/// The answers that a question takes.
const CHOICES: &str = "[r]eal, [f]alse, [l]ater, [q]uit";

/// So many answers in a row that are none end a review: nobody reads its questions.
const MOST_MISTAKES: usize = 10;

/// The columns that a title has beside its number, at the width of the narrowest usual terminal.
const TITLE: usize = 80 - "10/10    ".len();

/// What somebody said of a finding.
enum Answer {
    /// It is a secret: it is accepted until the day given, if one is, and must be rotated.
    Real(Option<Date>),
    /// It is none.
    False(Option<Date>),
    Later,
    Quit,
}

/// Asks about each finding until the answers end.
pub fn run(args: &ReviewArgs, session: &Session) -> Result<ExitStatus, Error> {
    let path = baseline_file(&PolicyArgs::default(), session)?;
    let existing = read_baseline(&path)?;
    let outcome = look(&existing, &path, args, session)?;
    let mut review = Review { path, today: terms::today(), outcome: &outcome, rotate: BTreeSet::new() };
    let result = review.walk(&existing, args, &mut io::stdin().lock(), &mut io::stdout().lock());
    match result {
        Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => Ok(ExitStatus::Clean),
        result => result.map(|()| ExitStatus::Clean),
    }
}

/// What stands in the files that the baseline names, and in those that are given.
fn look(existing: &Baseline, file: &Path, args: &ReviewArgs, session: &Session) -> Result<Outcome, Error> {
    let top = file.parent().map(ToOwned::to_owned).unwrap_or_default();
    let on_disk = existing.lines().iter().map(|line| top.join(line.path.to_os_str_lossy()));
    let mut roots: Vec<PathBuf> = on_disk.filter(|path| path.symlink_metadata().is_ok()).collect();
    roots.extend(args.paths.iter().cloned());
    roots.sort();
    roots.dedup();
    let mut source = session.source(Target::Paths { roots, no_ignore: true })?;
    let policy = PolicyArgs { no_baseline: true, ..PolicyArgs::default() };
    let mut outcome = terms::scan(&policy, &mut *source)?.outcome;
    let denied = existing.lines().iter().filter(|line| line.rule == rules::DENIED_PATH);
    let denied = denied.filter(|line| top.join(line.path.to_os_str_lossy()).symlink_metadata().is_ok());
    // Files on disk come into git only with a commit, so that no scan of them finds these.
    outcome.findings.extend(denied.map(|line| scan::denied_path(line.path.clone(), "[paths]", &line.salt)));
    outcome.findings.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(outcome)
}

struct Review<'a> {
    path: PathBuf,
    today: Date,
    outcome: &'a Outcome,
    /// What was found to be real: what it is, where to revoke it, and where it stands.
    rotate: BTreeSet<(String, String, String)>,
}

impl Review<'_> {
    fn walk(
        &mut self,
        existing: &Baseline,
        args: &ReviewArgs,
        input: &mut dyn BufRead,
        output: &mut dyn Write,
    ) -> Result<(), Error> {
        let accepted = |finding: &Finding| case(finding).is_some_and(|case| existing.lines_for(case).next().is_some());
        let mut asked = BTreeSet::new();
        let findings: Vec<&Finding> = self
            .outcome
            .findings
            .iter()
            .filter(|finding| accepted(finding) || (finding.blocks && !args.paths.is_empty()))
            // A value that stands in a file more than once is one to decide about.
            .filter(|finding| asked.insert((&finding.rule.id, &finding.place.path, finding.fingerprint.as_str())))
            .collect();
        say(output, &self.apart(existing))?;
        for (number, finding) in findings.iter().enumerate() {
            let now = read_baseline(&self.path)?;
            say(output, &format!("\n{}/{}  {}", number + 1, findings.len(), about(finding, &now)))?;
            match ask(input, output, self.today)? {
                Answer::Quit => break,
                Answer::Later => {}
                Answer::False(expires) => {
                    let reason = self.reason(input, output)?;
                    self.write(&now, finding, Some((reason.as_deref(), expires)))?;
                }
                Answer::Real(until) => {
                    let mut at = escape::name(&finding.shown_path);
                    if finding.rule.id != rules::DENIED_PATH {
                        write!(at, ":{}", finding.place.line).expect("a string takes all");
                    }
                    let [title, rotate] = [&finding.rule.title, &finding.rule.rotate].map(|text| escape::text(text));
                    self.rotate.insert((title, rotate, at));
                    let Some(day) = until else {
                        self.write(&now, finding, None)?;
                        continue;
                    };
                    let why = self.reason(input, output)?.map_or_else(String::new, |why| format!(": {why}"));
                    self.write(&now, finding, Some((Some(&format!("to be rotated{why}")), Some(day))))?;
                }
            }
        }
        say(output, &self.summary())
    }

    /// The entries that need no look at their place: those that no longer occur, have expired, or have no reason.
    fn apart(&self, existing: &Baseline) -> String {
        let found: Vec<&Line> =
            self.outcome.findings.iter().filter_map(case).flat_map(|case| existing.lines_for(case)).collect();
        let is_there = |line: &Line| found.contains(&line);
        let mut text = format!("tightlip: the baseline has {} accepted findings\n", existing.lines().len());
        let groups: [(&str, Vec<&Line>); 3] = [
            (
                "no longer found in the work tree; drop them with: tightlip baseline prune",
                existing.lines().iter().filter(|line| !is_there(line)).collect(),
            ),
            (
                "expired: they block",
                existing.lines().iter().filter(|line| is_there(line) && !line.is_in_force(self.today)).collect(),
            ),
            (
                "without a reason",
                existing.lines().iter().filter(|line| is_there(line) && line.reason.is_none()).collect(),
            ),
        ];
        for (what, mut lines) in groups.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            lines.sort_by(|a, b| (&a.path, &a.rule).cmp(&(&b.path, &b.rule)));
            writeln!(text, "\n{} {what}", lines.len()).expect("a string takes all");
            for line in lines {
                let expires = line.expires.map_or_else(String::new, |day| format!(" until {day}"));
                writeln!(text, "  {}  {}{expires}", escape::name(&line.path), line.rule).expect("a string takes all");
            }
        }
        text
    }

    fn reason(&self, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<Option<String>, Error> {
        say(output, "  why (may be empty): ")?;
        let line = read_line(input)?.unwrap_or_default();
        let reason = without_tokens(&self.outcome.without_values(line.trim()));
        Ok((!reason.is_empty()).then_some(reason))
    }

    fn write(
        &self,
        now: &Baseline,
        finding: &Finding,
        accepted: Option<(Option<&str>, Option<Date>)>,
    ) -> Result<(), Error> {
        let Some(case) = case(finding) else { return Ok(()) };
        let acceptance = accepted.map(|(reason, expires)| Acceptance { reason, expires, today: self.today });
        baseline::store(&self.path, &baseline::decide(now, case, acceptance)?)?;
        Ok(())
    }

    fn summary(&self) -> String {
        if self.rotate.is_empty() {
            return "\ntightlip: nothing was found to be real\n".into();
        }
        let mut text = "\nTo be rotated:\n".to_owned();
        for (title, rotate, at) in &self.rotate {
            let page = if rotate.is_empty() { String::new() } else { format!("\n    {rotate}") };
            writeln!(text, "  {at}  {title}{page}").expect("a string takes all");
        }
        text
    }
}

/// Place, rule, masked line, and what is accepted of it.
fn about(finding: &Finding, now: &Baseline) -> String {
    let place = &finding.place;
    let (mut text, mut source_line) = (escape::name(&finding.shown_path), String::new());
    if finding.rule.id != rules::DENIED_PATH {
        write!(text, ":{}:{}", place.line, place.column).expect("a string takes all");
        source_line = format!("{:>6} | {}\n", place.line, escape::source(&finding.excerpt.text));
    }
    let (title, id) = (escape::text(&finding.rule.title), escape::text(&finding.rule.id));
    let what = format!("{title} ({})  [{id}]", finding.severity);
    let gap = if text.width() + what.width() > TITLE { "\n       " } else { "  " };
    write!(text, "{gap}{what}\n{source_line}").expect("a string takes all");
    for line in case(finding).into_iter().flat_map(|case| now.lines_for(case).cloned().collect::<Vec<_>>()) {
        let expires = line.expires.map_or_else(String::new, |day| format!(" until {day}"));
        let reason = line.reason.map_or_else(|| "no reason was given".into(), |reason| escape::text(&reason));
        writeln!(text, "         accepted{expires}: {reason}").expect("a string takes all");
    }
    text
}

/// Input that ends within an answer gives none.
fn ask(input: &mut dyn BufRead, output: &mut dyn Write, today: Date) -> Result<Answer, Error> {
    for _ in 0..MOST_MISTAKES {
        say(output, &format!("  {CHOICES}: "))?;
        let Some(line) = read_line(input)? else { return Ok(Answer::Quit) };
        let (answer, question): (fn(Option<Date>) -> Answer, _) = match line.trim().to_lowercase().as_str() {
            "r" | "real" => (Answer::Real, "accepted until it is rotated, YYYY-MM-DD (empty: it blocks)"),
            "f" | "false" => (Answer::False, "accepted until, YYYY-MM-DD (empty: for good)"),
            "l" | "later" => return Ok(Answer::Later),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => continue,
        };
        for _ in 0..MOST_MISTAKES {
            say(output, &format!("  {question}: "))?;
            let Some(line) = read_line(input)? else { return Ok(Answer::Quit) };
            match (line.trim(), line.trim().parse::<Date>()) {
                ("", _) => return Ok(answer(None)),
                (_, Ok(day)) if day >= today => return Ok(answer(Some(day))),
                _ => say(output, "  expected a day that is not over, as in 2027-01-31\n")?,
            }
        }
    }
    Err(Error::usage(
        format!("{MOST_MISTAKES} answers in a row were none of {CHOICES}"),
        "what was decided before is written; call it again to go on",
    ))
}

/// The next line; none at the end.
fn read_line(input: &mut dyn BufRead) -> Result<Option<String>, Error> {
    let mut bytes = Vec::new();
    let read = input.read_until(b'\n', &mut bytes);
    let read = read.map_err(|source| Error::File { doing: "read", what: "standard input".into(), source })?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Shown at once: a question must be seen before it is answered.
fn say(output: &mut dyn Write, text: &str) -> Result<(), Error> {
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    written.map_err(|source| Error::File { doing: "write", what: "to standard output".into(), source })
}
