//! The files that pre-commit and prek name to `tightlip hook pre-commit`; git itself names none.
//!
//! Of those that are staged the staged bytes are judged, as in a commit; the others are read from the work tree, as when these
//! tools run over all files. Never: files that nobody named.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use gix::bstr::BString;

use super::{
    error::Error,
    session::{Session, from_top},
    terms::{self, Judge},
};
use crate::{
    cli::PolicyArgs,
    finding::Outcome,
    hook,
    source::{self, Source as _, disk::Disk},
};

/// Looks at the files called `names`, as seen from the current directory.
pub fn look(names: &[OsString], session: &Session) -> Result<Outcome, Error> {
    let top = session.repository()?.work_dir().map(Path::to_path_buf).ok_or_else(|| {
        Error::usage("a bare repository has no files to name", "use `tightlip install` there: it looks at pushes")
    })?;
    // At a merge these tools name all that it changes, and what a parent has is not new.
    let mut staged = session.staged(&hook::merged())?;
    let changed = staged.changed_paths()?;
    let in_order: BTreeSet<_> = changed.iter().cloned().collect();
    let top = real(&top)?;
    let here = real(&env::current_dir().unwrap_or_default())?;
    let (mut in_index, mut on_disk) = (BTreeSet::new(), Vec::new());
    for name in names {
        let path = from_top(&top, &here, Path::new(name));
        if changed.contains(&path) {
            in_index.insert(path);
        } else {
            in_index.extend(below(&path, &in_order).cloned());
            on_disk.push(PathBuf::from(name));
        }
    }
    let reads_disk = !on_disk.is_empty();
    let mut disk = Disk::new(on_disk, false, Some(top));
    // What is named by way of a link, or otherwise than git names it.
    in_index.extend(disk.entries()?.into_iter().map(|entry| entry.path).filter(|path| changed.contains(path)));

    let mut outcome = Outcome::default();
    if !in_index.is_empty() {
        let mut staged = staged.only(in_index);
        let judge = Judge::new(&PolicyArgs::default(), &mut staged)?.guarded(session.repository()?);
        outcome = judge.scan(&mut staged)?.outcome;
    }
    if reads_disk {
        let mut disk = disk.without(changed);
        outcome.absorb(terms::scan(&PolicyArgs::default(), &mut disk)?.outcome);
        outcome.hide_values();
    }
    Ok(outcome)
}

fn real(path: &Path) -> Result<PathBuf, Error> {
    let of_disk = |source| source::Error::Disk { path: path.to_string_lossy().escape_debug().to_string(), source };
    Ok(fs::canonicalize(path).map_err(of_disk)?)
}

/// Those of `paths` that are below `folder`; all of them where that is the top.
fn below<'p>(folder: &[u8], paths: &'p BTreeSet<BString>) -> impl Iterator<Item = &'p BString> {
    let start = BString::from(if folder.is_empty() { Vec::new() } else { [folder, b"/"].concat() });
    paths.range(start.clone()..).take_while(move |path| path.starts_with(&start))
}
