//! The files that pre-commit and prek name to `tightlip hook pre-commit`; git itself names none.
//!
//! Of those that are staged the staged bytes are judged, as in a commit; the others are read from the work tree, as when these
//! tools run over all files. Never: files that nobody named.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

use gix::bstr::BString;

use super::{
    error::Error,
    session::Session,
    terms::{self, Judge},
};
use crate::{
    cli::PolicyArgs,
    finding::Outcome,
    hook,
    source::{self, disk::Disk},
};

/// Looks at the files called `names`, as seen from the current directory.
pub fn look(names: &[OsString], session: &Session) -> Result<Outcome, Error> {
    let top = session.repository()?.work_dir().map(Path::to_path_buf).ok_or_else(|| {
        Error::usage("a bare repository has no files to name", "use `tightlip install` there: it looks at pushes")
    })?;
    // At a merge these tools name all that it changes, and what a parent has is not new.
    let mut staged = session.staged(&hook::merged())?;
    let changed = staged.changed_paths()?;
    let here = below_top(&top)?;
    let (mut in_index, mut on_disk) = (Vec::new(), Vec::new());
    for name in names {
        let path = from_top(&here, Path::new(name));
        if changed.contains(&path) {
            in_index.push(path);
        } else {
            on_disk.push(PathBuf::from(name));
        }
    }

    let mut outcome = Outcome::default();
    if !in_index.is_empty() {
        let mut staged = staged.only(in_index);
        let judge = Judge::new(&PolicyArgs::default(), &mut staged)?.guarded(session.repository()?);
        outcome = judge.scan(&mut staged)?.outcome;
    }
    if !on_disk.is_empty() {
        let mut disk = Disk::new(on_disk, false, Some(top)).without(changed);
        outcome.absorb(terms::scan(&PolicyArgs::default(), &mut disk)?.outcome);
        outcome.hide_values();
    }
    Ok(outcome)
}

/// The current directory as seen from the top of the work tree.
fn below_top(top: &Path) -> Result<PathBuf, Error> {
    let real = |path: &Path| {
        fs::canonicalize(path)
            .map_err(|source| source::Error::Disk { path: path.to_string_lossy().escape_debug().to_string(), source })
    };
    let (top, here) = (real(top)?, real(&env::current_dir().unwrap_or_default())?);
    Ok(here.strip_prefix(top).map(Path::to_path_buf).unwrap_or_default())
}

/// A name as the index has it. A staged file need not be on disk, so that only the words of the name are looked at.
fn from_top(here: &Path, name: &Path) -> BString {
    let mut path = here.to_path_buf();
    for part in name.components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            _ => path.push(part),
        }
    }
    path.as_os_str().as_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_the_index_has_them() {
        for (here, name, path) in [
            ("", "a", "a"),
            ("", "./a/b", "a/b"),
            ("src", "a", "src/a"),
            ("src/x", "../a", "src/a"),
            ("src", "../a", "a"),
        ] {
            assert_eq!(from_top(Path::new(here), Path::new(name)), path, "{name} in {here}");
        }
    }
}
