//! What people commit: decoders, assignments, checks, redaction.

use std::sync::OnceLock;

use data_encoding::{BASE64, HEXLOWER};
use tightlip::{
    detect::{
        Detector, Match,
        explain::Said,
        validate::{self, Subject},
    },
    redact::Redactor,
    rules::{RuleSet, recipe, syntax},
};

use super::made;

/// Names of files whose content is read each in its own way.
const PATHS: [&str; 24] = [
    "a.py",
    "a.yml",
    "a.json",
    "a.toml",
    ".env",
    "a.sh",
    "Dockerfile",
    "a.tf",
    "a.xml",
    "a.properties",
    "a.md",
    "a.ipynb",
    "a.php",
    "a.rb",
    "a.go",
    "a.html",
    "a.sql",
    "a.csv",
    "a.ini",
    "test/a.py",
    "a.plist",
    "Cargo.lock",
    "a.ps1",
    "a",
];

fn detector() -> &'static Detector {
    static DETECTOR: OnceLock<Detector> = OnceLock::new();
    DETECTOR.get_or_init(|| Detector::new(RuleSet::builtin()))
}

/// Whatever the bytes, what is found lies in them, in order, and does not overlap.
fn found(path: &[u8], bytes: &[u8]) -> Vec<Match> {
    let matches = detector().detect(path, bytes);
    let mut end = 0;
    for found in &matches {
        // What several decoders made may have no bytes of its own.
        assert!(end <= found.span.start && found.span.start <= found.span.end, "{found:?} behind {end}");
        end = found.span.end;
        assert!(!found.secret.expose().is_empty(), "{found:?}");
        assert!(found.via.len() < 20, "{found:?}");
    }
    assert!(end <= bytes.len(), "{end} of {}", bytes.len());
    matches
}

pub fn decoders(bytes: &[u8]) {
    found(b"src/a.txt", bytes);
}

/// The first byte says what kind of file it is.
pub fn assignments(bytes: &[u8]) {
    let Some((&kind, text)) = bytes.split_first() else { return };
    let path = PATHS[usize::from(kind) % PATHS.len()].as_bytes();
    let matches = found(path, text);
    // Why something was found is said of exactly what was found.
    let (explained, steps) = detector().explain(path, text);
    let places = |matches: &[Match]| matches.iter().map(|one| (one.by, one.span.clone())).collect::<Vec<_>>();
    assert_eq!(places(&matches), places(&explained));
    let told = steps.iter().filter(|step| matches!(step.said, Said::Found { .. }));
    assert!(told.count() >= matches.len());
    if detector().holds_only_placeholders(path, text) {
        assert!(matches.is_empty());
    }
}

/// The first byte says which check.
pub fn checks(bytes: &[u8]) {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let names = NAMES.get_or_init(check_names);
    let Some((&number, text)) = bytes.split_first() else { return };
    let name = &names[usize::from(number) % names.len()];
    validate::check(name, Subject { secret: text, matched: text }).expect("a rule names it");
    // The matched text is longer than the secret as a rule.
    let (at, end) = (text.len() / 4, text.len() - text.len() / 8);
    validate::check(name, Subject { secret: &text[at..end], matched: text }).expect("a rule names it");
}

fn check_names() -> Vec<String> {
    let rules = RuleSet::builtin();
    let mut names: Vec<_> =
        rules.iter().flat_map(|rule| rule.checks.iter()).map(|check| check.name.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() < 256, "one byte says which");
    names
}

/// A line stays a line, and no value that can be found on it alone is still there.
pub fn redact(bytes: &[u8]) {
    let mut redactor = Redactor::new(detector(), b"a.log");
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let masked = redactor.mask(line);
        assert_eq!(masked.ends_with(b"\n"), line.ends_with(b"\n"));
        let body = masked.strip_suffix(b"\n").unwrap_or(&masked);
        assert!(!body.contains(&b'\n'), "{}", masked.escape_ascii());
        for value in detector().detect(b"a.log", line).iter().map(|found| found.secret.expose()) {
            let shows = value.len() >= 12 && masked.windows(value.len()).any(|part| part == value);
            assert!(!shows, "{} shows a value", masked.escape_ascii());
        }
    }
}

