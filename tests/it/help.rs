//! Help pages, whole; what is made of the command line for shells and manuals.

use tightlip::cli;

use crate::support::{Repo, golden::assert_golden};

#[test]
fn every_command_has_a_page() {
    let repo = Repo::new();
    for command in cli::pages() {
        let name = command.get_bin_name().unwrap_or("tightlip").to_owned();
        let words: Vec<&str> = name.split(' ').skip(1).chain(["--help"]).collect();
        let run = repo.tightlip(&words);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        assert_golden(&format!("help/{}.txt", name.replace(' ', "-")), &run.stdout);
    }
}

#[test]
fn every_subcommand_teaches_by_example() {
    for command in
        cli::pages().iter().filter(|command| command.get_bin_name().is_some_and(|name| name.split(' ').count() == 2))
    {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("Examples:\n"), "{} has no example", command.get_name());
    }
}

#[test]
fn shells_and_manuals_know_every_command() {
    let repo = Repo::new();
    let manual = repo.tightlip(["man"]).stdout.replace("\\-", "-");
    let scripts =
        ["bash", "zsh", "fish", "elvish", "powershell"].map(|shell| repo.tightlip(["completions", shell]).stdout);
    for command in cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(manual.contains(&format!("tightlip-{name}")), "{name} is not in the manual");
        for script in &scripts {
            assert!(script.contains(name), "{name} is not in {script}");
        }
    }
}
