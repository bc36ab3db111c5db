//! Whatever is run on whatever state: the value of a secret is in nothing that is written. Here values are planted, and all
//! that comes out is searched for any part of them.

use std::{fs, io::Write};

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER, HEXUPPER};
use flate2::{Compression, write::GzEncoder};
use tightlip::rules::recipe;

use crate::support::{Repo, Run, tokens};

/// So many bytes in a row of a value are more than may be shown: a rule's public prefix is not counted.
const PART: usize = 8;

/// All that was written, and what must not be in it.
struct Witness {
    repo: Repo,
    values: Vec<String>,
    heard: Vec<(String, String)>,
}

impl Witness {
    fn new(repo: Repo) -> Self {
        Self { repo, values: Vec::new(), heard: Vec::new() }
    }

    /// A made-up value; from now on it must not be heard.
    fn plant(&mut self, recipe: &str) -> String {
        let value = recipe::expand(recipe, &format!("{recipe} {}", self.values.len())).expect("a recipe").bytes;
        let value = String::from_utf8(value).expect("text");
        self.values.push(value.clone());
        value
    }

    fn plant_stripe(&mut self) -> String {
        format!("{}_{}_{}", "sk", "live", self.plant("{base62:24}"))
    }

    fn hear(&mut self, what: &str, run: &Run) {
        assert!((0..=2).contains(&run.code), "{what}: {run:?}");
        self.heard.push((what.to_owned(), format!("{}\n{}", run.stdout, run.stderr)));
    }

    /// Runs tightlip with `args`, words separated by spaces.
    fn run(&mut self, args: &str) -> i32 {
        let run = self.repo.tightlip(args.split(' '));
        self.hear(args, &run);
        run.code
    }

    /// Everything that tightlip offers on what is staged and on the files of the work tree.
    fn run_all(&mut self) {
        for target in ["--staged", "."] {
            for form in ["", " --verbose", " --verbose --color always", " --format json", " --format jsonl"] {
                for policy in ["", " --no-inline --no-baseline --severity low"] {
                    self.run(&format!("scan {target}{form}{policy}"));
                }
            }
        }
        for command in ["hook pre-commit", "hook pre-merge-commit", "baseline show", "doctor", "doctor --format json"] {
            self.run(command);
        }
    }

