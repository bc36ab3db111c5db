//! How the program is linked on Linux: for the place where it runs, and with nothing to look up when it starts.
//!
//! A hook is started for each commit, and half of what a clean one costs was its start: twenty thousand addresses in the tables of
//! rules, each written anew for the place where the program happens to lie, and three shared libraries. There is no unsafe code in
//! this crate for a random place to make harder to misuse.
//!
//! `-C target-feature=+crt-static` says the same, but reaches procedural macros too unless `--target` is given, and no
//! `cargo install --git`. Never: what is linked.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What rustc names for this target, as shared libraries and in this order, and the archives that hold the same. The last one's
/// need each other.
const LIBRARIES: [(&str, &str); 7] = [
    ("gcc_s", "-l:libgcc_eh.a -l:libgcc.a"),
    ("util", "-l:libutil.a"),
    ("rt", "-l:librt.a"),
    ("pthread", "-l:libpthread.a"),
    ("m", "-l:libm.a"),
    ("dl", "-l:libdl.a"),
    ("c", "-l:libc.a -l:libgcc_eh.a -l:libgcc.a"),
];

/// Tells cargo, as far as this machine can: where there are no archives the libraries stay shared ones.
pub fn say(out: &Path) {
    let set = |name| env::var(name).unwrap_or_default();
    let is_ours = set("HOST") == set("TARGET")
        && set("CARGO_CFG_TARGET_OS") == "linux"
        && set("CARGO_CFG_TARGET_ENV") == "gnu"
        && !set("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static")
        && env::var_os("RUSTC_LINKER").is_none();
    if !is_ours {
        return;
    }
    let folder = out.join("archives");
    fs::create_dir_all(&folder).expect("OUT_DIR can be written to");
    for (name, archives) in LIBRARIES {
        // A linker reads a text under a library's name as a script.
        let script = format!("GROUP({archives})\n");
        fs::write(folder.join(format!("lib{name}.so")), script).expect("OUT_DIR can be written to");
    }
    let of_archives = [format!("-L{}", folder.display()), "-static".to_owned(), "-no-pie".to_owned()];
    let in_place = ["-no-pie".to_owned()];
    for arguments in [of_archives.as_slice(), &in_place] {
        if links(out, arguments) {
            for argument in arguments {
                println!("cargo::rustc-link-arg-bins={argument}");
            }
            return;
        }
    }
}

/// Whether a program that needs all of [`LIBRARIES`] can be linked so, and runs.
fn links(out: &Path, arguments: &[String]) -> bool {
    let program = out.join("tried");
    let compile = Command::new("cc")
        .args(["-x", "c", "-", "-nodefaultlibs", "-Wl,-Bdynamic"])
        .args(LIBRARIES.iter().map(|(name, _)| format!("-l{name}")))
        .args(arguments)
        .arg("-o")
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut compile) = compile else { return false };
    let written =
        compile.stdin.take().is_some_and(|mut source| source.write_all(b"int main(void) { return 0; }").is_ok());
    let linked = compile.wait().is_ok_and(|status| status.success());
    written && linked && Command::new(&program).status().is_ok_and(|status| status.success())
}
