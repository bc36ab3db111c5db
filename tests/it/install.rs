//! Hooks beside whatever is there, run by real git.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use tightlip::hook::{HookKind, shim::Plan};

use crate::support::Repo;

/// A live key, as no file of this repository holds it.
fn stripe_key() -> String {
    ["sk_", "live_", "9fQ2mXv7Lk4T", "bW8rZc3Ny6Hd"].concat()
}

/// Stages a file with a key in it.
fn stage_key(repo: &Repo) {
    repo.stage("pay.py", format!("key = \"{}\"\n", stripe_key()));
}

fn write_program(path: &Path, text: &str, mode: u32) {
    fs::create_dir_all(path.parent().expect("below something")).expect("folders");
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Where git looks for the hooks of this clone.
fn hooks(repo: &Repo) -> PathBuf {
    repo.top().join(repo.git(["rev-parse", "--git-path", "hooks"]))
}

/// A clean commit is not noticed, and one with a key is refused.
#[track_caller]
fn assert_protected(repo: &Repo) {
    repo.stage("clean.txt", "nothing to see\n");
    repo.commit().unnoticed();
    stage_key(repo);
    repo.commit().blocked_by("stripe-secret-key");
}

#[test]
fn the_shims_read_as_expected() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plan =
        Plan::install(folder.path(), Some(Path::new("/opt/it's here/tightlip")), &HookKind::ALL).expect("a plan");
    plan.apply().expect("room");
    for hook in HookKind::ALL {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/shims").join(hook.name());
        let expected = fs::read_to_string(&golden).expect("a golden");
        let written = fs::read_to_string(folder.path().join(hook.name())).expect("a shim");
        assert_eq!(written, expected, "raise shim::VERSION and update {}", golden.display());
    }
}

#[test]
fn protects_a_plain_clone_and_twice_is_once() {
    let repo = Repo::new();
    let once = repo.tightlip(["install"]);
    assert_eq!(once.code, 0, "{once:?}");
    assert!(once.stdout.contains(".tightlip-baseline merge=union"), "{once:?}");
    let before = fs::read(hooks(&repo).join("pre-commit")).expect("a hook");
    repo.install();
    assert_eq!(fs::read(hooks(&repo).join("pre-commit")).expect("a hook"), before);
    assert_protected(&repo);
}

#[test]
fn the_long_name_does_the_same() {
    let repo = Repo::new();
    assert_eq!(repo.tightlip(["hook", "install"]).code, 0);
    assert_protected(&repo);
    assert_eq!(repo.tightlip(["hook", "uninstall"]).code, 0);
    assert!(!hooks(&repo).join("pre-commit").exists());
}

