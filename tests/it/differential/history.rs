//! The range set and the history set beside `git rev-list` and `git diff-tree`, over random histories: merges, several roots,
//! clocks that go wrong, tags of everything, whatever is packed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write,
};

use tightlip::{
    git::{ObjectId, Repository},
    source::{
        Entry, EntryKind, Locator, Source,
        history::History,
        range::{self, Brought, Cleared, PolicyTrees},
    },
};

use super::{over_seeds, raw};
use crate::support::{Repo, random::Random};

const STATES_PER_REPOSITORY: usize = 40;

#[test]
fn agrees_with_git_about_ranges_and_history() {
    let compared: usize = over_seeds(STATES_PER_REPOSITORY, |seed| {
        let mut past = Past::new(seed);
        let mut compared = 0;
        for _ in 0..STATES_PER_REPOSITORY {
            past.step();
            past.check_history();
            compared += past.check_range();
        }
        compared
    });
    assert!(compared > super::states(), "{compared} commits compared");
}

/// A repository, and what was done to it.
struct Past {
    seed: u64,
    random: Random,
    repo: Repo,
    /// Marks of `git fast-import`, which stay the same from run to run.
    commits: usize,
    clock: i64,
    log: Vec<String>,
}

/// As git says it: commits with their trees and parents.
type Graph = HashMap<String, (String, Vec<String>)>;

/// Path, link or file, id.
type Row = (Vec<u8>, bool, String);

impl Past {
    fn new(seed: u64) -> Self {
        let repo = if seed.is_multiple_of(4) { Repo::init(&["--object-format=sha256"]) } else { Repo::new() };
        repo.git(["config", "maintenance.auto", "false"]);
        let mut past =
            Self { seed, random: Random::new(seed), repo, commits: 0, clock: 1_700_000_000, log: Vec::new() };
        past.commit();
        past
    }

    /// Whether this one's clocks may be set back by years; git itself is wrong about ranges then.
    fn is_skewed(&self) -> bool {
        self.seed.is_multiple_of(3)
    }

    fn step(&mut self) {
        match self.random.below(10) {
            0 => self.tag(),
            1 => {
                let name = self.branch();
                self.git(&["update-ref", "-d", &name]);
            }
            2 => self.git(&["repack", "-q", "-d"]),
            3 => self.git(&["repack", "-q", "-a", "-d", "-k", "--depth=4"]),
            _ => self.commit(),
        }
    }

    /// Git may refuse: that is a state as well.
    fn git(&mut self, args: &[&str]) {
        let run = self.repo.try_git(args);
        self.log.push(format!("git {args:?} -> {}", run.code));
    }

    fn branch(&mut self) -> String {
        format!("refs/heads/{}", self.random.of(&["main", "a", "b", "side/c"]))
    }

    /// One to three commits behind any that were ever made, or behind none.
    fn commit(&mut self) {
        let mut stream = String::from("feature done\n");
        for _ in 0..=self.random.below(3) {
            let branch = self.branch();
            let parents =
                if self.commits == 0 { 0 } else { self.random.of(&[&1, &1, &1, &1, &2, &2, &3, &0]).to_owned() };
            self.clock += if self.is_skewed() && self.random.below(6) == 0 { -90_000_000 } else { 60 };
            // Without this, it would stand behind what the branch has.
            write!(stream, "reset {branch}\n\ncommit {branch}\nmark :{}\n", self.commits + 1).expect("a string");
            write!(stream, "committer Ada <ada@example.com> {} +0000\ndata 5\nmade\n\n", self.clock).expect("a string");
            for number in 0..parents {
                let word = if number == 0 { "from" } else { "merge" };
                writeln!(stream, "{word} :{}", 1 + self.random.below(self.commits)).expect("a string");
            }
            for _ in 0..self.random.below(4) {
                self.change(&mut stream);
            }
            stream.push('\n');
            self.commits += 1;
        }
        stream.push_str("done\n");
        let marks = self.repo.root().join("marks");
        let marks = marks.to_str().expect("UTF-8");
        let args = [
            "fast-import",
            "--quiet",
            "--force",
            &format!("--import-marks-if-exists={marks}"),
            &format!("--export-marks={marks}"),
        ];
        let run = self.repo.run("git".as_ref(), args, stream.as_bytes());
        self.log.push(stream);
        assert_eq!(run.code, 0, "{run:?}\n{}", self.story());
    }

    fn change(&mut self, stream: &mut String) {
        let path = self.path();
        let text = format!("text {}\n", self.random.below(20));
        let inline = |mode: &str| format!("M {mode} inline {path}\ndata {}\n{text}\n", text.len());
        let line = match self.random.below(9) {
            0 => format!("D {path}\n"),
            1 => inline("120000"),
            2 => inline("100755"),
            3 => {
                let digits = if self.seed.is_multiple_of(4) { 64 } else { 40 };
                format!("M 160000 {} {path}\n", "1".repeat(digits))
            }
            4 if self.random.below(4) == 0 => "deleteall\n".to_owned(),
            _ => inline("100644"),
        };
        stream.push_str(&line);
    }

