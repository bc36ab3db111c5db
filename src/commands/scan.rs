//! `tightlip scan` and `tightlip --update-baseline`.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write},
    num::NonZeroUsize,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    error::Error,
    input::Input,
    output::{say, written},
    progress::Progress,
    range::{self, Span, Watch},
    session::{Session, say_if_typed},
    terms::{self, Judge},
};
use crate::{
    cli::{ExitStatus, PolicyArgs, ProgressChoice, ScanArgs, UpdateBaselineArgs, columns},
    config::{self, Date},
    finding::{Finding, Outcome},
    git::{self, Repository},
    policy::{
        Case,
        baseline::{self, Acceptance, Baseline},
    },
    report::{
        self, Context, Format, escape,
        replacements::{self, Limits},
    },
    scan::{self, Pace, Scanned},
    secret::without_tokens,
    source::{Shard, Source, Target, stream::Stream},
};

/// In bytes, where `--memory` does not say otherwise.
pub const MEMORY: u64 = 1 << 30;

/// So many threads look at most, where `--jobs` does not say otherwise.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

impl ScanArgs {
    /// `tightlip scan --staged` with these options for the baseline and no others.
    pub fn staged(baseline: UpdateBaselineArgs) -> Self {
        Self {
            paths: Vec::new(),
            staged: true,
            range: None,
            tree: None,
            history: false,
            stdin: false,
            name: None,
            format: Format::Human,
            output: None,
            baseline,
            policy: PolicyArgs::default(),
            strict: false,
            no_ignore: false,
            shard: None,
            jobs: None,
            memory: None,
            progress: ProgressChoice::Never,
            verbose: false,
        }
    }

    fn target(&self) -> Result<Target, Error> {
        let shard = self.shard.as_deref().map_or(Ok(Shard::default()), |text| {
            text.parse()
                .map_err(|error| Error::usage(format!("--shard {}: {error}", escape::text(text)), "count from 1"))
        })?;
        if self.shard.is_some() && self.tree.is_none() && !self.history {
            return Err(Error::usage("--shard is for --tree and --history", "name one of them"));
        }
        Ok(if self.stdin {
            Target::Stream { name: self.name.clone().unwrap_or_else(|| "stdin".to_owned()) }
        } else if let Some(revision) = &self.tree {
            Target::Tree { revision: revision.clone(), shard }
        } else if self.history {
            Target::History { shard, jobs: self.jobs() }
        } else if self.paths.is_empty() {
            Target::Staged { other_parents: Vec::new() }
        } else {
            Target::Paths { roots: self.paths.clone(), no_ignore: self.no_ignore }
        })
    }

    fn form(&self) -> Form<'_> {
        Form { format: self.format, output: self.output.as_deref(), verbose: self.verbose }
    }

    fn pace<'a>(&self, watch: &'a dyn scan::Watch) -> Result<Pace<'a>, Error> {
        let memory = self.memory.as_deref().map_or(Ok(MEMORY), |text| {
            config::size(text)
                .map_err(|error| Error::usage(format!("--memory {}: {error}", escape::text(text)), "write it as 1 GiB"))
        })?;
        Ok(Pace { jobs: self.jobs(), memory, watch })
    }

    fn jobs(&self) -> usize {
        self.jobs.map_or_else(threads, NonZeroUsize::get)
    }
}

