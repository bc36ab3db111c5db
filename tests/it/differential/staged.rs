//! The staged set beside `git diff --cached`, over random repositories and operations.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
};

use tightlip::{
    git::{Repository, Snapshot},
    source::{Entry, EntryKind, Locator, Source, staged::Staged},
};

use super::{over_seeds, raw, states};
use crate::support::{Repo, random::Random};

const STATES_PER_REPOSITORY: usize = 40;

#[test]
fn agrees_with_git_diff_in_every_state() {
    let quick: usize = over_seeds(STATES_PER_REPOSITORY, |seed| {
        let mut play = Play::new(seed);
        let mut quick = 0;
        for _ in 0..STATES_PER_REPOSITORY / 2 {
            play.step();
            play.mend();
            play.check();
            // Writes the cache tree, as `git commit` does before it runs the hook.
            play.log.push("write-tree".into());
            play.repo.git(["write-tree"]);
            play.mend();
            quick += usize::from(play.check());
        }
        quick
    });
    assert!(quick > states() / 3, "the cache tree was used in {quick} of {} states only", states());
}

/// A repository and what was done to it.
struct Play {
    seed: u64,
    random: Random,
    repo: Repo,
    log: Vec<String>,
}

type Step = fn(&mut Play);

/// The more often a step stands here, the more often it is taken.
const STEPS: &[Step] = &[
    Play::add,
    Play::add,
    Play::add,
    Play::add,
    Play::write_many_add_one,
    Play::link,
    Play::retype,
    Play::remove,
    Play::rename,
    Play::chmod,
    Play::intend,
    Play::submodule,
    Play::commit,
    Play::commit,
    Play::read_tree,
    Play::reset,
    Play::form,
    Play::form,
    Play::sparse,
    Play::pack,
];

impl Play {
    fn new(seed: u64) -> Self {
        let repo = if seed.is_multiple_of(4) { Repo::init(&["--object-format=sha256"]) } else { Repo::new() };
        repo.git(["config", "maintenance.auto", "false"]);
        let random = Random::new(seed);
        Self { seed, random, repo, log: Vec::new() }
    }

    fn step(&mut self) {
        let step = STEPS[self.random.below(STEPS.len())];
        step(self);
    }

    /// Git 2.47 sometimes writes an index that it cannot read or tells nonsense from: where a folder has nothing but an
    /// intent to add ("records empty sub-tree"), or in a sparse index a folder twice, once inside of the other. There is
    /// nothing to compare with then.
    fn mend(&mut self) {
        let listed = self.repo.try_git(["ls-files", "--sparse"]);
        let folders: Vec<_> = listed.stdout.lines().filter(|path| path.ends_with('/')).collect();
        let twice = |folder: &&str| listed.stdout.lines().any(|path| path != *folder && path.starts_with(*folder));
        if listed.code != 0 || folders.iter().any(twice) {
            fs::remove_file(self.repo.top().join(".git/index")).expect("an index");
            self.log.push("remove the index".into());
        }
    }

    /// Git may refuse: that is a state as well.
    fn git(&mut self, args: &[&[u8]]) {
        let args: Vec<_> = args.iter().map(|arg| Repo::name(arg)).collect();
        let run = self.repo.try_git([&[OsStr::new("--literal-pathspecs")], args.as_slice()].concat());
        self.log.push(format!("git {args:?} -> {}", run.code));
        // A git that ends itself by its own BUG() leaves its lock.
        let lock = self.repo.top().join(".git/index.lock");
        if lock.exists() {
            fs::remove_file(lock).expect("a lock");
        }
    }

    /// Few names, so that files, folders and links often meet under one.
    fn path(&mut self) -> Vec<u8> {
        let mut path = Vec::new();
        for _ in 0..self.random.below(4) {
            path.extend_from_slice(self.random.of(&["a", "b", "a.d", "dir"]).as_bytes());
            path.push(b'/');
        }
        let names: &[&[u8]] = &[b"a", b"b", b"a-", b"a.txt", b"ab", b"-dash", b"new\nline", b"\"quote\"", b"\xff\xfe"];
        path.extend_from_slice(self.random.of(names));
        path
    }

    /// Some path of the index, if there is one.
    fn tracked(&mut self) -> Option<Vec<u8>> {
        let output = raw(&self.repo, "git ls-files -z");
        let paths: Vec<_> = output.split(|byte| *byte == 0).filter(|path| !path.is_empty()).collect();
        (!paths.is_empty()).then(|| self.random.of(&paths).to_vec())
    }

