//! What help pages end with: examples that can be typed as they stand.
//!
//! Never: an option that is not in `cli.rs`.

pub const INSTALL: &str = "\
Examples:
  tightlip install            protect this clone
  tightlip install --global   protect every repository that git makes after it
  tightlip install --dry-run  say what would be done";

pub const UNINSTALL: &str = "\
Examples:
  tightlip uninstall            take the hooks out of this clone
  tightlip uninstall --dry-run  say what would be done";

pub const DOCTOR: &str = "\
A scratch index with a made-up token is given to the hooks as git would, with
the bare environment of a graphical client. Nothing of yours is touched, but for
what --fix says before it does it.

Examples:
  tightlip doctor                does the hook fire, and what is in force?
  tightlip doctor --fix          install again, write .gitignore, chmod 600
  tightlip doctor --format json  for programs

Exit codes: 0 all is well, 1 there is something to mend, 2 could not tell.";

pub const HOOK: &str = "\
Examples:
  tightlip hook install               the same as: tightlip install
  tightlip hook pre-commit            what git would be told if it committed now
  tightlip hook pre-commit a.py b.py  these files, as pre-commit and prek do";

pub const SCAN: &str = "\
Examples:
  tightlip scan                                    what is staged
  tightlip scan src notebooks                      files and folders on disk
  pg_dump | tightlip scan --stdin --name dump.sql  a stream, judged as that file
  tightlip scan --range main..HEAD                 what these commits bring
  tightlip scan --tree                             the tracked files on disk
  tightlip scan --tree v1.0                        the files of a revision
  tightlip scan --history                          all that references lead to
  tightlip scan --format sarif --output out.sarif  for code scanning
  tightlip scan . --format html --output all.html  a page for reading
  tightlip scan --update-baseline --reason \"demo\"  accept what is staged

Exit codes: 0 nothing that blocks, 1 findings that block, 2 not complete.";

pub const MERGE: &str = "\
Examples:
  tightlip merge share-*.json                              for reading
  tightlip merge --format sarif --output all.sarif *.json  for code scanning

Exit codes: as if one scan had found it all.";

pub const BASELINE: &str = "\
Examples:
  tightlip baseline show        what is accepted, why, and until when
  tightlip baseline prune       drop what no longer stands there
  tightlip baseline review      decide about each again
  tightlip baseline review src  and about what blocks in src";

pub const REVIEW: &str = "\
Each is answered with real, false, later or quit. Real: it must be rotated; it
blocks from now on, or is accepted until the day that you give. False: it is
accepted, with a reason and perhaps a last day. Each answer is written at once.

Examples:
  tightlip baseline review                 what is accepted
  tightlip baseline review .               and all that blocks here
  yes later | tightlip baseline review     list them only";

pub const REDACT: &str = "\
Private keys are masked over their lines; other values must stand on one line,
with their name or below it. Each line is written as soon as it is complete.

Examples:
  dbt run 2>&1 | tightlip redact | tee run.log
  tightlip redact --name app.env < app.env
  dbt debug 2>&1 | tightlip redact --known

Exit codes: 0 the input has ended, whatever was masked, 2 could not complete.";

pub const RULES: &str = "\
Examples:
  tightlip rules list                    what is looked for
  tightlip rules show stripe-secret-key  all of one rule
  tightlip rules check .tightlip.toml    prove your own";

pub const WHY: &str = "\
Examples:
  tightlip why src/settings.py              the whole file
  tightlip why src/settings.py:12           one line
  tightlip why --staged src/settings.py:12  as the next commit has it
  tightlip why --tree v1.0 src/settings.py  as a revision has it";

pub const IMPORT: &str = "\
Examples:
  tightlip import gitleaks                  .gitleaks.toml and .gitleaksignore
  tightlip import gitleaks report.json      a report that served as a baseline
  tightlip import detect-secrets --dry-run  what .secrets.baseline comes to";

pub const COMPLETIONS: &str = "\
Examples:
  tightlip completions bash >> ~/.bash_completion
  tightlip completions zsh > \"${fpath[1]}/_tightlip\"
  tightlip completions fish > ~/.config/fish/completions/tightlip.fish";

pub const MAN: &str = "\
Examples:
  tightlip man | man -l -
  tightlip man > ~/.local/share/man/man1/tightlip.1";

pub const ALL: &str = "\
Examples:
  tightlip install            protect this clone; then commit as before
  tightlip scan               look at what is staged, without committing
  tightlip scan .             look at the files here
  tightlip --update-baseline  accept what is staged as known

Exit codes: 0 nothing that blocks, 1 findings that block, 2 not complete.";
