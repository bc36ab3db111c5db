//! `tightlip merge`: json reports of several machines, made one.

use std::{fs, path::Path};

use super::{
    error::Error,
    scan::{Form, status, write_report},
    session::Session,
};
use crate::{
    cli::{ExitStatus, MergeArgs},
    finding::Outcome,
    report::{self, Format},
};

/// Joins the reports, and writes one.
pub fn run(args: &MergeArgs, session: &Session) -> Result<ExitStatus, Error> {
    if args.format == Format::Replacements {
        return Err(Error::usage(
            "a report holds no values, and so cannot become replacements",
            "scan the history with --format replacements itself",
        ));
    }
    let mut whole = Outcome::default();
    for path in &args.files {
        whole.join(read(path)?);
    }
    let form = Form { format: args.format, output: args.output.as_deref(), verbose: args.verbose };
    write_report(&form, session, &whole, [String::new(), String::new()])?;
    Ok(status(&whole, args.strict))
}

fn read(path: &Path) -> Result<Outcome, Error> {
    let name = path.display().to_string();
    let text = fs::read(path).map_err(|source| Error::File { doing: "read", what: name.clone(), source })?;
    report::read::read(&text).map_err(|source| Error::Report { name, source })
}