    /// Makes room for a file: whatever is in its way goes.
    fn room(&self, path: &[u8]) -> std::path::PathBuf {
        let place = self.repo.top().join(Repo::name(path));
        let above = place.ancestors().skip(1).take_while(|folder| *folder != self.repo.top());
        for folder in above {
            if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) {
                fs::remove_file(folder).expect("removable");
            }
        }
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&place).expect("removable"),
            Ok(_) => fs::remove_file(&place).expect("removable"),
            Err(_) => {}
        }
        fs::create_dir_all(place.parent().expect("below the top")).expect("folders");
        place
    }

    fn write(&mut self) -> Vec<u8> {
        let path = self.path();
        let text = format!("text {}\n", self.random.below(12));
        fs::write(self.room(&path), &text).expect("a file");
        self.log.push(format!("write {:?} {text:?}", path.escape_ascii().to_string()));
        path
    }

    fn add(&mut self) {
        self.write();
        self.git(&[b"add", b"-A", b"."]);
    }

    fn write_many_add_one(&mut self) {
        let path = self.write();
        self.write();
        self.git(&[b"add", b"--", &path]);
    }

    fn link(&mut self) {
        let path = self.path();
        let target = self.random.of(&["a", "b/a", "text 1\n"]);
        symlink(target, self.room(&path)).expect("a link");
        self.git(&[b"add", b"-A", b"."]);
    }

    /// The same bytes as a link instead of a file, or the other way round.
    fn retype(&mut self) {
        let Some(path) = self.tracked() else { return };
        let place = self.repo.top().join(Repo::name(&path));
        if let Ok(target) = fs::read_link(&place) {
            fs::write(self.room(&path), target.as_os_str().as_bytes()).expect("a file");
        } else if let Ok(text) = fs::read(&place) {
            symlink(Repo::name(&text), self.room(&path)).expect("a link");
        }
        self.git(&[b"add", b"--", &path]);
    }

    fn remove(&mut self) {
        let Some(path) = self.tracked() else { return };
        let how: &[u8] = self.random.of(&[b"--cached".as_slice(), b"-f"]);
        self.git(&[b"rm", b"-q", how, b"--", &path]);
    }

    fn rename(&mut self) {
        let (Some(from), to) = (self.tracked(), self.path()) else { return };
        if from != to {
            self.room(&to);
            self.git(&[b"mv", b"-f", b"--", &from, &to]);
        }
    }

    fn chmod(&mut self) {
        let Some(path) = self.tracked() else { return };
        let how: &[u8] = self.random.of(&[b"--chmod=+x".as_slice(), b"--chmod=-x"]);
        self.git(&[b"update-index", how, b"--", &path]);
    }

    fn intend(&mut self) {
        let path = self.write();
        self.git(&[b"add", b"-N", b"--", &path]);
    }

    fn submodule(&mut self) {
        if let Some(head) = self.head() {
            let entry = format!("160000,{head},{}", self.random.of(&["sub", "dir/sub", "a"]));
            self.git(&[b"update-index", b"--add", b"--replace", b"--cacheinfo", entry.as_bytes()]);
        }
    }

    fn commit(&mut self) {
        self.git(&[b"commit", b"-q", b"--no-verify", b"--allow-empty", b"-m", b"state"]);
    }

    fn read_tree(&mut self) {
        let back: &[u8] = self.random.of(&[b"HEAD".as_slice(), b"HEAD~1", b"HEAD~2"]);
        let prefix: &[u8] = self.random.of(&[b"-i".as_slice(), b"--prefix=dir/", b"--prefix=n/m/"]);
        match self.random.below(2) {
            0 => self.git(&[b"read-tree", back]),
            _ => self.git(&[b"read-tree", prefix, back]),
        }
    }

    fn reset(&mut self) {
        let how: &[u8] = self.random.of(&[b"--hard".as_slice(), b"--soft", b"--mixed"]);
        let back: &[u8] = self.random.of(&[b"HEAD".as_slice(), b"HEAD~1"]);
        self.git(&[b"reset", b"-q", how, back]);
    }

    /// Changes the form of the index, not what is in it.
    fn form(&mut self) {
        let (key, value): (&[u8], &[u8]) = *self.random.of(&[
            &(&b"index.threads"[..], &b"2"[..]),
            &(b"index.recordEndOfIndexEntries", b"true"),
            &(b"core.untrackedCache", b"true"),
        ]);
        // Git 2.47 finds the shared part of a split index by its checksum, and loses it where index.skipHash leaves the
        // checksum out: a repository has one of the two.
        let (own, skip_hash): (&[&[u8]], &[u8]) = if self.may_split() {
            (&[b"--split-index", b"--no-split-index"], b"false")
        } else {
            (&[b"--force-write-index"], b"true")
        };
        let how = self.random.of(&[&[b"--index-version=4".as_slice(), b"--index-version=2"], own].concat()).to_vec();
        self.git(&[b"config", b"index.skipHash", skip_hash]);
        self.git(&[b"config", key, value]);
        self.git(&[b"update-index", &how]);
    }

    fn sparse(&mut self) {
        // Git 2.47 mixes up the entries of an index that is split and sparse.
        if self.may_split() {
            return;
        }
        let folder: &[u8] = self.random.of(&[b"a".as_slice(), b"b", b"dir"]);
        if self.random.below(3) == 0 {
            self.git(&[b"sparse-checkout", b"disable"]);
        } else {
            self.git(&[b"reset", b"-q", b"--hard"]);
            self.git(&[b"clean", b"-qfdx"]);
            self.git(&[b"sparse-checkout", b"set", b"--cone", b"--sparse-index", folder]);
        }
    }

    fn may_split(&self) -> bool {
        !self.seed.is_multiple_of(2)
    }

    fn pack(&mut self) {
        self.git(&[b"repack", b"-adq"]);
    }

    fn head(&self) -> Option<String> {
        let run = self.repo.try_git(["rev-parse", "-q", "--verify", "HEAD"]);
        (run.code == 0).then(|| run.stdout.trim().to_owned())
    }

    /// Compares; whether the cache tree was enough.
    fn check(&self) -> bool {
        let story = || format!("seed {}:\n{}", self.seed, self.log.join("\n"));
        let repository = Repository::discover(self.repo.top()).expect("a repository");
        let mut staged = Staged::new(&repository, &[]).unwrap_or_else(|error| panic!("{error:?}, {}", story()));
        let entries = staged.entries().unwrap_or_else(|error| panic!("{error:?}, {}", story()));
        let changes = staged.changes().expect("compared already");

        let wanted = git_diff(&self.repo);
        let new: BTreeSet<_> = entries.iter().map(row).collect();
        let wanted_new: BTreeSet<_> = wanted.iter().filter_map(|(_, new)| new.clone()).collect();
        assert_eq!(new, wanted_new, "what is new, {}", story());
        assert!(entries.is_sorted_by(|a, b| a.path < b.path), "order, {}", story());
        if let [changes] = changes.as_slice() {
            let found: BTreeSet<_> = changes
                .iter()
                .map(|change| (change.old.as_ref().map(row), change.new.as_ref().map(row)))
                .filter(|sides| *sides != (None, None))
                .collect();
            assert_eq!(found, wanted, "what changed, {}", story());
        } else {
            assert!(changes.is_empty() && self.head().is_none(), "one list, {}", story());
        }
        matches!(repository.staged(), Ok(Snapshot::Tree(_)))
    }
}

