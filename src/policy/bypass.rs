//! The recorded way past a block: a reason in the environment, and the log of what passed by it.
//!
//! Only from the environment, never from a configuration file, so that it holds for one command. Never: values, the
//! environment itself, the clock.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use gix::bstr::{BStr, ByteSlice};
use serde::{Deserialize, Serialize};

use super::log;
use crate::{
    config,
    finding::Finding,
    fingerprint::{COMMON_SALT, Fingerprint},
    parameters,
};

/// Git's name for it, without regard to case.
const KEY: &str = "tightlip.bypass";

/// Tightlip's own variable.
pub const VARIABLE: &str = "TIGHTLIP_BYPASS";

/// The log's name inside git's common directory.
pub const LOG: &str = "tightlip/bypasses.jsonl";

/// In bytes; from there on the older half of the log goes.
const LOG_LIMIT: u64 = 1 << 20;

/// The reason to let everything pass once, from the values of [`parameters::VARIABLE`] and [`VARIABLE`]. Blank does not count.
pub fn reason(parameters: Option<&str>, variable: Option<&str>) -> Option<String> {
    let from_git = parameters.and_then(|parameters| parameters::setting(parameters, KEY));
    [from_git.as_deref(), variable]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|reason| !reason.is_empty())
        .map(str::to_owned)
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
    /// What it would be without a baseline, whose salt can change; none where there is no value, or no salt in its digest.
    pub common: Option<&'a Fingerprint>,
    /// As given.
    pub reason: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    tree: Option<&'a str>,
    rule: &'a str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    common: Option<&'a str>,
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
    log::append(path, &text, LOG_LIMIT)
}

/// The fingerprint of a finding's value where there is no baseline, if that is another.
pub fn common(finding: &Finding) -> Option<Fingerprint> {
    let secret = finding.secret.as_ref()?;
    let common = Fingerprint::new(COMMON_SALT, &finding.rule.id, secret, finding.bits);
    (common != finding.fingerprint).then_some(common)
}

/// What was let pass once, so that it passes again on its way out, and is named.
#[derive(Debug, Default)]
pub struct Records(Vec<Recorded>);

#[derive(Debug, Deserialize)]
struct Recorded {
    rule: String,
    path: String,
    path_bytes: Option<String>,
    fingerprint: String,
    common: Option<String>,
    reason: String,
}

impl Records {
    /// Reads the log in `common`, git's common directory; a line that is none of ours, or cut short, lets nothing pass.
    pub fn read(common: &Path) -> Result<Self, Error> {
        let path = common.join(LOG);
        match fs::read(&path) {
            Ok(text) => Ok(Self(text.lines().filter_map(|line| serde_json::from_slice(line).ok()).collect())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error { path, source }),
        }
    }

    /// Why exactly this finding was let pass, if it was: the same rule, path and value.
    pub fn reason(&self, finding: &Finding) -> Option<&str> {
        let common = common(finding);
        // The baseline, and with it the salt, may have come, changed or gone since.
        let same_value = |recorded: &Recorded| {
            let recorded = [Some(&recorded.fingerprint), recorded.common.as_ref()];
            let mut digests = std::iter::once(&finding.fingerprint).chain(&common).map(Fingerprint::as_str);
            digests.any(|digest| recorded.into_iter().flatten().any(|recorded| recorded == digest))
        };
        let records = self.0.iter().rev();
        records
            .filter(|recorded| finding.rule.id == recorded.rule && recorded.is_at(finding.shown_path.as_ref()))
            .find(|recorded| same_value(recorded))
            .map(|recorded| recorded.reason.as_str())
    }
}

impl Recorded {
    fn is_at(&self, path: &BStr) -> bool {
        self.path == path.to_str_lossy() && self.path_bytes == path_bytes(path)
    }
}

/// In Base64, where the path is not UTF-8: names that are shown alike would else count as one.
fn path_bytes(path: &BStr) -> Option<String> {
    path.to_str().is_err().then(|| data_encoding::BASE64.encode(path))
}

impl<'a> Line<'a> {
    fn new(record: &'a Record<'a>) -> Self {
        Self {
            time: config::utc(record.time),
            tree: record.tree,
            rule: record.rule,
            path: record.path.to_str_lossy().into_owned(),
            path_bytes: path_bytes(record.path),
            fingerprint: record.fingerprint.as_str(),
            common: record.common.map(Fingerprint::as_str),
            reason: record.reason,
        }
    }
}

#[cfg(test)]
mod tests;
