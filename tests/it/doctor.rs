//! doctor over real git: what breaks the hook is named, with the command that mends it, and that command mends it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::{Repo, Run, golden::assert_golden, tokens};

fn hooks(repo: &Repo) -> PathBuf {
    repo.top().join(repo.git(["rev-parse", "--git-path", "hooks"]))
}

fn doctor(repo: &Repo) -> Value {
    let run = repo.tightlip(["doctor", "--format", "json"]);
    let seen: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("no document: {run:?}"));
    let code = match seen["status"].as_str() {
        Some("well") => 0,
        Some("mend") => 1,
        _ => 2,
    };
    assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{run:?}");
    seen
}

#[track_caller]
fn assert_well(repo: &Repo, after: &str) {
    let seen = doctor(repo);
    assert_eq!((&seen["status"], &seen["fires"]), (&"well".into(), &true.into()), "{after}: {seen:#}");
}

/// Types a command.
fn sh(repo: &Repo, command: &str) -> Run {
    repo.run(Path::new("/bin/sh"), ["-c", command], b"")
}

/// A tightlip of its own, which did the installing.
fn installed_by_a_copy(repo: &Repo) -> PathBuf {
    let copy = repo.root().join("bin/tightlip");
    fs::create_dir_all(copy.parent().expect("below the root")).expect("a folder");
    repo.copy_binary(&copy);
    assert_eq!(repo.run(&copy, ["install"], b"").code, 0);
    copy
}

/// The first bytes of a program for a machine that this is not, and never will be.
fn foreign_program() -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    bytes[..16].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    // An executable, for a Motorola M88000.
    bytes[16..20].copy_from_slice(&[2, 0, 5, 0]);
    bytes
}

/// A way to break a repository that tightlip protects, and what doctor says of it.
type Break = (&'static str, fn(&mut Repo), &'static str);

const BREAKS: [Break; 9] = [
    (
        "binary moved",
        |repo| {
            let copy = installed_by_a_copy(repo);
            fs::rename(&copy, copy.with_file_name("elsewhere")).expect("it was there");
        },
        "tightlip is no longer at",
    ),
    (
        "shim not executable",
        |repo| {
            let hook = hooks(repo).join("pre-commit");
            fs::set_permissions(hook, fs::Permissions::from_mode(0o644)).expect("a mode");
        },
        "is not executable",
    ),
    (
        "hooksPath set afterwards",
        |repo| {
            let folder = repo.root().join("other hooks");
            repo.git(["config", "core.hooksPath", folder.to_str().expect("UTF-8")]);
        },
        "core.hooksPath was set to",
    ),
    (
        "hooksPath set to nothing",
        |repo| {
            repo.git(["config", "core.hooksPath", ""]);
        },
        "core.hooksPath is set to nothing",
    ),
    (
        "exit 0 put above",
        |repo| {
            let hook = hooks(repo).join("pre-commit");
            let shim = fs::read_to_string(&hook).expect("a hook");
            fs::write(hook, shim.replacen('\n', "\nexit 0\n", 1)).expect("a file");
        },
        "line 2 of",
    ),
    (
        "hook deleted",
        |repo| fs::remove_file(hooks(repo).join("pre-commit")).expect("it was there"),
        "there is no hook pre-commit in",
    ),
    ("config broken", |repo| repo.stage(".tightlip.toml", "verion = 1\n"), "verion"),
    (
        "PATH bare",
        |repo| {
            repo.git(["config", "core.hooksPath", ".githooks"]);
            let folder = repo.root().join("bin");
            installed_by_a_copy(repo);
            repo.env("PATH", &format!("{}:{}", folder.display(), std::env::var("PATH").expect("a PATH")));
        },
        "a graphical client's PATH has none",
    ),
    (
        "a binary of another architecture",
        |repo| {
            let copy = installed_by_a_copy(repo);
            let foreign = repo.root().join("foreign");
            fs::write(&foreign, foreign_program()).expect("a file");
            // Another process writes it: see `Repo::copy_binary`.
            assert_eq!(repo.run("cp".as_ref(), [&foreign, &copy], b"").code, 0);
        },
        "another kind of machine",
    ),
];

