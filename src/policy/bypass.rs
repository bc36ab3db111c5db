//! The recorded way past a block: a reason in the environment, and the log of what passed by it.
//!
//! Only from the environment, never from a configuration file, so that it holds for one command. Never: values, the
//! environment itself, the clock.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use gix::bstr::{BStr, ByteSlice};
use serde::Serialize;

use crate::{config, fingerprint::Fingerprint};

/// Git's name for it, without regard to case.
const KEY: &str = "tightlip.bypass";

/// The variable in which git hands `-c key=value` to what it runs.
pub const PARAMETERS: &str = "GIT_CONFIG_PARAMETERS";

/// Tightlip's own variable.
pub const VARIABLE: &str = "TIGHTLIP_BYPASS";

/// The log's name inside git's common directory.
pub const LOG: &str = "tightlip/bypasses.jsonl";

/// In bytes; from there on the older half of the log goes.
const LOG_LIMIT: usize = 1 << 20;

/// The reason to let everything pass once, from the values of [`PARAMETERS`] and [`VARIABLE`]. Blank does not count.
pub fn reason(parameters: Option<&str>, variable: Option<&str>) -> Option<String> {
    let from_git = parameters.and_then(|parameters| {
        // As with git: what is said last holds.
        let last = settings(parameters).into_iter().rfind(|(key, _)| key.eq_ignore_ascii_case(KEY))?;
        last.1
    });
    [from_git.as_deref(), variable]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|reason| !reason.is_empty())
        .map(str::to_owned)
}

/// The keys and values of [`PARAMETERS`]: `'key'='value'`, from git before 2.31 `'key=value'`, separated by spaces. Reads up
/// to the first thing that git would not have written.
fn settings(mut text: &str) -> Vec<(String, Option<String>)> {
    let mut settings = Vec::new();
    while let Some((first, rest)) = unquote(text.trim_start()) {
        let (setting, rest) = match rest.strip_prefix('=') {
            Some(value) => match unquote(value) {
                Some((value, rest)) => ((first, Some(value)), rest),
                None => ((first, None), value),
            },
            None => match first.split_once('=') {
                Some((key, value)) => ((key.to_owned(), Some(value.to_owned())), rest),
                None => ((first, None), rest),
            },
        };
        settings.push(setting);
        text = rest;
    }
    settings
}

/// A word as git quotes it for the shell, and what follows it. Outside of the quotes stand `\'` and `\!` only.
///
/// Source: git, `quote.c`, `sq_quote_buf` and `sq_dequote_step`.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (inside, after) = rest.split_once('\'')?;
        word.push_str(inside);
        let escaped = ['\'', '!'].into_iter().find_map(|char| {
            let behind = after.strip_prefix('\\')?.strip_prefix(char)?.strip_prefix('\'')?;
            Some((char, behind))
        });
        let Some((char, behind)) = escaped else {
            return Some((word, after));
        };
        word.push(char);
        rest = behind;
    }
}

/// A finding that passed.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Seconds since the beginning of 1970, UTC.
    pub time: u64,
    /// The tree that was about to be committed, in hexadecimal; `None` where there is none.
    pub tree: Option<&'a str>,
    /// The rule's id.
    pub rule: &'a str,
    /// Where.
    pub path: &'a BStr,
    /// As reports show it.
    pub fingerprint: &'a Fingerprint,
    /// As given.
    pub reason: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    tree: Option<&'a str>,
    rule: &'a str,
    path: String,
    /// Base64, where the path is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    fingerprint: &'a str,
    reason: &'a str,
}

/// The bypass could not be recorded, so it does not count.
#[derive(Debug, thiserror::Error)]
#[error("cannot record the bypass in {}", path.display())]
pub struct Error {
    /// The log.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Appends `records` to the log in `common`, git's common directory.
pub fn record(common: &Path, records: &[Record<'_>]) -> Result<(), Error> {
    let path = common.join(LOG);
    append(&path, records).map_err(|source| Error { path, source })
}

fn append(path: &Path, records: &[Record<'_>]) -> io::Result<()> {
    let mut text = Vec::new();
    for record in records {
        serde_json::to_writer(&mut text, &Line::new(record))?;
        text.push(b'\n');
    }
    let folder = path.parent().expect("the log's name has a folder");
    fs::create_dir_all(folder)?;
    append_text(path, &text)?;
    if is_too_long(&fs::metadata(path)?) { drop_older_half(path) } else { Ok(()) }
}

fn append_text(path: &Path, text: &[u8]) -> io::Result<()> {
    loop {
        let mut log = OpenOptions::new().create(true).append(true).open(path)?;
        // One write, at the end whoever else writes, so that lines of two commits do not mix.
        log.write_all(text)?;
        // Whoever replaced the log meanwhile may not have seen the lines; twice is better than never.
        if stands_at(&log, path)? {
            return Ok(());
        }
    }
}

fn is_too_long(metadata: &Metadata) -> bool {
    usize::try_from(metadata.len()).map_or(true, |size| size > LOG_LIMIT)
}

/// Whether `file` is still what `path` names; said of any where the system does not number files.
fn stands_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
        Ok(identity(file.metadata()?) == identity(fs::metadata(path)?))
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        Ok(true)
    }
}

/// Writes the newer half beside the log and renames it over it, as git does with its files: the new file is also the lock.
/// While it is there, another commit does this, or one died of it; then the log just grows.
fn drop_older_half(path: &Path) -> io::Result<()> {
    let beside = path.with_extension("jsonl.lock");
    let newer = match OpenOptions::new().write(true).create_new(true).open(&beside) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        opened => opened?,
    };
    match replace(path, newer, &beside) {
        Ok(Some(mut older)) => {
            // What was appended between the reading and the renaming.
            let mut late = Vec::new();
            older.read_to_end(&mut late)?;
            if late.is_empty() { Ok(()) } else { append_text(path, &late) }
        }
        unfinished => {
            fs::remove_file(&beside)?;
            unfinished.map(drop)
        }
    }
}

/// Replaces the log at `path` by `newer`, which stands at `beside`, and returns the older one, read as far as it was
/// copied; nothing if another commit was faster.
fn replace(path: &Path, mut newer: File, beside: &Path) -> io::Result<Option<File>> {
    let mut log = File::open(path)?;
    let metadata = log.metadata()?;
    if !is_too_long(&metadata) {
        return Ok(None);
    }
    let mut text = Vec::new();
    log.read_to_end(&mut text)?;
    let middle = text.len() - text.len().min(LOG_LIMIT / 2);
    let start = text[middle..].find_byte(b'\n').map_or(text.len(), |newline| middle + newline + 1);
    newer.write_all(&text[start..])?;
    newer.set_permissions(metadata.permissions())?;
    fs::rename(beside, path)?;
    Ok(Some(log))
}

impl<'a> Line<'a> {
    fn new(record: &'a Record<'a>) -> Self {
        Self {
            time: config::utc(record.time),
            tree: record.tree,
            rule: record.rule,
            path: record.path.to_str_lossy().into_owned(),
            path_bytes: record.path.to_str().is_err().then(|| data_encoding::BASE64.encode(record.path)),
            fingerprint: record.fingerprint.as_str(),
            reason: record.reason,
        }
    }
}

#[cfg(test)]
mod tests;
