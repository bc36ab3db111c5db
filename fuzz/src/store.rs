//! What stands in a repository: the index, loose objects, packs and their indices.

use std::{
    cell::OnceCell,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use flate2::{Compression, write::ZlibEncoder};
use tightlip::{
    git::{BlobBytes, BlobReader, Error, Repository, Walker},
    source::{Source, staged::Staged},
};

/// A repository, made by git once a thread, whose files are then replaced.
struct Ground {
    folder: tempfile::TempDir,
    index: Vec<u8>,
    /// Each file of the object store that is replaced, and what it was.
    objects: Vec<(PathBuf, Vec<u8>)>,
}

/// The largest object that a fault may make of a small one.
const LIMIT: u64 = 1 << 20;

fn on_ground(act: impl FnOnce(&Ground)) {
    thread_local! {
        static GROUND: OnceCell<Ground> = const { OnceCell::new() };
    }
    GROUND.with(|ground| act(ground.get_or_init(Ground::new)));
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = folder.path();
        git(top, &["init", "-q", "-b", "main", "."], b"");
        fs::create_dir_all(top.join("dir/deep")).expect("folders");
        for (path, text) in [("a", "one\n"), ("b.py", "two\n"), ("dir/c", "three\n"), ("dir/deep/d", "four\n")] {
            fs::write(top.join(path), text.repeat(20)).expect("a file");
        }
        git(top, &["add", "."], b"");
        git(top, &["commit", "-q", "-m", "packed"], b"");
        fs::write(top.join("a"), "one\n".repeat(21)).expect("a file");
        git(top, &["commit", "-q", "-a", "-m", "packed too"], b"");
        git(top, &["repack", "-q", "-a", "-d", "--window=10"], b"");
        fs::write(top.join("dir/c"), "another\n").expect("a file");
        git(top, &["commit", "-q", "-a", "-m", "loose"], b"");
        fs::write(top.join("dir/e"), "staged\n").expect("a file");
        git(top, &["add", "."], b"");
        git(top, &["write-tree"], b"");
        let index = fs::read(top.join(".git/index")).expect("an index");
        let mut objects = files(&top.join(".git/objects"));
        objects.retain(|(path, _)| !path.starts_with(top.join(".git/objects/info")));
        for (path, bytes) in &objects {
            // Git makes them read-only.
            fs::remove_file(path).expect("its own");
            fs::write(path, bytes).expect("its own");
        }
        Self { folder, index, objects }
    }

    fn top(&self) -> &Path {
        self.folder.path()
    }

    /// All that reads objects and the index, to the end or to the first error, which is fine.
    fn read_all(&self) -> Result<(), Error> {
        let repository = Repository::discover(self.top())?;
        let mut buffer = Vec::new();
        if let Ok(mut staged) = Staged::new(&repository, &[]) {
            if let Ok(entries) = staged.entries() {
                // A damaged tree may name a path twice; both are read then.
                assert!(entries.is_sorted_by(|a, b| a.path <= b.path), "{entries:?}");
                for entry in &entries {
                    let _ = staged.read(entry, LIMIT, &mut buffer);
                }
                let _ = staged.changes();
            }
            let _ = staged.policy_file(".tightlip.toml");
        }
        let walk = repository.history(1)?;
        let mut walker = Walker::default();
        for part in 0..walk.parts() {
            walk.walk(part, &mut walker)?;
        }
        let history = walk.join([walker]);
        let blobs = repository.blobs(history.leaves().map(|(_, leaf)| leaf.id).zip(0..).collect())?;
        let mut reader = BlobReader::default();
        for part in 0..blobs.parts() {
            let _ = blobs.read::<Error>(part, LIMIT, &mut reader, &mut |_, bytes| {
                if let BlobBytes::Whole(bytes) = bytes {
                    assert!(bytes.len() as u64 <= LIMIT, "{} bytes", bytes.len());
                }
                Ok(())
            });
        }
        Ok(())
    }
}

/// The bytes of an index but its checksum, which git does not ask for either.
pub fn index(bytes: &[u8]) {
    on_ground(|ground| {
        fs::write(ground.top().join(".git/index"), [bytes, &[0; 20]].concat()).expect("its own");
        let _ = ground.read_all();
        fs::write(ground.top().join(".git/index"), &ground.index).expect("its own");
    });
}

/// The first byte says which file of the store, the second whether the rest stands there as it is or compressed.
pub fn objects(bytes: &[u8]) {
    let [which, how, rest @ ..] = bytes else { return };
    on_ground(|ground| {
        let (path, whole) = &ground.objects[usize::from(*which) % ground.objects.len()];
        let new = match how % 3 {
            0 => rest.to_vec(),
            1 => compressed(rest),
            // A few bytes of the real file changed: two for the place, one for what stands there.
            _ => {
                let mut new = whole.clone();
                for change in rest.chunks_exact(3) {
                    let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % new.len();
                    new[at] = change[2];
                }
                new
            }
        };
        fs::write(path, new).expect("its own");
        let _ = ground.read_all();
        fs::write(path, whole).expect("its own");
    });
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

pub fn some_indices() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    on_ground(|ground| {
        for how in ["--index-version=2", "--index-version=4", "--split-index", "--no-split-index", "--untracked-cache"]
        {
            git(ground.top(), &["update-index", how], b"");
            let bytes = fs::read(ground.top().join(".git/index")).expect("an index");
            seeds.push(bytes[..bytes.len() - 20].to_vec());
        }
        fs::write(ground.top().join(".git/index"), &ground.index).expect("its own");
    });
    seeds
}

pub fn some_objects() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    on_ground(|ground| {
        for number in 0..u8::try_from(ground.objects.len()).expect("few") {
            let (path, bytes) = &ground.objects[usize::from(number)];
            if path.extension().is_some() {
                seeds.push([&[number, 0], bytes.as_slice()].concat());
                seeds.push(vec![number, 2, 8, 0, 1, 20, 0, 0xff]);
            } else {
                let mut plain = Vec::new();
                let mut decoder = flate2::read::ZlibDecoder::new(bytes.as_slice());
                std::io::Read::read_to_end(&mut decoder, &mut plain).expect("git wrote it");
                seeds.push([&[number, 1], plain.as_slice()].concat());
            }
        }
        seeds.push([&[0, 1], b"blob 4294967296\0x".as_slice()].concat());
        seeds.push([&[1, 1], b"tree 28\x0040000 a\x00".as_slice(), &[7; 20]].concat());
    });
    seeds
}

/// Every file below `folder`, in order of path.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
    found.sort_unstable();
    found
}

fn git(top: &Path, args: &[&str], input: &[u8]) {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(top)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("a PATH to find git on"))
        .env("HOME", top)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ada")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ada@example.com")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z")))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("git starts");
    child.stdin.take().expect("piped").write_all(input).expect("git reads");
    assert!(child.wait().expect("git ends").success(), "git {args:?}");
}
