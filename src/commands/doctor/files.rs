//! Files that usually hold secrets: which git would take, has, or others on this machine can read.
//!
//! Never: what they hold, but for whether it is a value at all.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use gix::bstr::{BStr, BString, ByteSlice, ByteVec as _};
use regex::bytes::RegexBuilder;

use super::{
    mend::{Mend, Remark, add_command, word},
    probe::output,
};
use crate::{
    cli::PolicyArgs,
    commands::{error::Error, terms},
    detect::Detector,
    policy,
    report::escape,
    rules::RuleSet,
    secret::without_tokens,
    source::disk::Disk,
};

/// Where dbt and others leave what they make.
const ARTIFACTS: &str = "target/";

/// Lines of a `.gitignore`, and a path that each is for.
const USUAL: [(&str, &str); 6] = [
    (".env", ".env"),
    (".dlt/secrets.toml", ".dlt/secrets.toml"),
    ("*.pem", "tightlip-doctor.pem"),
    ("credentials.json", "credentials.json"),
    ("service_account.json", "service_account.json"),
    (ARTIFACTS, "target/manifest.json"),
];

/// A file over this many bytes holds something else.
const LARGEST: u64 = 1 << 20;

/// The names in a `.env`, for sed and here: a template has nothing else, since what else stands there may be a part of a value. A
/// word in letters of both cases may be the last line of one in base64.
const NAME: &str = "^(export +)?([A-Z_][A-Z0-9_]*|[a-z_][a-z0-9_]*) *=";

/// What stands behind the name of a file, or before its ending, in the name of its template.
const TEMPLATE_WORDS: [&str; 4] = ["example", "sample", "template", "dist"];

/// See the module.
pub(super) struct UsualFiles {
    top: PathBuf,
    /// Each of the usual lines, and by what it is ignored.
    pub patterns: Vec<(&'static str, Ignored)>,
    pub found: Vec<SecretFile>,
    /// How many files below `target/` git tracks: dbt writes there what it read from the environment.
    tracked_artifacts: usize,
}

/// By what git ignores a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ignored {
    /// A `.gitignore`, which others get too.
    ByGitignore,
    /// A file of the user's own, so in this clone or on this machine only.
    ByOwnExcludes,
    No,
}

/// A file that is there and holds a value.
pub(super) struct SecretFile {
    /// From the top.
    path: BString,
    /// The same, with stars in place of what the file holds as a value; not escaped.
    pub shown: BString,
    pub tracked: bool,
    pub ignored: Ignored,
    pub readable_by_others: bool,
    /// The name of its template, if one stands beside it.
    pub template: Option<String>,
    /// It is a `.env` in which a [`NAME`] is found.
    has_names: bool,
}

/// Looks at the work tree at `top`.
pub(super) fn look(top: &Path) -> Result<UsualFiles, Error> {
    let names = |args: &[&str]| -> Result<Vec<BString>, Error> {
        let listed = git(top, &[&["ls-files", "-z"], args].concat(), b"")?;
        Ok(listed.split_str("\0").filter(|name| !name.is_empty()).map(BString::from).collect())
    };
    let tracked: BTreeSet<BString> = names(&[])?.into_iter().collect();
    let mut candidates = tracked.clone();
    candidates.extend(names(&["--others", "--exclude-standard"])?);
    // Folders that are ignored as a whole are not entered: they hold other people's files.
    candidates.extend(names(&["--others", "--ignored", "--exclude-standard", "--directory"])?);
    candidates.extend(USUAL.map(|(_, sample)| BString::from(sample)));
    let detector = Detector::new(RuleSet::builtin());
    let secret: Vec<BString> =
        candidates.into_iter().filter(|path| holds_secret(top, path.as_ref(), &detector)).collect();

    let samples = USUAL.iter().map(|(_, sample)| BString::from(*sample));
    let ignored = ignored(top, &samples.chain(secret.iter().cloned()).collect::<Vec<_>>())?;
    let (of_samples, of_secret) = ignored.split_at(USUAL.len());
    let shown = shown(top, &secret);
    let found = secret.into_iter().zip(of_secret).map(|(path, ignored)| SecretFile {
        shown: shown.get(&path).cloned().unwrap_or_else(|| masked(path.as_ref())),
        tracked: tracked.contains(&path),
        ignored: *ignored,
        readable_by_others: is_readable_by_others(&on_disk(top, path.as_ref())),
        template: template(top, path.as_ref()).map(|name| without_tokens(&name)),
        has_names: is_env(path.as_ref()) && has_names(&on_disk(top, path.as_ref())),
        path,
    });
    let patterns = USUAL.iter().zip(of_samples).map(|((pattern, _), ignored)| (*pattern, *ignored)).collect();
    let tracked_artifacts = tracked.iter().filter(|path| path.starts_with(ARTIFACTS.as_bytes())).count();
    Ok(UsualFiles { top: top.to_owned(), patterns, found: found.collect(), tracked_artifacts })
}

