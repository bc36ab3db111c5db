//! `tightlip merge`: json reports of several machines, made one.

use std::{collections::BTreeMap, fs, path::Path};

use super::{
    error::Error,
    scan::{Form, status, write_report},
    session::Session,
};
use crate::{
    cli::{ExitStatus, MergeArgs},
    finding::Outcome,
    report::{self, Format},
    source::Shard,
};

/// Joins the reports, and writes one.
pub fn run(args: &MergeArgs, session: &Session) -> Result<ExitStatus, Error> {
    if args.format == Format::Replacements {
        return Err(Error::usage(
            "a report holds no values, and so cannot become replacements",
            "scan the history with --format replacements itself",
        ));
    }
    let (mut whole, mut shares) = (Outcome::default(), Shares::default());
    for path in &args.files {
        let part = read(path)?;
        if let Some(share) = &part.share {
            shares.add(share, path)?;
        }
        whole.join(part);
    }
    let missing = shares.missing();
    if !missing.is_empty() {
        whole
            .notes
            .push(format!("these shares are not among the reports, and so not in this one: {}", missing.join(", ")));
    }
    let form = Form { format: args.format, output: args.output.as_deref(), verbose: args.verbose };
    write_report(&form, session, &whole, [String::new(), String::new()])?;
    Ok(if missing.is_empty() { status(&whole, args.strict) } else { ExitStatus::Incomplete })
}

/// The shares of which there are reports.
#[derive(Default)]
struct Shares<'a>(BTreeMap<Shard, &'a Path>);

impl<'a> Shares<'a> {
    fn add(&mut self, written: &str, path: &'a Path) -> Result<(), Error> {
        let next = "merge one report of each share of one scan";
        let shard: Shard =
            written.parse().map_err(|error| Error::usage(format!("{}: {error}", path.display()), next))?;
        if let Some((other, first)) = self.0.first_key_value()
            && other.of() != shard.of()
        {
            let message = format!("{} is of share {shard}, and {} of {other}", path.display(), first.display());
            return Err(Error::usage(message, next));
        }
        if let Some(first) = self.0.insert(shard, path) {
            let message = format!("{} and {} are both of share {shard}", first.display(), path.display());
            return Err(Error::usage(message, next));
        }
        Ok(())
    }

    /// Those of which there is none, in words.
    fn missing(&self) -> Vec<String> {
        let all = self.0.keys().next().map(|shard| shard.all()).into_iter().flatten();
        all.filter(|shard| !self.0.contains_key(shard)).map(|shard| shard.to_string()).collect()
    }
}

fn read(path: &Path) -> Result<Outcome, Error> {
    let name = path.display().to_string();
    let text = fs::read(path).map_err(|source| Error::File { doing: "read", what: name.clone(), source })?;
    report::read::read(&text).map_err(|source| Error::Report { name, source })
}
