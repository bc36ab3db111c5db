//! `tightlip redact`: standard input to standard output, secrets masked, each line as soon as it is complete.
//!
//! Never: more than a line kept waiting.

use std::{
    io::{self, BufRead, BufReader, Write},
    os::unix::ffi::OsStrExt,
};

use gix::bstr::BStr;

use super::{
    error::Error,
    session::{Session, say_if_typed},
    terms::{self, Judge},
};
use crate::{
    cli::{ExitStatus, RedactArgs},
    detect::known::Known,
    redact::Redactor,
    source::Target,
};

/// So much is read at once, where so much is there.
const BUFFER: usize = 64 << 10;

/// Masks until the input ends, or nobody reads the output any more.
pub fn run(args: &RedactArgs, session: &Session) -> Result<ExitStatus, Error> {
    let name = args.name.clone().unwrap_or_else(|| "stdin".to_owned());
    // The source is asked for the configuration only, and gives standard input free again.
    let detector = terms::detector(&args.policy(), &mut *session.source(Target::Stream { name: name.clone() })?)?;
    let known = if args.known { known(args, session)? } else { Known::default() };
    let mut redactor = Redactor::new(&detector, name.as_bytes()).knowing(known);
    say_if_typed();
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut output = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        let read = read.map_err(|source| Error::File { doing: "read", what: "standard input".into(), source })?;
        if read == 0 {
            return finish(output.flush());
        }
        let mut written = output.write_all(&redactor.mask(&line));
        // While another line is there already, nobody waits for this one.
        if !input.buffer().contains(&b'\n') {
            written = written.and_then(|()| output.flush());
        }
        if written.is_err() {
            return finish(written);
        }
    }
}

/// What the user's own secret files hold, as the guard would look for it in a file here.
fn known(args: &RedactArgs, session: &Session) -> Result<Known, Error> {
    if terms::is_in_ci() {
        return Err(Error::usage("--known reads your own secret files, and nobody's in CI", "leave it out there"));
    }
    let repository = session.repository()?;
    let mut staged = session.staged(&[])?;
    let judge = Judge::new(&args.policy(), &mut staged)?;
    let here = session.below_top()?.join("here");
    let path = BStr::new(here.as_os_str().as_bytes());
    Ok(judge.guard(repository).map(|guard| guard.masked_beside(path)).unwrap_or_default())
}

/// A reader that has seen enough ends it, too.
fn finish(written: io::Result<()>) -> Result<ExitStatus, Error> {
    match written {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::File { doing: "write", what: "to standard output".into(), source })
        }
        _ => Ok(ExitStatus::Clean),
    }
}
