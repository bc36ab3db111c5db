//! A long scan: a terminal shows how far it is, and Ctrl-C ends it there and then, and what was found so far is reported.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Child,
};

use rustix::process::{Pid, Signal};
use serde_json::Value;

use crate::support::{Repo, Run, tokens};

/// So many files that hold nothing follow, each of so many bytes: far more than is read before the signal comes.
const FILES: usize = 400;
const SIZE: u64 = 8 << 20;

/// More commits than are looked at one by one.
const MANY: usize = 300;

#[test]
fn what_was_found_so_far_is_reported() {
    let repo = large();
    let mut scan = repo.start(Repo::binary(), ["scan", "--jobs", "1", "--no-ignore", "--format", "json", "."]);
    // Files are looked at in order of name: what is found stands before them.
    while !has_open(&scan, "zeros-") {
        assert!(scan.try_wait().expect("a child").is_none(), "it ended by itself");
    }
    interrupt(&scan);
    let run = Run::of(scan);
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    assert_eq!(document["findings"][0]["path"], "a.py", "{run:?}");
    assert!(run.stdout.contains("it was stopped before everything was looked at"), "{run:?}");
    // Whatever was found, not all of it was looked at.
    assert_eq!(run.code, 2, "{run:?}");
    let blobs = document["receipt"]["blobs"].as_u64().expect("a number");
    assert!((1..FILES as u64).contains(&blobs), "{run:?}");
}

#[test]
fn what_came_in_so_far_is_reported() {
    let repo = Repo::new();
    let mut scan = repo.start(Repo::binary(), ["scan", "--stdin", "--format", "json"]);
    let mut input = scan.stdin.take().expect("piped");
    // More than a pipe and a buffer hold, so that the beginning was read once all of it is written; then nothing comes.
    let text = format!("key = '{}'\n{}", tokens::stripe(1), "nothing here\n".repeat(200_000));
    input.write_all(text.as_bytes()).expect("it reads");
    interrupt(&scan);
    stopped(&Run::of(scan), "stdin");
    drop(input);
}

#[test]
fn the_commits_that_were_looked_at_are_reported() {
    let mut repo = Repo::new();
    let files = [("base", None), ("a.py", Some(1)), ("waited-for.txt", None), ("b.py", Some(2))];
    for (day, (name, seed)) in (1..).zip(files) {
        // The order of commits is that of their days.
        repo.env("GIT_COMMITTER_DATE", &format!("2026-01-0{day}T00:00:00Z"));
        repo.commit_file(
            name,
            seed.map_or("nothing\n".to_owned(), |seed| format!("key = '{}'\n", tokens::stripe(seed))),
        );
    }
    let slow = Slow::new(&repo, "HEAD~1:waited-for.txt");
    let scan = repo.start(Repo::binary(), ["scan", "--range", "HEAD~3..HEAD", "--format", "json"]);
    let pipe = slow.open_when_it_is_read();
    interrupt(&scan);
    slow.give(pipe);
    stopped(&Run::of(scan), "a.py");
}

#[test]
fn the_files_of_a_commit_that_were_looked_at_are_reported() {
    let repo = Repo::new();
    repo.commit_file("base", "nothing\n");
    for (name, text) in [
        ("a.py", format!("key = '{}'\n", tokens::stripe(1))),
        ("waited-for.txt", "nothing\n".to_owned()),
        ("z.py", format!("key = '{}'\n", tokens::stripe(2))),
    ] {
        repo.stage(name, text);
    }
    repo.git(["commit", "-q", "-m", "all"]);
    let slow = Slow::new(&repo, "HEAD:waited-for.txt");
    let scan = repo.start(Repo::binary(), ["scan", "--range", "HEAD~1..HEAD", "--format", "json"]);
    let pipe = slow.open_when_it_is_read();
    interrupt(&scan);
    slow.give(pipe);
    let run = Run::of(scan);
    stopped(&run, "a.py");
    assert_eq!(run.stdout.matches("it was stopped").count(), 1, "{run:?}");
}