    /// Fails if any part of a planted value was heard, or stands in a file that tightlip writes.
    fn swear(mut self) {
        let folder = self.repo.top().join(".git/tightlip");
        let logs = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
        for path in logs.chain([self.repo.top().join(".tightlip-baseline")]).filter(|path| path.exists()) {
            let text = fs::read(&path).expect("a file");
            self.heard.push((path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
        }
        for (what, heard) in &self.heard {
            for value in &self.values {
                let traitor = traces(value).into_iter().find(|trace| heard.contains(trace.as_str()));
                assert!(traitor.is_none(), "{what} tells {traitor:?} of {value:?}:\n{heard}");
            }
        }
    }
}

/// The parts of a value, and the whole in other spellings.
fn traces(value: &str) -> Vec<String> {
    let lines = value.split(['\n', '\\']).filter(|line| !line.contains("-----"));
    let parts =
        lines.flat_map(|line| line.as_bytes().windows(PART)).map(|part| String::from_utf8_lossy(part).into_owned());
    let bytes = value.as_bytes();
    let spellings = [BASE64.encode(bytes), BASE64_NOPAD.encode(bytes), HEXLOWER.encode(bytes), HEXUPPER.encode(bytes)];
    parts.chain(spellings).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn the_witness_hears() {
    let value = "a-secret-value";
    for heard in ["x a-secret", "t-value", "YS1zZWNyZXQtdmFsdWU", "612d7365637265742d76616c7565"] {
        let told = traces(value).iter().any(|trace| heard.contains(trace.as_str()));
        assert_eq!(told, heard != "t-value", "{heard}");
    }
}

/// One file of each kind, with a new value in each.
fn stage_all(witness: &mut Witness) {
    let stripe = witness.plant_stripe();
    witness.repo.stage("pay.py", format!("import stripe\nstripe.api_key = \"{stripe}\"; again = \"{stripe}\"\n"));
    let password = witness.plant("{human}");
    witness.repo.stage("db.yml", format!("host: db\npassword: \"{password}\"\n"));
    let pem = witness.plant("{pem:RSA PRIVATE KEY}");
    witness.repo.stage("keys.py", format!("KEY = \"\"\"{pem}\"\"\"\n"));
    let escaped = witness.plant("{pem-escaped:EC PRIVATE KEY}");
    witness.repo.stage("keys.json", format!("{{\"key\": \"{escaped}\"}}\n"));
    let dsn = witness.plant("{base62:20}");
    witness.repo.stage("conf.ini", format!("url = postgresql://loader:{dsn}@prod-host/db\n"));
    let env = witness.plant("{base62:20}");
    witness.repo.stage(".env", format!("API_TOKEN={env}\n"));
    let secret = witness.plant("{base62:50}");
    witness.repo.stage("settings.py", format!("SECRET_KEY = \"{secret}\"\n"));
    let wide = witness.plant_stripe();
    witness.repo.stage("wide.txt", utf16(&format!("\u{feff}key = \"{wide}\"\r\n")));
    let github = witness.plant("{base62:30}{crc32-base62}");
    witness.repo.stage("long.js", format!("{}ghp_{github}{}\n", "a=1;".repeat(300), ";b=2".repeat(300)));
}

#[test]
fn new_values_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    stage_all(&mut witness);
    witness.run_all();
    assert_eq!(witness.run("hook pre-commit"), 1);
    let run = witness.repo.commit();
    witness.hear("a commit", &run);
    witness.swear();
}

#[test]
fn values_that_are_packed_without_being_changed_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    for padding in 0..40 {
        let password = witness.plant("{base62:14}");
        let text = format!("{}curl -u admin:{password} https://x.acme.io\n", "-".repeat(padding));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(text.as_bytes()).expect("memory takes all");
        witness.repo.stage(format!("dump{padding}.sql.gz"), encoder.finish().expect("memory takes all"));
    }
    witness.run_all();
    for format in ["sarif", "html", "github", "gitlab", "junit"] {
        witness.run(&format!("scan . --format {format}"));
    }
    assert_eq!(witness.run("hook pre-commit"), 1);
    witness.swear();
}

#[test]
fn accepted_values_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    stage_all(&mut witness);
    assert_eq!(witness.run("--update-baseline"), 0);
    witness.repo.git(["add", ".tightlip-baseline"]);
    witness.run_all();
    witness.repo.git(["rm", "-q", "-f", "pay.py"]);
    assert_eq!(witness.run("baseline prune"), 0);
    witness.repo.git(["add", ".tightlip-baseline"]);
    let run = witness.repo.commit();
    assert_eq!(run.code, 0, "{run:?}");
    witness.hear("a commit", &run);
    witness.swear();
}

#[test]
fn bypassed_values_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    stage_all(&mut witness);
    let run = witness.repo.try_git(["-c", "tightlip.bypass=why", "commit", "-q", "-m", "a commit"]);
    assert_eq!(run.code, 0, "{run:?}");
    witness.hear("a bypass", &run);
    assert!(witness.repo.top().join(".git/tightlip/bypasses.jsonl").exists());
    witness.swear();
}

#[test]
fn inherited_values_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    stage_all(&mut witness);
    witness.repo.git(["commit", "-q", "--no-verify", "-m", "as it was"]);
    for path in ["pay.py", "db.yml", "keys.py", "conf.ini", "settings.py"] {
        let old = fs::read_to_string(witness.repo.top().join(path)).expect("a file");
        witness.repo.stage(path, format!("{old}\n"));
    }
    witness.run_all();
    assert_eq!(witness.run("hook pre-commit"), 0);
    witness.swear();
}

#[test]
fn allowed_values_are_not_told() {
    let mut witness = Witness::new(Repo::protected());
    let key = witness.plant_stripe();
    let allowed = witness.plant_stripe();
    witness.repo.stage(
        ".tightlip.toml",
        format!("[paths]\nallow = ['allowed/**']\n[[allow]]\nvalue = '{allowed}'\nreason = 'a demo'\n"),
    );
    witness.repo.stage("by_value.py", format!("key = \"{allowed}\"\n"));
    witness.repo.stage("allowed/pay.py", format!("key = \"{key}\"\n"));
    // The reason repeats the value.
    witness
        .repo
        .stage("pay.py", format!("key = \"{key}\"  # tightlip:allow stripe-secret-key -- {key} is a fixture\n"));
    let password = witness.plant("{human}");
    witness.repo.stage("db.yml", format!("# tightlip:allow -- {password}\npassword: \"{password}\"\n"));
    witness.run_all();
    assert_eq!(witness.run("hook pre-commit"), 0);
    witness.swear();
}

