//! The guard of known values: what the user's own secret files hold must not come into a commit.
//!
//! Files are found by their names, in the folders that a change touches and above, and read for one run, in memory. Only when one
//! of their values was seen in the change it is asked whether git ignores the file, and whether others may see the value anyway: a
//! clean commit pays for reading, and for nothing else.
//!
//! Never: a value on disk, in any form; a walk of the work tree; whether a finding passes.

mod explain;
mod files;
mod read;

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet, HashSet},
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use gix::bstr::{BStr, BString, ByteSlice};
use globset::{Candidate, GlobMatcher};

pub use explain::{Explained, Unfit};

use crate::{
    config::{self, HOME},
    detect::known::{self, Known, Value},
    git::{self, MainWorkDir, Repository},
    glob::Glob,
    secret::Secret,
    source::{self, Entry, Read, Source},
};

/// Looks after one repository, for as long as a run takes.
pub struct Guard<'a> {
    repository: &'a Repository,
    places: Places,
    found: RefCell<Found>,
}

/// Where secret files are looked for.
struct Places {
    /// Of the work tree, and of the main one where that is another: what git ignores is in no linked one.
    tops: Vec<PathBuf>,
    /// The user's home, and the files in it whose values are looked for.
    home: Option<PathBuf>,
    home_files: Vec<String>,
    /// Those of the repository beside the usual ones.
    more: Vec<GlobMatcher>,
    skip: Vec<GlobMatcher>,
    /// Values that do not count are kept, to be explained.
    explains: bool,
}

/// What was found so far.
#[derive(Default)]
struct Found {
    /// Folders that were listed, from the top.
    folders: HashSet<BString>,
    files: Vec<SecretFile>,
    values: Vec<Held>,
    secrets: HashSet<Secret>,
    known: Known,
    passed_over: Vec<String>,
    home_was_read: bool,
}

/// A value, and where it is held.
struct Held {
    read: Arc<known::Read>,
    /// The number of its file.
    file: usize,
    /// Known once it was asked for.
    against: OnceCell<Option<&'static str>>,
}

impl Held {
    /// Why it does not count wherever it stands, if it does not.
    fn against(&self) -> Option<&'static str> {
        *self.against.get_or_init(|| self.read.against())
    }
}

/// A file that holds secrets, by its name.
struct SecretFile {
    /// From the top; with [`HOME`] before it, from the home.
    path: Arc<BString>,
    /// The files beside it that show values to everybody, from the top.
    templates: Vec<BString>,
    /// Known once it was asked for.
    is_ignored: Option<bool>,
}

/// Why the guard could not say whether a value counts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From the repository.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// From what is scanned.
    #[error(transparent)]
    Source(#[from] source::Error),
}

impl<'a> Guard<'a> {
    /// Of `repository`, as configured; none where that says so, or where there are no files on disk.
    pub fn new(repository: &'a Repository, configured: &config::Known, home: Option<PathBuf>) -> Option<Self> {
        let top = repository.work_dir().filter(|_| configured.enabled)?.to_owned();
        let (mut tops, mut found) = (vec![top], Found::default());
        match repository.main_work_dir() {
            MainWorkDir::NoOther => {}
            MainWorkDir::At(main) => tops.push(main),
            MainWorkDir::Unknown => {
                found.passed_over.push("the main work tree: the repository does not say where it is".to_owned());
            }
        }
        let usual = files::HOME.iter().copied().filter(|_| configured.home);
        let mut home_files: Vec<String> =
            usual.map(str::to_owned).chain(configured.files.home.iter().cloned()).collect();
        home_files.retain(|file| !configured.skip.home.contains(file));
        let compiled = |globs: &[Glob]| globs.iter().map(|glob| glob.parsed().compile_matcher()).collect();
        let more = compiled(&configured.files.globs);
        let skip = compiled(&configured.skip.globs);
        let places = Places { tops, home, home_files, more, skip, explains: false };
        Some(Self { repository, places, found: RefCell::new(found) })
    }

    /// What is known when `entries` change.
    pub fn known(&self, entries: &[Entry]) -> Known {
        self.known_beside(entries.iter().map(|entry| entry.path.as_ref()))
    }

