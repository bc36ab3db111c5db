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

/// What is not linked: how to unwind from each function, since a fault ends the run where it happens (`commands::report_faults`).
/// What frames these tables stays.
const UNREAD: &str =
    "SECTIONS { /DISCARD/ : { *(EXCLUDE_FILE(*crtbegin*.o *crtend*.o) .eh_frame) } } INSERT AFTER .text;\n";

/// Tells cargo, as far as this machine can: where there are no archives the libraries stay shared ones, and where the linker
/// cannot leave out what nothing reads and what is there twice, both stay in the program.
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
    let script = out.join("unread.ld");
    fs::write(&script, UNREAD).expect("OUT_DIR can be written to");
    let in_place = vec!["-no-pie".to_owned()];
    let of_archives = [vec![format!("-L{}", folder.display()), "-static".to_owned()], in_place.clone()].concat();
    let smaller =
        [of_archives.clone(), vec!["-Wl,--icf=all".to_owned(), format!("-Wl,-T,{}", script.display())]].concat();
    // Whoever debugs wants to see who called whom.
    let is_shipped = set("PROFILE") == "release" && set("DEBUG") == "false";
    let ways = is_shipped.then_some(smaller).into_iter().chain([of_archives, in_place]);
    for argument in ways.into_iter().find(|arguments| links(out, arguments)).into_iter().flatten() {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}

/// Whether a program can be linked so, by what will link ours, and runs.
fn links(out: &Path, arguments: &[String]) -> bool {
    let program = out.join("tried");
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let compile = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--crate-name", "tried", "--crate-type", "bin", "-C", "panic=abort"])
        .args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()))
        .args(arguments.iter().map(|argument| format!("-Clink-arg={argument}")))
        .arg("-o")
        .arg(&program)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut compile) = compile else { return false };
    let written = compile.stdin.take().is_some_and(|mut source| source.write_all(b"fn main() {}").is_ok());
    let linked = compile.wait().is_ok_and(|status| status.success());
    written && linked && Command::new(&program).status().is_ok_and(|status| status.success())
}
