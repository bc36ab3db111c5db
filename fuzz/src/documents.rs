//! What people write for tightlip, or another tool wrote: rules, configuration, baselines, other tools' files, reports.

use gix::bstr::BStr;
use tightlip::{
    config::{self, File, import::Tool},
    detect::trial,
    policy::{
        Options, Policy,
        baseline::{self, Baseline},
    },
    report::{self, Context, Format, read},
    rules::syntax,
};

use super::made;

/// Rules in TOML are refused, or held against their own examples.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(written) = syntax::read(text) {
        trial::faults(&written);
    }
}

/// The user's file and the repository's, with a NUL between them.
pub fn config(bytes: &[u8]) {
    let (user, repository) = bytes.split_at(bytes.iter().position(|&byte| byte == 0).unwrap_or(0));
    let file = |name, text| Some(File { name, text });
    let repository = repository.strip_prefix(b"\0").unwrap_or(repository);
    let Ok(config) = config::read(file("user", user), file("repository", repository)) else { return };
    let rules = config.rule_set();
    for required in &config.require.rules {
        assert!(rules.iter().any(|rule| rule.id == *required), "{required} is required, and off");
    }
    let options = Options { today: config::Date::of_unix_time(0), block: None, inline: true };
    let _ = Policy::new(config, options);
}

/// What was read is written as it was, and read again.
pub fn baseline(bytes: &[u8]) {
    let Ok(read) = Baseline::parse("a file", bytes) else { return };
    for line in read.lines() {
        assert_eq!(line.to_string().parse().as_ref(), Ok(line));
    }
    let sorted = |baseline: &Baseline| {
        let mut lines: Vec<_> = baseline.lines().iter().map(ToString::to_string).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    };
    let (written, dropped) = baseline::prune(&read, &[], |_: &BStr| baseline::Standing::Read);
    let again = Baseline::parse("a file", &written).expect("it was written just now");
    let kept = read.lines().len() - dropped;
    assert!(again.lines().len() <= kept);
    assert!(sorted(&again).iter().all(|line| sorted(&read).contains(line)));
}

/// The first byte says whose.
pub fn imports(bytes: &[u8]) {
    let Some((&number, text)) = bytes.split_first() else { return };
    let Ok(text) = str::from_utf8(text) else { return };
    let tool = Tool::ALL[usize::from(number) % Tool::ALL.len()];
    let _ = tool.read(text);
}

/// A report of another machine comes out in every form: as text for a terminal without anything that steers it.
pub fn reports(bytes: &[u8]) {
    let Ok(outcome) = read::read(bytes) else { return };
    for format in Format::ALL {
        for context in [Context::default(), Context { verbose: true, in_hook: true, ..Context::default() }] {
            let mut written = Vec::new();
            report::write(format, &outcome, &context, &mut written).expect("a vector takes all");
            let text = String::from_utf8(written).expect("reports are UTF-8");
            let steers = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(steers), "{}: {text:?}", format.name());
            if format == Format::Json {
                let again = read::read(text.as_bytes()).expect("it was written just now");
                assert_eq!(again.findings.len(), outcome.findings.len());
            }
        }
    }
}