    /// What is known beside `paths`: the values of the secret files in their folders and those above, and in the user's home. Where
    /// there is no path, nothing is opened.
    fn known_beside<'p>(&self, paths: impl Iterator<Item = &'p BStr>) -> Known {
        let mut found = self.found.borrow_mut();
        let before = found.values.len();
        for path in paths {
            for folder in files::folders(path) {
                // What stands above was listed with it.
                if !found.list(&self.places, folder) {
                    break;
                }
            }
            found.read_home(&self.places);
        }
        if found.values.len() > before {
            let value =
                |held: &Held| Value { read: Arc::clone(&held.read), file: Arc::clone(&found.files[held.file].path) };
            found.known = Known::new(found.values.iter().map(value).collect());
        }
        found.known.clone()
    }

    /// What is to be masked in a stream beside `path`: the values that could not stand anywhere.
    pub fn masked_beside(&self, path: &BStr) -> Known {
        let mut known = self.known_beside(std::iter::once(path));
        let found = self.found.borrow();
        let values = found.values.iter().enumerate();
        known.leave_out(&values.filter(|(_, held)| held.against().is_some()).map(|(number, _)| number).collect());
        known
    }

    /// Those of the values `seen` that do not count in the change that `source` is: they are too common, their file is in git or
    /// may come into it, or the value was shown before, in a file that changes or in a template.
    pub fn unfit(
        &self,
        known: &Known,
        seen: &BTreeSet<usize>,
        source: &mut dyn Source,
        limit: u64,
    ) -> Result<BTreeMap<usize, Unfit>, Error> {
        let mut found = self.found.borrow_mut();
        let mut unfit = BTreeMap::new();
        let mut strong = BTreeSet::new();
        for &value in seen {
            match found.values[value].against() {
                Some(why) => drop(unfit.insert(value, Unfit::Common(why))),
                None => drop(strong.insert(value)),
            }
        }
        let seen = &strong;
        if seen.is_empty() {
            return Ok(unfit);
        }
        let mut shown = |bytes: &[u8], why: &dyn Fn() -> Unfit| {
            let hits = known.find(bytes).into_iter().filter(|hit| seen.contains(&hit.value));
            unfit.extend(hits.map(|hit| (hit.value, why())));
        };
        let mut buffer = Vec::new();
        for old in source.changes()?.into_iter().flatten().filter_map(|change| change.old) {
            if source.read(&old, limit, &mut buffer)? == Read::Whole {
                shown(&buffer, &|| Unfit::ShownBefore { path: old.path.clone() });
            }
        }
        let templates: BTreeSet<_> = seen.iter().flat_map(|&value| &found.file_of(value).templates).cloned().collect();
        for template in templates {
            // What git has there; what is new there shows the value for the first time.
            let earlier = template.to_str().ok().and_then(|path| source.earlier_policy_file(path).ok().flatten());
            shown(&earlier.unwrap_or_default(), &|| Unfit::ShownBeside { path: template.clone() });
        }
        for &value in seen {
            let file = found.file_of_mut(value);
            let is_ignored = match file.is_ignored {
                Some(known) => known,
                None => *file.is_ignored.insert(self.repository.ignores(file.path.as_bstr())?),
            };
            if !is_ignored {
                unfit.insert(value, Unfit::NotIgnored { path: BString::clone(&file.path) });
            }
        }
        Ok(unfit)
    }

    /// The files that were not read, and why, in words.
    pub fn passed_over(&self) -> Vec<String> {
        self.found.borrow().passed_over.clone()
    }
}

/// The files of a home whose values are looked for where the user's configuration says so, from there.
pub fn usual_home_files() -> impl Iterator<Item = &'static str> {
    files::HOME.into_iter()
}