/// Path, link or file, id.
type Row = (Vec<u8>, bool, String);

fn row(entry: &Entry) -> Row {
    let Locator::Object(id) = entry.locator else { panic!("not an object: {entry:?}") };
    (entry.path.to_vec(), entry.kind == EntryKind::Symlink, id.to_string())
}

/// What git says, without submodules, and without changes of the executable bit alone.
fn git_diff(repo: &Repo) -> BTreeSet<(Option<Row>, Option<Row>)> {
    let output = raw(repo, "git diff --cached --raw -z --no-renames --no-abbrev");
    let mut fields = output.split(|byte| *byte == 0);
    let mut rows = BTreeSet::new();
    while let (Some(line), Some(path)) = (fields.next().filter(|line| !line.is_empty()), fields.next()) {
        let line = String::from_utf8(line.to_vec()).expect("ASCII");
        let words: Vec<_> = line.trim_start_matches(':').split(' ').collect();
        let side = |mode: &str, id: &str| match mode {
            "100644" | "100755" => Some((path.to_vec(), false, id.to_owned())),
            "120000" => Some((path.to_vec(), true, id.to_owned())),
            "000000" | "160000" => None,
            _ => panic!("a mode unheard of: {line}"),
        };
        let sides = (side(words[0], words[2]), side(words[1], words[3]));
        if sides.0 != sides.1 {
            rows.insert(sides);
        }
    }
    rows
}