#[test]
fn of_many_commits_no_more_is_said_to_be_read_than_was() {
    let repo = Repo::new();
    repo.commit_file("base", "nothing\n");
    let names: Vec<_> = (0..MANY).map(|number| format!("zeros-{number:03}\n")).collect();
    for name in &names {
        let mut file = File::create(repo.top().join(name.trim_end())).expect("a file");
        // Each is another blob.
        file.write_all(name.as_bytes()).expect("a name");
        file.set_len(SIZE / 4).expect("no space is taken");
    }
    let quick = ["-c", "core.looseCompression=1", "hash-object", "-w", "--stdin-paths"];
    let written = repo.run("git".as_ref(), quick, names.concat().as_bytes());
    let ids: Vec<_> = written.stdout.lines().collect();
    let mut stream = String::new();
    for (number, (id, name)) in ids.iter().zip(&names).enumerate() {
        let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let time = 1_800_000_000 + number;
        let head = format!("commit refs/heads/main\ncommitter Ada <ada@example.com> {time} +0000\ndata 4\nmade\n");
        stream.extend([&head, from, &format!("M 100644 {id} {name}\n")]);
    }
    let made = repo.run("git".as_ref(), ["fast-import", "--quiet"], stream.as_bytes());
    assert_eq!(made.code, 0, "{made:?}");
    let range = format!("main~{MANY}..main");
    let mut scan = repo.start(Repo::binary(), ["scan", "--range", &range, "--format", "json"]);
    while !ids.iter().any(|id| has_open(&scan, &id[2..])) {
        assert!(scan.try_wait().expect("a child").is_none(), "it ended by itself");
    }
    interrupt(&scan);
    let run = Run::of(scan);
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let [entries, blobs] = ["entries", "blobs"].map(|key| document["receipt"][key].as_u64().expect("a number"));
    // Messages count as well, and what was not listed as one.
    assert!(entries > 2 * MANY as u64 && blobs + 1 < entries, "{run:?}");
    assert!(run.stdout.contains("it was stopped before everything was looked at"), "{run:?}");
    assert_eq!(run.code, 2, "{run:?}");
}

/// A blob that comes slowly, so that reading it has not ended when a signal comes.
struct Slow {
    object: PathBuf,
    bytes: Vec<u8>,
}

impl Slow {
    fn new(repo: &Repo, name: &str) -> Self {
        let id = repo.git(["rev-parse", name]);
        let object = repo.top().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        let bytes = fs::read(&object).expect("an object");
        fs::remove_file(&object).expect("it was there");
        assert_eq!(repo.run("mkfifo".as_ref(), [&object], b"").code, 0);
        Self { object, bytes }
    }

    fn open_when_it_is_read(&self) -> File {
        File::options().write(true).open(&self.object).expect("it is read")
    }

    fn give(&self, mut pipe: File) {
        pipe.write_all(&self.bytes).expect("it is read");
    }
}

/// Ctrl-C.
fn interrupt(child: &Child) {
    rustix::process::kill_process(Pid::from_child(child), Signal::INT).expect("it runs");
}

/// It says what it had found, at `path`, and that it was stopped.
fn stopped(run: &Run, path: &str) {
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(1), "{run:?}");
    assert_eq!(document["findings"][0]["path"], path, "{run:?}");
    assert!(run.stdout.contains("it was stopped before everything was looked at"), "{run:?}");
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn a_terminal_shows_how_far_it_is() {
    let repo = large();
    // The shell that it asks would be ended by Ctrl-C, too.
    let command = format!("exec {} scan --jobs 1 --no-ignore .", Repo::binary().display());
    // Gives what it runs a terminal of its own, with our pipes at the other end.
    let script = ["--quiet", "--flush", "--return", "--command", &command, "/dev/null"];
    let mut scan = repo.start(Path::new("script"), script);
    let mut terminal = scan.stdout.take().expect("piped");
    let (mut shown, mut some) = (Vec::new(), [0; 4096]);
    let line = format!(" of {}, ", FILES + 1);
    while !String::from_utf8_lossy(&shown).contains(&line) {
        let read = terminal.read(&mut some).expect("a pipe");
        assert!(read > 0, "it ended by itself: {}", shown.escape_ascii());
        shown.extend_from_slice(&some[..read]);
    }
    scan.stdin.as_mut().expect("piped").write_all(b"\x03").expect("Ctrl-C is typed");
    terminal.read_to_end(&mut shown).expect("a pipe");
    assert_eq!(Run::of(scan).code, 2);
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains("\r\x1b[Klooked at ") && shown.contains(" left"), "{shown:?}");
    // The line is gone before the report begins.
    let report = shown.rsplit_once("\r\x1b[K").map(|(_, report)| report).unwrap_or_default();
    assert!(report.contains("it was stopped before everything was looked at"), "{shown:?}");
    assert!(!report.contains(&line), "{shown:?}");
}

/// A repository with a secret, and so much behind it that nobody waits for the end.
fn large() -> Repo {
    let repo = Repo::new();
    repo.write("a.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    for number in 0..FILES {
        let file = File::create(repo.top().join(format!("zeros-{number:03}"))).expect("a file");
        file.set_len(SIZE).expect("no space is taken");
    }
    repo
}

fn has_open(child: &Child, name: &str) -> bool {
    let open = fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter().flatten().flatten();
    let mut targets = open.filter_map(|file| fs::read_link(file.path()).ok());
    targets.any(|target| target.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)))
}