/// Scans, and reports or accepts what was found.
pub fn run(args: &ScanArgs, session: &Session) -> Result<ExitStatus, Error> {
    if args.format == Format::Replacements {
        let fault = match &args.output {
            None => Some("never to standard output"),
            Some(path) if is_within(path, session)? => Some("not into a repository"),
            Some(_) => None,
        };
        if let Some(fault) = fault {
            return Err(Error::usage(
                format!("--format replacements writes the secrets themselves, and so {fault}"),
                "name a file outside of every repository with --output FILE",
            ));
        }
    }
    let began = terms::now();
    let progress = Progress::new(args.progress == ProgressChoice::Auto, !args.stdin);
    if let Some(range) = &args.range {
        let (span, watch) = (between(range, session.repository()?)?, Watch { progress: &progress, ..Watch::NONE });
        let outcome = range::scan(session.repository()?, &args.policy, &span, None, watch)?;
        progress.clear();
        write_report(&args.form(), session, &outcome, [began, terms::now()].map(config::utc))?;
        return Ok(status(&outcome, args.strict));
    }
    let pace = args.pace(&progress)?;
    let target = args.target()?;
    if args.stdin {
        say_if_typed();
    }
    let is_staged = matches!(target, Target::Staged { .. });
    let is_cut_off: Arc<AtomicBool> = Arc::default();
    let mut source: Box<dyn Source + '_> = match target {
        Target::Stream { name } => {
            let input = Input::new(&is_cut_off).map_err(|source| Error::File {
                doing: "read",
                what: "standard input".into(),
                source,
            })?;
            Box::new(Stream::new(name, input, session.top()?))
        }
        target => session.source(target)?,
    };
    let judge = Judge::new(&args.policy, &mut *source)?;
    let judge = if is_staged { judge.guarded(session.repository()?) } else { judge };
    let mut scanned = judge.scan_at(pace, &mut *source)?;
    progress.clear();
    if is_cut_off.load(Ordering::Relaxed) {
        scanned.outcome.cut_off();
    }
    scanned.outcome.share.clone_from(&args.shard);
    if args.baseline.update_baseline {
        return accept(args, session, &scanned);
    }
    let times = [began, terms::now()].map(config::utc);
    write_report(&args.form(), session, &scanned.outcome, times)?;
    Ok(status(&scanned.outcome, args.strict))
}

/// The commits that `BASE..TIP` names, as git does; a tip left out is `HEAD`. A base left out is to git as well, and was more
/// likely a variable of a script that nobody set: nothing would ever be looked at.
fn between(range: &str, repository: &Repository) -> Result<Span, Error> {
    let sides = range.split_once("..").filter(|(_, tip)| !tip.starts_with('.'));
    let (base, tip) = sides.ok_or_else(|| {
        Error::usage(format!("--range {} is no range", escape::text(range)), "write it as BASE..TIP: main..HEAD")
    })?;
    if base.is_empty() {
        return Err(Error::usage(
            format!("--range {} has no beginning", escape::text(range)),
            "write it as BASE..TIP, such as main..HEAD; for all that there is: --history",
        ));
    }
    let resolve = |side: &str| repository.named(if side.is_empty() { "HEAD" } else { side });
    let (base, tip) = (resolve(base)?, repository.peel(resolve(tip)?)?);
    let base = repository.peel(base)?.id;
    let before = Some(repository.tree_of(base)?);
    Ok(Span { tips: vec![(range.to_owned(), tip)], excluded: vec![base], before, judged_by: None })
}

