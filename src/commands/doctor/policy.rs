//! Which configuration and which baseline are in force for the next commit.
//!
//! Never: what they let pass.

use std::{fs, path::Path};

use gix::bstr::ByteSlice;

use crate::{
    commands::{
        error::{Error, chain},
        session::Session,
        terms,
    },
    config,
    policy::baseline::{self, Baseline},
    report::escape,
    source::Source as _,
};

/// A file that says how findings are judged.
pub(super) struct PolicyFile {
    /// As people call it.
    pub name: String,
    /// It counts for the next commit.
    pub in_force: bool,
    /// What is to be known of it.
    pub what: String,
}

/// The repository's configuration and baseline, then the user's configuration.
pub(super) fn look(session: &Session) -> Result<Vec<PolicyFile>, Error> {
    let top = session.top()?;
    let mut staged = session.staged(&[])?;
    let mut files = Vec::new();
    for name in [config::REPOSITORY_FILE, baseline::FILE] {
        let on_disk = top.as_deref().and_then(|top| fs::read(top.join(name)).ok());
        let (in_force, what) = match (staged.policy_file(name), on_disk) {
            (Err(error), _) => (false, format!("cannot be read: {}", chain(&error))),
            (Ok(None), Some(_)) => (false, format!("not staged, so that it does not count: git add {name}")),
            (Ok(None), None) => (false, "none".to_owned()),
            (Ok(Some(bytes)), on_disk) => {
                let fault = fault(name, &bytes);
                let in_force = fault.is_none();
                let mut what = fault.unwrap_or_else(|| count(name, &bytes));
                if top.is_some() && on_disk.is_some_and(|on_disk| on_disk != bytes) {
                    what.push_str("; the one on disk differs, and does not count until it is staged");
                }
                (in_force, what)
            }
        };
        files.push(PolicyFile { name: name.to_owned(), in_force, what });
    }
    files.extend(terms::user_file().map(|path| {
        let name = escape::name(path.as_os_str().as_encoded_bytes());
        let (in_force, what) = match fs::read(&path) {
            Ok(text) => of_user(&path, &text),
            Err(error) if terms::is_absent(&error) => (false, "none".to_owned()),
            Err(error) => (false, format!("cannot be read: {error}")),
        };
        PolicyFile { name, in_force, what }
    }));
    Ok(files)
}

/// Why the policy file called `name` cannot be used with these bytes.
pub(super) fn fault(name: &str, bytes: &[u8]) -> Option<String> {
    if name == baseline::FILE {
        return Baseline::parse(name, bytes).err().map(|error| chain(&error));
    }
    config::read(None, Some(config::File { name, text: bytes })).err().map(|error| chain(&error))
}

fn count(name: &str, bytes: &[u8]) -> String {
    match Baseline::parse(name, bytes) {
        Ok(baseline) if name == baseline::FILE => match baseline.lines().len() {
            1 => "in force, as staged: 1 finding is accepted".to_owned(),
            lines => format!("in force, as staged: {lines} findings are accepted"),
        },
        _ => format!("in force, as staged: {} lines", bytes.lines().count()),
    }
}

fn of_user(path: &Path, text: &[u8]) -> (bool, String) {
    let name = path.display().to_string();
    match config::read(Some(config::File { name: &name, text }), None) {
        Ok(_) => (true, "in force".to_owned()),
        Err(error) => (false, chain(&error)),
    }
}
