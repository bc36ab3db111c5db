//! `tightlip redact`: standard input to standard output, secrets masked, each line as soon as it is complete.
//!
//! Never: more than a line kept waiting.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::ffi::OsStrExt,
};

use gix::bstr::BStr;

use super::{
    error::Error,
    output::written,
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

/// So much of a line is held at most, and a buffer more.
const LONGEST: usize = 256 << 10;

/// Masks until the input ends, or nobody reads the output any more.
pub fn run(args: &RedactArgs, session: &Session) -> Result<ExitStatus, Error> {
    let name = args.name.clone().unwrap_or_else(|| "stdin".to_owned());
    // The source is asked for the configuration only, and gives standard input free again.
    let detector = terms::detector(&args.policy(), &mut *session.source(Target::Stream { name: name.clone() })?)?;
    let known = if args.known { known(args, session)? } else { Known::default() };
    let mut redactor = Redactor::new(&detector, name.as_bytes()).knowing(known);
    say_if_typed();
    let mut input = Lines::new(BufReader::with_capacity(BUFFER, io::stdin().lock()));
    let mut output = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut line = Vec::new();
    loop {
        let is_there = input.next(&mut line);
        if !is_there.map_err(|source| Error::File { doing: "read", what: "standard input".into(), source })? {
            return finish(output.flush());
        }
        let mut written = output.write_all(&redactor.mask(&line));
        // While another line is there already, nobody waits for this one.
        if !input.has_next() {
            written = written.and_then(|()| output.flush());
        }
        if written.is_err() {
            return finish(written);
        }
    }
}

/// Lines with their ends, as a terminal has them: what is written over and over behind a carriage return is lines as well. One
/// that is too long to be held comes in parts.
struct Lines<R> {
    input: BufReader<R>,
    /// The beginning of the next part.
    held: Vec<u8>,
}

impl<R: Read> Lines<R> {
    fn new(input: BufReader<R>) -> Self {
        Self { input, held: Vec::new() }
    }

    /// Reads the next into `line`; whether there was one.
    fn next(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        line.append(&mut self.held);
        loop {
            let there = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                there => there?,
            };
            if there.is_empty() {
                return Ok(!line.is_empty());
            }
            let end = end_of_line(there);
            let take = end.unwrap_or(there.len());
            line.extend_from_slice(&there[..take]);
            self.input.consume(take);
            if end.is_some() {
                return Ok(true);
            }
            if line.len() >= LONGEST {
                self.held = line.split_off(cut(line));
                return Ok(true);
            }
        }
    }

    /// Whether another line is there without waiting.
    fn has_next(&self) -> bool {
        end_of_line(self.input.buffer()).is_some()
    }
}

/// Where the first line of `bytes` is over.
fn end_of_line(bytes: &[u8]) -> Option<usize> {
    let at = memchr::memchr2(b'\n', b'\r', bytes)?;
    Some(at + 1 + usize::from(bytes[at..].starts_with(b"\r\n")))
}

/// Where a line that goes on is cut, so that no value is: behind the last space in its second half, or what else ends a value.
fn cut(line: &[u8]) -> usize {
    let half = &line[line.len() / 2..];
    let last = |ends: &dyn Fn(u8) -> bool| half.iter().rposition(|&byte| ends(byte)).map(|at| line.len() / 2 + at + 1);
    last(&|byte| byte.is_ascii_whitespace())
        .or_else(|| last(&|byte| b",;\"'<>{}[]".contains(&byte)))
        .unwrap_or(line.len())
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
fn finish(result: io::Result<()>) -> Result<ExitStatus, Error> {
    written(result)?;
    Ok(ExitStatus::Clean)
}