impl Places {
    /// How the file called `name` in `folder` is read, if its values are looked for.
    fn kind<'n>(&self, folder: &[u8], name: &'n [u8], path: &BStr) -> Option<&'n [u8]> {
        let own_name = folder.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        let is_in = |globs: &[GlobMatcher]| {
            let candidate = Candidate::from_bytes(path);
            globs.iter().any(|glob| glob.is_match_candidate(&candidate))
        };
        let usual = files::kind(name, own_name).map(str::as_bytes);
        let kind = usual.or_else(|| (!self.more.is_empty() && is_in(&self.more)).then_some(name))?;
        (self.skip.is_empty() || !is_in(&self.skip)).then_some(kind)
    }
}

impl Found {
    fn file_of(&self, value: usize) -> &SecretFile {
        &self.files[self.values[value].file]
    }

    fn file_of_mut(&mut self, value: usize) -> &mut SecretFile {
        &mut self.files[self.values[value].file]
    }

    /// Reads the secret files of a folder, unless it was listed before; says whether it was not.
    fn list(&mut self, places: &Places, folder: &[u8]) -> bool {
        let is_new = !self.folders.contains(folder.as_bstr()) && self.folders.insert(folder.into());
        if !is_new {
            return false;
        }
        let mut has_dlt = false;
        for top in &places.tops {
            has_dlt |= self.list_below(places, top, folder);
        }
        // A folder of dlt's holds no other.
        if has_dlt && !folder.ends_with(files::DLT) {
            self.list(places, &joined(folder, files::DLT));
        }
        true
    }

    /// Reads those below one of the tops; says whether dlt's folder is there.
    fn list_below(&mut self, places: &Places, top: &Path, folder: &[u8]) -> bool {
        let names = match names(&on_disk(top, folder)) {
            Ok(names) => names,
            // A folder may be in the index and not on disk.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return false;
            }
            Err(error) => {
                let folder = if folder.is_empty() { b".".as_bstr() } else { folder.as_bstr() };
                self.passed_over.push(format!("{folder}/: it cannot be read ({})", error.kind()));
                return false;
            }
        };
        let (mut secret_files, mut templates, mut has_dlt) = (Vec::new(), Vec::new(), false);
        for name in &names {
            let name = name.as_bytes();
            if files::shows_values(name) {
                templates.push(joined(folder, name));
            } else if !places.more.is_empty() || files::may_be_secret(name) {
                let path = joined(folder, name);
                if let Some(reads_as) = places.kind(folder, name, path.as_ref()) {
                    secret_files.push((path, reads_as.to_vec()));
                }
            }
            // A link could lead back to where it stands.
            has_dlt |= name == files::DLT
                && fs::symlink_metadata(on_disk(top, &joined(folder, name))).is_ok_and(|found| found.is_dir());
        }
        secret_files.sort_unstable();
        for (path, reads_as) in secret_files {
            let place = on_disk(top, &path);
            let path = Arc::new(path);
            self.read(places, &place, &reads_as, SecretFile { path, templates: templates.clone(), is_ignored: None });
        }
        has_dlt
    }

    fn read_home(&mut self, places: &Places) {
        let Some(home) = places.home.as_ref().filter(|_| !self.home_was_read) else { return };
        self.home_was_read = true;
        for file in &places.home_files {
            let path = Arc::new(format!("{HOME}{file}").into());
            let file_in_home = SecretFile { path, templates: Vec::new(), is_ignored: Some(true) };
            self.read(places, &home.join(file), file.as_bytes(), file_in_home);
        }
    }

    fn read(&mut self, places: &Places, place: &Path, reads_as: &[u8], file: SecretFile) {
        let text = match read::own(place) {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(why) => return self.passed_over.push(format!("{}: {why}", file.path)),
        };
        for read in known::read(reads_as, &text) {
            if (places.explains || read.may_count()) && self.secrets.insert(read.secret.clone()) {
                self.values.push(Held { read: Arc::new(read), file: self.files.len(), against: OnceCell::new() });
            }
        }
        self.files.push(file);
    }
}

fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

fn joined(folder: &[u8], name: &[u8]) -> BString {
    if folder.is_empty() { name.into() } else { [folder, b"/", name].concat().into() }
}

fn on_disk(top: &Path, path: &[u8]) -> PathBuf {
    top.join(OsStr::from_bytes(path))
}