#[test]
fn an_allowance_of_a_value_is_not_told() {
    let mut witness = Witness::new(Repo::protected());
    let key = witness.plant_stripe();
    witness.repo.stage("pay.py", format!("x = 1  # tightlip:allow {key}\n"));
    let lower = witness.plant("{base36:32}");
    witness.repo.stage("db.py", format!("x = 1  # tightlip:allow {lower}\n"));
    witness.run_all();
    assert_eq!(witness.run("hook pre-commit"), 1);
    witness.swear();
}

/// Configurations that cannot be used, with `KEY` in them.
const BROKEN_CONFIGURATIONS: [&str; 11] = [
    "[[allow]]\nreason = 'x'\nvalue = 'KEY('\n",
    "[[allow]]\nreason = 'x'\nvalue = 'KEY'\nrule = 'KEY'\n",
    "[[allow]]\nreason = 'x'\nvalues = 'KEY'\n",
    "[[allow]]\nvalue = 'KEY'\n",
    "[[allow]]\nreason = 'x'\nvalue = KEY\n",
    "[[allow]]\nreason = 'x'\nvalue = 'KEY\n",
    "[[allow]]\nreason = 'x'\npath = 'KEY[a'\n",
    "allow = 'KEY'\n",
    "[paths]\nallow = 'KEY'\n",
    "[rules]\ndisable = ['KEY']\n",
    "[KEY]\n",
];

#[test]
fn a_configuration_that_names_a_value_is_not_quoted() {
    for text in BROKEN_CONFIGURATIONS {
        let mut witness = Witness::new(Repo::protected());
        let key = witness.plant_stripe();
        witness.repo.stage(".tightlip.toml", text.replace("KEY", &key));
        witness.repo.stage("pay.py", format!("key = \"{key}\"\n"));
        assert_eq!(witness.run("hook pre-commit"), 2, "{text}");
        assert_eq!(witness.run("scan --staged --format json"), 2, "{text}");
        witness.swear();
    }
}

#[test]
fn a_baseline_that_names_a_value_is_not_quoted() {
    for text in ["KEY", "1 KEY", "1 salt 0123456789abcdef KEY pay.py", "1 salt KEY stripe-secret-key pay.py"] {
        let mut witness = Witness::new(Repo::protected());
        let key = witness.plant_stripe();
        witness.repo.stage(".tightlip-baseline", text.replace("KEY", &key) + "\n");
        witness.repo.stage("pay.py", format!("key = \"{key}\"\n"));
        for command in ["hook pre-commit", "--update-baseline", "baseline show", "baseline prune"] {
            assert_eq!(witness.run(command), 2, "{text}: {command}");
        }
        witness.repo.git(["rm", "-q", "-f", ".tightlip-baseline"]);
        witness.swear();
    }
}

#[test]
fn a_reason_that_repeats_a_value_is_masked() {
    let mut witness = Witness::new(Repo::protected());
    let key = witness.plant_stripe();
    witness.repo.stage("pay.py", format!("key = \"{key}\"\n"));
    let run = witness.repo.tightlip(["--update-baseline", "--reason", &format!("{key} is known")]);
    assert_eq!(run.code, 0, "{run:?}");
    witness.hear("--reason", &run);
    let bypass = format!("tightlip.bypass={key} is known");
    let run = witness.repo.try_git(["-c", &bypass, "commit", "-q", "-m", "a commit"]);
    assert_eq!(run.code, 0, "{run:?}");
    witness.hear("a bypass", &run);
    witness.swear();
}

