//! Shims beside anybody's hooks, and what git says to hooks.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::Path,
    process::Command,
};

use tightlip::{
    hook::{
        HookKind, message,
        shim::{Change, Plan},
        updates,
    },
    parameters,
    policy::{bypass, pragma},
};

/// The program's path up to the first line feed, then the hook that was there: both come through, byte for byte.
pub fn shim(bytes: &[u8]) {
    let (path, hook) = bytes.split_at(bytes.iter().position(|&byte| byte == b'\n').unwrap_or(0));
    let earlier = hook.strip_prefix(b"\n").unwrap_or(hook);
    if path.contains(&0) {
        return;
    }
    // In memory, where there is such a place: installing waits for the disk.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder");
    let file = folder.path().join("pre-commit");
    fs::write(&file, earlier).expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o751)).expect("its own");
    let program = (!path.is_empty()).then(|| Path::new(OsStr::from_bytes(path)));
    let plan = || Plan::install(folder.path(), program, &[HookKind::PreCommit]).expect("readable");
    let first = plan();
    let was_shim = first.steps()[0].change != Change::Keep;
    first.apply().expect("writable");
    assert_eq!(plan().steps()[0].change, Change::Current);
    let written = fs::read(&file).expect("written");
    if bytes.len().is_multiple_of(8) {
        reads_path(&written, path);
    }
    Plan::uninstall(folder.path()).expect("readable").apply().expect("writable");
    if was_shim {
        assert!(!file.exists());
    } else {
        assert_eq!(fs::read(&file).expect("back"), earlier);
        assert_eq!(fs::metadata(&file).expect("back").permissions().mode() & 0o7777, 0o751);
    }
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), usize::from(!was_shim));
}

/// sh takes exactly `path` from the line of the shim that says where tightlip is.
fn reads_path(shim: &[u8], path: &[u8]) {
    let start = shim.windows(11).position(|part| part == b"\ninstalled=").expect("every shim has the line") + 1;
    let end = shim.windows(5).position(|part| part == b"\n\n# T").expect("what follows it");
    let script = [&shim[start..end], b"\nprintf %s \"$installed\""].concat();
    let output = Command::new("sh").arg("-c").arg(OsStr::from_bytes(&script)).output().expect("sh starts");
    assert_eq!(output.stdout, path, "{}", script.escape_ascii());
}

/// What pre-push, pre-receive and commit-msg are given, and what stands in git's variables.
pub fn input(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for updates in [updates::of_push(bytes), updates::of_receive(bytes)].into_iter().flatten() {
        assert_eq!(updates.len(), text.lines().count());
    }
    parameters::setting(&text, "tightlip.bypass");
    if let Some(reason) = bypass::reason(Some(&text), None) {
        assert!(!reason.trim().is_empty());
    }
    pragma::scan(bytes, &[]);
    for edited in [true, false] {
        assert!(bytes.starts_with(message::without_change(bytes, edited)));
    }
}

pub fn some_hooks() -> Vec<Vec<u8>> {
    [
        "/usr/bin/tightlip\n#!/bin/sh\nexit 0\n",
        "\n#!/usr/bin/env -S bash -e\necho \"$0\"\n",
        "/a b/it's \\ $(x) `y`\n#!/bin/sh\n# tightlip shim 1\nexec x\n",
        "/x\n#!/bin/sh\n# tightlip shim 5\ninstalled='y'\n",
        "/\u{1b}[31m\u{202e}\n\u{7f}ELF\0\0",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub fn some_input() -> Vec<Vec<u8>> {
    [
        "refs/heads/a 1111111111111111111111111111111111111111 refs/heads/a 0000000000000000000000000000000000000000\n",
        "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 refs/heads/a\n",
        "(delete) 0000000000000000000000000000000000000000 refs/heads/b 2222222222222222222222222222222222222222\n",
        "'tightlip.bypass'='it'\\''s why' 'a.b=c' 'x'\n",
        "subject\n\n# comment\n# ------------------------ >8 ------------------------\ndiff --git a/a b/a\n",
        "x = 1 # tightlip:allow stripe-secret-key -- why\n<!-- tightlip:allow -->\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
