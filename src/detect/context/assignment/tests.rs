use super::*;

/// What is read of a text whose first sign of interest may stand on any of its lines.
fn read(syntax: Syntax, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches('\n').len();
        let reader = Reader::new(text.as_bytes(), start, start..end, syntax);
        found.extend(reader.assignments(start..end));
        start += line.len();
    }
    let shown = |range: &Range<usize>| text[range.clone()].to_owned();
    let values = found.iter().map(|it| {
        let value = String::from_utf8(it.value_in(text.as_bytes()).to_vec()).expect("text");
        (if it.is_password { "*".to_owned() } else { shown(&it.name) }, value)
    });
    values.filter(|(_, value)| !value.is_empty()).collect()
}

/// A syntax, a text, and each name with its value in it; `*` for what is a password by its syntax.
type Row<'a> = (Syntax, &'a str, &'a [(&'a str, &'a str)]);

fn check(rows: &[Row<'_>]) {
    let mut faults = Vec::new();
    for (syntax, text, wanted) in rows {
        let found = read(*syntax, text);
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if found != *wanted {
            faults.push(format!("{text}\n    {found:?}\n    {wanted:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn reads_files_of_settings() {
    check(&[
        (Syntax::Lines, "DB_PASSWORD=a b c # why", &[("DB_PASSWORD", "a b c")]),
        (Syntax::Lines, "export KEY='x y'", &[("KEY", "x y")]),
        (Syntax::Lines, "key: 'x y'", &[("key", "x y")]),
        (Syntax::Lines, "spring.datasource.password = a;b", &[("spring.datasource.password", "a;b")]),
        (Syntax::Lines, "//registry.acme.io/:_authToken=abc", &[("_authToken", "abc")]),
        (Syntax::Lines, "machine acme.io login me password abc", &[("*", "abc")]),
        (Syntax::Lines, "machine acme.io\n  login me\n  password abc", &[("*", "abc")]),
        (Syntax::Lines, "_auth=bWU6c2VzYW1lNDI=", &[("*", "sesame42")]),
        (Syntax::Quoted, "key = \"v\"", &[("key", "v")]),
        (Syntax::Quoted, "tokens = [\"a\", 'b']", &[("tokens", "a"), ("tokens", "b")]),
        (Syntax::Quoted, "variable \"key\" {\n  default = \"v\"", &[("key", "v")]),
        (Syntax::Shell, "PASSWORD := abc", &[("PASSWORD", "abc")]),
    ]);
}

#[test]
fn reads_yaml() {
    check(&[
        (Syntax::Yaml, "  password: hunter # x", &[("password", "hunter")]),
        (Syntax::Yaml, "db: {password: abc, user: x}", &[("password", "abc"), ("user", "x")]),
        (Syntax::Yaml, "- {name: KEY, value: abc}", &[("name", "KEY"), ("KEY", "abc")]),
        (Syntax::Yaml, "- name: KEY\n  value: 'a b'", &[("name", "KEY"), ("KEY", "a b")]),
        (Syntax::Yaml, "hostname: x\n  value: y", &[("hostname", "x"), ("value", "y")]),
        (Syntax::Yaml, "url: https://x", &[("url", "https://x")]),
        (Syntax::Yaml, "password: |\n  abc\nuser: x", &[("password", "abc"), ("user", "x")]),
        (Syntax::Yaml, "password: >-\n  abc", &[("password", "abc")]),
        (Syntax::Yaml, "tokens:\n  - abc\n  - 'def'\nx: y", &[("tokens", "abc"), ("tokens", "def"), ("x", "y")]),
        (
            Syntax::Yaml,
            "environment:\n  - DB_PASSWORD=abc",
            &[("environment", "DB_PASSWORD=abc"), ("DB_PASSWORD", "abc")],
        ),
        (Syntax::Yaml, "tokens: [abc, 'def']", &[]),
    ]);
}

#[test]
fn reads_source_code() {
    check(&[
        (Syntax::Quoted, r#"password = "a\"b""#, &[("password", r#"a\"b"#)]),
        (Syntax::Quoted, r#"{"name": "KEY", "value": "v"}"#, &[("name", "KEY"), ("KEY", "v")]),
        (Syntax::Quoted, r#"{"api": {"key": "v"}}"#, &[("key", "v")]),
        (Syntax::Quoted, "{\"key\":\n    \"v\"}", &[("key", "v")]),
        (Syntax::Quoted, r#"const key string = "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#"key: Optional[str] = "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#"let key: &str = "v";"#, &[("key", "v")]),
        (Syntax::Quoted, r#"char key[32] = "v";"#, &[("key", "v")]),
        (Syntax::Quoted, r#"Dim key As String = "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#"let key = String::from("v");"#, &[("key", "v")]),
        (Syntax::Quoted, r#"os.environ["KEY"] = 'v'"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"if key == "v" {"#, &[("key", "v")]),
        (Syntax::Quoted, r#"f(user="u", password="v")"#, &[("user", "u"), ("password", "v")]),
        (Syntax::Quoted, r#"define("KEY", "v")"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"{ "KEY", "v" },"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"x = f("A", "KEY", "v")"#, &[("A", "KEY")]),
        (Syntax::Quoted, r#"process.env.KEY || "v""#, &[("process.env.KEY", "v")]),
        (Syntax::Quoted, r#"builder.setPassword("v");"#, &[("builder.setPassword", "v")]),
        (Syntax::Quoted, r#"x.password("v").build()"#, &[("x.password", "v")]),
        (Syntax::Quoted, r#"getPassword("v")"#, &[]),
        (Syntax::Quoted, r#"new UsernamePasswordCredentials("me", "v")"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"get(url, auth=("me", "v"))"#, &[("auth", "me"), ("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"key = "ab" + "cd";"#, &[("key", "abcd")]),
        (Syntax::Quoted, "key = (\"ab\"\n    \"cd\")", &[("key", "abcd")]),
        (Syntax::Quoted, "key = \"ab\" \\\n    \"cd\"", &[("key", "abcd")]),
        (Syntax::Quoted, r#"key = "ab" + name"#, &[]),
        (Syntax::Quoted, "key =\n    \"v\";", &[("key", "v")]),
        (Syntax::Quoted, r#"key = "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#""source": ["key = \"v\"\n"]"#, &[("source", r#"key = \"v\"\n"#), ("key", "v")]),
        (Syntax::Quoted, r#""Server=x;Token=abc;""#, &[("Server", "x"), ("Token", "abc")]),
        (Syntax::Quoted, "f(password=secret, x=1)", &[]),
        (Syntax::Quoted, "// password: abc", &[("password", "abc")]),
        (
            Syntax::Quoted,
            "key = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 8, 9, 10, 11, 12, 13, 14, 15};",
            &[("key", "001122334455667708090a0b0c0d0e0f")],
        ),
        (Syntax::Quoted, "ALTER USER me IDENTIFIED BY 'v'", &[("*", "v")]),
        (Syntax::Quoted, "CREATE USER me WITH PASSWORD 'abcd'", &[("PASSWORD", "abcd")]),
    ]);
}

#[test]
fn reads_command_lines() {
    check(&[
        (Syntax::Shell, "export TOKEN=abc; x", &[("TOKEN", "abc")]),
        (Syntax::Shell, "tool --password abc -x", &[("password", "abc")]),
        (Syntax::Shell, "tool --password=abc -x", &[("--password", "abc")]),
        (Syntax::Quoted, r#"["tool", "--password", "abc"]"#, &[("password", "abc")]),
        (Syntax::Shell, "ENV TOKEN abc", &[("TOKEN", "abc")]),
        (Syntax::Shell, "PGPASSWORD=abc psql", &[("PGPASSWORD", "abc")]),
        (Syntax::Shell, "curl -u me:abc https://x", &[("*", "abc")]),
        (Syntax::Shell, "curl --user 'me:abc' https://x", &[("*", "abc")]),
        (Syntax::Shell, "sshpass -p abc ssh x", &[("*", "abc")]),
        (Syntax::Shell, "mysql -u root -pabcd db", &[("*", "abcd")]),
        (Syntax::Shell, "mkdir -p abcd", &[]),
        (Syntax::Shell, "docker login -u me -p abc", &[("*", "abc")]),
        (Syntax::Shell, "X=${PASSWORD:-abc}", &[("X", "${PASSWORD:-abc}"), ("PASSWORD", "abc")]),
    ]);
}

#[test]
fn reads_headers_and_addresses() {
    check(&[
        (Syntax::Quoted, r#"{"Authorization": "Bearer abcdefgh"}"#, &[("Authorization", "abcdefgh")]),
        (Syntax::Text, "Authorization: Basic bWU6c2VzYW1lNDI=", &[("*", "sesame42")]),
        (Syntax::Quoted, r#"set("Authorization", "Basic bWU6c2VzYW1lNDI=")"#, &[("*", "sesame42")]),
        (Syntax::Text, "X-Api-Key: abc", &[("X-Api-Key", "abc")]),
        (Syntax::Text, "Api Key: abc", &[("Api Key", "abc")]),
        (Syntax::Text, "Cookie: a=b; token=abc", &[("Cookie", "a=b"), ("a", "b"), ("token", "abc")]),
        (Syntax::Text, "https://x/y?token=abc&z=1", &[("token", "abc"), ("z", "1")]),
        (Syntax::Text, "(token=abc). token={abc}", &[("token", "abc"), ("token", "{abc}")]),
        (Syntax::Quoted, r#"{"auth": "bWU6c2VzYW1lNDI="}"#, &[("*", "sesame42")]),
        (Syntax::Quoted, r#""jdbc:x://h/d?user=a&password=b""#, &[("user", "a"), ("password", "b")]),
    ]);
}

#[test]
fn reads_markup() {
    check(&[
        (Syntax::Markup, "<password>abc</password>", &[("password", "abc")]),
        (Syntax::Markup, "<entry key=\"password\">abc</entry>", &[("key", "password"), ("password", "abc")]),
        (Syntax::Markup, r#"<x password="abc"/>"#, &[("password", "abc")]),
        (Syntax::Markup, r#"<add key="Token" value="abc"/>"#, &[("key", "Token"), ("value", "abc"), ("Token", "abc")]),
        (Syntax::Markup, "<name>KEY</name>\n<value>abc</value>", &[("name", "KEY"), ("KEY", "abc")]),
        (
            Syntax::Markup,
            "<Pass encoding=\"base64\">c2VzYW1lNDI=</Pass>",
            &[("encoding", "base64"), ("Pass", "sesame42")],
        ),
    ]);
}
