//! Replaces a file on disk, whole or not at all.
//!
//! Never: what is in it.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// Replaces the file at `path`, or makes it. A symbolic link stays one, and permissions stay as they are. After an error what
/// stood there before is untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = target(path)?;
    let permissions = fs::metadata(&target).map(|metadata| metadata.permissions()).ok();
    let mut file = new_file(folder(&target), permissions.clone())?;
    if let Some(permissions) = permissions {
        // What the umask took off; before there is anything to read.
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

/// Where `path` leads in the end, whether or not anything is there yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            // It leads nowhere yet; links that lead to each other are another error.
            Ok(next) => target(&folder(path).join(next)),
            Err(_) => Ok(path.to_owned()),
        },
        found => found,
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Readable by at most those who may read what stood there; else by whom the umask lets, as if an editor had made it.
fn new_file(folder: &Path, permissions: Option<fs::Permissions>) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tightlip-");
    #[cfg(unix)]
    builder.permissions(permissions.unwrap_or_else(|| std::os::unix::fs::PermissionsExt::from_mode(0o666)));
    #[cfg(not(unix))]
    let _ = permissions;
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_and_replaces() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("baseline");
        replace(&path, b"one").expect("written");
        replace(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("a file"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left over");
    }

    #[cfg(unix)]
    #[test]
    fn keeps_links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "one").expect("written");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("set");
        symlink(&target, &link).expect("linked");
        replace(&link, b"two").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&target).expect("a file"), b"two");
        assert_eq!(fs::metadata(&target).expect("there").permissions().mode() & 0o777, 0o640);

        fs::remove_file(&target).expect("removed");
        let farther = folder.path().join("farther");
        symlink("link", &farther).expect("linked");
        replace(&farther, b"three").expect("written");
        assert!([&farther, &link].iter().all(|link| link.is_symlink()), "links that lead nowhere stay, too");
        assert_eq!(fs::read(&target).expect("a file"), b"three");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_open_it_at_any_moment() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let made = new_file(folder.path(), Some(fs::Permissions::from_mode(0o600))).expect("made");
        assert_eq!(made.as_file().metadata().expect("open").permissions().mode() & 0o777, 0o600);
    }
}