#[test]
fn each_way_to_break_it_is_named_and_the_command_mends_it() {
    for (name, break_it, reason) in BREAKS {
        let mut repo = Repo::protected();
        break_it(&mut repo);
        let seen = doctor(&repo);
        assert_eq!((&seen["status"], &seen["fires"]), (&"mend".into(), &false.into()), "{name}: {seen:#}");
        let (said, command) = (seen["reason"].as_str().expect(name), seen["command"].as_str().expect(name));
        assert!(said.contains(reason), "{name}: {said}");
        let page = repo.tightlip(["doctor"]).stdout;
        assert!(page.contains(command), "{name}: {page}");
        let run = sh(&repo, command);
        assert_eq!(run.code, 0, "{name}: {command}: {run:?}");
        assert_well(&repo, &format!("{name}: {command}"));
        repo.stage("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
        repo.commit().blocked_by("stripe-secret-key");
    }
}

#[test]
fn fix_mends_the_hooks_by_itself_after_saying_it() {
    for (name, break_it, _) in BREAKS {
        let by_hand = ["config broken", "hooksPath set to nothing"].contains(&name);
        let mut repo = Repo::protected();
        break_it(&mut repo);
        let run = repo.tightlip(["doctor", "--fix"]);
        assert_eq!(run.code, i32::from(by_hand), "{name}: {run:?}");
        assert_eq!(run.stdout.starts_with("tightlip: mending: "), !by_hand || run.stdout.contains("mending"), "{name}");
    }
}

#[test]
fn hooks_of_others_are_told_apart() {
    let write = |repo: &Repo, text: &str| {
        let hook = hooks(repo).join("pre-commit");
        fs::create_dir_all(hook.parent().expect("a folder")).expect("folders");
        fs::write(&hook, text).expect("a file");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("a mode");
    };
    for (before, text, reason) in [
        (false, "#!/bin/sh\n# lint\n", "is not tightlip's, and does not call it"),
        (false, "#!/bin/sh\nexit 0\ntightlip hook pre-commit\n", "line 2 of"),
        (true, "#!/bin/sh\n# another tool\n", "another tool has written its own hook over tightlip's"),
    ] {
        let repo = Repo::new();
        if before {
            write(&repo, "#!/bin/sh\nexit 0\n");
            repo.install();
        }
        write(&repo, text);
        let seen = doctor(&repo);
        let said = seen["reason"].as_str().expect("a reason");
        assert!(said.contains(reason), "{said}");
        let run = sh(&repo, seen["command"].as_str().expect("a command"));
        assert_eq!(run.code, 0, "{run:?}");
        assert_well(&repo, reason);
    }
}

#[test]
fn an_earlier_hook_that_a_graphical_client_cannot_run_is_named() {
    let mut repo = Repo::new();
    let (bin, hook) = (repo.root().join("bin"), hooks(&repo).join("pre-commit"));
    fs::create_dir_all(&bin).expect("a folder");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("folders");
    for (path, text) in [(bin.join("linter"), "#!/bin/sh\n"), (hook, "#!/bin/sh\nlinter || exit 1\n")] {
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    repo.install();
    repo.env("PATH", &format!("{}:{}", bin.display(), std::env::var("PATH").expect("a PATH")));
    let seen = doctor(&repo);
    assert_eq!((&seen["fires"], &seen["fires_in_terminal"]), (&false.into(), &true.into()), "{seen:#}");
    assert!(seen["reason"].as_str().expect("a reason").contains("linter"), "{seen:#}");
}

#[test]
fn a_manager_that_hands_over_names_is_seen_to_fire() {
    let repo = Repo::new();
    repo.commit_file("README", "hello\n");
    let hook = hooks(&repo).join("pre-commit");
    // As pre-commit and prek do: of what is staged, the files that are on disk.
    let text = format!(
        "#!/bin/sh\ngit diff --cached --name-only | while read -r name; do\n  [ ! -e \"$name\" ] || echo \"$name\"\ndone |\n\
         xargs '{}' hook pre-commit\n",
        Repo::binary().display()
    );
    fs::create_dir_all(hook.parent().expect("a folder")).expect("folders");
    fs::write(&hook, text).expect("a file");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("a mode");
    assert_well(&repo, "a manager");
}

#[test]
fn nothing_of_the_users_is_touched() {
    let repo = Repo::protected();
    repo.stage("staged.txt", "staged\n");
    repo.write("staged.txt", "and changed again\n");
    repo.write("README", "changed\n");
    let state = || {
        let status = repo.git(["status", "--porcelain"]);
        let index = fs::read(repo.top().join(".git/index")).expect("an index");
        let objects = repo.git(["count-objects", "-v"]);
        (status, index, objects, fs::read_dir(repo.top().join(".git")).expect("a folder").count())
    };
    let before = state();
    assert_well(&repo, "install");
    assert!(before == state(), "{:?}", state().0);
}

#[test]
fn it_works_before_the_first_commit_in_a_conflict_and_on_a_server() {
    let repo = Repo::new();
    repo.install();
    assert_well(&repo, "git init");

    let repo = Repo::protected();
    repo.git(["checkout", "-q", "-b", "other"]);
    repo.commit_file("README", "theirs\n");
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("README", "ours\n");
    assert_eq!(repo.try_git(["merge", "-q", "other"]).code, 1);
    assert_well(&repo, "a conflict");

    let repo = Repo::init(&["--bare"]);
    assert_eq!(doctor(&repo)["reason"].as_str().map(|said| said.contains("no hook pre-receive")), Some(true));
    repo.install();
    assert_well(&repo, "install on a server");
}

#[test]
fn outside_of_a_repository_it_cannot_tell() {
    let repo = Repo::new();
    let outside = repo.root().to_owned();
    let run = repo.at(outside).tightlip(["doctor"]);
    assert!(run.code == 2 && run.stderr.contains("not inside a git repository"), "{run:?}");
}

#[test]
fn files_that_usually_hold_secrets_are_looked_after() {
    let repo = Repo::protected();
    let key = |seed| format!("STRIPE_KEY={}\n", tokens::stripe(seed));
    repo.commit_file("deploy/.env", key(1));
    repo.write(".env", key(2));
    repo.write(".env.example", "STRIPE_KEY=\n");
    repo.write("empty/.env", "STRIPE_KEY=\n");
    repo.write("cert.pem", "-----BEGIN CERTIFICATE-----\n");
    let seen = doctor(&repo);
    let said: Vec<&str> =
        seen["remarks"].as_array().expect("a list").iter().filter_map(|it| it["what"].as_str()).collect();
    for expected in [
        ".env is there, and not ignored by .gitignore",
        ".env can be read by others on this machine",
        "deploy/.env is tracked by git, and what it holds is in the history; revoke that",
        "deploy/.env can be read by others on this machine",
        "no template such as deploy/.env.example stands beside deploy/.env",
    ] {
        assert!(said.contains(&expected), "{expected}: {said:#?}");
    }
    assert_eq!(said.len(), 5, "{said:#?}");
    assert_eq!(seen["status"], "mend");

    let run = repo.tightlip(["doctor", "--fix"]);
    assert!(run.code == 1 && run.stdout.contains("tightlip: mending: chmod 600"), "{run:?}");
    let mode = |path| fs::metadata(repo.top().join(path)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(".env"), mode("deploy/.env")), (0o600, 0o600));
    let lines = fs::read_to_string(repo.top().join(".gitignore")).expect("written");
    assert_eq!(lines, ".env\n.dlt/secrets.toml\n*.pem\ncredentials.json\nservice_account.json\ntarget/\n");
    repo.git(["rm", "-q", "--cached", "deploy/.env"]);
    assert_well(&repo, "git rm --cached");
    repo.tightlip(["doctor", "--fix"]);
    assert_eq!(fs::read_to_string(repo.top().join(".gitignore")).expect("there"), lines, "nothing is written twice");
}

#[test]
fn the_command_for_a_template_keeps_names_alone() {
    let repo = Repo::protected();
    repo.write(".gitignore", ".env\n*/.env\n");
    let command = |path: &str, text: &str| {
        repo.write(path, text);
        let seen = doctor(&repo);
        let remarks = seen["remarks"].as_array().expect("a list").clone();
        let of_template = |it: &&Value| it["what"].as_str().is_some_and(|what| what.starts_with("no template"));
        remarks.iter().find(of_template).map(|it| it["command"].as_str().expect("a command").to_owned())
    };
    let text = "# a remark\nexport DB_PASSWORD=Wm4!kkzt\napi_key = 'Xq9zzT8v'\nkEy=x\nCERT=\"one\nAbCd12==\n\"\n";
    let command_of_all = command(".env", text).expect("a remark");
    repo.run("sh".as_ref(), ["-c", &command_of_all], b"");
    let template = fs::read_to_string(repo.top().join(".env.example")).expect("written");
    assert_eq!(template, "export DB_PASSWORD=\napi_key=\nCERT=\n");
    // One that would be empty is worth nothing.
    assert_eq!(command("sub/.env", "dbPassword=Wm4!kkzt\n"), None);
}

#[test]
fn submodules_without_hooks_are_named_with_what_gives_them_some() {
    let repo = Repo::protected();
    for name in ["one", "two"] {
        repo.git(["init", "-q", &format!("../{name}")]);
        let of = |args: &[&str]| repo.git([["-C", &format!("../{name}")].as_slice(), args].concat());
        of(&["commit", "-q", "--allow-empty", "-m", "first"]);
        repo.git(["-c", "protocol.file.allow=always", "submodule", "add", "-q", &format!("../{name}"), name]);
    }
    let remark = || {
        let seen = doctor(&repo);
        let remarks = seen["remarks"].as_array().expect("a list").clone();
        let found = remarks.into_iter().find(|it| it["what"].as_str().is_some_and(|what| what.contains("submodule")));
        found.map(|it| ["what", "command"].map(|key| it[key].as_str().expect("words").to_owned()))
    };
    let [what, command] = remark().expect("both have none");
    assert!(what.contains("in one, two none calls tightlip"), "{what}");
    repo.run("sh".as_ref(), ["-c", &command], b"");
    assert_eq!(remark(), None, "{command}");
    fs::remove_file(repo.top().join(".git/modules/two/hooks/pre-commit")).expect("it was written");
    let [what, command] = remark().expect("one has none");
    assert!(what.contains("the submodule two has"), "{what}");
    repo.run("sh".as_ref(), ["-c", &command], b"");
    assert_eq!(remark(), None, "{command}");
}

#[test]
fn artifacts_that_are_tracked_are_named() {
    let repo = Repo::protected();
    repo.commit_file("target/manifest.json", "{}\n");
    let run = repo.tightlip(["doctor"]);
    assert!(run.code == 1 && run.stdout.contains("target/ is tracked by git (1 file)"), "{run:?}");
    repo.git(["rm", "-q", "-r", "--cached", "target"]);
    assert_well(&repo, "git rm --cached");
}

#[test]
fn what_is_in_force_is_said() {
    let repo = Repo::protected();
    let what = |seen: &Value, at: usize| seen["policy"][at]["what"].as_str().expect("words").to_owned();
    assert_eq!(what(&doctor(&repo), 0), "none");
    repo.write(".tightlip.toml", "version = 1\n");
    assert!(what(&doctor(&repo), 0).starts_with("not staged"));
    repo.git(["add", ".tightlip.toml"]);
    repo.write(".tightlip.toml", "version = 1\n\n[report]\nblock = \"low\"\n");
    assert!(what(&doctor(&repo), 0).contains("the one on disk differs"));
    repo.stage("pay.py", format!("key = '{}'\n", tokens::stripe(1)));
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    repo.git(["add", ".tightlip-baseline"]);
    assert_eq!(what(&doctor(&repo), 1), "in force, as staged: 1 finding is accepted");
    repo.stage(".tightlip.toml", "version = 1\n\n[paths]\nallow = [\"**\"]\n");
    let seen = doctor(&repo);
    assert_eq!(seen["reason"], "the configuration in force lets a made-up token pass");
}

#[test]
fn the_page_reads_as_expected() {
    let repo = Repo::protected();
    repo.write(".gitignore", ".env\n");
    let page = repo.tightlip(["doctor"]).stdout;
    let page = page
        .replace(Repo::binary().to_str().expect("UTF-8"), "/usr/bin/tightlip")
        .replace(&fs::canonicalize(repo.root()).expect("there").display().to_string(), "/home/ada")
        .replace(&repo.root().display().to_string(), "/home/ada")
        .replace(tightlip::cli::VERSION, "1.0.0 (rules 0123456789ab)");
    assert_golden("doctor/well.txt", &page);
}
