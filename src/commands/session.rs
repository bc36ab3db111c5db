//! What commands share: the repository, opened when first asked for, and the source of a target.
//!
//! Never: what a command means.

use std::{
    cell::OnceCell,
    env, fs,
    io::{self, IsTerminal, Read, Write},
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

use gix::bstr::BString;

use super::error::Error;
use crate::{
    cli::ColorChoice,
    git::{self, Repository},
    source::{Source, Target, disk::Disk, history::History, staged::Staged, stream::Stream, tree},
};

/// What one run of tightlip works with.
pub struct Session {
    color: ColorChoice,
    repository: OnceCell<Repository>,
}

impl Session {
    /// Opens nothing yet.
    pub fn new(color: ColorChoice) -> Self {
        Self { color, repository: OnceCell::new() }
    }

    /// The repository that the current directory and git's variables name.
    pub fn repository(&self) -> Result<&Repository, git::Error> {
        if let Some(repository) = self.repository.get() {
            return Ok(repository);
        }
        let repository = Repository::discover(Path::new("."))?;
        Ok(self.repository.get_or_init(|| repository))
    }

    /// The source for `target`.
    pub fn source(&self, target: Target) -> Result<Box<dyn Source + '_>, Error> {
        Ok(match target {
            Target::Staged { other_parents } => {
                if self.repository()?.work_dir().is_none() {
                    return Err(Error::usage(
                        "nothing is staged in a bare repository",
                        "look at commits instead: tightlip scan --history, --tree REV or --range BASE..TIP",
                    ));
                }
                Box::new(self.staged(&other_parents)?)
            }
            Target::Paths { roots, no_ignore } => Box::new(Disk::new(roots, no_ignore, self.top()?)),
            Target::Tree { revision: Some(name), shard } => {
                Box::new(tree::Revision::new(self.repository()?, &name, shard)?)
            }
            Target::Tree { revision: None, shard } => Box::new(tree::Tracked::new(self.repository()?, shard)?),
            Target::History { shard, jobs } => Box::new(History::new(self.repository()?, shard, jobs)?),
            Target::Stream { name } => Box::new(Stream::new(name, io::stdin(), self.top()?)),
        })
    }

    /// What is staged, beside the parents that the commit will have and `other_parents`.
    pub fn staged(&self, other_parents: &[String]) -> Result<Staged<'_>, Error> {
        Ok(Staged::new(self.repository()?, other_parents)?)
    }

    /// The top of the work tree; none outside of a repository, where files can be scanned all the same.
    pub fn top(&self) -> Result<Option<PathBuf>, Error> {
        match self.repository() {
            Ok(repository) => Ok(repository.work_dir().map(Path::to_path_buf)),
            Err(git::Error::NotARepository { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What leads from the current directory to the top, before a path from there: `../../`, the absolute path of the top
    /// where it is not above, or nothing at the top and outside of a repository.
    pub fn to_top(&self) -> Result<Vec<u8>, Error> {
        let Some(top) = self.top()? else { return Ok(Vec::new()) };
        // Where a folder has gone meanwhile, a command without its way is better than none.
        let (Ok(top), Ok(here)) = (fs::canonicalize(top), env::current_dir().and_then(fs::canonicalize)) else {
            return Ok(Vec::new());
        };
        Ok(match here.strip_prefix(&top) {
            Ok(below) => way_up(below),
            Err(_) => [top.as_os_str().as_bytes(), b"/"].concat(),
        })
    }

    /// The current directory as seen from the top of the work tree; the top itself, where it is not below it.
    pub fn below_top(&self) -> Result<PathBuf, Error> {
        let Some(top) = self.top()? else { return Ok(PathBuf::new()) };
        let (Ok(top), Ok(here)) = (fs::canonicalize(top), env::current_dir().and_then(fs::canonicalize)) else {
            return Ok(PathBuf::new());
        };
        Ok(here.strip_prefix(top).map(Path::to_path_buf).unwrap_or_default())
    }

    /// Whether to colour what goes to `stream`.
    pub fn colors(&self, stream: &impl IsTerminal) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // The convention of no-color.org: set and not empty.
            ColorChoice::Auto => {
                stream.is_terminal()
                    && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
            }
        }
    }
}

/// A name as the index has it, when seen from `here`. A staged file need not be on disk, so that only the words of the name are
/// looked at.
pub fn from_top(top: &Path, here: &Path, name: &Path) -> BString {
    let mut path = PathBuf::new();
    for part in here.join(name).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            _ => path.push(part),
        }
    }
    path.strip_prefix(top).unwrap_or(&path).as_os_str().as_bytes().into()
}

/// Says, where somebody sits at standard input, that it is waited for.
pub fn say_if_typed() {
    if io::stdin().is_terminal() {
        // Where standard error is closed, nobody is told.
        let _ = writeln!(io::stderr(), "tightlip: reading from the terminal; Ctrl-D on a line of its own ends it");
    }
}

/// All of standard input, on which git tells its hooks what a push moves.
pub fn standard_input() -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    read.map_err(|source| Error::File { doing: "read", what: "standard input".into(), source })?;
    Ok(text)
}

/// What leads out of the folder `below`.
pub fn way_up(below: &Path) -> Vec<u8> {
    b"../".repeat(below.components().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_the_index_has_them() {
        for (here, name, path) in [
            ("/top", "a", "a"),
            ("/top", "./a/b", "a/b"),
            ("/top/src", "a", "src/a"),
            ("/top/src/x", "../a", "src/a"),
            ("/top/src", "../a", "a"),
            ("/top/src", "..", ""),
            ("/elsewhere", "/top/src/a", "src/a"),
            ("/top", "../other", "/other"),
        ] {
            assert_eq!(from_top(Path::new("/top"), Path::new(here), Path::new(name)), path, "{name} in {here}");
        }
    }
}
