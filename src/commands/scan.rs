//! `tightlip scan` and `tightlip --update-baseline`.

use std::{
    fs::File,
    io::{self, Write},
};

use super::{error::Error, session::Session};
use crate::{
    cli::{ExitStatus, PolicyArgs, ScanArgs, UpdateBaselineArgs},
    finding::{Finding, Outcome, SkipReason},
    policy::{Policy, baseline},
    report::{self, Context, Format},
    scan::{self, Scan},
    source::Target,
};

impl ScanArgs {
    /// `tightlip scan --staged` with these options for the baseline and no others.
    pub fn staged(baseline: UpdateBaselineArgs) -> Self {
        Self {
            paths: Vec::new(),
            staged: true,
            stdin: false,
            name: None,
            format: Format::Human,
            output: None,
            baseline,
            policy: PolicyArgs::default(),
            strict: false,
            no_ignore: false,
            verbose: false,
        }
    }

    fn target(&self) -> Target {
        if self.stdin {
            Target::Stream { name: self.name.clone().unwrap_or_else(|| "(standard input)".to_owned()) }
        } else if self.paths.is_empty() {
            Target::Staged { other_parents: Vec::new() }
        } else {
            Target::Paths { roots: self.paths.clone(), no_ignore: self.no_ignore }
        }
    }
}

/// Scans, and reports or accepts what was found.
pub fn run(args: &ScanArgs, session: &Session) -> Result<ExitStatus, Error> {
    let mut source = session.source(args.target())?;
    let config = session.config(&args.policy, &mut *source)?;
    let detector = session.detector(&args.policy, &config)?;
    let mut policy = session.policy(&args.policy, config)?;
    let outcome = Scan { source: &mut *source, detector: &detector, policy: &mut policy }.run()?;
    if args.baseline.update_baseline {
        return accept(args, session, &policy, &outcome);
    }
    write_report(args, session, &outcome)?;
    Ok(status(&outcome, args.strict))
}

/// How a scan ended: what was too large to read leaves it incomplete where nothing may be left out.
pub fn status(outcome: &Outcome, strict: bool) -> ExitStatus {
    let left_out = outcome.skipped.iter().any(|skipped| matches!(skipped.why, SkipReason::TooLarge { .. }));
    if outcome.blocking().next().is_some() {
        ExitStatus::Findings
    } else if strict && left_out {
        ExitStatus::Incomplete
    } else {
        ExitStatus::Clean
    }
}

fn write_report(args: &ScanArgs, session: &Session, outcome: &Outcome) -> Result<(), Error> {
    let context = |color| Context { color, verbose: args.verbose, in_hook: false, bypass: None };
    let written = match &args.output {
        Some(file) => File::create(file).and_then(|file| {
            let mut file = io::BufWriter::new(file);
            report::write(args.format, outcome, &context(false), &mut file)?;
            file.flush()
        }),
        None => {
            let stdout = io::stdout();
            let context = context(session.colors(&stdout));
            let mut out = io::BufWriter::new(stdout.lock());
            report::write(args.format, outcome, &context, &mut out).and_then(|()| out.flush())
        }
    };
    match written {
        // The reader has seen enough; the exit code still tells.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => {
            let what = args.output.as_ref().map_or_else(|| "standard output".to_owned(), |file| file.display().to_string());
            Err(Error::File { doing: "write", what, source })
        }
        Ok(()) => Ok(()),
    }
}

/// Writes what was found into the baseline, and says what to do with it.
fn accept(args: &ScanArgs, session: &Session, policy: &Policy, outcome: &Outcome) -> Result<ExitStatus, Error> {
    let file = baseline_file(&args.policy, session)?;
    let accepted: Vec<&Finding> = outcome.findings.iter().filter(|finding| finding.suppression.is_none()).collect();
    let count = accepted.len();
    let update = baseline::Update {
        accepted: &accepted,
        moved: &scan::moves(outcome),
        reason: args.baseline.reason.as_deref(),
        expires: args.baseline.expires.as_deref(),
    };
    let existing = baseline::Baseline::load(&file)?;
    baseline::store(&file, &baseline::update(existing.as_ref(), &update)?)?;
    let _ = policy;
    let name = file.display();
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "tightlip: {count} accepted in {name}");
    Ok(ExitStatus::Clean)
}

fn baseline_file(args: &PolicyArgs, session: &Session) -> Result<std::path::PathBuf, Error> {
    if let Some(file) = &args.baseline {
        return Ok(file.clone());
    }
    match session.repository()?.work_dir() {
        Some(top) => Ok(top.join(baseline::FILE)),
        None => Err(Error::usage("a bare repository has no place for a baseline", "name one with --baseline FILE")),
    }
}
