//! What a terminal is shown: as wide as it is, and coloured where that is wanted.

use unicode_width::UnicodeWidthStr;

use crate::support::{Repo, tokens};

/// A protected repository in which a token is staged, far inside of a long line.
fn staged() -> Repo {
    let mut repo = Repo::protected();
    let line =
        format!("settings = dict({} key = \"{}\", {})\n", "a = 1, ".repeat(9), tokens::stripe(1), "b = 2, ".repeat(9));
    repo.stage("services/payments/settings/production/defaults.py", line);
    repo.env("NO_COLOR", "1");
    repo
}

/// The widest line, and the columns over which the carets of the only finding stand.
fn measured(shown: &str) -> (usize, String) {
    let lines: Vec<&str> = shown.lines().collect();
    let carets = lines.iter().position(|line| line.trim_start_matches([' ', '|']).starts_with('^')).expect("carets");
    let span = lines[carets].find('^').expect("one")..lines[carets].len();
    (lines.iter().map(|line| line.width()).max().unwrap_or(0), lines[carets - 1][span].to_owned())
}

#[test]
fn a_block_fits_into_the_terminal() {
    let repo = staged();
    let masked = format!("sk_live_********{}", &tokens::stripe(1)[tokens::stripe(1).len() - 2..]);
    for (columns, widest) in [(80, 70..=80), (200, 130..=200)] {
        for (program, args) in [
            ("git".as_ref(), ["commit", "-q", "-m", "a"].as_slice()),
            (Repo::binary(), ["scan", "--staged"].as_slice()),
        ] {
            let (code, shown) = repo.on_terminal(columns, program, args, "");
            assert_eq!(code, 1, "{shown}");
            let (width, under) = measured(&shown);
            assert!(widest.contains(&width), "{columns} columns, {width} are taken:\n{shown}");
            assert_eq!(under, masked, "{shown}");
            assert!(!shown.contains('\x1b'), "{shown}");
        }
    }
}

#[test]
fn colours_are_for_terminals() {
    let mut repo = staged();
    repo.env("NO_COLOR", "");
    let (code, shown) = repo.on_terminal(80, Repo::binary(), ["scan"], "");
    assert!(code == 1 && shown.contains("\x1b["), "{shown}");
    assert!(!repo.tightlip(["scan"]).stdout.contains('\x1b'));
    repo.env("TERM", "dumb");
    assert!(!repo.on_terminal(80, Repo::binary(), ["scan"], "").1.contains('\x1b'));
}

#[test]
fn who_types_is_told_that_it_is_read() {
    let repo = Repo::new();
    for (command, code) in [("scan --stdin", 1), ("redact", 0)] {
        let typed = format!("key = '{}'\n\x04", tokens::stripe(1));
        let (ended, shown) = repo.on_terminal(80, Repo::binary(), command.split(' '), &typed);
        assert_eq!(ended, code, "{shown}");
        assert!(shown.contains("reading from the terminal; Ctrl-D"), "{command}: {shown}");
    }
    let run = repo.tightlip_with(["scan", "--stdin"], b"nothing\n");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
}

#[test]
fn what_is_explained_is_broken_between_words() {
    let repo = staged();
    let place = "services/payments/settings/production/defaults.py:1";
    let whole = repo.tightlip(["why", place]).stdout;
    assert!(whole.lines().any(|line| line.width() > 80), "{whole}");
    let (code, shown) = repo.on_terminal(80, Repo::binary(), ["why", place], "");
    assert!(code == 0 && shown.lines().all(|line| line.width() <= 80), "{shown}");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&shown), words(&whole));
}

#[test]
fn help_takes_the_width_of_the_terminal_up_to_what_is_good_to_read() {
    let repo = Repo::new();
    for (columns, widest) in [(60, 55..=60), (80, 75..=80), (200, 90..=100)] {
        let (code, shown) = repo.on_terminal(columns, Repo::binary(), ["scan", "--help"], "");
        // Examples are commands, and stay as they are.
        let help = shown.split("Examples:").next().expect("a split has a first part");
        let width = help.lines().map(str::width).max().unwrap_or(0);
        assert!(code == 0 && widest.contains(&width), "{columns} columns, {width} are taken:\n{shown}");
    }
}
