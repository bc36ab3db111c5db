//! How many drawn values are found under telling names, by shape and by what stands round them.

use super::{super::context::file::FileKind, Found, NamedValues, Wanted};
use crate::{
    detect::Detector,
    rules::{RuleSet, Text, ValueShape, draw::Draw},
};

const VALUES: usize = 200;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const BASE36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";
const DJANGO: &str = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
/// All that can be typed, but quotes and what escapes.
const TYPED: &str = "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
const SALT: &str = "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~ ";

/// Of [`VALUES`] lines made of `line` with a drawn value for `V`, on how many something is found.
fn found(path: &str, line: &str, alphabet: &str, length: usize) -> usize {
    let mut draw = Draw::new(&format!("{line} {alphabet} {length}"));
    let mut text = String::new();
    for _ in 0..VALUES {
        let value: String = (0..length).map(|_| char::from(*draw.one_of(alphabet.as_bytes()))).collect();
        text += &line.replacen('V', value.trim(), 1);
        text.push('\n');
    }
    let mut lines: Vec<_> = Detector::new(RuleSet::builtin())
        .detect(path.as_bytes(), text.as_bytes())
        .iter()
        .map(|found| text[..found.span.start].matches('\n').count())
        .collect();
    lines.dedup();
    lines.len()
}

#[test]
fn finds_drawn_values_of_every_alphabet() {
    for (path, line, alphabet, length, least) in [
        ("a.yaml", "password: V==", BASE64, 22, 196),
        (".env", "DB_PASSWORD=V==", BASE64, 22, 196),
        ("a.properties", "db.password=V==", BASE64, 86, 196),
        ("a.json", "{\"secret\": \"V==\"},", BASE64, 22, 196),
        ("a.tf", "secret_key = \"V==\"", BASE64, 86, 196),
        ("a.py", "fernet_secret = \"V=\"", BASE64, 43, 196),
        ("settings.py", "SECRET_KEY = 'V'", DJANGO, 50, 196),
        ("settings.py", "SECRET_KEY = 'django-insecure-V'", DJANGO, 50, 196),
        ("wp-config.php", "define('AUTH_KEY', 'V');", SALT, 64, 196),
        ("a.py", "password = \"V\"", TYPED, 64, 196),
        ("a.py", "secret = \"V\"", TYPED, 64, 196),
        ("a.py", "password = \"V\"", TYPED, 50, 196),
        ("a.py", "password = \"V\"", TYPED, 32, 196),
        ("a.py", "password = \"V\"", TYPED, 16, 196),
        ("a.py", "password = \"V\"", BASE62, 12, 196),
        ("a.py", "secret = \"V\"", BASE62, 12, 194),
        ("a.py", "token = \"V\"", BASE62, 16, 196),
        ("a.py", "token = \"V\"", BASE62, 20, 194),
        ("a.py", "token = \"V\"", BASE62, 40, 196),
        ("a.py", "token = \"V\"", BASE36, 20, 194),
        ("a.py", "token = \"V\"", "0123456789abcdef", 32, 195),
        ("a.py", "token = \"V\"", LOWER, 20, 194),
        ("a.py", "secret = \"V\"", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 32, 190),
    ] {
        let found = found(path, line, alphabet, length);
        assert!(found >= least, "{found} of {VALUES} found, {least} wanted: {path}: {line}, {length} of {alphabet}");
    }
}

