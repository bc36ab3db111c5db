//! `tightlip scan --history` and `--tree`: that every blob is looked at once, wherever git keeps it, and what is said of it.

use std::{collections::BTreeSet, fs, sync::Mutex};

use serde_json::{Value, json};
use tightlip::{
    git::Repository,
    source::{
        Shard, Source,
        disk::Disk,
        tree::{Revision, Tracked},
    },
};

use crate::support::{Repo, Run, tokens};

fn line(seed: u64) -> String {
    format!("key = \"{}\"\n", tokens::stripe(seed))
}

fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

fn document_of(repo: &Repo, args: &[&str]) -> Value {
    document(&repo.tightlip(args))
}

fn scan(repo: &Repo, args: &[&str]) -> Value {
    document_of(repo, &[&["scan", "--format", "json"], args].concat())
}

/// Each finding's fingerprint and path.
fn found(document: &Value) -> BTreeSet<(String, String)> {
    let findings = document["findings"].as_array().expect("an array");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    findings.iter().map(|finding| (text(&finding["fingerprint"]), text(&finding["path"]))).collect()
}

/// How many blobs git itself reaches from all references.
fn blobs(repo: &Repo) -> usize {
    let objects = repo.git(["rev-list", "--objects", "--all", "--no-object-names"]);
    let mut blobs: Vec<_> = objects.lines().filter(|id| repo.git(["cat-file", "-t", id]) == "blob").collect();
    blobs.sort_unstable();
    blobs.dedup();
    blobs.len()
}

/// Sixteen versions of a file that grows, each with a secret of its own.
fn grow(repo: &Repo) {
    for seed in 0..16 {
        repo.commit_file("grown.py", "one line of many, which deltas copy\n".repeat(200) + &line(seed));
    }
}

#[test]
fn history_is_what_git_reaches_wherever_it_is_kept() {
    let loose = Repo::new();
    let packed = Repo::new();
    let mixed = Repo::new();
    let sha256 = Repo::init(&["--object-format=sha256"]);
    let reftable = Repo::init(&["--ref-format=reftable"]);
    for repo in [&loose, &packed, &mixed, &sha256, &reftable] {
        grow(repo);
        repo.git(["checkout", "-q", "-b", "side", "HEAD~3"]);
        repo.commit_file("side/only here.txt", line(100));
        repo.git(["tag", "-a", "-m", "a tag", "tagged"]);
        repo.git(["checkout", "-q", "main"]);
        repo.git(["branch", "-q", "-D", "side"]);
        repo.git(["notes", "add", "-m", &line(101), "HEAD"]);
    }
    packed.git(["gc", "-q"]);
    sha256.git(["repack", "-q", "-a", "-d", "--depth=3"]);
    mixed.git(["repack", "-q", "-d"]);
    for seed in 200..204 {
        mixed.commit_file("more.py", line(seed));
        mixed.git(["repack", "-q", "-d"]);
    }
    mixed.commit_file("loose.py", line(300));
    for (name, repo) in
        [("loose", &loose), ("packed", &packed), ("mixed", &mixed), ("sha256", &sha256), ("reftable", &reftable)]
    {
        let all = scan(repo, &["--history"]);
        assert_eq!(all["receipt"]["blobs"], blobs(repo), "{name}");
        // Each of them holds one secret.
        assert_eq!(found(&all).len(), blobs(repo), "{name}");
        assert_eq!(found(&scan(repo, &["--history", "--jobs", "1"])), found(&all), "{name}");
        for of in [2, 8] {
            let shares = (1..=of).map(|number| scan(repo, &["--history", "--shard", &format!("{number}/{of}")]));
            let shares: Vec<_> = shares.map(|share| found(&share)).collect();
            assert_eq!(shares.iter().map(BTreeSet::len).sum::<usize>(), found(&all).len(), "{name} {of}");
            assert_eq!(shares.into_iter().flatten().collect::<BTreeSet<_>>(), found(&all), "{name} {of}");
        }
    }
}

#[test]
fn history_leaves_out_what_no_reference_reaches() {
    let repo = Repo::new();
    repo.commit_file("a.py", "a = 1\n");
    repo.commit_file("b.py", line(1));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert!(found(&scan(&repo, &["--history"])).is_empty());
    repo.git(["worktree", "add", "-q", "--detach", "../linked", "HEAD@{1}"]);
    assert_eq!(found(&scan(&repo, &["--history"])).len(), 1);
}

