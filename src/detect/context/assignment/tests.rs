mod calls;
mod commands;

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
        let by_syntax = if it.is_password { Some("*") } else { it.is_key.then_some("key*") };
        (by_syntax.map_or_else(|| shown(&it.name), str::to_owned), value)
    });
    values.filter(|(_, value)| !value.is_empty()).collect()
}

/// A syntax, a text, and each name with its value in it; `*` for what is a password by its syntax, `key*`
/// for a key.
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
        (
            Syntax::Lines,
            "machine acme.io\n  login me\n  password abc",
            &[("machine", "acme.io"), ("login", "me"), ("*", "abc")],
        ),
        (Syntax::Lines, "_auth=bWU6c2VzYW1lNDI=", &[("*", "sesame42")]),
        (Syntax::Quoted, "key = \"v\"", &[("key", "v")]),
        (Syntax::Quoted, "tokens = [\"a\", 'b']", &[("tokens", "a"), ("tokens", "b")]),
        (Syntax::Quoted, "variable \"key\" {\n  default = \"v\"", &[("key", "v")]),
        (Syntax::Quoted, "name  = \"/db/key\"\nvalue = \"v\"", &[("name", "/db/key"), ("key", "v")]),
        (
            Syntax::Quoted,
            "user_data = <<EOF\nexport DB_KEY=v\nEOF",
            &[("user_data", "export DB_KEY=v"), ("DB_KEY", "v")],
        ),
        (Syntax::Quoted, "DB_KEY=v + w", &[]),
        (Syntax::Quoted, "key: str = Field(\"v\", env=\"K\")", &[("key", "v"), ("env", "K")]),
        (Syntax::Shell, "PASSWORD := abc", &[("PASSWORD", "abc")]),
        (Syntax::Shell, "export PASSWORD ?= abc", &[("PASSWORD", "abc")]),
    ]);
}

