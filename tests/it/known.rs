//! The guard of known values: what the user's own secret files hold is in no commit.

use std::{fs, os::unix::fs::symlink};

use data_encoding::BASE64;

use crate::support::{Repo, Run};

/// What a person chose; no rule knows it.
const CHOSEN: &str = "kestrel-91x&more";

/// A protected repository that ignores its secret files, with `text` in the one at `path`.
fn with_secret(path: &str, text: &str) -> Repo {
    let repo = Repo::protected();
    let ignored = ".env*\n*.env\n.dlt/\nsecrets.toml\nservice_account*.json\ncredentials.json\nprofiles.yml\n*.tfvars\nlocal.settings.json\n";
    repo.commit_file(".gitignore", format!("{ignored}!*.example\n"));
    repo.write(path, text);
    repo
}

fn with_env() -> Repo {
    with_secret(".env", &format!("export SNOWFLAKE_PASSWORD='{CHOSEN}' # prod\nAWS_REGION=us-east-1\n"))
}

/// Refused for a known value, and no part of it told.
#[track_caller]
fn refused(run: &Run, what: &str) {
    run.blocked_by("known-value");
    assert!(run.stderr.contains(what), "expected {what}: {run:?}");
    assert!(!run.stderr.contains(CHOSEN) && !run.stdout.contains(CHOSEN), "{run:?}");
    let base64 = BASE64.encode(CHOSEN.as_bytes());
    assert!(!run.stderr.contains(&base64[..16]), "{run:?}");
}

#[test]
fn a_value_of_an_ignored_file_blocks() {
    let repo = with_env();
    repo.stage("notes.txt", format!("in us-east-1\nask for {CHOSEN} at the door\n"));
    let run = repo.commit();
    refused(&run, "the value of SNOWFLAKE_PASSWORD in .env");
    assert!(run.stderr.contains("instead: what reads it at run time from where it is kept"), "{run:?}");
    assert!(run.stderr.contains("notes.txt:2:9") && run.stderr.contains("ask for ******** at the door"), "{run:?}");
}

#[test]
fn every_kind_of_file_is_read_by_its_syntax() {
    let key = "x".repeat(3) + "Zk9wQ2vLr7XtB2pQm4Yd8sHc6Nf1Jg5Ra0TeUiOpLkMnBvCxZ";
    for (path, text) in [
        (".env.local", format!("DB_PASSWORD={CHOSEN}\n")),
        ("prod.env", format!("DATABASE_URL=postgres://ada:{}@db/app\n", CHOSEN.replace('&', "%26"))),
        (".dlt/secrets.toml", format!("[destination.snowflake.credentials]\npassword = \"{CHOSEN}\"\n")),
        ("secrets.toml", format!("api_key = '{CHOSEN}'\n")),
        ("service_account.json", format!("{{\"type\": \"service_account\", \"client_secret\": \"{CHOSEN}\"}}")),
        ("credentials.json", format!("{{\"installed\":{{\"client_secret\":\"{CHOSEN}\"}}}}")),
        ("profiles.yml", format!("acme:\n  outputs:\n    dev:\n      type: snowflake\n      password: {CHOSEN}\n")),
        ("prod.tfvars", format!("db_password = \"{CHOSEN}\"\n")),
        ("local.settings.json", format!("{{\"Values\": {{\"Db\": \"Server=db;Password={CHOSEN};\"}}}}")),
        ("a/b/.env", format!("TOKEN={CHOSEN}\n")),
        ("a/.dlt/secrets.toml", format!("token = \"{CHOSEN}\"\nprivate_key = \"{key}\"\n")),
    ] {
        let repo = with_secret(path, &text);
        repo.stage("a/b/c/notes.txt", format!("it is {CHOSEN}\n"));
        refused(&repo.commit(), path);
    }
}

