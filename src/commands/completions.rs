//! `tightlip completions` and `tightlip man`: what the shell and the reader of manuals are told, made of the command line itself.
//!
//! Never: a word that cli.rs does not have.

use std::io::{self, Write};

use super::{error::Error, output::say};
use crate::cli::{self, CompletionsArgs, ExitStatus};

/// Why nothing can go wrong with a text that is being put together.
const ROOM: &str = "a vector takes all";

/// Writes the script that completes commands in a shell.
pub fn completions(args: &CompletionsArgs) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    say(&script)?;
    Ok(ExitStatus::Clean)
}

/// Writes the manual page: the program, then a section for each subcommand.
pub fn man() -> Result<ExitStatus, Error> {
    let mut page = Vec::new();
    for command in cli::pages() {
        let name = command.get_bin_name().map(str::to_uppercase).filter(|name| name.contains(' '));
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let man = clap_mangen::Man::new(command);
        let section = |page: &mut Vec<u8>, render: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            let mut text = Vec::new();
            render(&mut text).expect(ROOM);
            page.extend(text_of_section(&String::from_utf8_lossy(&text), name.is_some()).into_bytes());
        };
        match &name {
            Some(name) => writeln!(page, ".SH \"{}\"", literal(name)).expect(ROOM),
            None => {
                man.render_title(&mut page).and_then(|()| man.render_name_section(&mut page)).expect(ROOM);
            }
        }
        section(&mut page, &|out| man.render_synopsis_section(out));
        section(&mut page, &|out| man.render_description_section(out));
        section(&mut page, &|out| man.render_options_section(out));
        if !examples.is_empty() {
            // As it stands: examples are in columns.
            writeln!(page, ".PP\n.nf\n{}\n.fi", literal(&examples)).expect(ROOM);
        }
    }
    say(&page)?;
    Ok(ExitStatus::Clean)
}

/// A section of a page of its own, as a part of the one page: without what begins a page, and, where it is `within` another
/// section, without its heading.
fn text_of_section(rendered: &str, within: bool) -> String {
    let begins_page = |line: &&str| line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq");
    let lines = rendered.lines().filter(|line| !begins_page(line));
    let lines = lines.map(|line| match line {
        ".SH SYNOPSIS" | ".SH DESCRIPTION" | ".SH OPTIONS" if within => ".PP",
        _ => line,
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// `text` as what sets manual pages shows it unchanged.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    text.replace("\n.", "\n\\&.").replace("\n'", "\n\\&'")
}