#[test]
fn finds_passwords_as_people_choose_them() {
    let words =
        ["Winter", "Dragon", "Postgres", "Database", "Orange", "Monkey", "Liverpool", "Sunshine", "Marble", "Rocket"];
    let shapes: [fn(&str, &str) -> String; 6] = [
        |a, _| format!("{a}99Xy"),
        |a, _| format!("{a}2024!"),
        |a, b| format!("{a}{b}42"),
        |a, _| format!("{}@2713", a.to_lowercase()),
        |a, b| format!("{a}-{b}#71"),
        |a, _| a.replace(['a', 'e', 'o'], "4") + "!1",
    ];
    let detector = Detector::new(RuleSet::builtin());
    for (path, line) in [
        ("a.py", "password = \"V\""),
        ("a.yaml", "  db_password: V"),
        ("a.ini", "passwd=V"),
        (".env", "JWT_SECRET=V"),
        ("app.js", "app.use(session({ secret: 'V' }))"),
        ("a.xml", "<password>V</password>"),
    ] {
        let mut missed = Vec::new();
        for (number, word) in words.iter().enumerate() {
            for shape in shapes {
                let value = shape(word, words[(number + 3) % words.len()]);
                if detector.detect(path.as_bytes(), line.replace('V', &value).as_bytes()).is_empty() {
                    missed.push(value);
                }
            }
        }
        assert!(missed.len() <= 6, "{path}: {line}: {missed:?}");
    }
}