#[test]
fn a_dry_run_says_it_and_does_nothing() {
    let repo = Repo::new();
    let run = repo.tightlip(["install", "--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("pre-merge-commit"), "{run:?}");
    assert!(!hooks(&repo).join("pre-commit").exists());
}

#[test]
fn protects_a_clone_whose_path_and_program_have_odd_names() {
    let repo = Repo::new();
    let odd = repo.root().join("it's \"odd\" $HOME\n`here`");
    fs::create_dir_all(&odd).expect("a folder");
    repo.copy_binary(&odd.join("tightlip"));
    let top = odd.join("work");
    repo.git(["init", "-q", "-b", "main", top.to_str().expect("UTF-8")]);
    let repo = repo.at(top);
    assert_eq!(repo.run(&odd.join("tightlip"), ["install"], b"").code, 0);
    assert_protected(&repo);
}

#[test]
fn the_hook_names_the_link_that_an_upgrade_keeps() {
    let mut repo = Repo::new();
    let [cellar, bin] = ["cellar-1.0", "bin"].map(|name| repo.root().join(name));
    fs::create_dir_all(&cellar).expect("a folder");
    fs::create_dir_all(&bin).expect("a folder");
    repo.copy_binary(&cellar.join("tightlip"));
    symlink(cellar.join("tightlip"), bin.join("tightlip")).expect("a link");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a PATH"));
    repo.env("PATH", &path);
    for called in [bin.join("tightlip"), PathBuf::from("tightlip")] {
        // `env` finds the program on the PATH that the harness sets.
        assert_eq!(repo.run(Path::new("env"), [called.as_os_str(), "install".as_ref()], b"").code, 0);
        let hook = fs::read_to_string(hooks(&repo).join("pre-commit")).expect("a hook");
        assert!(hook.contains(&format!("installed='{}'", bin.join("tightlip").display())), "{hook}");
    }
}

#[test]
fn installed_once_it_works_in_every_worktree() {
    let repo = Repo::protected();
    let linked = repo.root().join("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    assert_protected(&repo.at(linked));
}

#[test]
fn installed_from_a_linked_worktree_it_works_in_the_main_one() {
    let repo = Repo::new();
    repo.commit_file("README", "hello\n");
    let (main, linked) = (repo.top().to_owned(), repo.root().join("linked"));
    repo.git(["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    let repo = repo.at(linked);
    repo.install();
    assert_protected(&repo.at(main));
}

#[test]
fn protects_a_submodule() {
    let repo = Repo::new();
    repo.commit_file("README", "hello\n");
    let (library, outer) = (repo.top().to_owned(), repo.root().join("outer"));
    repo.git(["init", "-q", "-b", "main", outer.to_str().expect("UTF-8")]);
    let repo = repo.at(&outer);
    let library = library.to_str().expect("UTF-8");
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "library"]);
    let repo = repo.at(outer.join("library"));
    repo.install();
    assert_protected(&repo);
}

#[test]
fn a_shared_hooks_folder_gets_no_path_and_says_that_it_is_shared() {
    let mut repo = Repo::new();
    repo.git(["config", "core.hooksPath", ".githooks"]);
    let run = repo.tightlip(["install"]);
    assert!(run.code == 0 && run.stdout.contains("shared"), "{run:?}");
    let hook = fs::read_to_string(repo.top().join(".githooks/pre-commit")).expect("a hook");
    assert_eq!(hook, include_str!("../../hooks/pre-commit"));

    let folder = Repo::binary().parent().expect("in a folder").display();
    repo.env("PATH", &format!("{folder}:{}", std::env::var("PATH").expect("a PATH")));
    assert_protected(&repo);
}

#[test]
fn a_program_in_the_tree_that_is_judged_is_not_run_for_tightlip() {
    let mut repo = Repo::new();
    repo.git(["config", "core.hooksPath", ".githooks"]);
    assert_eq!(repo.tightlip(["install"]).code, 0);
    for folder in [".", "node_modules/.bin"] {
        write_program(&repo.top().join(folder).join("tightlip"), "#!/bin/sh\nexit 0\n", 0o755);
    }
    let folder = Repo::binary().parent().expect("in a folder").display().to_string();
    let path = std::env::var("PATH").expect("a PATH");
    stage_key(&repo);
    for before in ["", ".", "node_modules/.bin", ":"] {
        repo.env("PATH", &format!("{before}:{folder}:{path}"));
        repo.commit().blocked_by("stripe-secret-key");
    }
}

#[test]
fn the_folder_in_our_source_works_as_it_is() {
    let mut repo = Repo::new();
    repo.git(["config", "core.hooksPath", concat!(env!("CARGO_MANIFEST_DIR"), "/hooks")]);
    let folder = Repo::binary().parent().expect("in a folder").display();
    repo.env("PATH", &format!("{folder}:{}", std::env::var("PATH").expect("a PATH")));
    assert_protected(&repo);
}

#[test]
fn a_folder_outside_the_work_tree_is_said_to_serve_others_too() {
    let repo = Repo::new();
    let folder = repo.root().join("my hooks");
    repo.git(["config", "core.hooksPath", folder.to_str().expect("UTF-8")]);
    let run = repo.tightlip(["install"]);
    assert!(run.code == 0 && run.stdout.contains("core.hooksPath"), "{run:?}");
    assert_protected(&repo);
}

#[test]
fn the_hook_that_was_there_runs_first_and_its_refusal_stands() {
    let repo = Repo::new();
    let hook = hooks(&repo).join("pre-commit");
    let seen = repo.root().join("seen");
    let text = format!("#!/bin/sh\n{{ echo \"$#:$1\"; cat; }} >'{}'\n[ ! -e refuse ] || exit 7\n", seen.display());
    write_program(&hook, &text, 0o755);
    let run = repo.tightlip(["install"]);
    assert!(run.stdout.contains("kept as pre-commit.before-tightlip and runs first"), "{run:?}");

    // As git would call a hook that has both; to pre-commit an argument is a file.
    repo.write("an argument", "nothing to see\n");
    let run = repo.run(&hook, ["an argument"], b"some input\n");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(fs::read_to_string(&seen).expect("it ran"), "1:an argument\nsome input\n");
    assert_protected(&repo);

    fs::remove_file(&seen).expect("it ran");
    repo.git(["rm", "-q", "-f", "--", "pay.py"]);
    repo.write("refuse", "");
    repo.stage("more.txt", "clean\n");
    assert_eq!(repo.commit().code, 1);
    assert!(seen.exists());
    assert_eq!(repo.run(&hook, [""; 0], b"").code, 7);
}

/// Refuses when it runs under git's name for it, and counts as disabled under any other.
const ASKS_ITS_NAME: &str = "[ \"$(basename \"$0\")\" = pre-commit ] || exit 0\n[ $# = 0 ] || exit 8\nexit 7\n";

#[test]
fn a_shell_script_that_asks_which_hook_it_is_still_refuses() {
    for (sees, first_line) in [
        (true, "#!/bin/sh"),
        (true, "#! /bin/sh -e"),
        (true, "#!/bin/bash -eu"),
        (true, "#!/usr/bin/env bash"),
        (true, "#!/usr/bin/env sh"),
        (true, "#!/usr/bin/env -S bash -euo pipefail"),
        (true, ""),
        (true, "# no interpreter, so that git leaves it to sh"),
        (false, "#!/bin/sh -"),
        (false, "#!/usr/bin/env -S bash --norc"),
        (false, "#!/bin/sh\nif false; then exec bash \"$0\" \"$@\"; fi"),
        (false, "#!/bin/bash\n[[ ${BASH_SOURCE[0]} == \"$0\" ]] || exit 0"),
        (false, "#!/bin/bash\n(return 0 2>/dev/null) && exit 0"),
    ] {
        let repo = Repo::new();
        let hook = hooks(&repo).join("pre-commit");
        write_program(&hook, &format!("{first_line}\n{ASKS_ITS_NAME}"), 0o755);
        repo.stage("clean.txt", "nothing to see\n");
        assert_eq!(repo.commit().code, 1, "{first_line}: git by itself");
        let said = repo.tightlip(["install"]).stdout;
        assert_eq!(!said.contains("sees that name as its own"), sees, "{first_line}: {said}");
        assert_eq!(repo.run(&hook, [""; 0], b"").code, if sees { 7 } else { 0 }, "{first_line}");
        assert_eq!(repo.commit().code, i32::from(sees), "{first_line}");
    }
}

#[test]
fn what_git_cannot_start_still_refuses() {
    let repo = Repo::new();
    write_program(&hooks(&repo).join("pre-commit"), "#!/bin/sh\r\nexit 0\r\n", 0o755);
    repo.stage("clean.txt", "nothing to see\n");
    assert_ne!(repo.commit().code, 0, "git by itself");
    repo.install();
    assert_ne!(repo.commit().code, 0);
}

#[test]
fn one_script_for_many_hooks_still_knows_which_it_is() {
    let repo = Repo::new();
    let hook = hooks(&repo).join("pre-commit");
    write_program(&hook.with_file_name("multi"), &format!("#!/usr/bin/env bash\n{ASKS_ITS_NAME}"), 0o755);
    symlink("multi", &hook).expect("a link");
    repo.install();
    repo.stage("clean.txt", "nothing to see\n");
    assert_eq!(repo.commit().code, 1);
    assert_eq!(repo.run(&hook, [""; 0], b"").code, 7);
}

#[test]
fn the_wrapper_of_a_hook_manager_finds_the_script_that_it_stands_for() {
    let mut repo = Repo::new();
    repo.git(["config", "core.hooksPath", ".manager/_"]);
    // As husky 9 does it.
    let wrapper = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"";
    write_program(&repo.top().join(".manager/_/pre-commit"), wrapper, 0o755);
    repo.write(
        ".manager/_/h",
        "n=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\nexit $?\n",
    );
    repo.write(".manager/pre-commit", "[ ! -e refuse ] || exit 7\n");
    repo.install();
    let folder = Repo::binary().parent().expect("in a folder").display();
    repo.env("PATH", &format!("{folder}:{}", std::env::var("PATH").expect("a PATH")));
    assert_protected(&repo);
    repo.git(["rm", "-q", "-f", "--", "pay.py"]);
    repo.write("refuse", "");
    repo.stage("more.txt", "clean\n");
    assert_eq!(repo.commit().code, 1);
}

#[test]
fn a_hook_in_another_language_is_said_to_see_another_name() {
    let repo = Repo::new();
    write_program(&hooks(&repo).join("pre-commit"), "#!/usr/bin/env python3\n", 0o755);
    let run = repo.tightlip(["install"]);
    assert!(run.stdout.contains("runs first, and sees that name as its own"), "{run:?}");
}

#[test]
fn a_hook_that_git_did_not_run_stays_off() {
    let repo = Repo::new();
    write_program(&hooks(&repo).join("pre-commit"), "#!/bin/sh\nexit 7\n", 0o644);
    let run = repo.tightlip(["install"]);
    assert!(run.stdout.contains("not executable"), "{run:?}");
    assert_protected(&repo);
}

#[test]
fn uninstall_brings_back_bytes_and_mode() {
    for mode in [0o755, 0o700, 0o644] {
        let repo = Repo::new();
        let hook = hooks(&repo).join("pre-commit");
        let text = "#!/usr/bin/env python3\nprint('caf\u{e9}')";
        write_program(&hook, text, mode);
        repo.install();
        let run = repo.tightlip(["uninstall"]);
        assert!(run.code == 0 && run.stdout.contains("is back"), "{run:?}");
        assert_eq!(fs::read(&hook).expect("it is back"), text.as_bytes());
        assert_eq!(fs::metadata(&hook).expect("it is back").permissions().mode() & 0o7777, mode);
        assert!(!hooks(&repo).join("pre-merge-commit").exists());
        assert!(!hooks(&repo).join("pre-commit.before-tightlip").exists());
    }
}

#[test]
fn uninstall_leaves_what_is_no_longer_ours_alone_and_says_so() {
    let repo = Repo::protected();
    let hook = hooks(&repo).join("pre-commit");
    let mine = fs::read_to_string(&hook).expect("a hook").replace("exit 2\n", "exit 0\n");
    fs::write(&hook, &mine).expect("a file");
    let run = repo.tightlip(["uninstall"]);
    assert!(run.code == 0 && run.stdout.contains("left alone"), "{run:?}");
    assert_eq!(fs::read_to_string(&hook).expect("still there"), mine);
}

#[test]
fn without_a_program_the_commit_is_refused_with_the_way_out() {
    let mut repo = Repo::new();
    repo.commit_file("README", "hello\n");
    repo.git(["checkout", "-q", "-b", "other"]);
    repo.commit_file("other.txt", "clean\n");
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("main.txt", "clean\n");
    let gone = repo.root().join("gone");
    repo.copy_binary(&gone);
    assert_eq!(repo.run(&gone, ["install"], b"").code, 0);
    fs::remove_file(&gone).expect("it was there");
    let bin = repo.root().join("bin");
    only(&bin, &["git", "sh"]);
    repo.env("PATH", bin.to_str().expect("UTF-8"));
    let merge = repo.try_git(["merge", "--no-edit", "other"]);
    repo.git(["merge", "--abort"]);
    repo.stage("clean.txt", "nothing to see\n");
    for (run, anyway) in [(repo.commit(), "git commit --no-verify"), (merge, "git commit --no-verify")] {
        assert_eq!(run.code, 1, "{run:?}");
        for said in [gone.to_str().expect("UTF-8"), "install.sh", anyway] {
            assert!(run.stderr.contains(said), "{said}: {run:?}");
        }
    }
    for hook in HookKind::CLIENT {
        // The one that looks at cherry-picks and reverts alone has left before it needs the program.
        let code = if hook == HookKind::PrepareCommitMsg { 0 } else { 2 };
        assert_eq!(repo.run(&hooks(&repo).join(hook.name()), [""; 0], b"").code, code, "{hook:?}");
    }
}

#[test]
fn a_hook_needs_nothing_from_path() {
    let mut repo = Repo::protected();
    repo.stage("clean.txt", "nothing to see\n");
    let hook = hooks(&repo).join("pre-commit");
    repo.env("PATH", "/nowhere");
    repo.run(&hook, [""; 0], b"").unnoticed();
}

#[test]
fn an_empty_program_looks_for_nothing_so_the_commit_is_refused() {
    let mut repo = Repo::new();
    let [installed, bin, good] = ["installed", "bin", "good"].map(|name| repo.root().join(name));
    repo.copy_binary(&installed);
    assert_eq!(repo.run(&installed, ["install"], b"").code, 0);
    only(&bin, &["git", "sh"]);
    write_program(&installed, "", 0o755);
    write_program(&bin.join("tightlip"), "", 0o755);
    repo.env("PATH", bin.to_str().expect("UTF-8"));
    stage_key(&repo);
    let run = repo.commit();
    assert!(run.code == 1 && run.stderr.contains("nothing looked for secrets"), "{run:?}");

    // The next one on PATH that can be it is taken, and so it is if a folder stands where it was.
    fs::create_dir(&good).expect("a folder");
    symlink(Repo::binary(), good.join("tightlip")).expect("a link");
    repo.env("PATH", &format!("{}:{}", bin.display(), good.display()));
    repo.commit().blocked_by("stripe-secret-key");
    fs::remove_file(&installed).expect("it was there");
    fs::create_dir(&installed).expect("a folder");
    repo.commit().blocked_by("stripe-secret-key");
}

#[test]
fn a_hooks_folder_that_git_ignores_is_not_shared() {
    let repo = Repo::new();
    repo.git(["config", "core.hooksPath", ".manager/_"]);
    repo.write(".manager/_/.gitignore", "*");
    let run = repo.tightlip(["install"]);
    assert!(run.code == 0 && !run.stdout.contains("shared"), "{run:?}");
    assert_protected(&repo);
}

#[test]
fn a_hooks_folder_that_is_a_link_to_nowhere_is_named_as_the_cause() {
    let repo = Repo::new();
    let folder = hooks(&repo);
    let _ = fs::remove_dir_all(&folder);
    symlink("gone", &folder).expect("a link");
    let run = repo.tightlip(["install"]);
    assert!(run.code == 2 && run.stderr.contains("leads nowhere"), "{run:?}");
    fs::create_dir(folder.with_file_name("gone")).expect("a folder");
    repo.install();
    assert_protected(&repo);
}

#[test]
fn a_reader_that_has_heard_enough_is_no_error() {
    let repo = Repo::new();
    for command in ["install", "uninstall"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let run = std::process::Command::new(Repo::binary())
            .arg(command)
            .current_dir(repo.top())
            .stdout(writer)
            .output()
            .expect("the program starts");
        assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(0), b"".as_slice()), "{command}");
    }
}

#[test]
fn a_variable_that_only_looks_like_a_parent_stops_no_merge() {
    let mut repo = Repo::protected();
    repo.git(["checkout", "-q", "-b", "other"]);
    repo.commit_file("other.txt", "clean\n");
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("main.txt", "clean\n");
    repo.env("GITHEAD_zzz", "1");
    repo.env("GITHEAD_1234", "1");
    repo.git(["merge", "-q", "--no-edit", "other"]);
}

#[test]
fn a_bare_repository_gets_the_hook_of_a_server() {
    let repo = Repo::init(&["--bare"]);
    let run = repo.tightlip(["install"]);
    assert!(run.code == 0 && run.stdout.contains("pre-receive") && !run.stdout.contains("pre-commit"), "{run:?}");
    assert!(repo.top().join("hooks/pre-receive").exists());
    assert_eq!(repo.tightlip(["uninstall"]).code, 0);
    assert!(!repo.top().join("hooks/pre-receive").exists());
}

#[test]
fn only_the_chosen_hooks_are_set() {
    let repo = Repo::new();
    let run = repo.tightlip(["install", "--hooks", "pre-commit,pre-push"]);
    assert!(run.code == 0 && run.stdout.contains("pre-push"), "{run:?}");
    let there = HookKind::ALL.map(|hook| hooks(&repo).join(hook.name()).exists());
    assert_eq!(there, [true, false, false, false, false, true, false]);
    assert_eq!(repo.tightlip(["install", "--hooks", "post-commit"]).code, 2);
}

#[test]
fn an_earlier_hook_and_tightlip_both_get_what_git_says_on_standard_input() {
    let repo = Repo::protected();
    let seen = repo.root().join("seen");
    let hook = hooks(&repo).join("pre-push.before-tightlip");
    write_program(&hook, &format!("#!/bin/sh\necho \"$#\" >'{0}'\ncat >>'{0}'\n", seen.display()), 0o755);
    repo.commit_file("pay.py", format!("key = '{}'\n", crate::support::tokens::stripe(3)));
    let remote = repo.root().join("remote.git");
    repo.git(["init", "-q", "--bare", remote.to_str().expect("UTF-8")]);
    let run = repo.try_git(["push", "-q", remote.to_str().expect("UTF-8"), "main"]);
    assert_eq!(run.code, 1, "{run:?}");
    let seen = fs::read_to_string(&seen).expect("it ran");
    assert!(seen.starts_with("2\nrefs/heads/main "), "{seen}");
    run.blocked_by("stripe-secret-key");
}

#[test]
fn of_many_references_no_line_is_lost_between_an_earlier_hook_and_tightlip() {
    let repo = Repo::new();
    let [hook, program] = ["hooks/pre-push", "program"].map(|name| repo.root().join(name));
    let [first, second] = ["first", "second"].map(|name| repo.root().join(name));
    write_program(&hook, &format!("#!/bin/sh\ncat >'{}'\n", first.display()), 0o755);
    write_program(&program, &format!("#!/bin/sh\ncat >'{}'\n", second.display()), 0o755);
    let folder = hook.parent().expect("in a folder");
    Plan::install(folder, Some(&program), &[HookKind::PrePush]).expect("a plan").apply().expect("room");
    let id = "1".repeat(40);
    let told = (0..1000).map(|n| format!("refs/heads/{n} {id} refs/heads/{n} {id}\n")).collect::<Vec<_>>().concat();
    assert_eq!(repo.run(&hook, ["origin", "somewhere"], told.as_bytes()).code, 0);
    for seen in [first, second] {
        assert!(fs::read_to_string(&seen).expect("it ran") == told, "{}", seen.display());
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_a_clear_error() {
    let repo = Repo::new();
    repo.write("file", "in the way\n");
    let below = repo.top().join("file/hooks");
    repo.git(["config", "core.hooksPath", below.to_str().expect("UTF-8")]);
    let run = repo.tightlip(["install"]);
    assert!(run.code == 2 && run.stderr.contains("no hook was changed"), "{run:?}");
}

#[test]
fn two_earlier_hooks_are_an_error_that_names_both() {
    let repo = Repo::new();
    let hook = hooks(&repo).join("pre-commit");
    write_program(&hook, "#!/bin/sh\nexit 0\n", 0o755);
    repo.install();
    write_program(&hook, "#!/bin/sh\n# another tool\n", 0o755);
    let run = repo.tightlip(["install"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("pre-commit.before-tightlip"), "{run:?}");
    assert!(fs::read_to_string(&hook).expect("still there").contains("another tool"));
}

/// A folder of links to these programs alone, to be a whole PATH.
pub fn only(folder: &Path, programs: &[&str]) {
    fs::create_dir_all(folder).expect("a folder");
    let path = std::env::var_os("PATH").expect("a PATH");
    for program in programs {
        let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
        symlink(found.expect("on PATH"), folder.join(program)).expect("a link");
    }
}