/// Values in every wrapping that a decoder takes off.
pub fn encoded() -> Vec<Vec<u8>> {
    let line = made("STRIPE_KEY = \"sk_live_{base62:24}\"; gh = 'ghp_{base62:30}{crc32-base62}'\n");
    let text = String::from_utf8(line.clone()).expect("text");
    let escaped = |how: fn(u8) -> String| line.iter().map(|&byte| how(byte)).collect::<String>().into_bytes();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &line).expect("a vector takes all");
    let gzip = gzip.finish().expect("a vector takes all");
    vec![
        BASE64.encode(&gzip).into_bytes(),
        gzip,
        BASE64.encode(&line).into_bytes(),
        BASE64.encode(BASE64.encode(&line).as_bytes()).into_bytes(),
        HEXLOWER.encode(&line).into_bytes(),
        escaped(|byte| format!("%{byte:02x}")),
        escaped(|byte| format!("\\x{byte:02x}")),
        escaped(|byte| format!("\\u{byte:04x}")),
        escaped(|byte| format!("&#{byte};")),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        made("key = 'sk_live_' +\n  '{base62:12}' + \"{base62:12}\"\n"),
        [b"apiVersion: v1\nkind: Secret\ndata:\n  token: ".as_slice(), BASE64.encode(&line).as_bytes(), b"\n"].concat(),
        made("{pem:RSA PRIVATE KEY}\n"),
        made("\"key\": \"{pem-escaped:EC PRIVATE KEY}\"\n"),
        made("url = postgresql://loader:{base62:20}@prod-host/db\npassword: \"{human}\"\n"),
        line,
    ]
}

/// One line of each kind of file.
pub fn assigned() -> Vec<Vec<u8>> {
    let texts = [
        "password = '{base62:20}'  # {human}\n",
        "db:\n  password: {human}\n  secret: |\n    {base62:40}\n",
        "{{\"apiKey\": \"{base62:32}\", \"nested\": {{\"client_secret\": \"{human}\"}}\n",
        "export DB_PASSWORD=\"${{PW:-{base62:20}}\"\n",
        "<add key=\"Password\" value=\"{human}\"/><password>{base62:20}</password>\n",
        "curl -u admin:{base62:20} -H 'Authorization: Bearer {base62:40}' https://example.org\n",
        "connect(user=\"me\", password=\"{human}\", token=f\"{{x}{base62:20}\")\n",
        "CREATE USER x IDENTIFIED BY '{base62:18}';\n",
        "$cfg['secret'] = \"{base62:30}\"; define('AUTH_KEY', '{password:64}');\n",
        "resource \"x\" \"y\" {{\n  secret = <<EOT\n{base62:40}\nEOT\n}\n",
    ];
    let kinds = 0..u8::try_from(PATHS.len()).expect("few");
    kinds.flat_map(|kind| texts.map(|text| [&[kind][..], &made(text)].concat())).collect()
}

/// An example of a rule for each check that it names.
pub fn checkable() -> Vec<Vec<u8>> {
    let names = check_names();
    let written = syntax::read(include_str!("../../rules.toml")).expect("the build has read it");
    let mut seeds = Vec::new();
    for rule in &written {
        for name in rule.checks.keys() {
            let number = names.iter().position(|known| known == name).expect("named by a rule");
            let text = recipe::expand(&rule.examples[0], name).expect("the build has followed it").bytes;
            let matches = detector().detect(b"a.conf", &text);
            let value = matches.first().map_or(text.as_slice(), |found| found.secret.expose());
            seeds.push([&[u8::try_from(number).expect("fewer than 256")], value].concat());
        }
    }
    seeds.sort_unstable();
    // One or two of each are enough to begin with.
    let mut count = [0; 256];
    seeds.retain(|seed| {
        count[usize::from(seed[0])] += 1;
        count[usize::from(seed[0])] <= 2
    });
    seeds
}
