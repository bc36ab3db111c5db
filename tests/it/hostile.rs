//! Repositories, names, files and environments made by somebody who wants something to pass, to be run, to deceive or to take
//! for ever. What takes minutes or gigabytes is in `scripts/prove.py`.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use data_encoding::BASE64;
use serde_json::Value;

use crate::support::{Repo, Run, tokens::stripe};

const RULE: &str = "stripe-secret-key";

fn leak(seed: u64) -> String {
    format!("key = '{}'\n", stripe(seed))
}

/// Where git is told of a program that it might run, with `%` for the program.
const PROGRAMS: [(&str, &str); 20] = [
    ("core.fsmonitor", "%"),
    ("core.pager", "%"),
    ("core.editor", "%"),
    ("core.askPass", "%"),
    ("core.sshCommand", "%"),
    ("core.alternateRefsCommand", "%"),
    ("credential.helper", "%"),
    ("diff.external", "%"),
    ("diff.x.command", "%"),
    ("diff.x.textconv", "%"),
    ("filter.x.clean", "%"),
    ("filter.x.smudge", "%"),
    ("filter.x.process", "%"),
    ("filter.x.required", "true"),
    ("merge.x.driver", "%"),
    ("gpg.program", "%"),
    ("remote.origin.url", "ext::%"),
    ("remote.origin.promisor", "true"),
    ("remote.origin.uploadpack", "%"),
    ("protocol.ext.allow", "always"),
];

/// A repository with a secret staged and all of these programs; each leaves a file called `ran` at its root.
fn naming_programs() -> Repo {
    let repo = Repo::new();
    repo.commit_file("old.py", "old\n");
    repo.commit_file(".gitattributes", "* diff=x filter=x merge=x\n");
    repo.stage("new.py", leak(40));
    // What a partial clone would fetch.
    let lost = repo.git(["rev-parse", "HEAD:old.py"]);
    fs::remove_file(repo.top().join(".git/objects").join(&lost[..2]).join(&lost[2..])).expect("a loose object");
    let program = repo.root().join("program");
    fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >>{}/ran\ncat\n", repo.root().display())).expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("its own");
    let mut config = String::new();
    for (key, value) in PROGRAMS {
        let (section, key) = key.rsplit_once('.').expect("a key has a section");
        let section = section.split_once('.').map_or(section.into(), |(one, two)| format!("{one} \"{two}\""));
        let value = value.replace('%', program.to_str().expect("UTF-8"));
        config.extend(["[", &section, "]\n", key, " = ", &value, "\n"]);
    }
    let path = repo.top().join(".git/config");
    fs::write(&path, fs::read_to_string(&path).expect("git's") + &config).expect("its own");
    for hook in ["fsmonitor-watchman", "reference-transaction", "proc-receive", "post-checkout"] {
        fs::copy(&program, repo.top().join(".git/hooks").join(hook)).expect("a hook");
    }
    repo
}

#[track_caller]
fn nothing_ran(repo: &Repo, what: &str) {
    let ran = repo.root().join("ran");
    assert!(!ran.exists(), "{what} ran {:?}", fs::read_to_string(ran));
}

/// Git itself refuses to work there, and so runs no hook of ours; a scan by hand reads, and no more.
#[test]
fn no_program_of_somebody_elses_repository_is_run() {
    let repo = naming_programs();
    let given = repo.run("chown".as_ref(), ["-R".as_ref(), "65534".as_ref(), repo.top().as_os_str()], b"");
    if given.code != 0 {
        eprintln!("skipped: nobody but root gives a file away");
        return;
    }
    let git = repo.try_git(["status"]);
    assert!(git.code == 128 && git.stderr.contains("dubious ownership"), "{git:?}");
    for args in ["scan --staged", "scan .", "scan --tree"] {
        let run = repo.tightlip(args.split(' '));
        assert_eq!(run.code, 1, "{args}: {run:?}");
        nothing_ran(&repo, args);
    }
}

