//! Hook managers that own the hooks of a repository, and the entry that each wants for tightlip.
//!
//! They write their hooks anew at their own times, so that what is put into their place does not last. Never: changing their files.

use std::{fs, path::Path};

/// A manager, and what to say of it.
pub(super) struct Manager {
    /// Its name, and when it writes the hooks anew.
    pub what: &'static str,
    /// The line to run or the lines to add.
    pub entry: &'static str,
}

const HUSKY: Manager = Manager {
    what: "husky writes this folder anew whenever packages are installed. So that tightlip\nstays, add it to husky's own hook",
    entry: "echo 'tightlip hook pre-commit' >> .husky/pre-commit",
};

const LEFTHOOK: Manager = Manager {
    what: "lefthook is set up here, and writes its hooks anew when its configuration\nchanges. So that tightlip stays, add to it",
    entry: "pre-commit:\n  commands:\n    tightlip:\n      run: tightlip hook pre-commit",
};

const PRE_COMMIT: Manager = Manager {
    what: "The pre-commit framework, or prek, is set up here. So that it runs tightlip too,\nand in CI, add to .pre-commit-config.yaml, below repos",
    entry: "- repo: local\n  hooks:\n    - id: tightlip\n      name: tightlip\n      entry: tightlip hook pre-commit\n      language: system\n      require_serial: true",
};

/// Files of lefthook's configuration; each may have a dot before it.
const LEFTHOOK_FILES: [&str; 4] = ["lefthook.yml", "lefthook.yaml", "lefthook.toml", "lefthook.json"];

const PRE_COMMIT_FILES: [&str; 2] = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/// Those of the work tree at `top`, whose hooks are in `folder`, that do not call tightlip yet.
pub(super) fn without_entry(top: &Path, folder: &Path) -> Vec<&'static Manager> {
    let mut managers = Vec::new();
    let lacks = |path: &Path| fs::read_to_string(path).is_ok_and(|text| !text.contains("tightlip"));
    let husky = top.join(".husky");
    if folder.starts_with(&husky) && (lacks(&husky.join("pre-commit")) || !husky.join("pre-commit").exists()) {
        managers.push(&HUSKY);
    }
    let of_lefthook = LEFTHOOK_FILES.iter().flat_map(|name| [top.join(name), top.join(format!(".{name}"))]);
    if of_lefthook.into_iter().any(|path| lacks(&path)) {
        managers.push(&LEFTHOOK);
    }
    if PRE_COMMIT_FILES.iter().any(|name| lacks(&top.join(name))) {
        managers.push(&PRE_COMMIT);
    }
    managers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_entry_until_it_is_there() {
        let top = tempfile::tempdir().expect("a folder");
        let top = top.path();
        let entries = |folder: &str| without_entry(top, &top.join(folder)).len();
        assert_eq!(entries(".git/hooks"), 0);
        fs::create_dir_all(top.join(".husky/_")).expect("folders");
        assert_eq!((entries(".husky/_"), entries(".git/hooks")), (1, 0));
        fs::write(top.join(".husky/pre-commit"), "npm test\ntightlip hook pre-commit\n").expect("a file");
        assert_eq!(entries(".husky/_"), 0);
        for file in [".lefthook.yml", ".pre-commit-config.yaml"] {
            fs::write(top.join(file), "\n").expect("a file");
            assert_eq!(entries(".git/hooks"), 1, "{file}");
            fs::write(top.join(file), "tightlip hook pre-commit\n").expect("a file");
            assert_eq!(entries(".git/hooks"), 0, "{file}");
        }
    }
}
