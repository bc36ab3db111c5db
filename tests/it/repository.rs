//! What the git room says of real repositories, beside what git says.

use std::{fs, path::Path};

use tightlip::{
    git::{Error, Repository},
    source::{self, Entry, Source, staged::Staged},
};

use crate::support::Repo;

fn open(repo: &Repo) -> Repository {
    Repository::discover(repo.top()).expect("a repository")
}

fn head_tree(repo: &Repo) -> Option<String> {
    open(repo).head_tree().expect("a HEAD").map(|id| id.to_string())
}

#[test]
fn knows_the_tree_of_head() {
    for options in [&[][..], &["--object-format=sha256"], &["--ref-format=reftable"]] {
        let repo = Repo::init(options);
        assert_eq!(head_tree(&repo), None, "{options:?}: no commit yet");
        repo.git(["commit", "-q", "--allow-empty", "-m", "empty"]);
        assert_eq!(head_tree(&repo), Some(repo.git(["rev-parse", "HEAD^{tree}"])), "{options:?}: an empty commit");
        repo.commit_file("a", "a");
        repo.git(["pack-refs", "--all"]);
        repo.git(["gc", "-q"]);
        assert_eq!(head_tree(&repo), Some(repo.git(["rev-parse", "HEAD^{tree}"])), "{options:?}: packed");
        repo.git(["checkout", "-q", "--detach"]);
        assert_eq!(head_tree(&repo), Some(repo.git(["rev-parse", "HEAD^{tree}"])), "{options:?}: on no branch");
        repo.git(["checkout", "-q", "--orphan", "other"]);
        assert_eq!(head_tree(&repo), None, "{options:?}: an orphan branch");
    }
}

#[test]
fn follows_a_branch_that_is_another_name() {
    let repo = Repo::new();
    repo.commit_file("a", "a");
    repo.git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    repo.git(["symbolic-ref", "HEAD", "refs/heads/alias"]);
    assert_eq!(head_tree(&repo), Some(repo.git(["rev-parse", "HEAD^{tree}"])));
}

#[test]
fn a_lost_commit_is_no_unborn_branch() {
    for options in [&[][..], &["--ref-format=reftable"]] {
        let repo = Repo::init(options);
        repo.commit_file("a", "a");
        let head = repo.git(["rev-parse", "HEAD"]);
        fs::remove_file(repo.top().join(".git/objects").join(&head[..2]).join(&head[2..])).expect("a loose object");
        let error = open(&repo).head_tree().expect_err("HEAD is lost");
        assert!(matches!(error, Error::Missing { .. }), "{error:?}");
        assert!(error.to_string().contains(&head), "the id is named: {error}");
    }
}

#[test]
fn a_broken_head_is_no_unborn_branch() {
    let repo = Repo::new();
    repo.commit_file("a", "a");
    fs::write(repo.top().join(".git/refs/heads/main"), "garbage\n").expect("a file");
    let error = Repository::discover(repo.top()).and_then(|repository| repository.head_tree());
    assert!(matches!(error, Err(Error::Head { .. })), "{error:?}");
}

#[test]
fn says_that_there_is_no_repository() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let error = Repository::discover(dir.path()).err().expect("no repository");
    assert!(matches!(error, Error::NotARepository { .. }), "{error:?}");
}

#[test]
fn finds_its_folders_in_every_kind_of_repository() {
    let repo = Repo::new();
    repo.commit_file("sub/a", "a");
    repo.git(["worktree", "add", "-q", "../linked"]);
    repo.git(["clone", "-q", ".", "../library"]);
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "module"]);
    repo.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let places = ["repo", "repo/sub", "linked", "linked/sub", "repo/module", "bare.git"];
    for place in places.map(|place| repo.root().join(place)) {
        let repository = Repository::discover(&place).expect("a repository");
        let says = |what: &str| {
            let place = place.to_str().expect("UTF-8");
            real(Path::new(&repo.git(["-C", place, "rev-parse", "--path-format=absolute", what])))
        };
        assert_eq!(real(repository.git_dir()), says("--git-dir"), "{place:?}");
        assert_eq!(real(&repository.common_dir()), says("--git-common-dir"), "{place:?}");
        match repository.work_dir() {
            Some(top) => assert_eq!(real(top), says("--show-toplevel"), "{place:?}"),
            None => assert!(place.ends_with("bare.git"), "{place:?} has a work tree"),
        }
    }
}

