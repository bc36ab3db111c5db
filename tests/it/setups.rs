//! Every setup that people really use: install, a refused commit, a clean commit, the earlier hook still runs, doctor says well,
//! uninstall, and every byte as before.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use crate::support::{Repo, tokens};

fn hooks(repo: &Repo) -> PathBuf {
    repo.top().join(repo.git(["rev-parse", "--git-path", "hooks"]))
}

fn write_program(path: &Path, text: &str, mode: u32) {
    fs::create_dir_all(path.parent().expect("below something")).expect("folders");
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// What the earlier hook of each setup leaves when it runs.
fn seen(repo: &Repo) -> PathBuf {
    repo.root().join("seen")
}

/// Every file of these folders, with its mode.
fn snapshot(folders: &[PathBuf]) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let (mut files, mut folders) = (BTreeMap::new(), folders.to_vec());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let found = fs::symlink_metadata(&path).expect("there");
            if found.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), (found.permissions().mode(), fs::read(&path).unwrap_or_default()));
            }
        }
    }
    files
}

/// A setup, and whether a hook runs in it that was there before.
type Setup = (&'static str, fn(Repo) -> Repo, bool);

/// The earlier hook of a setup: leaves a trace.
fn own_hook(repo: Repo, text: &str, mode: u32) -> Repo {
    let text = text.replace("SEEN", seen(&repo).to_str().expect("UTF-8"));
    write_program(&hooks(&repo).join("pre-commit"), &text, mode);
    repo
}

fn hooks_path(repo: Repo, scope: &str, folder: &str) -> Repo {
    let folder = folder.replace("ROOT", repo.root().to_str().expect("UTF-8"));
    repo.git(["config", scope, "core.hooksPath", &folder]);
    own_hook(repo, "#!/bin/sh\n: >'SEEN'\nexit 0\n", 0o755)
}

/// Where a program of one user is looked for when a shared hook names no path.
fn for_the_user(repo: &Repo) {
    let bin = repo.root().join("home/.local/bin");
    fs::create_dir_all(&bin).expect("folders");
    symlink(Repo::binary(), bin.join("tightlip")).expect("a link");
}

const SETUPS: [Setup; 18] = [
    ("a plain clone", |repo| repo, false),
    ("its own hook, which ends in exit 0", |repo| own_hook(repo, "#!/bin/sh\n: >'SEEN'\nexit 0\n", 0o755), true),
    ("its own hook, not executable", |repo| own_hook(repo, "#!/bin/sh\nexit 7\n", 0o644), false),
    // Python itself need not be here; awk is wherever there is a shell.
    (
        "its own hook in another language",
        |repo| own_hook(repo, "#!/usr/bin/awk -f\nBEGIN { printf \"\" > \"SEEN\" }\n", 0o755),
        true,
    ),
    ("its own hook, which reads standard input", |repo| own_hook(repo, "#!/bin/sh\ncat >'SEEN'\n", 0o755), true),
    (
        "core.hooksPath in the repository",
        |repo| {
            for_the_user(&repo);
            hooks_path(repo, "--local", ".githooks")
        },
        true,
    ),
    ("core.hooksPath outside of it", |repo| hooks_path(repo, "--local", "ROOT/hooks of mine"), true),
    ("core.hooksPath for all repositories", |repo| hooks_path(repo, "--global", "ROOT/hooks of mine"), true),
    ("husky 9", husky, true),
    ("lefthook", lefthook, true),
    ("the pre-commit framework", |repo| framework(repo, "pre-commit"), true),
    ("prek", |repo| framework(repo, "prek"), true),
    (
        "a linked worktree",
        |repo| {
            let repo = own_hook(repo, "#!/bin/sh\n: >'SEEN'\n", 0o755);
            let linked = repo.root().join("linked");
            repo.git(["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
            repo.at(linked)
        },
        true,
    ),
    ("a submodule", submodule, true),
    (
        "git init --template",
        |repo| {
            let template = repo.root().join("template");
            write_program(
                &template.join("hooks/pre-commit"),
                &format!("#!/bin/sh\n: >'{}'\n", seen(&repo).display()),
                0o755,
            );
            let (option, top) = (format!("--template={}", template.display()), repo.root().join("made"));
            repo.git(["init", "-q", "-b", "main", &option, top.to_str().expect("UTF-8")]);
            repo.at(top)
        },
        true,
    ),
    ("a reference storage of another kind", |_| Repo::init(&["--ref-format=reftable"]), false),
    ("hashes of another kind", |_| Repo::init(&["--object-format=sha256"]), false),
    (
        "a hook that is a link",
        |repo| {
            let text = format!("#!/bin/sh\n: >'{}'\n", seen(&repo).display());
            write_program(&hooks(&repo).join("all-hooks"), &text, 0o755);
            symlink("all-hooks", hooks(&repo).join("pre-commit")).expect("a link");
            repo
        },
        true,
    ),
];

/// As husky 9 lays it out: a wrapper in a folder that git ignores, and the user's script above it.
fn husky(repo: Repo) -> Repo {
    repo.git(["config", "core.hooksPath", ".husky/_"]);
    let wrapper = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"";
    write_program(&repo.top().join(".husky/_/pre-commit"), wrapper, 0o755);
    repo.write(
        ".husky/_/h",
        "n=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\nexit $?\n",
    );
    repo.write(".husky/_/.gitignore", "*");
    repo.write(".husky/pre-commit", format!(": >'{}'\n", seen(&repo).display()));
    repo
}

/// A hook that goes on to the manager's program, wherever that is.
fn lefthook(repo: Repo) -> Repo {
    repo.write("lefthook.yml", "pre-commit:\n  commands:\n    lint:\n      run: make lint\n");
    own_hook(
        repo,
        "#!/bin/sh\n\nif [ \"$LEFTHOOK\" = \"0\" ]; then\n  exit 0\nfi\n\ncall_lefthook()\n{\n  : >'SEEN'\n}\n\ncall_lefthook run \"pre-commit\" \"$@\"\n",
        0o755,
    )
}

fn framework(repo: Repo, name: &str) -> Repo {
    repo.write(".pre-commit-config.yaml", "repos: []\n");
    let text = format!("#!/bin/sh\n# File generated by {name}\n: >'SEEN'\n");
    own_hook(repo, &text, 0o755)
}

fn submodule(repo: Repo) -> Repo {
    let (library, outer) = (repo.top().to_owned(), repo.root().join("outer"));
    repo.git(["init", "-q", "-b", "main", outer.to_str().expect("UTF-8")]);
    let repo = repo.at(&outer);
    let library = library.to_str().expect("UTF-8");
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "library"]);
    own_hook(repo.at(outer.join("library")), "#!/bin/sh\n: >'SEEN'\n", 0o755)
}

#[test]
fn tightlip_lives_in_every_setup() {
    for (name, prepare, runs_earlier) in SETUPS {
        let repo = Repo::new();
        repo.commit_file("README", "hello\n");
        let repo = prepare(repo);
        let folders = [hooks(&repo), repo.root().join("home"), repo.top().join(".husky"), repo.root().join("template")];
        let (before, config) = (snapshot(&folders), repo.git(["config", "--list", "--show-scope"]));

        let dry = repo.tightlip(["install", "--dry-run"]);
        assert_eq!((dry.code, snapshot(&folders) == before), (0, true), "{name}: {dry:?}");
        repo.install();
        let installed = snapshot(&folders);
        repo.install();
        assert!(snapshot(&folders) == installed, "{name}: twice is once");

        repo.stage("clean.txt", "nothing to see\n");
        let run = repo.commit();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}: {run:?}");
        assert_eq!(seen(&repo).exists(), runs_earlier, "{name}: the earlier hook");
        repo.stage("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
        let run = repo.commit();
        assert!(run.code == 1 && run.stderr.contains("stripe-secret-key"), "{name}: {run:?}");
        repo.git(["rm", "-q", "-f", "--", "pay.py"]);

        let run = repo.tightlip(["doctor"]);
        assert_eq!(run.code, 0, "{name}: {}", run.stdout);
        assert!(run.stdout.starts_with("tightlip doctor: the hook fires"), "{name}: {}", run.stdout);

        let run = repo.tightlip(["uninstall"]);
        assert_eq!(run.code, 0, "{name}: {run:?}");
        assert!(snapshot(&folders) == before, "{name}: {:?}", snapshot(&folders).keys());
        assert_eq!(repo.git(["config", "--list", "--show-scope"]), config, "{name}");
    }
}

#[test]
fn tightlip_lives_in_a_bare_repository() {
    let repo = Repo::new();
    repo.commit_file("README", "hello\n");
    let server = repo.root().join("server.git");
    repo.git(["init", "-q", "--bare", "-b", "main", server.to_str().expect("UTF-8")]);
    repo.git(["remote", "add", "origin", server.to_str().expect("UTF-8")]);
    let earlier = server.join("hooks/pre-receive");
    let text = format!("#!/bin/sh\ncat >'{}'\nexit 0\n", seen(&repo).display());
    write_program(&earlier, &text, 0o755);
    let (top, hooks) = (repo.top().to_owned(), [server.join("hooks")]);
    let before = snapshot(&hooks);
    let repo = repo.at(&server);
    assert_eq!((repo.tightlip(["install", "--dry-run"]).code, snapshot(&hooks) == before), (0, true));
    repo.install();
    let installed = snapshot(&hooks);
    repo.install();
    assert!(snapshot(&hooks) == installed, "twice is once");

    let repo = repo.at(&top);
    repo.git(["push", "-q", "origin", "main"]);
    assert!(fs::read_to_string(seen(&repo)).expect("it ran").contains("refs/heads/main"), "it reads what git says");
    repo.commit_file("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
    let run = repo.try_git(["push", "-q", "origin", "main"]);
    assert!(run.code == 1 && run.stderr.contains("stripe-secret-key"), "{run:?}");

    let repo = repo.at(&server);
    let run = repo.tightlip(["doctor"]);
    assert!(run.code == 0 && run.stdout.starts_with("tightlip doctor: the hook fires"), "{run:?}");
    assert_eq!(repo.tightlip(["uninstall"]).code, 0);
    assert!(snapshot(&hooks) == before, "{:?}", snapshot(&hooks).keys());
}

/// git looks for hooks in the root folder of the machine then, where nobody installs anything.
#[test]
fn an_empty_hooks_path_is_left_alone_and_named() {
    let repo = own_hook(Repo::new(), "#!/bin/sh\nexit 0\n", 0o755);
    let folders = [repo.top().join(".git/hooks")];
    repo.git(["config", "core.hooksPath", ""]);
    let before = snapshot(&folders);
    for args in [["install", "--dry-run"].as_slice(), &["install"], &["uninstall"]] {
        let run = repo.tightlip(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.stderr.contains("git config --unset core.hooksPath"), "{args:?}: {run:?}");
        assert!(snapshot(&folders) == before, "{args:?}");
    }
    assert_eq!(repo.tightlip(["doctor"]).code, 1);
    repo.git(["config", "--unset", "core.hooksPath"]);
    repo.install();
    repo.stage("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
    repo.commit().blocked_by("stripe-secret-key");
    assert_eq!(repo.tightlip(["uninstall"]).code, 0);
    assert!(snapshot(&folders) == before);
}

#[test]
fn a_manager_is_told_apart_and_its_own_entry_said() {
    for (prepare, entry) in [
        (husky as fn(Repo) -> Repo, "echo 'tightlip hook pre-commit' >> .husky/pre-commit"),
        (lefthook, "run: tightlip hook pre-commit"),
        (|repo| framework(repo, "prek"), "entry: tightlip hook pre-commit"),
    ] {
        let repo = prepare(Repo::new());
        for args in [["install", "--dry-run"].as_slice(), &["install"]] {
            let run = repo.tightlip(args);
            assert!(run.code == 0 && run.stdout.contains(entry), "{run:?}");
        }
    }
    let repo = Repo::new();
    assert!(!repo.tightlip(["install"]).stdout.contains("tightlip hook pre-commit"));
}

#[test]
fn new_repositories_get_the_hooks_from_the_template() {
    let repo = Repo::new();
    let home = repo.root().join("home");
    fs::write(home.join(".gitconfig"), "[user]\n\tname = Ada\n").expect("a file");
    let before = snapshot(std::slice::from_ref(&home));
    for args in [["install", "--global", "--dry-run"].as_slice(), &["uninstall", "--global", "--dry-run"]] {
        let run = repo.tightlip(args);
        assert_eq!((run.code, snapshot(std::slice::from_ref(&home)) == before), (0, true), "{run:?}");
    }
    let made = |name: &str| {
        let top = repo.root().join(name);
        repo.git(["init", "-q", "-b", "main", top.to_str().expect("UTF-8")]);
        top.join(".git/hooks/pre-commit").exists()
    };
    assert!(!made("before"));
    for _ in 0..2 {
        let run = repo.tightlip(["install", "--global"]);
        assert!(run.code == 0 && run.stdout.contains("init.templateDir"), "{run:?}");
    }
    assert!(made("during"));
    assert_eq!(repo.tightlip(["uninstall", "--global"]).code, 0);
    assert_eq!(snapshot(std::slice::from_ref(&home)), before);
    assert!(!made("after"));

    let during = repo.root().join("during");
    let repo = repo.at(during);
    repo.stage("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
    repo.commit().blocked_by("stripe-secret-key");
    assert_eq!(repo.tightlip(["doctor"]).code, 0);
}

#[test]
fn a_template_of_the_users_own_is_used_and_stays() {
    let repo = Repo::new();
    let template = repo.root().join("my template");
    write_program(&template.join("hooks/pre-commit"), "#!/bin/sh\nexit 0\n", 0o755);
    repo.git(["config", "--global", "init.templateDir", template.to_str().expect("UTF-8")]);
    let folders = [template, repo.root().join("home")];
    let before = snapshot(&folders);
    assert_eq!(repo.tightlip(["install", "--global"]).code, 0);
    let top = repo.root().join("made");
    repo.git(["init", "-q", "-b", "main", top.to_str().expect("UTF-8")]);
    assert!(top.join(".git/hooks/pre-commit.before-tightlip").exists());
    assert_eq!(repo.tightlip(["uninstall", "--global"]).code, 0);
    assert_eq!(snapshot(&folders), before);
}

#[test]
fn a_configuration_that_git_cannot_read_is_not_taken_for_an_unset_key() {
    let repo = Repo::new();
    let home = repo.root().join("home");
    fs::write(home.join(".gitconfig"), "[init\n").expect("a file");
    let before = snapshot(std::slice::from_ref(&home));
    for command in ["install", "uninstall"] {
        let run = repo.tightlip([command, "--global"]);
        assert!(run.code == 2 && run.stderr.contains("bad config line 1"), "{run:?}");
    }
    assert_eq!(snapshot(std::slice::from_ref(&home)), before);
}

#[test]
fn a_template_whose_name_is_not_utf_8_is_used() {
    let repo = Repo::new();
    let template = repo.root().join(Repo::name(b"t\xff"));
    repo.git(["config".as_ref(), "--global".as_ref(), "init.templateDir".as_ref(), template.as_os_str()]);
    assert_eq!(repo.tightlip(["install", "--global"]).code, 0);
    assert!(template.join("hooks/pre-commit").exists());
}