#[test]
fn it_is_found_however_it_is_written() {
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"outputs\": [], \"source\": [\n  \"connect(user='ada',\\n\",\n  \
         \"  word='{CHOSEN}')\"]}}],\n \"nbformat\": 4, \"metadata\": {{}}}}\n"
    );
    let utf16: Vec<u8> = format!("\u{feff}it is {CHOSEN}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (path, text) in [
        ("load.py", format!("x = '{CHOSEN}'\n").into_bytes()),
        ("a.yaml", format!("x: {}\n", BASE64.encode(CHOSEN.as_bytes())).into_bytes()),
        ("a.txt", BASE64.encode(format!("ada:{CHOSEN}").as_bytes()).into_bytes()),
        ("b.txt", format!("see postgres://ada:{}@db/app\n", CHOSEN.replace('&', "%26")).into_bytes()),
        ("c.json", format!("{{\"x\": \"{}\"}}\n", CHOSEN.replace('&', "\\u0026")).into_bytes()),
        ("d.xml", format!("<x>{}</x>\n", CHOSEN.replace('&', "&amp;")).into_bytes()),
        ("e.sh", format!("run --x={}\n", CHOSEN.replace('&', "\\&")).into_bytes()),
        ("f.ipynb", notebook.into_bytes()),
        ("Dockerfile", format!("RUN curl -H 'x: {CHOSEN}' https://a.io\n").into_bytes()),
        ("tests/test_a.py", format!("def test_a():\n    assert login('{CHOSEN}')\n").into_bytes()),
        ("g.txt", utf16),
    ] {
        let repo = with_env();
        repo.stage(path, text);
        refused(&repo.commit(), "the value of SNOWFLAKE_PASSWORD in .env");
    }
}

#[test]
fn what_does_not_count_passes() {
    let line = format!("it is {CHOSEN}\n");
    // Git does not ignore the file.
    let repo = with_env();
    repo.commit_file(".gitignore", "other\n");
    repo.stage("a.txt", &line);
    repo.commit().unnoticed();
    // It is in git.
    let repo = with_env();
    repo.commit_file(".env", format!("SNOWFLAKE_PASSWORD={CHOSEN}\n"));
    repo.stage("a.txt", &line);
    repo.commit().unnoticed();
    // An older version of a file that changes shows it.
    let repo = with_env();
    repo.commit_file("a.txt", &line);
    repo.stage("a.txt", line.repeat(2));
    repo.stage("b.txt", &line);
    repo.commit().unnoticed();
    // A template shows it, and git has that.
    let repo = with_env();
    repo.commit_file(".env.example", format!("SNOWFLAKE_PASSWORD={CHOSEN}\n"));
    repo.stage("b.txt", &line);
    repo.commit().unnoticed();
    // A template that is staged only now shows it for the first time.
    let repo = with_env();
    repo.stage(".env.example", format!("SNOWFLAKE_PASSWORD={CHOSEN}\n"));
    refused(&repo.commit(), ".env.example");
    // Everybody has such values.
    let repo =
        with_secret(".env", "DB_PASSWORD=postgres\nDB_HOST=localhost\nREGION=us-east-1\nPASS=changeme\nPORT=15432\n");
    repo.stage("a.yml", "db: postgres\nhost: localhost\nregion: us-east-1\nx: changeme\nport: 15432\n");
    repo.commit().unnoticed();
}

#[test]
fn the_rules_of_git_are_kept() {
    for by in ["info/exclude", "core.excludesFile", "a folder"] {
        let repo = Repo::protected();
        repo.write("a/.env", format!("TOKEN={CHOSEN}\n"));
        match by {
            "info/exclude" => repo.write(".git/info/exclude", "/a/.env\n"),
            "core.excludesFile" => {
                fs::write(repo.root().join("home/ignored"), ".env\n").expect("written");
                repo.git(["config", "core.excludesFile", "~/ignored"]);
            }
            _ => repo.commit_file(".gitignore", "a/*\n!a/b.txt\n"),
        }
        repo.stage("a/b.txt", format!("it is {CHOSEN}\n"));
        refused(&repo.commit(), "a/.env");
    }
}

#[test]
fn policy_lets_it_pass() {
    let repo = with_env();
    repo.stage("a.txt", format!("it is {CHOSEN} # tightlip:allow known-value -- it was changed\n"));
    assert_eq!(repo.commit().code, 0);
    repo.stage("b.txt", format!("it is {CHOSEN}\n"));
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    repo.git(["add", ".tightlip-baseline"]);
    let run = repo.commit();
    assert_eq!(run.code, 0, "{run:?}");
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("written");
    assert!(baseline.contains("known-value b.txt") && !baseline.contains(CHOSEN), "{baseline}");
    repo.stage("c.txt", format!("it is {CHOSEN}\n"));
    let run = repo.try_git(["-c", "tightlip.bypass=it was changed", "commit", "-q", "-m", "c"]);
    assert!(run.code == 0 && run.stderr.contains("bypassed"), "{run:?}");
    // It is known from then on, so that it can be pushed.
    repo.git(["init", "-q", "--bare", "../remote.git"]);
    let run = repo.try_git(["push", "-q", "../remote.git", "main"]);
    assert!(run.code == 0 && !run.stderr.contains(CHOSEN), "{run:?}");
}