impl UsualFiles {
    /// What is to be mended, and what could be better.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let not_ignored: Vec<_> =
            self.found.iter().filter(|file| !file.tracked && file.ignored == Ignored::No).collect();
        // One command takes care of all that the usual lines are for.
        let is_usual = |file: &&SecretFile| USUAL.iter().any(|(_, sample)| file.path == *sample);
        let (usual, others): (Vec<&SecretFile>, Vec<_>) = not_ignored.into_iter().partition(is_usual);
        if let (false, Some(mend)) = (usual.is_empty(), self.ignore()) {
            let names: Vec<_> = usual.iter().map(|file| escape::name(&file.shown)).collect();
            let are = if names.len() == 1 { "is" } else { "are" };
            let what = format!("{} {are} there, and not ignored by .gitignore", names.join(", "));
            remarks.push(Remark::urgent(what, &mend.said(), Some(mend)));
        }
        for file in others {
            let what = format!("{} is there, and not ignored by .gitignore", escape::name(&file.shown));
            let line = escape::shell_word(&[b"/".as_slice(), &file.shown].concat());
            remarks.push(Remark::urgent(what, &add_command(&line, &self.top.join(".gitignore")), None));
        }
        for file in &self.found {
            let name = escape::name(&file.shown);
            let shown = on_disk(&self.top, file.shown.as_ref());
            let quoted = word(&shown);
            if file.tracked {
                let what = format!("{name} is tracked by git, and what it holds is in the history; revoke that");
                remarks.push(Remark::urgent(what, &format!("git rm --cached -- {quoted}"), None));
            }
            if file.readable_by_others {
                let mend = Mend::Protect { path: on_disk(&self.top, file.path.as_ref()), shown };
                remarks.push(Remark::urgent(
                    format!("{name} can be read by others on this machine"),
                    &mend.said(),
                    Some(mend),
                ));
            }
            if file.template.is_none() && file.has_names {
                let what = format!("no template such as {name}.example stands beside {name}");
                let command = format!("sed -nE 's/{NAME}.*/\\1\\2=/p' {quoted} > {quoted}.example");
                remarks.push(Remark::advice(what, &command, None));
            }
        }
        if self.tracked_artifacts > 0 {
            let what = format!(
                "{ARTIFACTS} is tracked by git ({}): what tools write there may hold what they read from the environment",
                counted(self.tracked_artifacts)
            );
            let command = format!("git rm -r --cached -- {}", word(&self.top.join(ARTIFACTS)));
            remarks.push(Remark::urgent(what, &command, None));
        }
        if let (true, Some(mend)) = (usual.is_empty(), self.ignore()) {
            let what = format!("not ignored by .gitignore: {}", self.missing().join(", "));
            remarks.push(Remark::advice(what, &mend.said(), Some(mend)));
        }
        remarks
    }

    /// The usual lines that no `.gitignore` has.
    fn missing(&self) -> Vec<&'static str> {
        let missing = self.patterns.iter().filter(|(_, ignored)| *ignored != Ignored::ByGitignore);
        missing.map(|(pattern, _)| *pattern).collect()
    }

    fn ignore(&self) -> Option<Mend> {
        let lines = self.missing();
        (!lines.is_empty()).then(|| Mend::Ignore { file: self.top.join(".gitignore"), lines })
    }
}

/// How reports show the names of these files, since people put the value itself there, too.
fn shown(top: &Path, paths: &[BString]) -> HashMap<BString, BString> {
    let roots = paths.iter().map(|path| on_disk(top, path.as_ref())).collect();
    let args = PolicyArgs { no_baseline: true, no_inline: true, ..PolicyArgs::default() };
    let scanned = terms::scan(&args, &mut Disk::new(roots, true, Some(top.to_owned())));
    // Where the configuration cannot be read, names are masked by how they look.
    let findings = scanned.map(|scanned| scanned.outcome.findings).unwrap_or_default();
    findings.into_iter().map(|finding| (finding.place.path, finding.shown_path)).collect()
}

/// A path with stars in place of each part that could be a token.
fn masked(path: &BStr) -> BString {
    let parts: Vec<String> = path.split_str("/").map(|part| without_tokens(&part.to_str_lossy())).collect();
    parts.join("/").into()
}