/// Whether `path` lies in a work tree, of this repository or another, or in git's own folder.
fn is_within(path: &Path, session: &Session) -> Result<bool, Error> {
    let Some(folder) = path.parent() else { return Ok(false) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // A folder that is not there is an error when the file is written.
    let Ok(folder) = folder.canonicalize() else { return Ok(false) };
    if folder.ancestors().any(|above| above.join(".git").exists()) {
        return Ok(true);
    }
    let repository = match session.repository() {
        Ok(repository) => repository,
        Err(git::Error::NotARepository { .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let roots = repository.work_dir().into_iter().chain([repository.git_dir()]);
    Ok(roots.filter_map(|root| root.canonicalize().ok()).any(|root| folder.starts_with(root)))
}

/// How a scan ended: what could not be read leaves it incomplete, and what was left out does where nothing may be.
pub fn status(outcome: &Outcome, strict: bool) -> ExitStatus {
    if !outcome.is_complete() || strict && outcome.skipped.iter().any(|skipped| skipped.why.is_gap()) {
        ExitStatus::Incomplete
    } else if outcome.blocking().next().is_some() {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}

/// What a report is to be, and where.
pub struct Form<'a> {
    /// Its form.
    pub format: Format,
    /// Where it is written; standard output without one.
    pub output: Option<&'a Path>,
    /// Whether it lists what passed.
    pub verbose: bool,
}

/// Writes a report; `times` are when the scan began and ended.
pub fn write_report(form: &Form<'_>, session: &Session, outcome: &Outcome, times: [String; 2]) -> Result<(), Error> {
    if let (Format::Replacements, Some(path)) = (form.format, form.output) {
        return write_replacements(path, outcome);
    }
    let to_top = session.to_top()?;
    let write = |color, columns, mut out: Box<dyn Write>| {
        let context = Context { color, columns, verbose: form.verbose, to_top, times, ..Context::default() };
        report::write(form.format, outcome, &context, &mut out)?;
        out.flush()
    };
    match form.output {
        Some(path) => File::create(path)
            .and_then(|file| write(false, None, Box::new(io::BufWriter::new(file))))
            .map_err(|source| Error::File { doing: "write", what: path.display().to_string(), source }),
        None => written(write(
            session.colors(&io::stdout()),
            columns(&io::stdout()),
            Box::new(io::BufWriter::new(io::stdout().lock())),
        )),
    }
}

/// Writes the values themselves, to a file that nobody but its owner can read, and says so.
fn write_replacements(path: &Path, outcome: &Outcome) -> Result<(), Error> {
    let name = escape::name(path.as_os_str().as_bytes());
    let error = |source| Error::File { doing: "write", what: name.clone(), source };
    if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
        return Err(Error::usage(format!("{name} is no file"), "name a file outside of the repository"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Its mode is 0600 from the beginning, whatever the umask and whatever stood there before.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(error)?;
    report::write(Format::Replacements, outcome, &Context::default(), &mut file).map_err(error)?;
    file.as_file().sync_all().map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    say(about_replacements(&name, replacements::limits(outcome)))?;
    Ok(())
}

fn about_replacements(name: &str, limits: Limits) -> String {
    let mut text = format!(
        "tightlip: {name} holds {}, unmasked, for git filter-repo --replace-text\n  \
         only you can read it (mode 0600); keep it out of git, and delete it when the history is rewritten\n  \
         revoke the secrets first: taking them out of the history does not take them back\n",
        if limits.values == 1 { "1 secret".to_owned() } else { format!("{} secrets", limits.values) }
    );
    for (count, about) in [
        (limits.short, "shorter than 8 bytes, which is replaced inside of other words too: look at that first"),
        (limits.over_lines, "over several lines, which git filter-repo finds and BFG does not"),
        (limits.encoded, "left out, since it stands encoded (the report says how): remove its file instead"),
    ] {
        if count > 0 {
            writeln!(text, "  {count} {about}").expect("a string takes all");
        }
    }
    text
}

/// Writes what was found into the baseline, and says what to do with it.
fn accept(args: &ScanArgs, session: &Session, scanned: &Scanned) -> Result<ExitStatus, Error> {
    let path = baseline_file(&args.policy, session)?;
    let expires = args.baseline.expires.as_deref().map(last_day).transpose()?;
    let reason = args.baseline.reason.as_deref().map(|reason| without_tokens(&scanned.outcome.without_values(reason)));
    let acceptance = Acceptance { reason: reason.as_deref(), expires, today: terms::today() };
    // What only moved is accepted already, but its line must follow it.
    let accepted: Vec<&Finding> = scanned.outcome.findings.iter().filter(|finding| is_to_accept(finding)).collect();
    let cases: Vec<Case<'_>> = accepted.iter().filter_map(|finding| case(finding)).collect();
    let existing = read_baseline(&path)?;
    let updated = baseline::update(&existing, &cases, &scanned.moves, acceptance)?;
    let count = accepted.iter().filter(|finding| finding.blocks).count();
    let name = escape::name(path.to_string_lossy().as_bytes());
    for skipped in &scanned.outcome.skipped {
        if skipped.why.is_gap() {
            say(format!("tightlip: not read, and so not accepted: {}\n", escape::name(&skipped.path)))?;
        }
    }
    if scanned.outcome.receipt.entries == 0 && args.paths.is_empty() && !args.stdin {
        // As after `git commit -a`, whose index is gone with it.
        say("tightlip: nothing is staged; git add what is to be accepted, and try again\n")?;
    } else if cases.is_empty() {
        say(format!("tightlip: nothing to accept; {name} stays as it is\n"))?;
    } else {
        let is_new = baseline::store(&path, &updated)?;
        let accepted = match count {
            0 => "nothing new to accept; what was accepted stays".to_owned(),
            _ if !is_new => "accepted already, with the reason and the day".to_owned(),
            1 => "1 finding accepted".to_owned(),
            _ => format!("{count} findings accepted"),
        };
        let other = if is_new || count == 0 { "" } else { "  for another reason or day: tightlip baseline review\n" };
        say(format!(
            "tightlip: {accepted} in {name}\n{other}  what counts is the staged file: git add {}\n",
            pathspec(&args.policy, session)?
        ))?;
    }
    Ok(status(&Outcome { findings: Vec::new(), ..scanned.outcome.clone() }, args.strict))
}

/// The day that `--expires` names.
fn last_day(text: &str) -> Result<Date, Error> {
    let fault = match text.parse::<Date>() {
        Ok(day) if day < terms::today() => "that day is over".to_owned(),
        Ok(day) => return Ok(day),
        Err(error) => error.to_string(),
    };
    Err(Error::usage(format!("--expires {}: {fault}", escape::text(text)), "give the last day on which it is accepted"))
}

/// How git finds the baseline from here: the repository's stands at the top, which may be further up.
fn pathspec(args: &PolicyArgs, session: &Session) -> Result<String, Error> {
    let path = match &args.baseline {
        Some(given) => given.as_os_str().as_encoded_bytes().to_vec(),
        None => [session.to_top()?.as_slice(), baseline::FILE.as_bytes()].concat(),
    };
    Ok(escape::shell_word(&path))
}

fn is_to_accept(finding: &Finding) -> bool {
    use crate::finding::Suppression;
    finding.blocks || matches!(finding.suppression, Some(Suppression::Baseline { .. }))
}

/// What a baseline must know of a finding whose value is known.
pub fn case(finding: &Finding) -> Option<Case<'_>> {
    Some(Case {
        rule: &finding.rule,
        path: finding.place.path.as_ref(),
        line: finding.place.line,
        secret: finding.secret.as_ref()?,
        bits: finding.bits,
        marks: &[],
    })
}

/// The baseline that the command line names, or the repository's.
pub fn baseline_file(args: &PolicyArgs, session: &Session) -> Result<PathBuf, Error> {
    match (&args.baseline, session.top()?) {
        (Some(path), _) => Ok(path.clone()),
        (None, Some(top)) => Ok(top.join(baseline::FILE)),
        (None, None) => {
            Err(Error::usage("there is no work tree to keep a baseline in", "name a file with --baseline FILE"))
        }
    }
}

/// The baseline on disk; an empty one if there is none.
pub fn read_baseline(path: &Path) -> Result<Baseline, Error> {
    let name = path.display().to_string();
    match fs::read(path) {
        Ok(bytes) => Ok(Baseline::parse(&name, &bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Baseline::default()),
        Err(source) => Err(Error::File { doing: "read", what: name, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Receipt, SkipReason, Skipped};

    #[test]
    fn what_cannot_be_read_leaves_any_scan_incomplete() {
        let fault = SkipReason::Unreadable { fault: "Permission denied".to_owned() };
        for (why, strict, ended) in [
            (fault.clone(), false, ExitStatus::Incomplete),
            (fault, true, ExitStatus::Incomplete),
            (SkipReason::Missing, false, ExitStatus::Clean),
            (SkipReason::Missing, true, ExitStatus::Incomplete),
            (SkipReason::Configured { glob: "a".to_owned() }, true, ExitStatus::Clean),
        ] {
            let skipped = vec![Skipped { path: "a".into(), why }];
            let outcome =
                Outcome { skipped, receipt: Receipt { entries: 1, ..Receipt::default() }, ..Outcome::default() };
            assert_eq!(status(&outcome, strict), ended, "{:?}, {strict}", outcome.skipped);
        }
    }
}
