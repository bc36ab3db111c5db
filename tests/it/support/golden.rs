//! Whole outputs, compared with the files of tests/golden.

use std::{env, fs, path::Path};

/// Asserts that `actual` is what tests/golden/`name` holds. With `TIGHTLIP_BLESS=1`, writes it there instead.
#[track_caller]
pub fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if env::var_os("TIGHTLIP_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("below tests/golden")).expect("a folder");
        fs::write(&path, actual).expect("a golden file");
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(actual == expected, "{} differs; TIGHTLIP_BLESS=1 rewrites it. Now:\n{actual}", path.display());
}