fn real(path: &Path) -> std::path::PathBuf {
    fs::canonicalize(path).expect("there")
}

#[test]
fn finds_the_hooks_where_git_does() {
    let repo = Repo::new();
    repo.commit_file("a", "a");
    repo.git(["worktree", "add", "-q", "../linked"]);
    for hooks_path in [None, Some("hooks in here"), Some("/absolute/hooks")] {
        if let Some(hooks_path) = hooks_path {
            repo.git(["config", "core.hooksPath", hooks_path]);
        }
        for place in ["repo", "linked"].map(|place| repo.root().join(place)) {
            let found = Repository::discover(&place).and_then(|repository| repository.hooks_dir()).expect("a folder");
            let place = place.to_str().expect("UTF-8");
            let wanted = repo.git(["-C", place, "rev-parse", "--path-format=absolute", "--git-path", "hooks"]);
            assert_eq!(found.path, Path::new(&wanted), "{hooks_path:?} from {place}");
            assert_eq!(found.configured, hooks_path.is_some());
        }
    }
    // Git then looks for `/pre-commit`: nobody's hooks are there.
    repo.git(["config", "core.hooksPath", ""]);
    assert!(matches!(open(&repo).hooks_dir(), Err(Error::NoHooksDir)));
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| format!("{}{}", entry.path, if entry.new_path { " (new)" } else { "" })).collect()
}

#[test]
fn only_what_is_new_to_every_parent_is_new() {
    let repo = Repo::new();
    for path in ["ours", "theirs", "both", "gone"] {
        repo.commit_file(path, "old");
    }
    repo.git(["switch", "-qc", "other"]);
    repo.commit_file("theirs", "new");
    repo.commit_file("added by them", "new");
    repo.git(["switch", "-q", "main"]);
    repo.commit_file("ours", "new");
    repo.git(["merge", "-q", "--no-commit", "--no-ff", "other"]);
    repo.stage("both", "neither's");
    repo.stage("nobody's", "new");
    repo.git(["rm", "-q", "gone"]);

    let repository = open(&repo);
    let mut staged = Staged::new(&repository, &[]).expect("a merge");
    assert_eq!(names(&staged.entries().expect("readable")), ["both", "nobody's (new)"]);
    let counts: Vec<_> = staged.changes().expect("readable").iter().map(Vec::len).collect();
    assert_eq!(
        counts,
        [5, 4],
        "beside ours: theirs, added, both, nobody's, gone; beside theirs: ours, both, nobody's, gone"
    );

    // In pre-merge-commit the other parent stands in the environment only.
    let theirs = repo.git(["rev-parse", "other"]);
    fs::remove_file(repo.top().join(".git/MERGE_HEAD")).expect("a merge");
    let mut staged = Staged::new(&repository, &[theirs]).expect("a merge");
    assert_eq!(names(&staged.entries().expect("readable")), ["both", "nobody's (new)"]);
    let mut staged = Staged::new(&repository, &[]).expect("no merge");
    assert_eq!(
        names(&staged.entries().expect("readable")),
        ["added by them (new)", "both", "nobody's (new)", "theirs"]
    );
    assert!(matches!(
        Staged::new(&repository, &["HEAD".to_owned()]).err(),
        Some(source::Error::Git(Error::NotAnId { .. }))
    ));
}

#[test]
fn both_sides_of_a_conflict_are_content() {
    let repo = Repo::new();
    repo.commit_file("a", "old");
    repo.git(["switch", "-qc", "other"]);
    repo.commit_file("a", "theirs");
    repo.git(["switch", "-q", "main"]);
    repo.commit_file("a", "ours");
    assert_eq!(repo.try_git(["merge", "-q", "other"]).code, 1, "a conflict");
    let entries = |repo: &Repo| {
        let repository = open(repo);
        let mut staged = Staged::new(&repository, &[]).expect("readable");
        names(&staged.entries().expect("readable"))
    };
    assert_eq!(entries(&repo), [""; 0], "each side is a parent's");

    repo.write("../neither", "neither's");
    let blob = repo.git(["hash-object", "-w", "../neither"]);
    for stage in [2, 3] {
        repo.git(["read-tree", "--reset", "HEAD"]);
        // Mode 0 takes the entry out.
        let entry = format!("0 {blob} 0\ta\n100644 {blob} {stage}\ta\n");
        repo.run(Path::new("git"), ["update-index", "--index-info"], entry.as_bytes()).unnoticed();
        assert_eq!(entries(&repo), ["a"], "stage {stage}");
    }
}