#[test]
fn a_format_says_more_and_a_guess_less() {
    let stripe = crate::support::tokens::stripe(5);
    let repo = with_secret(".env", &format!("STRIPE={stripe}\nDB_PASSWORD={CHOSEN}\n"));
    repo.stage("a.py", format!("key = '{stripe}'\npassword = '{CHOSEN}'\n"));
    let run = repo.commit();
    refused(&run, "the value of DB_PASSWORD in .env");
    assert!(run.stderr.contains("[stripe-secret-key]") && !run.stderr.contains("[generic-password]"), "{run:?}");
}

#[test]
fn what_was_committed_without_the_hook_is_not_pushed() {
    let repo = with_env();
    repo.git(["init", "-q", "--bare", "../remote.git"]);
    repo.commit_file("a.txt", format!("it is {CHOSEN}\n"));
    let run = repo.try_git(["push", "-q", "../remote.git", "main"]);
    assert!(run.code != 0 && run.stderr.contains("known-value") && !run.stderr.contains(CHOSEN), "{run:?}");
}

#[test]
fn a_message_is_guarded() {
    let repo = with_env();
    repo.stage("a.txt", "nothing\n");
    let run = repo.try_git(["commit", "-q", "-m", &format!("Use {CHOSEN}")]);
    refused(&run, "the value of SNOWFLAKE_PASSWORD in .env");
}

#[test]
fn nobody_reads_them_in_ci() {
    let mut repo = with_env();
    repo.stage("a.txt", format!("it is {CHOSEN}\n"));
    repo.env("CI", "true");
    repo.tightlip(["hook", "pre-commit"]).unnoticed();
    let run = repo.tightlip_with(["redact", "--known"], format!("it is {CHOSEN}\n").as_bytes());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
}

#[test]
fn a_server_reads_none_of_them() {
    let repo = with_env();
    let before = repo.git(["rev-parse", "HEAD"]);
    repo.stage("notes.txt", format!("ask for {CHOSEN} at the door\n"));
    repo.git(["commit", "-q", "--no-verify", "-m", "notes"]);
    let after = repo.git(["rev-parse", "HEAD"]);
    let update = format!("{before} {after} refs/heads/main\n");
    // Where somebody works in the repository that is pushed to.
    repo.tightlip_with(["hook", "pre-receive"], update.as_bytes()).unnoticed();
}

#[test]
fn what_cannot_be_read_is_passed_over_and_said() {
    let repo = with_env();
    let large = format!("TOKEN={CHOSEN}2\n{}", "#\n".repeat(600_000));
    repo.write("large.env", large);
    symlink("/dev/zero", repo.top().join("device.env")).expect("linked");
    fs::create_dir(repo.top().join(".env.d")).expect("a folder");
    repo.stage("a.txt", format!("it is {CHOSEN}2\n"));
    let run = repo.tightlip(["scan", "--staged", "--verbose"]);
    run.blocked_by("known-value");
    for line in [
        "values not looked for: device.env: it is no regular file",
        "values not looked for: large.env: it is larger than 1 MB",
    ] {
        assert!(run.stdout.contains(line), "{run:?}");
    }
    assert!(!run.stdout.contains(".env.d"), "{run:?}");
}

#[test]
fn what_belongs_to_somebody_else_is_passed_over() {
    let repo = with_env();
    if std::os::unix::fs::chown(repo.top().join(".env"), Some(65534), None).is_err() {
        eprintln!("skipped: nobody but root gives a file away");
        return;
    }
    repo.stage("a.txt", format!("it is {CHOSEN}\n"));
    let run = repo.tightlip(["scan", "--staged", "--verbose"]);
    let told = "values not looked for: .env: it belongs to somebody else";
    assert!(run.code == 0 && run.stdout.contains(told), "{run:?}");
}