#[test]
fn no_program_that_a_repository_names_is_run() {
    let repo = naming_programs();
    let head = repo.git(["rev-parse", "HEAD"]);
    let update = format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40));
    for (args, wanted) in [
        ("hook pre-commit", 1),
        ("hook pre-push origin nowhere", 2),
        ("scan --staged", 1),
        ("scan .", 1),
        ("scan --tree", 1),
        ("scan --tree HEAD", 0),
        ("scan --history", 0),
        ("scan --range HEAD~1..HEAD", 0),
        ("why new.py:1", 0),
        ("baseline show", 0),
        ("--update-baseline", 0),
    ] {
        let run = repo.tightlip_with(args.split(' '), update.as_bytes());
        assert_eq!(run.code, wanted, "{args}: {run:?}");
        nothing_ran(&repo, args);
    }
}

/// Names that would move a cursor, end a line, turn the reading order, or are as long as a path can be.
#[test]
fn no_name_hides_a_file_or_steers_a_terminal() {
    let deep = format!("{}/", "d".repeat(200)).repeat(19) + &"f".repeat(255);
    assert!(deep.len() > 4000 && deep.len() < 4096);
    let names: [&[u8]; 9] = [
        b"new\nline.py",
        b"\x1b[2J\x1b]0;title\x07.py",
        b"\rtightlip: nothing found",
        "txt.\u{202e}yp.exe\u{2066}".as_bytes(),
        b"\xff\xfe\x9b31m",
        b"-rf",
        b"'$(touch ran)`touch ran`\"",
        b"a\tb\\n%0a::error::x",
        deep.as_bytes(),
    ];
    for (seed, name) in (50..).zip(names) {
        let repo = Repo::protected();
        repo.write("value", leak(seed));
        let id = repo.git(["hash-object", "-w", "value"]);
        let entry = [format!("100644 {id}\t").as_bytes(), name, b"\0"].concat();
        let staged = repo.run("git".as_ref(), ["update-index", "-z", "--add", "--index-info"], &entry);
        assert_eq!(staged.code, 0, "{staged:?}");
        let commit = repo.commit();
        commit.blocked_by(RULE);
        let mut runs = vec![commit];
        for format in ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "html"] {
            runs.push(repo.tightlip(["scan", "--staged", "--format", format]));
        }
        for run in &runs {
            let steers = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{2069}').contains(&c);
            assert!(!run.stdout.contains(steers) && !run.stderr.contains(steers), "{run:?}");
            assert!(!run.stdout.contains("\n::error::x"), "{run:?}");
        }
        let json: Value = serde_json::from_str(&runs[2].stdout).expect("a document");
        let finding = &json["findings"][0];
        let written = match finding["path_bytes"].as_str() {
            Some(bytes) => BASE64.decode(bytes.as_bytes()).expect("base64"),
            None => finding["path"].as_str().expect("a path").as_bytes().to_vec(),
        };
        assert_eq!(written, name);
        assert!(!repo.top().join("ran").exists());
    }
}

/// What is no file is not waited for, and what lies elsewhere is not read.
#[test]
fn links_and_pipes_lead_nowhere() {
    let repo = Repo::new();
    repo.write("../outside/key.py", leak(60));
    symlink("../outside/key.py", repo.top().join("file.py")).expect("a link");
    symlink("../outside", repo.top().join("folder")).expect("a link");
    symlink("/dev/zero", repo.top().join("endless.py")).expect("a link");
    symlink(".", repo.top().join("round")).expect("a link");
    pipe(&repo, "pipe.py");
    repo.git(["add", "file.py", "folder", "endless.py", "round"]);
    for args in [&["scan", "."][..], &["scan", "--staged"], &["scan", "--tree"], &["scan", "--no-ignore", "."]] {
        let run = bounded(&repo, args);
        assert_eq!(run.code, 0, "{args:?}: {run:?}");
    }
    // Where it is asked for by name, it is looked at.
    assert_eq!(bounded(&repo, &["scan", "file.py"]).code, 1);
}

/// A configuration or baseline that is a pipe or a device is refused, not read to its end.
#[test]
fn a_policy_that_is_no_file_is_refused() {
    for name in [".tightlip.toml", ".tightlip-baseline", ".gitignore", "below/.gitignore"] {
        for kind in ["pipe", "device", "folder"] {
            let repo = Repo::new();
            repo.write("below/a.py", leak(61));
            match kind {
                "pipe" => pipe(&repo, name),
                "device" => symlink("/dev/zero", repo.top().join(name)).expect("a link"),
                _ => fs::create_dir(repo.top().join(name)).expect("a folder"),
            }
            let run = bounded(&repo, &["scan", "."]);
            let is_read_past = kind == "folder" && name.ends_with("ignore");
            assert_eq!(run.code, if is_read_past { 1 } else { 2 }, "{name} is a {kind}: {run:?}");
            assert!(is_read_past || run.stderr.contains(name), "{run:?}");
        }
    }
}