    /// Quoted as in C. Few names, so that files and folders often meet under one.
    fn path(&mut self) -> String {
        let folders: String = (0..self.random.below(3)).map(|_| *self.random.of(&[&"a/", &"b/", &"a.d/"])).collect();
        format!(
            "\"{folders}{}\"",
            self.random.of(&["a", "b", "a-", "a.txt", "new\\nline", "\\\"quote\\\"", "\\377\\376"])
        )
    }

    fn tag(&mut self) {
        let name = self.random.of(&["one", "two", "three"]).to_owned();
        let suffix = self.random.of(&["", "^{tree}", ":a", ":b"]).to_owned();
        let at = format!("{}{suffix}", self.branch());
        let kind: &[&str] = self.random.of(&[&["-a", "-m", "a tag"][..], &[]]);
        self.git(&[&["tag", "-f"], kind, &[&name, &at]].concat());
    }

    fn story(&self) -> String {
        format!("seed {}:\n{}", self.seed, self.log.join("\n"))
    }

    /// Every commit that a reference leads to.
    fn graph(&self) -> Graph {
        let log = self.repo.git(["log", "--all", "--format=%H %T %P"]);
        let words = |line: &str| line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let lines = log.lines().map(words).filter(|words| !words.is_empty());
        lines.map(|line| (line[0].clone(), (line[1].clone(), line[2..].to_vec()))).collect()
    }

    fn check_history(&self) {
        let listed = self.repo.git([
            "rev-list",
            "--objects",
            "--all",
            "--no-object-names",
            "--filter=object:type=blob",
            "--filter-provided-objects",
        ]);
        let wanted: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
        let repository = Repository::discover(self.repo.top()).expect("a repository");
        let shard = "1/1".parse().expect("a shard");
        let entries = History::new(&repository, shard, 2).and_then(|mut history| history.entries());
        let entries = entries.unwrap_or_else(|error| panic!("{error:?}, {}", self.story()));
        let found: BTreeSet<String> = entries.iter().map(|entry| row(entry).2).collect();
        assert_eq!(found, wanted, "blobs, {}", self.story());
        // And each of them at each of its paths; tags of trees and blobs have paths of their own.
        let at_paths: BTreeSet<(Vec<u8>, String)> = entries.iter().map(row).map(|(path, _, id)| (path, id)).collect();
        let graph = self.graph();
        let trees: BTreeSet<&String> = graph.values().map(|(tree, _)| tree).collect();
        let changes = self.changes(trees.into_iter().map(|tree| (self.empty_tree(), tree.as_str())));
        let in_commits: BTreeSet<_> =
            changes.values().flatten().map(|(path, _, id)| (path.clone(), id.clone())).collect();
        assert!(in_commits.is_subset(&at_paths), "paths, {}", self.story());
        let kinds = self.repo.git(["for-each-ref", "--format=%(objecttype) %(*objecttype)", "refs/tags"]);
        if !kinds.contains("tree") && !kinds.contains("blob") {
            assert_eq!(at_paths, in_commits, "paths, {}", self.story());
        }
    }

    /// How many commits were compared.
    fn check_range(&mut self) -> usize {
        let graph = self.graph();
        let mut all: Vec<&String> = graph.keys().collect();
        all.sort_unstable();
        if all.is_empty() {
            return 0;
        }
        let mut some = |most: usize| {
            let count = self.random.below(most + 1);
            (0..count).map(|_| self.random.of(&all).clone()).collect::<Vec<_>>()
        };
        let (mut tips, excluded) = (some(1), some(2));
        tips.push(all[tips.len() % all.len()].clone());
        let without = reachable(&graph, &excluded);
        let wanted: BTreeSet<String> = reachable(&graph, &tips).difference(&without).cloned().collect();
        let ids = |names: &[String]| names.iter().map(|name| id(name)).collect::<Vec<_>>();
        let repository = Repository::discover(self.repo.top()).expect("a repository");
        let revisions = repository.range(&ids(&tips), &ids(&excluded));
        let revisions = revisions.unwrap_or_else(|error| panic!("{error:?}, {}", self.story()));
        let found: BTreeSet<String> = revisions.iter().map(|revision| revision.id.to_string()).collect();
        assert!(wanted.is_subset(&found), "{tips:?} ^{excluded:?}: {found:?} {wanted:?}, {}", self.story());
        if !self.is_skewed() {
            let args = tips.iter().cloned().chain(excluded.iter().map(|id| format!("^{id}")));
            let listed = self.repo.git(["rev-list".to_owned()].into_iter().chain(args));
            let gits: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
            assert_eq!(found, gits, "{tips:?} ^{excluded:?}, {}", self.story());
        }
        self.check_changes(&repository, &graph, &revisions);
        revisions.len()
    }