#[test]
fn reads_yaml() {
    check(&[
        (Syntax::Yaml, "  password: hunter # x", &[("password", "hunter")]),
        (Syntax::Yaml, "db: {password: abc, user: x}", &[("password", "abc"), ("user", "x")]),
        (Syntax::Yaml, "- {name: KEY, value: abc}", &[("name", "KEY"), ("KEY", "abc")]),
        (Syntax::Yaml, "- name: KEY\n  value: 'a b'", &[("name", "KEY"), ("KEY", "a b")]),
        (Syntax::Yaml, "- name: pass it through\n  value: y", &[("name", "pass it through"), ("value", "y")]),
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
        (Syntax::Yaml, "tokens: [abc, 'def']", &[("tokens", "abc"), ("tokens", "def")]),
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
        (Syntax::Quoted, r#"{"password", "token"}"#, &[]),
        (Syntax::Quoted, r#"NAMES = ("password", "token")"#, &[("NAMES", "password")]),
        (Syntax::Quoted, r#"{"password", "tok3n"}"#, &[("password", "tok3n")]),
        (Syntax::Quoted, r#"x = f("A", "KEY", "v")"#, &[("A", "KEY")]),
        (Syntax::Quoted, r#"process.env.KEY || "v""#, &[("process.env.KEY", "v")]),
        (Syntax::Quoted, r#"builder.setPassword("v");"#, &[("builder.setPassword", "v")]),
        (Syntax::Quoted, r#"x.password("v").build()"#, &[("x.password", "v")]),
        (Syntax::Quoted, r#"getPassword("v")"#, &[]),
        (Syntax::Quoted, r#"new UsernamePasswordCredentials("me", "v")"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"get(url, auth=("me", "v"))"#, &[("auth", "me"), ("*", "v")]),
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
        (Syntax::Quoted, "create user me\n  identified by 'v'", &[("*", "v")]),
        (Syntax::Quoted, "the file identified by 'v'", &[]),
        (Syntax::Quoted, "connect to me identified by 'v'", &[("*", "v")]),
        (Syntax::Text, "we connect to the host identified by hostname", &[]),
        (Syntax::Quoted, "CREATE USER me WITH PASSWORD 'abcd'", &[("PASSWORD", "abcd")]),
        (Syntax::Quoted, "CREATE LOGIN me WITH PASSWORD = N'abcd'", &[("PASSWORD", "abcd")]),
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
        (Syntax::Lines, r#"proxy_set_header Authorization "Basic bWU6c2VzYW1lNDI=";"#, &[("*", "sesame42")]),
        (Syntax::Lines, "proxy_set_header X-Api-Key abcd;", &[("X-Api-Key", "abcd")]),
        (Syntax::Yaml, "NEO4J_AUTH: neo4j/abcd", &[("*", "abcd")]),
        (Syntax::Quoted, r#""jdbc:x://h/d?user=a&password=b""#, &[("user", "a"), ("password", "b")]),
    ]);
}

#[test]
fn reads_markup() {
    check(&[
        (Syntax::Markup, "<password>abc</password>", &[("password", "abc")]),
        (Syntax::Markup, "<entry key=\"password\">abc</entry>", &[("key", "password"), ("password", "abc")]),
        (Syntax::Markup, r#"<x password="abc"/>"#, &[("password", "abc")]),
        (Syntax::Markup, "<secret>{AQAAABAAA abc}</secret>", &[("secret", "abc")]),
        (Syntax::Markup, r#"<add key="Token" value="abc"/>"#, &[("key", "Token"), ("value", "abc"), ("Token", "abc")]),
        (Syntax::Markup, "<name>KEY</name>\n<value>abc</value>", &[("name", "KEY"), ("KEY", "abc")]),
        (
            Syntax::Markup,
            "<Pass encoding=\"base64\">c2VzYW1lNDI=</Pass>",
            &[("encoding", "base64"), ("Pass", "sesame42")],
        ),
    ]);
}

#[test]
fn reads_several_values_and_what_stands_beside_a_value() {
    check(&[
        (Syntax::Quoted, r#"user, password = "me", "v""#, &[("user", "me"), ("password", "v")]),
        (Syntax::Quoted, "a, b = f(), x", &[]),
        (Syntax::Quoted, r#"if "v" == password {"#, &[("password", "v")]),
        (Syntax::Quoted, r#"if ("v" === $password) {"#, &[("password", "v")]),
        (Syntax::Quoted, r#"if "v".equals(password)"#, &[("password", "v")]),
        (Syntax::Quoted, r#"if password.equals("v")"#, &[("password", "v")]),
        (Syntax::Quoted, r#"if password.startsWith("v")"#, &[]),
        (Syntax::Quoted, r#"get("KEY") or "abcd""#, &[("KEY", "abcd")]),
        (Syntax::Quoted, r#"key = other if it else "abcd""#, &[("key", "abcd")]),
        (Syntax::Quoted, r#"public string Key { get; set; } = "v";"#, &[("Key", "v")]),
        (Syntax::Quoted, r#"std::string key{"v"};"#, &[("key", "v")]),
        (Syntax::Quoted, r#"ENV.fetch("KEY") { "v" }"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"key <- "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#"x("--key", default="v")"#, &[("key", "v")]),
        (Syntax::Quoted, r#"key: { type: String, default: "v" }"#, &[("key", "v")]),
        (Syntax::Quoted, r#"key: str = Field(default="v")"#, &[("key", "v")]),
        (Syntax::Quoted, r#"key = models.CharField(max_length=9, default="v")"#, &[("key", "v")]),
        (Syntax::Quoted, r#"pin = f(x()) or g(default="v")"#, &[("default", "v")]),
        (Syntax::Quoted, r#"{"value": "v", "name": "KEY"}"#, &[("KEY", "v"), ("name", "KEY")]),
        (Syntax::Quoted, r#"@Value("${key:v}")"#, &[("key", "v")]),
        (Syntax::Quoted, "\"host=h key=v db=x\"", &[("host", "h"), ("key", "v"), ("db", "x")]),
        (Syntax::Shell, r#"KEY="${1:-v}""#, &[("KEY", "${1:-v}"), ("KEY", "v")]),
        (Syntax::Yaml, "key: &anchor v", &[("key", "v")]),
        (Syntax::Yaml, "key: !!str 'v'", &[("key", "v")]),
        (Syntax::Yaml, "key:\n  v", &[("key", "v")]),
        (Syntax::Yaml, "key:\n  other: v", &[("other", "v")]),
    ]);
}

#[test]
fn reads_markup_that_names_elsewhere() {
    check(&[
        (
            Syntax::Markup,
            "<param-name>key</param-name>\n<param-value>abc</param-value>",
            &[("param-name", "key"), ("key", "abc")],
        ),
        (Syntax::Markup, "<entry key=\"key\">\n<value>abc</value>", &[("key", "key"), ("key", "abc")]),
        (
            Syntax::Markup,
            r#"<input type="password" value="abc">"#,
            &[("type", "password"), ("value", "abc"), ("*", "abc")],
        ),
    ]);
}

#[test]
fn reads_what_programs_are_configured_with() {
    check(&[
        (Syntax::Shell, "aws configure set secret_key abcd", &[("secret_key", "abcd")]),
        (Syntax::Shell, "aws configure set secret_key abcd --profile x", &[("secret_key", "abcd"), ("profile", "x")]),
        (Syntax::Shell, "npm config set //registry.acme.io/:_authToken abcd", &[("_authToken", "abcd")]),
        (Syntax::Text, "pulumi config set --secret key abcd", &[("secret", "key"), ("key", "abcd")]),
        (Syntax::Text, "%define token abcd", &[("token", "abcd")]),
        (Syntax::Shell, "the config sets key abcd", &[]),
    ]);
}

#[test]
fn reads_what_holds_where_nothing_else_is_set() {
    check(&[
        (Syntax::Quoted, r#"key = get("X") || "v""#, &[("X", "v"), ("key", "v")]),
        (Syntax::Quoted, r#"val key = getenv("X") ?: "v""#, &[("key", "v"), ("X", "v")]),
        (Syntax::Quoted, r#"env::var("KEY").unwrap_or("v".into())"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"env::var("KEY").unwrap_or_else(|_| "v".into())"#, &[("KEY", "v")]),
        (Syntax::Quoted, r#"let key = load().unwrap_or_else(|| "v".into())"#, &[("key", "v")]),
        (Syntax::Quoted, r#"val key by lazy { "v" }"#, &[("key", "v")]),
        (Syntax::Quoted, "x = y.unwrap_or(name)", &[]),
    ]);
}

#[test]
fn reads_documents_of_one_line_and_what_stands_below_a_name() {
    check(&[
        (Syntax::Quoted, "key = <<EOF\nv w\nEOF\n", &[("key", "v w")]),
        (Syntax::Quoted, "key = <<-EOF\n  v\n  EOF\n", &[("key", "v")]),
        (Syntax::Quoted, "key = <<EOF\nv\nw\nEOF\n", &[]),
        (Syntax::Yaml, "key:\n  value: v", &[("key", "v")]),
        (Syntax::Yaml, "key:\n  x: y\n  value: v", &[("x", "y"), ("value", "v")]),
        (Syntax::Quoted, "\"key\": {\n  \"value\": \"v\"", &[("key", "v")]),
    ]);
}

#[test]
fn reads_fields_that_fill_a_string() {
    check(&[
        (Syntax::Shell, "curl -H 'x-key: v' u", &[("x-key", "v")]),
        (Syntax::Quoted, "['curl', '-H', 'x-key: v']", &[("x-key", "v")]),
        (Syntax::Quoted, r#"print("key: v w")"#, &[]),
        (Syntax::Yaml, "key: ${key:?v}", &[("key", "${key:?v}")]),
        (Syntax::Shell, "key=${key:?v}", &[("key", "${key:?v}")]),
    ]);
}

#[test]
fn reads_names_in_any_script() {
    check(&[
        (Syntax::Quoted, r#"contraseña = "v""#, &[("contraseña", "v")]),
        (Syntax::Text, "Пароль: v", &[("Пароль", "v")]),
        (Syntax::Text, "密码: v", &[("密码", "v")]),
        (Syntax::Text, "“key”: v", &[("“key”", "v")]),
    ]);
}

#[test]
fn reads_parameters_of_templates() {
    check(&[
        (Syntax::Quoted, r#""key": {"value": "v"},"#, &[("key", "v")]),
        (
            Syntax::Quoted,
            "\"name\": {\"value\": \"w\"},\n\"key\": { \"value\": \"v\" }",
            &[("name", "w"), ("key", "v")],
        ),
        (Syntax::Quoted, r#""env": {"value": "v", "name": "KEY"}"#, &[("KEY", "v"), ("name", "KEY")]),
        (Syntax::Quoted, r#""keys": [{"value": "v"}]"#, &[("value", "v")]),
        (Syntax::Quoted, "param key string = 'v'", &[("key", "v")]),
        (Syntax::Yaml, "  Key:\n    Type: String\n\n    Default: v", &[("Type", "String"), ("Key", "v")]),
        (Syntax::Yaml, "x: y\n  Type: String\n  Default: v", &[("x", "y"), ("Type", "String"), ("Default", "v")]),
        (Syntax::Yaml, "- key:\n  Default: v", &[("Default", "v")]),
    ]);
}

#[test]
fn reads_remarks_behind_code() {
    check(&[
        (Syntax::Quoted, "connect(host)  # key: v1", &[("key", "v1")]),
        (Syntax::Quoted, "const a = 1; // the old key = v1", &[("key", "v1")]),
        (Syntax::Quoted, "f(x)  # key: word", &[]),
        (Syntax::Quoted, "f(x)  # key:v1", &[]),
        (Syntax::Quoted, "a = b # key: v1 w", &[]),
        (Syntax::Quoted, r#"log("see # key: v1")"#, &[]),
        (Syntax::Quoted, "f(x); //key: v1", &[]),
        (Syntax::Quoted, "get(url#key: v1", &[]),
    ]);
}