pub fn some_rules() -> Vec<Vec<u8>> {
    [
        "[[rule]]\nid = 'acme'\nkeywords = ['acme_']\npattern = 'acme_(?<secret>[a-z0-9]{20})'\nreach = 'near'\nentropy = 2.5\n\
         checks = { luhn = 'lower' }\npaths = ['**/*.py']\nexamples = ['acme_{base36:20}', 'a=acme_{base36:20}']\n\
         near_misses = ['acme_{base36:19}', 'acme_your']\n",
        "[[rule]]\nid = 'b'\nassignment = { names = ['token'], near = ['acme'], value = '[a-z]{8}' }\n\
         examples = ['acme token = {lower:8}', 'acme_token: {lower:8}']\nnear_misses = ['token = x', 'acme token = 1']\n",
        "[[rule]]\nid = 'c'\nkeywords = ['x']\npattern = '((a*)*)*|\\d{1000}|(?i)\\p{L}+$'\n",
        "[context]\nacme = { words = ['acme'], common = ['ac'], shapes = ['[0-9a-f]{32}'] }\n",
        "[[harmless]]\nid = 'd'\ntitle = 't'\nprovider = 'p'\nkeywords = ['pk_']\npattern = 'pk_[a-z]+'\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub fn some_configs() -> Vec<Vec<u8>> {
    [
        "version = 1\n[paths]\nallow = ['tests/**']\ndeny = ['*.key']\nskip = ['{a,b}/[!x]?']\ndefault_deny = false\n",
        "[require]\nrules = ['generic-password']\ndeny = ['x']\n\0[rules]\ndisable = ['generic-password']\n",
        "[[allow]]\nrule = 'generic-password'\npath = 'a/**'\nvalue = 'x+'\nreason = 'why'\nexpires = 2027-01-31\n",
        "[report]\nblock = 'medium'\n[limits]\nmax_file_size = '64 MiB'\n[server]\ninline = true\n[inline]\nmarks = ['gitleaks:allow']\n",
        "[[rule]]\nid = 'acme'\nkeywords = ['acme_']\npattern = 'acme_[a-z0-9]{20}'\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub fn some_baselines() -> Vec<Vec<u8>> {
    [
        "# a comment\n1 salt 0123456789abcdef stripe-secret-key a%20b/c.py expires=2027-01-31 a reason\r\n\n",
        "1 0123456789abcdef abc generic-password caf%FF.py\n1 other 123 denied-path .env expires=2020-02-29\n",
        "<<<<<<< HEAD\n1 salt abc a b\n=======\n1 salt abc a c\n>>>>>>> other\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub fn some_imports() -> Vec<Vec<u8>> {
    let texts = [
        "[extend]\nuseDefault = true\ndisabledRules = ['a']\n[[rules]]\nid = 'x'\nregex = '''x_([a-z]{20})\\b'''\nsecretGroup = 1\n\
         keywords = ['x_']\nentropy = 3.0\n[[rules.allowlists]]\npaths = ['''^a/.*\\.py$''']\nstopwords = ['y']\n\
         [allowlist]\nregexes = ['''abc''']\ncommits = ['c']\n",
        "{\"version\": \"1.4.0\", \"plugins_used\": [{\"name\": \"KeywordDetector\"}], \"filters_used\": [], \"results\": \
         {\"a.py\": [{\"type\": \"Secret Keyword\", \"filename\": \"a.py\", \"hashed_secret\": \
         \"0000000000000000000000000000000000000000\", \"is_verified\": false, \"line_number\": 1}]}}",
        "# comment\nfixtures/.*:\\s*x\n.*EXAMPLE\n",
        "abc:a/b.py:stripe:12\n# x\na/b.py:generic:1\n",
    ];
    let seeds = (0..3_u8).flat_map(|tool| texts.map(|text| [&[tool][..], text.as_bytes()].concat()));
    seeds
        .chain([[&[0][..], &made("[{{\"File\": \"a.py\", \"Secret\": \"{base62:20}\", \"StartLine\": 3}]")].concat()])
        .collect()
}

pub fn some_reports() -> Vec<Vec<u8>> {
    let finding = r#"{"rule":"a","title":"A","provider":"P","severity":"high","blocks":true,"path":"a.py","path_bytes":"YS5weQ==",
        "line":3,"column":1,"end_line":3,"end_column":9,"origin":{"kind":"index"},"secret":"********","fingerprint":"abc","via":["base64"],
        "proof":null,"status":"new","excerpt":"x = ********"}"#;
    let text = |findings: &str| {
        format!(
            r#"{{"schema":1,"receipt":{{"entries":1,"blobs":1,"bytes":9}},"skipped":[{{"path":"x","why":"too large"}}],"widened":[],"notes":["n"],"findings":[{findings}]}}"#
        )
        .into_bytes()
    };
    vec![text(""), text(finding)]
}