    /// What each commit brings is what is new to every parent.
    fn check_changes(&self, repository: &Repository, graph: &Graph, revisions: &[tightlip::git::Revision]) {
        let trees_of = |revision: &tightlip::git::Revision| {
            let (tree, parents) = &graph[&revision.id.to_string()];
            let parents: Vec<&str> = parents.iter().map(|parent| graph[parent].0.as_str()).collect();
            (if parents.is_empty() { vec![self.empty_tree()] } else { parents }, tree.as_str())
        };
        let pairs = revisions.iter().flat_map(|revision| {
            let (parents, tree) = trees_of(revision);
            parents.into_iter().map(move |parent| (parent, tree))
        });
        let changes = self.changes(pairs);
        let cleared = Cleared::default();
        let policy = PolicyTrees { now: None, before: None };
        for revision in revisions {
            let trees = range::trees(revision, |commit| repository.tree_of(commit)).expect("its parents are here");
            let mut brought = Brought::by(repository, revision, trees, policy, &cleared);
            let entries = brought.blobs().unwrap_or_else(|error| panic!("{error:?}, {}", self.story()));
            let found: BTreeSet<Row> = entries.iter().map(row).collect();
            let (parents, tree) = trees_of(revision);
            let mut sets = parents.iter().map(|parent| changes[&(parent.to_string(), tree.to_owned())].clone());
            let first = sets.next().expect("one parent at least");
            let wanted = sets.fold(first, |all, set| all.intersection(&set).cloned().collect());
            assert_eq!(found, wanted, "what {} brings, {}", revision.id, self.story());
        }
    }

    fn empty_tree(&self) -> &'static str {
        if self.seed.is_multiple_of(4) {
            "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
        } else {
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
        }
    }

    /// For each pair of trees what the second has and the first has not: without submodules, and without changes of the
    /// executable bit alone.
    fn changes<'a>(
        &self,
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> BTreeMap<(String, String), BTreeSet<Row>> {
        let mut found = BTreeMap::new();
        let mut lines = String::new();
        for (old, new) in pairs {
            if found.insert((old.to_owned(), new.to_owned()), BTreeSet::new()).is_none() {
                writeln!(lines, "{old} {new}").expect("a string");
            }
        }
        self.repo.write("../pairs", &lines);
        let output = raw(&self.repo, "git diff-tree --stdin -r -z --raw --no-renames --no-abbrev <../pairs");
        let (mut rest, mut pair) = (output.as_slice(), None);
        while let Some(&first) = rest.first() {
            let end = |byte: u8| rest.iter().position(|&found| found == byte).expect("git ends what it begins");
            if first != b':' {
                let line = str::from_utf8(&rest[..end(b'\n')]).expect("ASCII");
                let (old, new) = line.split_once(' ').expect("two trees");
                pair = Some((old.to_owned(), new.to_owned()));
                rest = &rest[line.len() + 1..];
                continue;
            }
            let line = String::from_utf8(rest[1..end(0)].to_vec()).expect("ASCII");
            rest = &rest[line.len() + 2..];
            let path = rest[..rest.iter().position(|&byte| byte == 0).expect("a path")].to_vec();
            rest = &rest[path.len() + 1..];
            let words: Vec<&str> = line.split(' ').collect();
            let is_content = |mode: &str| matches!(mode, "100644" | "100755" | "120000");
            let same = words[2] == words[3] && is_content(words[0]) && (words[0] == "120000") == (words[1] == "120000");
            if is_content(words[1]) && !same {
                let rows = found.get_mut(pair.as_ref().expect("a pair stands before its changes")).expect("asked for");
                rows.insert((path, words[1] == "120000", words[3].to_owned()));
            }
        }
        found
    }
}

fn id(name: &str) -> ObjectId {
    ObjectId::from_hex(name.as_bytes()).expect("git wrote it")
}

fn row(entry: &Entry) -> Row {
    let Locator::Object(id) = entry.locator else { panic!("not an object: {entry:?}") };
    (entry.path.to_vec(), entry.kind == EntryKind::Symlink, id.to_string())
}

fn reachable(graph: &Graph, tips: &[String]) -> BTreeSet<String> {
    let (mut found, mut pending) = (BTreeSet::new(), tips.to_vec());
    while let Some(id) = pending.pop() {
        if found.insert(id.clone()) {
            pending.extend(graph[&id].1.iter().cloned());
        }
    }
    found
}
