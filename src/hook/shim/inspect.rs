//! What stands where git looks for a hook: ours, somebody's, or ours as somebody changed it.
//!
//! Never: changing it.

use std::{
    ffi::OsString,
    fs,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

use super::{Error, File, KEPT_SUFFIX, MARKER, SET, UNSET, runs, template};
use crate::hook::HookKind;

/// What a shim does, and what a hook of somebody's does that asks tightlip: `tightlip hook pre-commit`.
const CALL: &str = "tightlip hook ";

/// One hook, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where git looks for it.
    pub path: PathBuf,
    /// What stands there.
    pub state: State,
    /// Whether git runs it: it is a file, and executable.
    pub runs: bool,
    /// The hook from before, where one is kept.
    pub kept: Option<PathBuf>,
}

/// What stands where git looks for a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Absent,
    /// A shim as some version of tightlip wrote it.
    Shim {
        /// Where it looks for tightlip before it looks on PATH.
        program: Option<PathBuf>,
        /// It has the text of this version, or is of a later one.
        current: bool,
    },
    /// A shim that somebody changed.
    Changed {
        /// The line, from 1, at which it ends before it comes to tightlip.
        ends: Option<usize>,
    },
    /// Somebody's.
    Foreign {
        /// It calls tightlip.
        calls: bool,
        /// The line, from 1, at which it ends before that.
        ends: Option<usize>,
    },
}

impl Found {
    /// Reads the hook in `folder`.
    pub fn read(folder: &Path, hook: HookKind) -> Result<Self, Error> {
        let path = folder.join(hook.name());
        let kept = folder.join(format!("{}{KEPT_SUFFIX}", hook.name()));
        let kept = fs::symlink_metadata(&kept).is_ok().then_some(kept);
        let state = File::read(&path)?.map_or(State::Absent, |file| state(&path, &file, hook));
        Ok(Self { runs: runs(&path), path, state, kept })
    }
}

fn state(path: &Path, file: &File, hook: HookKind) -> State {
    if file.is_shim(hook) || file.is_newer_shim() {
        let program = program(file.bytes());
        let set = |program: Option<&Path>| super::text(hook, program) == file.bytes();
        return State::Shim { current: file.is_newer_shim() || set(program.as_deref()), program };
    }
    // A link's text is that of what it leads to; one that cannot be read says nothing.
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mark = String::from_utf8_lossy(MARKER);
    let is_ours = mark.lines().nth(1).is_some_and(|mark| text.contains(mark));
    let call = if is_ours { last_line(hook) } else { CALL };
    let ends = ends_before(&text, call);
    if is_ours { State::Changed { ends } } else { State::Foreign { calls: calls(&text), ends } }
}

/// The line with which a shim hands over to tightlip.
fn last_line(hook: HookKind) -> &'static str {
    template(hook).trim_end().rsplit('\n').next().expect("a text has a line")
}

fn calls(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| !line.starts_with('#') && line.contains(CALL))
}

/// The first line, from 1, outside of any block, that ends the script with success before the line that holds `call`.
fn ends_before(text: &str, call: &str) -> Option<usize> {
    for (number, line) in (1..).zip(text.lines()) {
        if line.contains(call) && !line.starts_with('#') {
            return None;
        }
        let words = line.split(['#', ';']).next().unwrap_or_default().trim_end();
        if matches!(words, "exit" | "exit 0") {
            return Some(number);
        }
    }
    None
}

/// The word of a shim's line that says where tightlip is, with its quotes undone.
fn program(shim: &[u8]) -> Option<PathBuf> {
    let (set, unset) = (SET.as_bytes(), UNSET.as_bytes());
    let at = shim.windows(set.len()).position(|window| window == set)?;
    if shim[at..].starts_with(unset) {
        return None;
    }
    let rest = &shim[at + set.len()..];
    // A path may hold a newline, but no quote before one that is not part of `'\''`.
    let end = rest.windows(2).position(|window| window == b"'\n")?;
    let word = rest.get(1..end)?;
    let (mut bytes, mut rest) = (Vec::new(), word);
    while let Some(at) = rest.windows(4).position(|window| window == br"'\''") {
        bytes.extend_from_slice(&rest[..at]);
        bytes.push(b'\'');
        rest = &rest[at + 4..];
    }
    bytes.extend_from_slice(rest);
    Some(OsString::from_vec(bytes).into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::hook::shim::Plan;

    fn found(text: Option<&str>) -> State {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(text) = text {
            fs::write(folder.path().join("pre-commit"), text).expect("a file");
        }
        Found::read(folder.path(), HookKind::PreCommit).expect("readable").state
    }

    #[test]
    fn knows_its_own_and_what_it_looks_for() {
        for program in [None, Some(Path::new("/opt/it's\nhere/tightlip"))] {
            let folder = tempfile::tempdir().expect("a folder");
            Plan::install(folder.path(), program, &[HookKind::PreCommit]).expect("a plan").apply().expect("room");
            let found = Found::read(folder.path(), HookKind::PreCommit).expect("readable");
            let expected = State::Shim { program: program.map(Path::to_path_buf), current: true };
            assert_eq!((found.state, found.runs, found.kept), (expected, true, None));
            fs::set_permissions(&found.path, fs::Permissions::from_mode(0o644)).expect("a mode");
            assert!(!Found::read(folder.path(), HookKind::PreCommit).expect("readable").runs);
        }
    }

    #[test]
    fn says_at_which_line_a_hook_ends_before_it_comes_to_tightlip() {
        let shim = template(HookKind::PreCommit);
        let above = shim.replacen('\n', "\nexit 0\n", 1);
        let inside = shim.replacen("\n\n", "\n\nexit 0 # for now\n", 1);
        let foreign = |calls, ends| State::Foreign { calls, ends };
        for (text, state) in [
            (None, State::Absent),
            (Some(above.as_str()), State::Changed { ends: Some(2) }),
            (Some(&inside), State::Changed { ends: Some(6) }),
            (Some(&shim.replace("exit 2", "exit 3")), State::Changed { ends: None }),
            (Some("#!/bin/sh\nmake lint\nexit 0\ntightlip hook pre-commit\n"), foreign(true, Some(3))),
            (Some("#!/bin/sh\nif x; then\n  exit 0\nfi\ntightlip hook pre-commit\n"), foreign(true, None)),
            (Some("#!/bin/sh\n# tightlip hook pre-commit\n"), foreign(false, None)),
        ] {
            assert_eq!(found(text), state, "{text:?}");
        }
    }
}
