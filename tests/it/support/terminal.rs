//! A terminal of so many columns, for what is said otherwise on one.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{Read, Write},
    os::unix::ffi::OsStringExt,
    path::Path,
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use super::Repo;

impl Repo {
    /// Runs a program on a terminal; its exit code, and what the terminal was sent. What is typed is `input`.
    pub fn on_terminal(
        &self,
        columns: u16,
        program: &Path,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: &str,
    ) -> (i32, String) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal of ours");
        tcsetwinsize(&ours, Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).expect("a size");
        let name = OsString::from_vec(ptsname(&ours, Vec::new()).expect("a name").into_bytes());
        let theirs = || File::options().read(true).write(true).open(&name).expect("the other side");
        let mut command = self.command(program, args);
        command.stdin(theirs()).stdout(theirs()).stderr(theirs());
        let mut child = command.spawn().expect("the program starts");
        // Else this process would keep the terminal open.
        drop(command);
        let mut ours = File::from(ours);
        ours.write_all(input.as_bytes()).expect("it is typed");
        let mut shown = Vec::new();
        // A terminal that nobody has open any more ends with a fault, not with an end.
        let _ = ours.read_to_end(&mut shown);
        let code = child.wait().expect("it ends").code().unwrap_or(-1);
        (code, String::from_utf8_lossy(&shown).replace("\r\n", "\n"))
    }
}
