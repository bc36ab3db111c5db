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

/// So many missing shares are named.
const NAMED: usize = 10;

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
    whole.notes.extend(missing.clone());
    let form = Form { format: args.format, output: args.output.as_deref(), verbose: args.verbose };
    write_report(&form, session, &whole, [String::new(), String::new()])?;
    Ok(if missing.is_none() { status(&whole, args.strict) } else { ExitStatus::Incomplete })
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

    /// What is to be said of those of which there is none.
    fn missing(&self) -> Option<String> {
        let (first, _) = self.0.first_key_value()?;
        let count = first.of().get() as usize - self.0.len();
        let missing = first.all().filter(|shard| !self.0.contains_key(shard)).take(NAMED);
        let mut named: Vec<_> = missing.map(|shard| shard.to_string()).collect();
        named.extend((count > NAMED).then(|| format!("{} more", count - NAMED)));
        let named = named.join(", ");
        (count > 0).then(|| format!("these shares are not among the reports, and so not in this one: {named}"))
    }
}

fn read(path: &Path) -> Result<Outcome, Error> {
    let name = path.display().to_string();
    let text = fs::read(path).map_err(|source| Error::File { doing: "read", what: name.clone(), source })?;
    report::read::read(&text).map_err(|source| Error::Report { name, source })
}