/// Whether a file of that name usually holds a secret, and this one holds a value.
fn holds_secret(top: &Path, path: &BStr, detector: &Detector) -> bool {
    let is_key = path.ends_with(b".pem");
    if !is_key && policy::usual_secret(path).is_none() {
        return false;
    }
    let on_disk = on_disk(top, path);
    if !fs::symlink_metadata(&on_disk).is_ok_and(|found| found.is_file() && found.len() <= LARGEST) {
        return false;
    }
    match fs::read(&on_disk) {
        // Certificates and public keys are made to be shown.
        Ok(bytes) if is_key => bytes.contains_str("PRIVATE KEY-----"),
        Ok(bytes) => !detector.holds_only_placeholders(path, &bytes),
        // One that cannot be read is somebody's secret.
        Err(_) => true,
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

fn is_env(path: &BStr) -> bool {
    let name = path.rsplit_once_str("/").map_or(path.as_bytes(), |(_, name)| name);
    name == b".env" || name.starts_with(b".env.") || name.ends_with(b".env")
}

/// Whether a line of the file begins with a [`NAME`].
fn has_names(path: &Path) -> bool {
    let name = RegexBuilder::new(NAME).multi_line(true).unicode(false).build().expect("an expression of ours");
    fs::read(path).is_ok_and(|text| name.is_match(&text))
}

fn is_readable_by_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

/// `secrets.toml.example`, `secrets.example.toml`.
fn template(top: &Path, path: &BStr) -> Option<String> {
    let (folder, name) = match path.rsplit_once_str("/") {
        Some((folder, name)) => (top.join(folder.to_path_lossy()), name),
        None => (top.to_owned(), path.as_bytes()),
    };
    let name = name.to_str_lossy();
    let names = TEMPLATE_WORDS.iter().flat_map(|template| {
        let inside = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
        [Some(format!("{name}.{template}")), inside.map(|(stem, ending)| format!("{stem}.{template}.{ending}"))]
    });
    names.flatten().find(|name| folder.join(name).is_file())
}

fn on_disk(top: &Path, path: &BStr) -> PathBuf {
    top.join(path.to_path_lossy())
}

/// By what each of `paths` is ignored.
fn ignored(top: &Path, paths: &[BString]) -> Result<Vec<Ignored>, Error> {
    let mut input = Vec::new();
    for path in paths {
        input.push_str(path);
        input.push(0);
    }
    let output = git(top, &["check-ignore", "--no-index", "--verbose", "--non-matching", "-z", "--stdin"], &input)?;
    // Source, line, pattern and path, each with a NUL behind it.
    let fields: Vec<&[u8]> = output.split_str("\0").collect();
    Ok(fields
        .chunks_exact(4)
        .map(|match_| match (match_[0], match_[2]) {
            (b"", _) => Ignored::No,
            (_, pattern) if pattern.starts_with(b"!") => Ignored::No,
            (source, _) if is_shared(source) => Ignored::ByGitignore,
            _ => Ignored::ByOwnExcludes,
        })
        .collect())
}

/// Whether a file of patterns lies in the work tree.
fn is_shared(source: &[u8]) -> bool {
    !source.starts_with(b"/") && !source.starts_with(b".git/") && source.ends_with(b".gitignore")
}

fn git(top: &Path, args: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File {
        doing: "run",
        what: format!("git {}", args.first().copied().unwrap_or_default()),
        source,
    };
    let output = output(Command::new("git").args(args).current_dir(top), input).map_err(failed)?;
    // `check-ignore` ends with 1 where nothing is ignored.
    if output.status.success() || (args[0] == "check-ignore" && output.status.code() == Some(1)) {
        return Ok(output.stdout);
    }
    let said = escape::text(String::from_utf8_lossy(&output.stderr).trim());
    Err(Error::usage(format!("`git {}` failed: {said}", args[0]), "`git status` may say more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_a_pattern_comes_from() {
        for (source, shared) in [
            (".gitignore", true),
            ("sub/.gitignore", true),
            (".git/info/exclude", false),
            ("/home/ada/.gitignore", false),
        ] {
            assert_eq!(is_shared(source.as_bytes()), shared, "{source}");
        }
    }

    #[test]
    fn knows_a_template_by_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("secrets.example.toml"), "").expect("a file");
        let of = |path: &str| template(folder.path(), path.into());
        assert_eq!(of("secrets.toml").as_deref(), Some("secrets.example.toml"));
        assert_eq!(of(".env"), None);
        fs::write(folder.path().join(".env.sample"), "").expect("a file");
        assert_eq!(of(".env").as_deref(), Some(".env.sample"));
    }
}