#[test]
fn a_repository_that_stands_elsewhere_is_the_one_that_git_takes() {
    let repo = Repo::protected();
    repo.stage("a.py", leak(62));
    let top = repo.top().to_owned();
    let folder = repo.root().join("elsewhere");
    fs::create_dir(&folder).expect("a folder");
    let at = repo.at(&folder);
    for (text, wanted) in [
        (format!("gitdir: {}/.git\n", top.display()), 1),
        ("gitdir: nowhere\n".into(), 2),
        ("gitdir: .git\n".into(), 2),
        ("nonsense".into(), 2),
        (String::new(), 2),
        (format!("gitdir: {}\n", "x/".repeat(5000)), 2),
    ] {
        fs::write(folder.join(".git"), &text).expect("a file");
        let run = bounded(&at, &["scan", "--staged"]);
        assert_eq!(run.code, wanted, "{text:?}: {run:?}");
    }
}

/// Variables that others may have set. Some make git commit something else, or make it run no hook at all.
const VARIABLES: [(&str, &str); 34] = [
    ("GIT_INDEX_FILE", "$ROOT/other-index"),
    ("GIT_INDEX_FILE", "nowhere"),
    ("GIT_DIR", "$TOP/.git"),
    ("GIT_DIR", "$ROOT/other/.git"),
    ("GIT_WORK_TREE", "$ROOT/other"),
    ("GIT_COMMON_DIR", "$ROOT/other/.git"),
    ("GIT_OBJECT_DIRECTORY", "$ROOT/other/.git/objects"),
    ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "$ROOT/other/.git/objects"),
    ("GIT_CEILING_DIRECTORIES", "$TOP"),
    ("GIT_NAMESPACE", "x"),
    ("GIT_SHALLOW_FILE", "/dev/null"),
    ("GIT_GRAFT_FILE", "/dev/null"),
    ("GIT_REPLACE_REF_BASE", "refs/heads/"),
    ("GIT_ATTR_SOURCE", "HEAD"),
    ("GIT_CONFIG_PARAMETERS", "'core.bare'='true'"),
    ("GIT_CONFIG_PARAMETERS", "'tightlip.bypass'='  '"),
    ("GIT_CONFIG_PARAMETERS", "'tightlip.bypass"),
    ("GIT_CONFIG_COUNT", "99999999999"),
    ("GIT_CONFIG_GLOBAL", "$ROOT/bypass"),
    ("GIT_CONFIG_SYSTEM", "$ROOT/bypass"),
    ("GIT_QUARANTINE_PATH", "$ROOT"),
    ("GIT_PREFIX", "../../"),
    ("GITHEAD_0000000000000000000000000000000000000000", "x"),
    ("TIGHTLIP_BYPASS", " \t "),
    ("TIGHTLIP_CONFIG", "$ROOT/bypass"),
    ("TIGHTLIP_COLOR", "nonsense"),
    ("NO_COLOR", "1"),
    ("CLICOLOR_FORCE", "1"),
    ("HOME", "/nonexistent"),
    ("XDG_CONFIG_HOME", "/dev/null"),
    ("TMPDIR", "/nonexistent"),
    ("LC_ALL", "\u{202e}"),
    ("RUST_BACKTRACE", "full"),
    ("COLUMNS", "-1"),
];