/// Writes the user's own configuration.
fn configure_user(repo: &Repo, text: &str) {
    let folder = repo.root().join("home/.config/tightlip");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.toml"), text).expect("written");
}

#[test]
fn the_home_is_read_where_its_user_says_so() {
    let repo = Repo::protected();
    let auth = BASE64.encode(format!("ada:{CHOSEN}").as_bytes());
    for (path, text) in [
        (".aws/credentials", format!("[default]\nregion = us-east-1\naws_secret_access_key = {CHOSEN}\n")),
        (".dbt/profiles.yml", format!("a:\n  password: {CHOSEN}\n")),
        (".netrc", format!("machine a.io login ada password {CHOSEN}\n")),
        (".pgpass", format!("db:5432:*:ada:{CHOSEN}\n")),
        (".npmrc", format!("//npm.acme.io/:_authToken={CHOSEN}\n")),
        (".pypirc", format!("[pypi]\npassword = {CHOSEN}\n")),
        (".docker/config.json", format!("{{\"auths\": {{\"a.io\": {{\"auth\": \"{auth}\"}}}}}}")),
        (".config/gcloud/application_default_credentials.json", format!("{{\"refresh_token\": \"{CHOSEN}\"}}")),
        (".snowflake/connections.toml", format!("[default]\npassword = \"{CHOSEN}\"\n")),
        (".databrickscfg", format!("[DEFAULT]\ntoken = {CHOSEN}\n")),
        (".acme/token", format!("token = {CHOSEN}\n")),
    ] {
        let file = repo.root().join("home").join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        fs::write(&file, text).expect("written");
        repo.stage("a.txt", format!("in us-east-1: {CHOSEN}\n"));
        configure_user(&repo, "");
        repo.tightlip(["hook", "pre-commit"]).unnoticed();
        configure_user(&repo, "[known]\nhome = true\nfiles = [\"~/.acme/token\"]\n");
        refused(&repo.tightlip(["hook", "pre-commit"]), &format!("in ~/{path}"));
        configure_user(&repo, &format!("[known]\nhome = true\nskip = [\"~/{path}\"]\n"));
        repo.tightlip(["hook", "pre-commit"]).unnoticed();
        fs::remove_file(file).expect("there");
    }
}

#[test]
fn install_offers_the_home_and_does_nothing() {
    let repo = Repo::new();
    assert!(!repo.tightlip(["install"]).stdout.contains("home = true"));
    fs::write(repo.root().join("home/.netrc"), "").expect("written");
    let run = repo.tightlip(["install"]);
    assert!(run.stdout.contains("~/.netrc") && run.stdout.contains("[known] home = true"), "{run:?}");
    assert!(!repo.root().join("home/.config").exists());
    configure_user(&repo, "[known]\nhome = true\n");
    assert!(!repo.tightlip(["install"]).stdout.contains("home = true"));
}

#[test]
fn a_repository_narrows_and_does_not_widen() {
    let repo = with_env();
    repo.stage("a.txt", format!("it is {CHOSEN}\n"));
    for narrow in
        ["[known]\nenabled = false\n", "[known]\nskip = [\".env\"]\n", "[rules]\ndisable = [\"known-value\"]\n"]
    {
        repo.stage(".tightlip.toml", narrow);
        let run = repo.tightlip(["hook", "pre-commit"]);
        assert!(run.code == 0 && run.stderr.contains("let pass by this very change"), "{narrow}: {run:?}");
        configure_user(&repo, "[require]\nrules = [\"known-value\"]\n");
        refused(&repo.tightlip(["hook", "pre-commit"]), ".env");
        configure_user(&repo, "");
    }
    for wide in ["home = true", "files = [\"~/.netrc\"]", "files = [\"../x/.env\"]", "skip = [\"~/.netrc\"]"] {
        repo.stage(".tightlip.toml", format!("[known]\n{wide}\n"));
        assert_eq!(repo.tightlip(["hook", "pre-commit"]).code, 2, "{wide}");
    }
    repo.stage(".tightlip.toml", "[known]\nfiles = [\"conf/*.yml\"]\n");
    repo.write("conf/prod.yml", format!("password: {CHOSEN}2\n"));
    repo.write(".git/info/exclude", "conf/\n");
    repo.stage("conf/a.txt", format!("it is {CHOSEN}2\n"));
    let run = repo.tightlip(["hook", "pre-commit"]);
    assert!(run.stderr.contains("the value of password in conf/prod.yml"), "{run:?}");
}