#[test]
fn history_reads_alternates_and_bare_repositories() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.git(["clone", "-q", "--shared", "--bare", ".", "../bare.git"]);
    repo.git(["clone", "-q", "--shared", ".", "../borrower"]);
    let bare = repo.root().join("bare.git");
    let borrower = repo.root().join("borrower");
    let repo = repo.at(bare);
    assert_eq!(found(&scan(&repo, &["--history"])).len(), 1);
    assert_eq!(found(&scan(&repo, &["--tree", "HEAD"])).len(), 1);
    let run = repo.tightlip(["scan", "--tree"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("bare repository"), "{run:?}");
    let repo = repo.at(borrower);
    assert_eq!(found(&scan(&repo, &["--history"])).len(), 1);
}

#[test]
fn what_a_revision_holds_is_laid_to_nobody_s_charge() {
    let mut repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.env("GIT_AUTHOR_NAME", "Bob");
    repo.commit_file("b.txt", "nothing\n");
    let id = repo.git(["rev-parse", "HEAD"]);
    let tree = repo.git(["rev-parse", "HEAD^{tree}"]);
    for (name, id) in [("HEAD", &id), (&tree, &tree)] {
        let document = scan(&repo, &["--tree", name]);
        let finding = &document["findings"][0];
        let said = [&finding["origin"], &finding["commit"], &finding["revision"]];
        assert_eq!(said, [&json!("revision"), &Value::Null, &json!(id)], "{finding}");
        repo.write("../report.json", document.to_string());
        let merged = document_of(&repo, &["merge", "--format", "json", "../report.json"]);
        assert_eq!(merged["findings"], document["findings"]);
        let human = repo.tightlip(["scan", "--tree", name]);
        assert!(human.stdout.contains(&format!("\n       at:      revision {}\n", &id[..12])), "{human:?}");
        let gitlab = document_of(&repo, &["scan", "--tree", name, "--format", "gitlab"]);
        assert_eq!(gitlab["vulnerabilities"][0]["location"]["commit"], json!({ "sha": id }));
        for format in ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "html"] {
            let run = repo.tightlip(["scan", "--tree", name, "--format", format]);
            assert!(run.code == 1 && !run.stdout.contains("Bob"), "{format}: {run:?}");
        }
    }
    let brought = scan(&repo, &["--history"]);
    assert_eq!(brought["findings"][0]["commit"]["author"], "Ada");
}

#[test]
fn masks_a_token_in_the_name_of_an_author() {
    let repo = Repo::new();
    repo.stage("a.py", line(1));
    let token = crate::support::tokens::gitlab(2);
    repo.git(["-c", &format!("user.name=Ada {token}"), "commit", "-q", "-m", "a file"]);
    for mode in [&["--history"][..], &["--tree", "HEAD"]] {
        let run = repo.tightlip([&["scan", "--format", "json"], mode].concat());
        assert!(run.code == 1 && !run.stdout.contains(&token), "{mode:?}: {run:?}");
    }
}

#[test]
fn names_the_commit_of_each_of_many_copies() {
    let repo = Repo::new();
    let mut expected = Vec::new();
    for round in 0..3 {
        let paths: Vec<String> = (0..20).map(|number| format!("d{}/r{round}/f{number:02}.py", number % 3)).collect();
        for path in &paths {
            repo.stage(path, line(1));
        }
        repo.git(["commit", "-q", "-m", "copies"]);
        let commit = repo.git(["rev-parse", "HEAD"]);
        expected.extend(paths.into_iter().map(|path| (path, commit.clone())));
    }
    expected.sort();
    let document = scan(&repo, &["--history"]);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let findings = document["findings"].as_array().expect("an array").iter();
    let told: Vec<_> = findings.map(|finding| (text(&finding["path"]), text(&finding["commit"]["id"]))).collect();
    assert_eq!(told, expected);
}

