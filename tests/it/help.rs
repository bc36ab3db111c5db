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
        let wide = run.stdout.lines().find(|line| line.len() > 80);
        assert_eq!(wide, None, "{name}");
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
        let wide = help.lines().find(|line| line.len() > 80);
        assert_eq!(wide, None, "{} is wider than a terminal", command.get_name());
    }
}

#[test]
fn shells_know_every_command_and_the_ids_of_rules() {
    let repo = Repo::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = repo.tightlip(["completions", shell]).stdout;
        for command in cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{} is not in that of {shell}", command.get_name());
        }
        // Those two complete values.
        assert!(!["bash", "zsh", "fish"].contains(&shell) || script.contains("stripe-secret-key"), "{shell}");
    }
}

#[test]
fn the_manual_is_one_page_that_names_no_other() {
    let manual = Repo::new().tightlip(["man"]).stdout;
    assert_eq!(manual.matches(".TH ").count(), 1);
    assert!(!manual.contains("(1)"), "there are no other pages");
    for command in cli::pages().iter().skip(1) {
        let name = command.get_bin_name().expect("a subcommand").to_uppercase().replace('-', "\\-");
        assert!(manual.contains(&format!(".SH \"{name}\"\n")), "{name} has no section");
    }
    assert!(manual.contains("\n.nf\nExamples:\n  tightlip install            protect this clone\n"), "{manual}");
}
