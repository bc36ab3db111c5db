//! Logs of bounded size that several commits may write at once: lines are appended whole, and the older half goes when there
//! are too many.
//!
//! Never: what a line says.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use gix::bstr::ByteSlice;

/// Whoever drops lines is done long before, unless it died of it.
const ABANDONED: Duration = Duration::from_secs(600);

/// Appends `text`, whole lines, to the log at `path`; from `limit` bytes on the older half of it goes.
pub(super) fn append(path: &Path, text: &[u8], limit: u64) -> io::Result<()> {
    if append_text(path, text)? > limit { drop_older_half(path, limit) } else { Ok(()) }
}

fn open(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().create(true).append(true).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().expect("a log has a folder"))?;
            open()
        }
        opened => opened,
    }
}

fn lock(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lock");
    name.into()
}

fn append_text(path: &Path, text: &[u8]) -> io::Result<u64> {
    loop {
        let mut log = open(path)?;
        // One write, at the end whoever else writes, so that lines of two commits do not mix.
        log.write_all(text)?;
        // Whoever replaced the log meanwhile may not have seen the lines; twice is better than never.
        let metadata = log.metadata()?;
        if stands_at(&metadata, path)? {
            return Ok(metadata.len());
        }
    }
}

/// Whether `file` is still what `path` names; said of any where the system does not number files.
fn stands_at(file: &Metadata, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        Ok(identity(file) == identity(&fs::metadata(path)?))
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        Ok(true)
    }
}

/// Writes the newer half beside the log and renames it over it, as git does with its files: the new file is also the lock.
/// While it is there, another commit does this, or one died of it; then the log just grows.
fn drop_older_half(path: &Path, limit: u64) -> io::Result<()> {
    let beside = lock(path);
    let newer = match OpenOptions::new().write(true).create_new(true).open(&beside) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let age =
                fs::metadata(&beside).and_then(|lock| lock.modified()).map(|made| made.elapsed().unwrap_or_default());
            // The next one finds it gone.
            return if age.is_ok_and(|age| age > ABANDONED) { take_away(&beside) } else { Ok(()) };
        }
        opened => opened?,
    };
    match rotate(path, newer, &beside, limit) {
        Ok(Some(mut older)) => {
            // What was appended between the reading and the renaming.
            let mut late = Vec::new();
            older.read_to_end(&mut late)?;
            if late.is_empty() { Ok(()) } else { append_text(path, &late).map(drop) }
        }
        unfinished => {
            if_there(fs::remove_file(&beside))?;
            unfinished.map(drop)
        }
    }
}

/// Removes a lock that was abandoned, by a name that no other commit uses: of two that find it abandoned one gets it, and the
/// other does not remove what a third may have put there since.
fn take_away(lock: &Path) -> io::Result<()> {
    let mut aside = OsString::from(lock);
    aside.push(format!(".{}", process::id()));
    if_there(fs::rename(lock, &aside).and_then(|()| fs::remove_file(&aside)))
}

/// What somebody else removed is removed.
fn if_there(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Replaces the log at `path` by `newer`, which stands at `beside`, and returns the older one, read as far as it was
/// copied; nothing if another commit was faster.
fn rotate(path: &Path, mut newer: File, beside: &Path, limit: u64) -> io::Result<Option<File>> {
    let mut log = File::open(path)?;
    let metadata = log.metadata()?;
    if metadata.len() <= limit {
        return Ok(None);
    }
    let mut text = Vec::new();
    log.read_to_end(&mut text)?;
    let half = usize::try_from(limit / 2).unwrap_or(usize::MAX);
    let middle = text.len() - text.len().min(half);
    let start = text[middle..].find_byte(b'\n').map_or(text.len(), |newline| middle + newline + 1);
    newer.write_all(&text[start..])?;
    newer.set_permissions(metadata.permissions())?;
    fs::rename(beside, path)?;
    Ok(Some(log))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn an_abandoned_lock_goes_and_a_fresh_one_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        fs::write(&log, "line\n".repeat(100)).expect("written");
        let lock = lock(&log);
        let made = File::create(&lock).expect("made");
        append(&log, b"one\n", 100).expect("appended");
        assert!(lock.exists());
        made.set_modified(SystemTime::now() - ABANDONED * 2).expect("set");
        append(&log, b"two\n", 100).expect("appended");
        assert!(!lock.exists());
        append(&log, b"three\n", 100).expect("appended");
        assert!(fs::metadata(&log).expect("there").len() <= 100);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left over");
    }

    #[test]
    fn a_lock_that_another_commit_took_away_is_no_error() {
        let folder = tempfile::tempdir().expect("a folder");
        take_away(&folder.path().join("log.lock")).expect("it is gone");
    }
}