#[test]
fn names_the_first_commit_and_each_path() {
    let repo = Repo::new();
    repo.commit_file("README", "hello\n");
    repo.commit_file("a/old.py", line(1));
    let first = repo.git(["rev-parse", "HEAD"]);
    repo.git(["mv", "a", "b"]);
    repo.git(["commit", "-q", "-m", "a move"]);
    let second = repo.git(["rev-parse", "HEAD"]);
    repo.commit_file("b/old.py", "gone = True\n");
    let document = scan(&repo, &["--history"]);
    let findings = document["findings"].as_array().expect("an array");
    let told = |key: &dyn Fn(&Value) -> &Value| -> Vec<String> {
        findings.iter().map(|finding| key(finding).as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(told(&|it| &it["path"]), ["a/old.py", "b/old.py"]);
    assert_eq!(told(&|it| &it["origin"]), ["commit", "commit"]);
    assert_eq!(told(&|it| &it["commit"]["id"]), [first, second]);
    assert_eq!(findings[0]["commit"]["author"], "Ada");
    assert_eq!(findings[0]["commit"]["date"], "2026-01-01T00:00:00Z");
    assert_eq!(findings[0]["commit"]["subject"], "a file");
}

#[test]
fn judges_history_by_the_policy_of_head() {
    let repo = Repo::new();
    repo.commit_file("fixtures/a.py", line(1));
    repo.commit_file("vendor/a.py", line(2));
    repo.commit_file("src/a.py", line(3));
    repo.commit_file(".env", format!("TOKEN={}\n", tokens::stripe(4)));
    repo.commit_file(".env", format!("TOKEN={}\n", tokens::stripe(5)));
    repo.commit_file(".tightlip.toml", "version = 1\n[paths]\nallow = [\"fixtures/\"]\nskip = [\"vendor/\"]\n");
    let document = scan(&repo, &["--history"]);
    let blocking: Vec<_> = document["findings"]
        .as_array()
        .expect("an array")
        .iter()
        .filter(|finding| finding["blocks"] == true)
        .map(|finding| format!("{} {}", finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap()))
        .collect();
    let stripe = "stripe-secret-key";
    // The path is denied once, and each of its values is found.
    let wanted = [
        "denied-path .env".to_owned(),
        format!("{stripe} .env"),
        format!("{stripe} .env"),
        format!("{stripe} src/a.py"),
    ];
    assert_eq!(blocking.iter().collect::<BTreeSet<_>>(), wanted.iter().collect::<BTreeSet<_>>());
    assert_eq!(blocking.len(), wanted.len());
    assert_eq!(document["skipped"][0]["path"], "vendor/a.py");
    let receipt = &document["receipt"];
    assert_eq!(receipt["entries"].as_u64().unwrap(), receipt["blobs"].as_u64().unwrap() + 1);
}

#[test]
fn tree_is_what_is_tracked_as_it_is_on_disk_or_in_a_revision() {
    let repo = Repo::new();
    repo.commit_file("tracked.py", "a = 1\n");
    repo.commit_file("gone.py", line(1));
    repo.write("tracked.py", line(2));
    repo.write("untracked.py", line(3));
    std::fs::remove_file(repo.top().join("gone.py")).expect("a file");
    let paths = |document: &Value| found(document).into_iter().map(|(_, path)| path).collect::<Vec<_>>();
    let disk = scan(&repo, &["--tree"]);
    assert_eq!(paths(&disk), ["tracked.py"]);
    assert_eq!(disk["notes"][0], "1 tracked file is not on disk");
    let head = scan(&repo, &["--tree", "HEAD"]);
    assert_eq!(paths(&head), ["gone.py"]);
    assert_eq!(head["findings"][0]["revision"], repo.git(["rev-parse", "HEAD"]));
    assert!(paths(&scan(&repo, &["--tree", "HEAD~1"])).is_empty());
    for of in [2, 8] {
        let shares = (1..=of).map(|number| scan(&repo, &["--tree", "--shard", &format!("{number}/{of}")]));
        assert_eq!(shares.flat_map(|share| found(&share)).collect::<BTreeSet<_>>(), found(&disk));
    }
    let run = repo.tightlip(["scan", "--tree", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no revision \"nowhere\""), "{run:?}");
}

#[test]
fn whoever_waits_is_told_how_far_a_list_is() {
    let repo = Repo::new();
    for folder in 0..8 {
        repo.commit_file(format!("{folder}/a.py"), "a = 1\n");
    }
    let opened = Repository::discover(repo.top()).expect("a repository");
    let of_tree = Revision::new(&opened, "HEAD", Shard::default()).expect("a revision");
    let on_disk = Tracked::new(&opened, Shard::default()).expect("files on disk");
    let walked = Disk::new(vec![repo.top().to_owned()], false, None);
    let sources: [(Box<dyn Source>, Option<usize>); 3] =
        [(Box::new(of_tree), None), (Box::new(on_disk), Some(8)), (Box::new(walked), None)];
    for (mut source, all) in sources {
        let told = Mutex::new(Vec::new());
        let tell = |done: usize, all: Option<usize>| told.lock().expect("one thread").push((done, all));
        assert_eq!(source.listed(&tell).expect("a list").len(), 8);
        let told = told.into_inner().expect("one thread");
        assert!(told.len() >= 8 && told.is_sorted() && told.iter().all(|told| told.1 == all), "{told:?}");
    }
}

#[test]
fn names_what_a_partial_and_a_shallow_clone_lack() {
    let repo = Repo::new();
    repo.commit_file("old.py", line(1));
    repo.commit_file("old.py", line(2));
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.top().display());
    repo.git(["clone", "-q", "--filter=blob:none", &url, "../partial"]);
    repo.git(["clone", "-q", "--depth=1", &url, "../shallow"]);
    let (partial, shallow) = (repo.root().join("partial"), repo.root().join("shallow"));
    let repo = repo.at(partial);
    let run = repo.tightlip(["scan", "--history", "--format", "json", "--strict"]);
    let document = document(&run);
    assert_eq!(document["skipped"].as_array().map(Vec::len), Some(1), "{run:?}");
    assert_eq!(document["skipped"][0]["why"], "missing");
    assert_eq!(found(&document).len(), 1);
    let repo = repo.at(shallow);
    let shallow = scan(&repo, &["--history"]);
    assert_eq!(found(&shallow).len(), 1);
    assert!(shallow["notes"][0].as_str().is_some_and(|note| note.contains("shallow")), "{shallow}");
}

#[test]
fn refuses_two_targets_and_shares_that_are_none() {
    let repo = Repo::new();
    for (args, what) in [
        (&["--history", "--tree"][..], "cannot be used with"),
        (&["--history", "a"], "cannot be used with"),
        (&["--stdin", "--tree"], "cannot be used with"),
        (&["--shard", "1/2"], "--shard is for --tree and --history"),
        (&["--history", "--shard", "3/2"], "a share is written as K/N"),
        (&["--history", "--jobs", "0"], "--jobs"),
        (&["--history", "--memory", "much"], "--memory"),
    ] {
        let run = repo.tightlip([&["scan"], args].concat());
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.stderr.contains(what), "{args:?}: {run:?}");
    }
}