/// Names, lines and reasons that would move the cursor, colour the screen, or turn the reading order.
#[test]
fn nothing_steers_the_terminal() {
    let repo = Repo::protected();
    let deceptive = "a\u{1b}[2J\r\u{202e}b\u{7}\u{9b}31m\u{2066}.py";
    let key = tokens::stripe(1);
    let line = format!("x = \"\u{1b}]0;title\u{7}\u{202e}\u{8}\"; key = \"{key}\"\n");
    repo.stage(deceptive, &line);
    repo.stage("reason.py", format!("# tightlip:allow stripe-secret-key -- \u{1b}[31m\u{202e}red\n{line}"));
    repo.stage(Repo::name(b"\xff\x1b[1m.env"), "A=some-value\n");
    repo.stage("word.py", "x = 1  # tightlip:allow \u{1b}[31mred\n");
    repo.stage(".tightlip.toml", "[paths]\nskip = [\"\\u001b[31m*\"]\n");
    let mut runs: Vec<Run> = [
        &["scan", "--staged"][..],
        &["scan", "--staged", "--verbose"],
        &["scan", "--staged", "--format", "json"],
        &["scan", "--staged", "--format", "jsonl"],
        &["hook", "pre-commit"],
        &["scan", "--stdin", "--name", deceptive],
        &["scan", "\u{1b}[31mmissing"],
        &["scan", "--config", "\u{1b}[31mmissing"],
        &["scan", "--rule", "\u{1b}[31mmissing"],
        &["scan", "--staged", "--output", "\u{1b}[31m/missing"],
        &["scan", "--severity", "\u{1b}[31mmissing"],
        &["--update-baseline", "--reason", "\u{1b}[31mred"],
        &["baseline", "show"],
        &["baseline", "prune"],
    ]
    .into_iter()
    .map(|args| repo.tightlip_with(args, line.as_bytes()))
    .collect();
    repo.stage(".tightlip.toml", "[paths]\nskip = [\"\\u001b[31m[a\"]\n");
    runs.push(repo.tightlip(["scan"]));
    repo.stage(".tightlip.toml", "\"\\u001b[31mkey\" = 1\n");
    runs.push(repo.tightlip(["scan"]));
    for run in runs {
        let steers = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{2069}').contains(c);
        let steered = run.stdout.chars().chain(run.stderr.chars()).find(steers);
        assert_eq!(steered, None, "{run:?}");
    }
}

#[test]
fn a_path_is_shown_without_the_values_of_its_file() {
    let mut witness = Witness::new(Repo::new());
    let (key, other) = (witness.plant_stripe(), witness.plant_stripe());
    let text = format!("A = '{key}'\nB = '{other}'\n");
    for path in [format!("{key}/{other}.py"), format!("old/{key}/prod.env")] {
        witness.repo.stage(path, &text);
    }
    witness.run_all();
    let bypassed = ["-c", "tightlip.bypass=a test", "commit", "-q", "-m", "keys"];
    witness.repo.install();
    for args in [&["commit", "-q", "-m", "keys"][..], &bypassed] {
        let run = witness.repo.try_git(args);
        assert!(run.stderr.contains("********/********.py:2:6\n  Stripe"), "{run:?}");
        assert!(run.stderr.contains("old/********/prod.env  "), "{run:?}");
        witness.hear("git commit", &run);
    }
    witness.swear();
}

#[test]
fn a_value_that_stands_again_on_a_shown_line_is_masked_there_too() {
    let repo = Repo::protected();
    let password = format!("mX9#{}", "kkQ2vL");
    repo.stage("a.py", format!("password = '{password}'  # the same as {password}\n"));
    repo.stage("b.py", format!("# {password}\nimport a; token = '{}' # {password}\n", tokens::stripe(1)));
    let block = repo.commit();
    block.blocked_by("generic-password");
    assert!(!block.stderr.contains(&password), "{block:?}");
}

#[test]
fn a_comment_counts_in_utf16_too() {
    let repo = Repo::protected();
    let text = format!("$k = '{}' # tightlip:allow stripe-secret-key\n", tokens::stripe(1));
    repo.stage("wide.ps1", utf16(&format!("\u{feff}{text}")));
    let run = repo.commit();
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn what_only_counted_in_a_test_blocks_elsewhere() {
    let repo = Repo::protected();
    repo.commit_file("tests/a.py", format!("password = 'mX9#{}'\n", "kkQ2vL"));
    repo.git(["mv", "tests/a.py", "a.py"]);
    repo.commit().blocked_by("generic-password");
}

#[test]
fn one_nul_byte_hides_no_unknown_allowance() {
    let repo = Repo::protected();
    repo.stage("odd.py", "a = 1 # \0\nb = 2  # tightlip\x3aallow stripe-secret-kye\n");
    repo.commit().blocked_by("unknown-allowance");
}