#[test]
fn policy_files_come_from_the_side_that_is_judged() {
    let repo = Repo::new();
    repo.commit_file("policy", "old");
    repo.stage("policy", "new");
    repo.write("policy", "neither");
    let written = |repo: &Repo| {
        let repository = open(repo);
        let mut staged = Staged::new(&repository, &[]).expect("readable");
        let text = |file: Option<Vec<u8>>| file.map(|text| String::from_utf8(text).expect("text"));
        (
            text(staged.policy_file("policy").expect("readable")),
            text(staged.earlier_policy_file("policy").expect("readable")),
            staged.policy_file("none").expect("readable"),
        )
    };
    assert_eq!(written(&repo), (Some("new".into()), Some("old".into()), None));
    repo.git(["write-tree"]);
    assert_eq!(written(&repo), (Some("new".into()), Some("old".into()), None));
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let repo = Repo::new();
    repo.commit_file("dir/a", "old");
    repo.stage("dir/a", "new");
    let blob = repo.git(["rev-parse", ":dir/a"]);
    let object = |id: &str| repo.top().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let look = || -> Result<usize, source::Error> {
        let repository = open(&repo);
        let mut staged = Staged::new(&repository, &[])?;
        let entries = staged.entries()?;
        for entry in &entries {
            staged.read(entry, u64::MAX, &mut Vec::new())?;
        }
        Ok(entries.len())
    };
    assert_eq!(look().expect("readable"), 1);

    fs::rename(object(&blob), repo.root().join("kept")).expect("a loose object");
    assert!(matches!(look(), Err(source::Error::Git(Error::Missing { .. }))), "a missing blob");
    fs::write(object(&blob), "garbage").expect("a file");
    assert!(matches!(look(), Err(source::Error::Git(Error::Object { .. }))), "a broken blob");
    fs::rename(repo.root().join("kept"), object(&blob)).expect("back");

    // A tree that only the cache tree names can be done without; one of HEAD cannot.
    repo.git(["write-tree"]);
    let tree = repo.git(["write-tree"]);
    fs::remove_file(object(&tree)).expect("a loose object");
    assert_eq!(look().expect("the entries say it as well"), 1);
    let old = repo.git(["rev-parse", "HEAD:dir"]);
    fs::remove_file(object(&old)).expect("a loose object");
    assert!(matches!(look(), Err(source::Error::Git(Error::Missing { .. }))), "a missing tree of HEAD");
}

#[test]
fn a_broken_index_is_an_error_and_a_missing_one_is_empty() {
    let repo = Repo::new();
    repo.commit_file("a", "a");
    let index = repo.top().join(".git/index");
    let good = fs::read(&index).expect("an index");
    let look = || Staged::new(&open(&repo), &[]).and_then(|mut staged| Ok(staged.entries()?.len()));
    for (what, bytes) in [
        ("cut short", &good[..good.len() / 2]),
        ("empty", &b""[..]),
        ("another file", &b"this is no index, but it is long enough to be one"[..]),
    ] {
        fs::write(&index, bytes).expect("a file");
        assert!(matches!(look(), Err(source::Error::Git(Error::Index { .. }))), "{what}");
    }
    fs::remove_file(&index).expect("a file");
    assert_eq!(look().expect("no index, nothing staged"), 0);
}

#[test]
fn the_limit_is_for_packed_blobs() {
    let repo = Repo::new();
    repo.stage("a", "12345");
    let mut buffer = b"before".to_vec();
    {
        let repository = open(&repo);
        let mut staged = Staged::new(&repository, &[]).expect("readable");
        let entry = staged.entries().expect("readable").remove(0);
        assert_eq!(staged.read(&entry, 4, &mut buffer).expect("readable"), source::Read::Whole, "loose");
        assert_eq!(buffer, b"12345");
    }
    repo.commit_file("a", "12345");
    repo.git(["repack", "-a", "-d", "-q"]);
    repo.stage("b", "12345");
    let repository = open(&repo);
    let mut staged = Staged::new(&repository, &[]).expect("readable");
    let entry = staged.entries().expect("readable").remove(0);
    assert_eq!(staged.read(&entry, 4, &mut buffer).expect("readable"), source::Read::TooLarge(5), "packed");
    assert_eq!(staged.read(&entry, 5, &mut buffer).expect("readable"), source::Read::Whole, "packed");
    assert_eq!(buffer, b"12345");
}