#[test]
fn a_long_file_has_the_findings_of_a_short_one() {
    let repo = Repo::new();
    let filler = "nothing to see in this line of a large dump; ".repeat(20);
    // 12 MiB, with a secret, a comment and a block of several lines over the borders of pieces, and one on a very long line.
    let mut text = String::new();
    let mut lines = Vec::new();
    let mut number = 0;
    while text.len() < 12 << 20 {
        number += 1;
        let near_border = (text.len() + 2048) % (4 << 20) < 4096;
        if near_border || number % 1000 == 0 {
            text += &["ä = \"", &tokens::stripe(number), "\"\n"].concat();
            lines.push((number, 6));
        } else {
            text.push_str(&filler);
            text.push('\n');
        }
    }
    let long_line = number + 1;
    for seed in 0..200 {
        let column = text.len() - text.rfind('\n').expect("lines");
        text.push_str(&"x y ".repeat(20_000));
        text += &["k=\"", &tokens::stripe(1_000_000 + seed), "\" "].concat();
        lines.push((long_line, column as u64 + 80_000 + 3));
    }
    repo.write("dump.sql", &text);
    let places = |document: &Value| -> Vec<(u64, u64)> {
        let findings = document["findings"].as_array().expect("an array").iter();
        findings.map(|it| (it["line"].as_u64().unwrap(), it["column"].as_u64().unwrap())).collect()
    };
    let disk = scan(&repo, &["dump.sql"]);
    assert_eq!(places(&disk), lines);
    assert_eq!(disk["receipt"]["bytes"], text.len());
    let stdin = repo.tightlip_with(["scan", "--stdin", "--format", "json"], text.as_bytes());
    assert_eq!(places(&document(&stdin)), lines);
    // Loose, then packed.
    repo.commit_file("dump.sql", &text);
    assert_eq!(places(&scan(&repo, &["--history"])), lines);
    repo.git(["gc", "-q"]);
    assert_eq!(places(&scan(&repo, &["--history"])), lines);
}

