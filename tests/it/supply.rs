//! What is built in comes from one registry, with checksums, without what `deny.toml` bans, and no build script of ours reaches
//! outside. The public CI asks cargo-deny as well, which knows licences and advisories.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_package_comes_from_the_registry_with_a_checksum() {
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        let lock: toml::Table = read(lock).parse().expect("a lock file");
        for package in lock["package"].as_array().expect("a list") {
            let name = package["name"].as_str().expect("a name");
            if name.starts_with("tightlip") {
                continue;
            }
            let source = package.get("source").and_then(|source| source.as_str());
            assert_eq!(source, Some("registry+https://github.com/rust-lang/crates.io-index"), "{name}");
            assert!(package.get("checksum").is_some(), "{name} has no checksum");
        }
    }
}

#[test]
fn nothing_that_is_banned_is_built_in() {
    let deny: toml::Table = read("deny.toml").parse().expect("a configuration");
    let banned = deny["bans"]["deny"].as_array().expect("a list").iter();
    let banned: BTreeSet<_> = banned.map(|row| row["crate"].as_str().expect("a name").to_owned()).collect();
    let lock: toml::Table = read("Cargo.lock").parse().expect("a lock file");
    let packages = lock["package"].as_array().expect("a list").iter();
    let packages: BTreeSet<_> = packages.map(|package| package["name"].as_str().expect("a name").to_owned()).collect();
    assert!(banned.len() > 5 && packages.len() > 50);
    assert_eq!(banned.intersection(&packages).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn no_code_of_ours_is_unsafe_and_no_build_script_reaches_outside() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for file in ["build.rs", "build/gates.rs", "build/grams.rs", "build/keywords.rs"] {
        let text = read(file);
        for reach in ["std::net", "process::Command", "Command::new", "TcpStream", "UdpSocket"] {
            assert!(!text.contains(reach), "{file} has {reach}");
        }
    }
}
