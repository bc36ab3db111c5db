//! `tightlip completions` and `tightlip man`: what the shell and the reader of manuals are told, made of the command line itself.
//!
//! Never: a word that cli.rs does not have.

use std::io::{self, Write};

use super::error::Error;
use crate::cli::{self, CompletionsArgs, ExitStatus};

/// Writes the script that completes commands in a shell.
pub fn completions(args: &CompletionsArgs) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    write(&script)
}

/// Writes the manual page: the program, then each subcommand.
pub fn man() -> Result<ExitStatus, Error> {
    let mut page = Vec::new();
    for command in cli::pages() {
        clap_mangen::Man::new(command).render(&mut page).map_err(failed)?;
    }
    write(&page)
}

fn write(bytes: &[u8]) -> Result<ExitStatus, Error> {
    match io::stdout().lock().write_all(bytes) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(failed(source)),
        _ => Ok(ExitStatus::Clean),
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { doing: "write", what: "to standard output".into(), source }
}