#[test]
fn shares_merge_into_the_whole() {
    let repo = Repo::new();
    grow(&repo);
    repo.commit_file(".env", "TOKEN=\n");
    repo.commit_file("vendor/x.js", "x\n");
    repo.commit_file(".tightlip.toml", "version = 1\n[paths]\nskip = [\"vendor/\"]\n");
    let whole = scan(&repo, &["--history"]);
    for of in [2, 8] {
        let files: Vec<_> = (1..=of).map(|number| format!("../share-{number}-of-{of}.json")).collect();
        for (number, file) in (1..).zip(&files) {
            let share = format!("{number}/{of}");
            repo.tightlip(["scan", "--history", "--shard", &share, "--format", "json", "--output", file]);
        }
        let merge = |format: &str| {
            let args = ["merge", "--format", format].into_iter().map(str::to_owned);
            repo.tightlip(args.chain(files.iter().cloned()))
        };
        let merged = merge("json");
        assert_eq!(merged.code, 1);
        let merged = document(&merged);
        assert_eq!(found(&merged), found(&whole));
        assert_eq!(merged["receipt"], whole["receipt"]);
        assert_eq!(merged["skipped"], whole["skipped"]);
        for format in ["human", "jsonl", "sarif", "github", "gitlab", "junit", "html"] {
            let run = merge(format);
            assert!(run.code == 1 && run.stdout.contains("grown.py"), "{format}: {run:?}");
        }
        // What was read back and written again is the same.
        repo.write("merged.json", merged.to_string());
        assert_eq!(document(&repo.tightlip(["merge", "--format", "json", "merged.json"])), merged);
    }
    let huge = fs::read_to_string(repo.root().join("share-1-of-2.json")).expect("a report");
    repo.write("../huge.json", huge.replace("1/2", "1/4000000000"));
    for (files, said) in [
        (&["../share-1-of-2.json"][..], "not among the reports, and so not in this one: 2/2"),
        (&["../share-1-of-2.json", "../share-1-of-2.json"], "are both of share 1/2"),
        (&["../share-1-of-2.json", "../share-1-of-8.json"], "share 1/8"),
        (&["../huge.json"], "2/4000000000, 3/4000000000, 4/4000000000"),
        (&["../huge.json"], "11/4000000000, 3999999989 more"),
    ] {
        let run = repo.tightlip([&["merge"], files].concat());
        assert_eq!(run.code, 2, "{files:?} {run:?}");
        assert!([run.stdout, run.stderr].concat().contains(said), "{files:?} {said}");
    }
    repo.write("other.json", "{}");
    let run = repo.tightlip(["merge", "other.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("other.json: it is no report"), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_not_taken_for_absent() {
    let repo = Repo::new();
    repo.commit_file("closed/here.py", "harmless\n");
    let linked = repo.root().join("linked");
    repo.git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), linked.as_os_str()]);
    let head = repo.top().join(".git/worktrees/linked/HEAD");
    let text = fs::read(&head).expect("git's");
    fs::remove_file(&head).expect("it was there");
    fs::create_dir(&head).expect("a folder in its place");
    let run = repo.tightlip(["scan", "--history"]);
    assert!(run.code == 2 && run.stderr.contains("worktrees/linked/HEAD"), "{run:?}");
    fs::remove_dir(&head).expect("it was there");
    fs::write(&head, text).expect("as before");
    assert_eq!(repo.tightlip(["scan", "--history"]).code, 0);

    let closed = repo.top().join("closed");
    fs::remove_dir_all(&closed).expect("it was there");
    assert_eq!(repo.tightlip(["scan", "--tree"]).code, 0, "what is not on disk is said, and is no fault");
    std::os::unix::fs::symlink("closed", &closed).expect("a link to itself");
    let run = repo.tightlip(["scan", "--tree"]);
    assert!(run.code == 2 && run.stderr.contains("closed/here.py"), "{run:?}");
}