#[test]
fn no_variable_lets_a_secret_pass() {
    for (name, value) in VARIABLES {
        let mut repo = Repo::protected();
        fs::write(repo.root().join("bypass"), "[tightlip]\n\tbypass = because\n").expect("a file");
        fs::copy(repo.top().join(".git/index"), repo.root().join("other-index")).expect("an index");
        repo.git(["clone", "-q", ".", "../other"]);
        repo.stage("leak.py", leak(63));
        let value = value
            .replace("$ROOT", repo.root().to_str().expect("UTF-8"))
            .replace("$TOP", repo.top().to_str().expect("UTF-8"));
        repo.env(name, &value);
        let commit = repo.commit();
        let secret = stripe(63);
        assert!(!commit.stderr.contains(&secret) && !commit.stdout.contains(&secret), "{name}={value}: {commit:?}");
        let top = repo.top().to_owned();
        let plain = Repo::new().at(top);
        let committed = plain.try_git(["grep", "-q", &secret, "HEAD"]);
        assert_ne!(committed.code, 0, "{name}={value}: {commit:?}");
        // Git itself may have refused, or committed something else.
        if commit.stderr.contains("tightlip") && !commit.stderr.contains("tightlip: error: ") {
            commit.blocked_by(RULE);
        }
    }
}

/// Small files that want to become large, and shallow ones that want to be deep.
#[test]
fn what_grows_when_it_is_read_is_read_within_bounds() {
    let mut nested = leak(64).into_bytes();
    let mut levels = 0;
    while nested.len() < 400_000 {
        nested = BASE64.encode(&nested).into_bytes();
        levels += 1;
    }
    assert!(levels > 30);
    let bomb = gzip(&vec![0; 8 << 20]);
    let in_base64 = BASE64.encode(&bomb);
    let twice = gzip(&gzip(&vec![b'a'; 8 << 20]));
    let many: String = (0..2000).map(|_| "password = password = token: secret := \"\\u0070\" + 'x' +\n").collect();
    let open: String = ["{", "[", "<a ", "\"", "(", concat!("-----BEGIN", " RSA PRIVATE KEY-----\n")]
        .map(|sign| sign.repeat(3000))
        .concat();
    let files: [(&str, &[u8]); 6] = [
        ("nested.txt", &nested),
        ("bomb.gz", &bomb),
        ("bomb.yml", in_base64.as_bytes()),
        ("twice.gz", &twice),
        ("many.py", many.as_bytes()),
        ("open.json", open.as_bytes()),
    ];
    let repo = Repo::new();
    for (path, bytes) in files {
        repo.write(path, bytes);
    }
    repo.write("behind.py", leak(65));
    let run = bounded(&repo, &["scan", ".", "--format", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let json: Value = serde_json::from_str(&run.stdout).expect("a document");
    assert_eq!(json["receipt"]["blobs"], 7);
    let found = json["findings"].as_array().expect("a list").iter().any(|finding| finding["path"] == "behind.py");
    assert!(found, "{run:?}");
}

/// Expressions that take exponential time elsewhere, and ones that want to be gigabytes.
#[test]
fn no_pattern_of_a_rule_takes_for_ever() {
    let text = "a".repeat(20_000) + "!\n" + &leak(66);
    for pattern in [
        "(a*)*b",
        "(a|a)*$b",
        "(a|aa)+$x",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(?:a?){200}a{200}b",
        "((((a{0,100}){0,100}){0,100}){0,100}){0,100}",
        "(?i)[\\x00-\\xff]{1000}{1000}",
        "(((((((((((((((((((((((((((((a",
        "a{4294967296}",
    ] {
        let repo = Repo::new();
        repo.write(
            ".tightlip.toml",
            format!("[[rule]]\nid = 'slow'\nkeywords = ['aaaa']\nreach = 'block'\npattern = '{pattern}'\n"),
        );
        repo.write("a.txt", &text);
        let run = bounded(&repo, &["scan", "a.txt"]);
        assert!(run.code == 2 || (run.code == 1 && run.stdout.contains(RULE)), "{pattern}: {run:?}");
    }
}

/// Runs tightlip within a minute and two gigabytes of addresses; whoever hangs or grows is killed.
fn bounded(repo: &Repo, args: &[&str]) -> Run {
    let script = "ulimit -v 2097152; exec timeout -s KILL 60 \"$0\" \"$@\"";
    let binary = Repo::binary().as_os_str();
    let args = [OsStr::new("-c"), OsStr::new(script), binary].into_iter().chain(args.iter().map(OsStr::new));
    repo.run(Path::new("sh"), args, b"")
}

fn pipe(repo: &Repo, name: &str) {
    assert_eq!(repo.run("mkfifo".as_ref(), [name], b"").code, 0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}