#[test]
fn passes_what_is_no_secret_under_such_names() {
    let detector = Detector::new(RuleSet::builtin());
    for (path, line) in [
        ("postgresql.conf", "password_encryption = scram-sha-256"),
        ("a.sql", "SET password_encryption = 'scram-sha-256';"),
        ("management.properties", "# com.sun.management.jmxremote.password.toHashes = true|false"),
        ("a.c", "server->password = \"anonymous@\";"),
        ("a.zsh", "'--password=[specify password to use]:password'"),
        ("a.json", "{\"NextToken\": \"AAMA-EFRSURBSGhzYW1wbGVUb2tlbjEyMzQ1Njc4OTA\"}"),
        ("a.ts", "const password_pattern = '^(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9@$!%*?&]{8,}$'"),
        ("a.ts", "const password = '^(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9@$!%*?&]{8,}$'"),
        ("a.py", "password = f'{user}:{name1}'"),
        ("a.py", "passwd = 'sha256'"),
        ("a.py", "password = 'geheim$parole'"),
        ("a.xml", "<password>repopwd</password>"),
        (
            "bin/sync",
            "#!/usr/bin/perl\nmy $pass = $self->_scramble($pass);\nconnect(pass => $cred->{'password'}, user => $u);",
        ),
        ("a.ts", "  /** DEVICE_PASSWORD_VERIFIER: Similar to PASSWORD_VERIFIER, but for devices. */"),
        ("nginx.conf", "    proxy_pass unix:/run/app7-x.sock;"),
        ("a.py", "fields = {'password', 'authenticator'}"),
        ("a.py", "if self.update_password == 'always':"),
        ("a.php", "'password' => [ 'class' => KestrelPassword::class ],"),
        ("a.conf", "url = rabbit://<user>:<pass>@server01,<user>:<pass>@server02/<vhost>"),
        ("a.yml", "- name: pass the date through\n  set: x\n  value: '2040-10-27T14:30:00'"),
        ("a.json", "{\"SSH password\": \"SSH-geslo\", \"yourpassword\": \"Wagwoord\", \"password\": \"Jelszócsere\"}"),
        ("a.ts", "const api = useAuth ? 'microsoftOAuth2Api' : null; credentials: JiraTriggerV1Credentials"),
        ("go.sum", "github.com/auth0/go-jwt v1.0.0/go.mod h1:LWMyo4iOLWXHGdBki7NIht1kHru/0wM179h+d3g8ATM="),
        ("a.java", "response = server.getResponse(\"GET / HTTP/1.0\\r\\nAuthorization: Basic YWRtaW46cGFzc3dvcmQ=\");"),
        ("a.ts", "url(`/o/a.jpeg?alt=media&token=01afb80d-caee-47f8-a00e-aea8b9e459a2`)"),
        ("bin/prompt", "#!/bin/zsh\nif [[ $PWD != $reply[1] ]]; then :; fi"),
        ("a.py", "{\"access_token\": \"2YotnFZFEjr1zCsicM\u{57}pAA\"}"),
        ("a.properties", r"user.password=Contrase\u00f1a"),
        ("a.json", r#"{"password": "Has\u0142o"}"#),
        ("six.py", "    MovedAttribute(\"HTTPPasswordMgrWithDefaultRealm\", \"urllib2\", \"urllib.request\"),"),
        ("a.py", "challenges = auth._parse_www_authenticate(response, \"www-authenticate\")"),
        ("a.java", "map.put(\"password\", \"String(64)\");"),
        ("a.ts", "const errors = { password: 'required|min:8' };"),
        ("a.cpp", "const renderPass = 'Shadow2';"),
        ("a.py", "SECRET_RE = r\"(?i)api[_-]?key=[A-Za-z0-9]{32}\""),
    ] {
        assert!(detector.detect(path.as_bytes(), line.as_bytes()).is_empty(), "{path}: {line}");
    }
}

#[test]
fn passes_no_secret_for_the_words_beside_it() {
    let detector = Detector::new(RuleSet::builtin());
    for (path, line) in [
        (".env", "EXCHANGE_PASSWORD=Gr0mmet-Kettle!9"),
        ("a.yml", "enable_password: Copper7Lantern"),
        ("a.yml", "reset_password: Gr0mmet-Kettle!9"),
        (".env", "REDIS_CACHE_PASSWORD=Gr0mmet-Kettle!9"),
        (".env", "WIFI_PASSWORD_HOME=Gr0mmet-Kettle!9"),
        (".env", "DB_PASSWORD=gravel.tundra.spoon.wagon.nickel"),
        (".env", "DB_PASSWORD=/k9/x2/mq4t/pl7w"),
        (".env", "PROXY_PASS=Kx92mQpLw7Zr"),
        ("a.conf", "db_pass Kx92mQpLw7Zr"),
        ("a.json", "{\"Admin password\": \"Copper7Lantern\"}"),
        ("a.json", "{\"key\": \"api_key\", \"value\": \"vK7npQz2wR4tY6u8Ls3dFh5j\"}"),
        ("a.json", "{\"key\": \"x-api-key\",\n \"value\": \"vK7npQz2wR4tY6u8Ls3dFh5j\"}"),
        ("a.properties", r"db.password=K\u00e4fer!Garten77"),
        ("a.html", "<!-- password: vK7!npQz2w -->"),
        ("a.js", "/* password: vK7!npQz2w */"),
        ("a.go", "/** api_key = vK7npQz2wR4tY6u8Ls3d */"),
        ("a.php", "$smtppass = 'Tulip!Field7';"),
        ("a.sh", "export DBPW='vK7!npQz2w'"),
        ("a.py", "app.secret_key = \"Kestrel!77x\""),
        ("a.py", "# password for prod: vK7!npQz2w"),
        ("a.py", "# The password for admin is vK7!npQz2w."),
        ("a.py", "# password (prod): vK7!npQz2w"),
        ("a.txt", "Das Passwort lautet vK7!npQz2w"),
        ("a.yml", "hash_salt: vK7npQz2wR4tY6u8Ls3dFh5j"),
        (
            "a.cs",
            "var redis = \"crm.redis.cache.windows.net:6380,password=vK7npQz2wR4tY6u8Ls3dFh5jB9mXcQe1=,ssl=True\";",
        ),
        ("i18n/config.ts", "const password = \"Gr0mmet-Kettle!9\";"),
        ("a.py", "data = ((\"username\", \"svc\"), (\"password\", \"sonnenblumen\"))"),
        ("a.sh", "http POST https://api.acme.io --auth svc:Copper7Lantern"),
        ("a.sh", "xh -a svc:Copper7Lantern acme.io"),
        ("a.sh", "curl https://curl.acme.io/x --user svc:Copper7Lantern"),
        ("a.yml", "args:\r\n  - --db-password\r\n  - Kx92mQpLw7ZrT8vB\r\n"),
        ("a.sql", "connect to svc identified by 'lunchbox42!';"),
        ("a.txt", "# --- Clarifai -----------\nkey = 9b7d1a3f5c8e3f7a9c1e5b2d8f6a4c0e"),
    ] {
        assert!(!detector.detect(path.as_bytes(), line.as_bytes()).is_empty(), "{path}: {line}");
    }
}

/// The passwords that are found in a text of the name `path`.
fn passwords(path: &str, text: &str) -> Vec<String> {
    let names = [Text::Borrowed("password"), Text::Borrowed("pass")];
    let wanted = Wanted { names: &names, near: &[], value: &ValueShape::Password };
    let hits = text.to_ascii_lowercase();
    let hits: Vec<_> = hits.match_indices("pass").map(|(at, word)| at..at + word.len()).collect();
    let mut values = NamedValues::new(text.as_bytes(), FileKind::read(path.as_bytes(), text.as_bytes()));
    let shown = |found: Found| {
        String::from_utf8_lossy(found.text.as_deref().unwrap_or(&text.as_bytes()[found.span])).into_owned()
    };
    values.find(hits.into_iter(), wanted, None).into_iter().map(shown).collect()
}

#[test]
fn a_word_is_a_password_where_a_login_or_a_setting_says_so() {
    for (path, text, wanted) in [
        ("a.py", "login(user='joe', password='marigold')", &["marigold"][..]),
        ("a.php", "$user = 'joe';\n$password = 'marigold';", &["marigold"]),
        ("a.ini", "[db]\nhost = h1\npassword = marigold", &["marigold"]),
        ("a.conf", "REACT_PASS=marigold", &["marigold"]),
        ("a.yml", "DB_PASSWORD: marigold", &["marigold"]),
        ("a.py", "password = 'marigold'", &["marigold"]),
        ("a.yml", "password: marigold", &["marigold"]),
        ("a.py", "password = 'Marigold'", &[]),
        ("a.py", "pass = 'marigold'", &[]),
        ("a.txt", "password: marigold", &[]),
        ("a.json", "{\"username\": \"Username\", \"password\": \"Marigold\"}", &[]),
        ("a.txt", "a.username: attribute\na.password: attribute", &[]),
        ("a.py", "login(user='joe', password='password')", &[]),
        ("a.py", "field(user='joe', password='required')", &[]),
        ("a.py", "login(user=user, pass='marigold')", &[]),
        ("a.py", "password = 'ResetPassword'\nuser = 'joe'", &[]),
        ("a.py", "PASSWORD_ACTION = 'marigold'", &[]),
        (".env", "DB_PASSWORD=orbit lemon carpet falcon", &["orbit lemon carpet falcon"]),
        (".env", "DB_PASSWORD=\"orbit lemon carpet falcon\"", &["orbit lemon carpet falcon"]),
        ("a.yml", "user: joe\npassword: orbit lemon carpet falcon", &["orbit lemon carpet falcon"]),
        ("a.py", "password = 'orbit-lemon-carpet-falcon'", &["orbit-lemon-carpet-falcon"]),
        ("a.yml", "password: orbit lemon carpet falcon", &[]),
        ("a.properties", "label.password=orbit lemon carpet falcon", &[]),
        ("a.tf", "user_data = <<EOF\nexport DB_PASSWORD=marigold\nEOF", &["marigold"]),
        ("a.tf", "name = \"/prod/password\"\ntype = \"SecureString\"\nvalue = \"Blue-Kettle-77\"", &["Blue-Kettle-77"]),
        (".env", "PROXY_PASS=Blue-Kettle-77", &["Blue-Kettle-77"]),
        ("a.yml", "passwordSecret: acme-prod-db2", &[]),
        ("a.yml", "auth:\n  existingPasswordSecret: pg-prod-x7", &[]),
        ("a.yml", "NEO4J_AUTH: neo4j/letmein", &[]),
    ] {
        assert_eq!(passwords(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn digits_are_a_password_where_they_are_no_count() {
    for (path, text, wanted) in [
        ("a.py", "password = '19870423'", &["19870423"][..]),
        ("a.py", "password = '12345678'", &[]),
        ("a.py", "password_timeout = '19870423'", &[]),
        ("a.yml", "password: 19870423", &[]),
        ("a.env", "DB_PASSWORD=19870423", &["19870423"]),
    ] {
        assert_eq!(passwords(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn a_name_that_says_little_wants_a_value_that_says_all() {
    let detector = Detector::new(RuleSet::builtin());
    for (path, line, is_found) in [
        ("a.env", "COSMOS_KEY=V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuAa6ZoXt1Iy5Qw", true),
        ("a.toml", "acme_api = \"xK9mQ2vR7wLp4TzN8bYc\"", true),
        ("a.json", "\"Jwt\": { \"Issuer\": \"x\", \"Key\": \"qT7bWz3LmVx9KdRf2GhYs8NcPj4EuAa6\" }", true),
        ("a.env", "CACHE_KEY=V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuAa6ZoXt1Iy5Qw", false),
        ("a.env", "SORT_KEY=9f1c7e5ab02d46881c3e9f1c7e5ab02d", false),
        ("a.py", "row_key = 'user_profile_settings_2024_v2'", false),
        ("a.ini", "todo_secret_do_not_commit = V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuA", true),
        ("a.go", "secretHeader := \"V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuA\"", true),
        ("a.py", "secret_header = 'X-Acme-Secret-2'", false),
        ("a.py", "secret_id = 'V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuA'", false),
        ("a.py", "commit = 'V7qT7bWz3LmVx9KdRf2GhYs8NcPj4EuA'", false),
        ("a.env", "DATABASE_URL=mongodb://svc:kQ4xW9pTm2z@a.example.net:27017,b.example.net/x", true),
        ("a.env", "DATABASE_URL=mongodb://svc:Winter2024@a.example.net:27017,b.example.net/x", false),
    ] {
        assert_eq!(!detector.detect(path.as_bytes(), line.as_bytes()).is_empty(), is_found, "{path}: {line}");
    }
}

#[test]
fn reads_the_files_of_data_tools() {
    for (path, text, wanted) in [
        ("dagster.yaml", "postgres_db:\n  password:\n    env: DAGSTER_PG_PASSWORD\n", &[][..]),
        ("dagster.yaml", "postgres_db:\n  username: x\n  password: Kw7pLmz92q\n", &["Kw7pLmz92q"]),
        ("dagster.yaml", "postgres_db:\n  password:\n     \n    Kw7pLmz92q\n", &["Kw7pLmz92q"]),
        ("workspace.yaml", "password: {env: DAGSTER_PG_PASSWORD}\n", &[]),
        ("databases/app.yaml", "details:\n  password: Kw7pLmz92q\nentity_id: mGk3vL8tR2xQw9ZbN4cYd\n", &["Kw7pLmz92q"]),
        ("x.enc.yaml", "password: ENC[AES256_GCM,data:abc=,iv:def=,tag:ghi=,type:str]\nsops:\n  mac: ENC[x]\n", &[]),
        ("x.enc.yaml", "password_unencrypted: Kw7pLmz92q\nsops:\n  mac: ENC[x]\n", &["Kw7pLmz92q"]),
        ("chart/values.yaml", "auth:\n  password: \"\"\n  existingSecretPasswordKey: x\n", &[]),
        ("chart/values.yaml", "auth:\n  password: Kw7pLmz92q\n", &["Kw7pLmz92q"]),
        ("chart/templates/x.yaml", "password: {{ .Values.auth.password | b64enc | quote }}\n", &[]),
        ("x.yml.j2", "password: \"{{ lookup('env', 'X') }}\"\n", &[]),
    ] {
        assert_eq!(passwords(path, text), wanted, "{path}: {text}");
    }
}
