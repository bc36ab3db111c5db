//! Submodules in which nothing looks at a commit: each has hooks of its own, or none.
//!
//! Never: one that is not checked out.

use std::path::{Path, PathBuf};

use gix::bstr::{BString, ByteSlice};

use super::mend::{Remark, install_command, word};
use crate::{
    commands::{error::Error, install::Hooks},
    git::{LeafKind, Repository, Snapshot},
    hook::{
        HookKind,
        shim::inspect::{Found, State},
    },
    report::escape,
};

/// So many are named.
const NAMED: usize = 3;

/// Those of `repository` that are checked out and have no hook that calls tightlip, from its top.
pub(super) fn unprotected(repository: &Repository) -> Result<Vec<BString>, Error> {
    let Some(top) = repository.work_dir() else { return Ok(Vec::new()) };
    let tracked = repository.differences(None, &Snapshot::Index(repository.index()?))?;
    let links = tracked.into_iter().filter(|it| it.new.as_ref().is_some_and(|leaf| leaf.kind == LeafKind::Gitlink));
    Ok(links.map(|it| it.path).filter(|path| is_unprotected(&top.join(path.to_path_lossy()))).collect())
}

fn is_unprotected(folder: &Path) -> bool {
    if !folder.join(".git").exists() {
        return false;
    }
    // What is no repository has no commits either.
    let Ok(submodule) = Repository::discover(folder) else { return false };
    let found = Hooks::of(&submodule).ok().and_then(|hooks| Found::read(&hooks.folder, HookKind::PreCommit).ok());
    found.is_none_or(|found| !found.runs || matches!(found.state, State::Absent | State::Foreign { calls: false, .. }))
}

/// What doctor says of `paths`, if there are any.
pub(super) fn remark(paths: &[BString], top: &Path, program: &Path) -> Option<Remark> {
    let first = paths.first()?;
    let mut names: Vec<_> = paths.iter().take(NAMED).map(|path| escape::name(path)).collect();
    names.extend((paths.len() > NAMED).then(|| format!("{} more", paths.len() - NAMED)));
    let install = install_command(program);
    let (what, command) = if paths.len() == 1 {
        let folder: PathBuf = top.join(first.to_path_lossy());
        (
            format!("the submodule {} has hooks of its own, and none calls tightlip", names[0]),
            format!("(cd {} && {install})", word(&folder)),
        )
    } else {
        (
            format!("submodules have hooks of their own, and in {} none calls tightlip", names.join(", ")),
            format!("git -C {} submodule foreach {}", word(top), escape::shell_word(install.as_bytes())),
        )
    };
    Some(Remark::advice(what, &command, None))
}