#[test]
fn why_says_what_counts_and_what_does_not() {
    let repo =
        with_secret(".env", &format!("DB_PASSWORD={CHOSEN}\nDB_NAME=postgres\nPORT=5432\nA_TOKEN=wren-77&lake\n"));
    repo.commit_file(".env.example", "A_TOKEN=wren-77&lake\n");
    repo.stage("a.txt", format!("postgres\n5432\nit is {CHOSEN},\n  and wren-77&lake\n"));
    let run = repo.tightlip(["why", "a.txt"]);
    assert_eq!(run.code, 0, "{run:?}");
    crate::support::golden::assert_golden("why/known.txt", &run.stdout);
    assert!(!run.stdout.contains(CHOSEN), "{run:?}");
}

#[test]
fn a_stream_is_masked_on_request() {
    let repo = with_env();
    let line = format!("it is {CHOSEN}, in us-east-1\n");
    assert_eq!(repo.tightlip_with(["redact"], line.as_bytes()).stdout, line);
    let run = repo.tightlip_with(["redact", "--known"], line.as_bytes());
    assert_eq!((run.code, run.stdout.as_str()), (0, "it is ********, in us-east-1\n"), "{run:?}");
}

#[test]
fn a_folder_that_cannot_be_read_is_said() {
    let repo = with_env();
    repo.write("closed/here.py", "harmless\n");
    repo.git(["add", "closed/here.py"]);
    let closed = repo.top().join("closed");
    fs::remove_dir_all(&closed).expect("it was there");
    symlink("closed", &closed).expect("a link to itself");
    let run = repo.tightlip(["scan", "--staged", "--verbose"]);
    assert!(run.code == 0 && run.stdout.contains("values not looked for: closed/: it cannot be read"), "{run:?}");
}

#[test]
fn an_accepted_value_is_still_accepted_after_pruning() {
    let repo = with_env();
    repo.stage("notes.txt", format!("ask for {CHOSEN} at the door\n"));
    let run = repo.tightlip(["--update-baseline", "--reason", "a test of ours"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = repo.tightlip(["baseline", "prune"]);
    assert!(run.code == 0 && run.stdout.contains("nothing to drop; accepted findings: 1"), "{run:?}");
    repo.git(["add", "."]);
    let run = repo.commit();
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn what_only_the_main_work_tree_has_is_known_in_a_linked_one() {
    let repo = with_env();
    let linked = repo.root().join("linked");
    repo.git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), linked.as_os_str()]);
    let repo = repo.at(linked);
    repo.stage("notes.txt", format!("ask for {CHOSEN} at the door\n"));
    refused(&repo.commit(), "the value of SNOWFLAKE_PASSWORD in .env");
}

#[test]
fn a_link_in_the_place_of_a_folder_of_dlts_is_not_followed() {
    let repo = with_env();
    symlink(".", repo.top().join(".dlt")).expect("a link");
    repo.stage("notes.txt", format!("ask for {CHOSEN} at the door\n"));
    let run = repo.commit();
    refused(&run, "the value of SNOWFLAKE_PASSWORD in .env");
    assert!(!run.stderr.contains(".dlt"), "{run:?}");
}

#[test]
fn a_main_work_tree_that_is_not_where_its_repository_is_is_known_or_said() {
    let repo = with_env();
    let (top, store, linked) = (repo.top().to_owned(), repo.root().join("store"), repo.root().join("linked"));
    repo.git(["init".as_ref(), "-q".as_ref(), "--separate-git-dir".as_ref(), store.as_os_str()]);
    repo.git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), linked.as_os_str()]);
    let repo = repo.at(linked);
    repo.stage("notes.txt", format!("ask for {CHOSEN} at the door\n"));
    let run = repo.tightlip(["scan", "--staged", "--verbose"]);
    assert!(run.code == 0 && run.stdout.contains("values not looked for: the main work tree"), "{run:?}");
    // As git sets it of a submodule.
    repo.git(["config".as_ref(), "core.worktree".as_ref(), top.as_os_str()]);
    refused(&repo.commit(), "the value of SNOWFLAKE_PASSWORD in .env");
}
