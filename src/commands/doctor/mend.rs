//! What mends a fault: in words, as a command to type, and as a deed.
//!
//! Never: what is mended without being said before.

use std::{
    fs, io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, symlink},
    },
    path::{Path, PathBuf},
};

use crate::{
    cli::InstallArgs,
    commands::{
        error::Error,
        install::{self, on_path},
    },
    git::Repository,
    replace::replace,
    report::escape,
};

/// Something to be mended or known.
#[derive(Clone)]
pub(super) struct Remark {
    /// It is to be mended; else it is advice.
    pub urgent: bool,
    /// What is the matter.
    pub what: String,
    /// The command that mends it.
    pub command: String,
    /// What `--fix` does about it.
    pub mend: Option<Mend>,
}

impl Remark {
    /// Something that is to be mended.
    pub fn urgent(what: impl Into<String>, command: &str, mend: Option<Mend>) -> Self {
        Self { urgent: true, what: what.into(), command: command.to_owned(), mend }
    }

    /// Something that could be better.
    pub fn advice(what: impl Into<String>, command: &str, mend: Option<Mend>) -> Self {
        Self { urgent: false, ..Self::urgent(what, command, mend) }
    }
}

/// What `--fix` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// `tightlip install`.
    Install,
    /// `chmod +x`.
    MakeExecutable(PathBuf),
    /// A hook that is in the way gets another name, and tightlip is installed.
    MoveAwayAndInstall { from: PathBuf, to: PathBuf },
    /// A link to the program, where hooks without a path look for it.
    Link { program: PathBuf, at: PathBuf },
    /// Lines of the `.gitignore` at the top.
    Ignore { file: PathBuf, lines: Vec<&'static str> },
    /// `chmod 600`; `shown` is the path without a value that it repeats.
    Protect { path: PathBuf, shown: PathBuf },
}

impl Mend {
    /// As the command that does the same.
    pub fn said(&self) -> String {
        match self {
            Self::Install => "tightlip install".to_owned(),
            Self::MakeExecutable(path) => format!("chmod +x {}", word(path)),
            Self::MoveAwayAndInstall { from, to } => format!("mv {} {} && tightlip install", word(from), word(to)),
            Self::Link { program, at } => {
                let folder = at.parent().unwrap_or(Path::new("."));
                format!("mkdir -p {} && ln -sf {} {}", word(folder), word(program), word(at))
            }
            Self::Ignore { file, lines } => {
                let lines: Vec<_> = lines.iter().map(|line| escape::shell_word(line.as_bytes())).collect();
                add_command(&lines.join(" "), file)
            }
            Self::Protect { shown, .. } => format!("chmod 600 {}", word(shown)),
        }
    }

    /// The command to type: as [`Mend::said`], with the name by which `program` can be called.
    pub fn command(&self, program: &Path) -> String {
        match self {
            Self::Install | Self::MoveAwayAndInstall { .. } => {
                self.said().replace("tightlip install", &install_command(program))
            }
            _ => self.said(),
        }
    }

    /// Does it.
    pub fn apply(&self, repository: &Repository) -> Result<(), Error> {
        let failed = |path: &Path, source| Error::File {
            doing: "change",
            what: escape::name(path.as_os_str().as_bytes()),
            source,
        };
        match self {
            Self::Install => install(repository),
            Self::MakeExecutable(path) => add_mode(path, 0o111).map_err(|source| failed(path, source)),
            Self::MoveAwayAndInstall { from, to } => {
                fs::rename(from, to).map_err(|source| failed(from, source))?;
                install(repository)
            }
            Self::Link { program, at } => link(program, at).map_err(|source| failed(at, source)),
            Self::Ignore { file, lines } => add_lines(file, lines).map_err(|source| failed(file, source)),
            Self::Protect { path, shown } => {
                fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(|source| failed(shown, source))
            }
        }
    }
}

/// The command that adds `lines`, which are words of a shell, to `file`; it ends the last line there where that is not done.
pub(super) fn add_command(lines: &str, file: &Path) -> String {
    let is_open = fs::read(file).is_ok_and(|text| text.last().is_some_and(|byte| *byte != b'\n'));
    let first = if is_open { "'' " } else { "" };
    format!("printf '%s\\n' {first}{lines} >> {}", word(file))
}

/// `tightlip install`, as it can be typed here.
pub(super) fn install_command(program: &Path) -> String {
    format!("{} install", called(program))
}

/// How the running program is called in a shell: by its name where PATH leads to it.
fn called(program: &Path) -> String {
    let is_it = |found: PathBuf| found.canonicalize().ok() == program.canonicalize().ok();
    if on_path("tightlip").is_some_and(is_it) { "tightlip".to_owned() } else { word(program) }
}

/// A path as one word of a shell command.
pub(super) fn word(path: &Path) -> String {
    escape::shell_word(path.as_os_str().as_bytes())
}

fn install(repository: &Repository) -> Result<(), Error> {
    let args = InstallArgs { hooks: Vec::new(), global: false, dry_run: false };
    install::run(&args, repository, &mut io::sink())?;
    Ok(())
}

fn add_mode(path: &Path, bits: u32) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    fs::set_permissions(path, fs::Permissions::from_mode(mode | bits))
}

fn link(program: &Path, at: &Path) -> io::Result<()> {
    if let Some(folder) = at.parent() {
        fs::create_dir_all(folder)?;
    }
    // Whatever stands there does not work.
    match fs::remove_file(at) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    symlink(program, at)
}

fn add_lines(file: &Path, lines: &[&str]) -> io::Result<()> {
    let mut text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    let written: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(|line| line.trim_ascii_end().to_vec()).collect();
    for line in lines.iter().filter(|line| !written.iter().any(|known| known == line.as_bytes())) {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    replace(file, &text)
}
