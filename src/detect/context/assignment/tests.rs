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
fn reads_command_lines() {
    check(&[
        (Syntax::Shell, "export TOKEN=abc; x", &[("TOKEN", "abc")]),
        (Syntax::Shell, "tool --password abc -x", &[("password", "abc")]),
        (Syntax::Text, "use --password arguments to log in", &[]),
        (
            Syntax::Yaml,
            "args:\n  - --password\n  - abc",
            &[("args", "--password"), ("args", "abc"), ("password", "abc")],
        ),
        (Syntax::Yaml, "- \"--password\"\n- \"abc\"", &[("password", "abc")]),
        (Syntax::Shell, "http --auth me:abc acme.io", &[("*", "abc")]),
        (Syntax::Shell, "xh -a me:abc acme.io", &[("*", "abc")]),
        (Syntax::Text, "mysql://<user>:<pass>@host/<name>", &[]),
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
fn reads_arguments_of_calls() {
    check(&[
        (Syntax::Quoted, r#"getConnection(url, "me", "v")"#, &[("*", "v")]),
        (Syntax::Quoted, r#"getConnection("h", "me", "v")"#, &[("*", "v"), ("h", "me")]),
        (Syntax::Quoted, "new PDO('x', 'me', 'v', [])", &[("*", "v"), ("x", "me")]),
        (Syntax::Quoted, r#"smtp.PlainAuth("", "me", "v", host)"#, &[("*", "v")]),
        (Syntax::Quoted, "ftp_login($conn, 'me', 'v')", &[("*", "v")]),
        (Syntax::Quoted, r#"x.basic_auth("me", Some("v"))"#, &[("*", "v")]),
        (Syntax::Quoted, "login(user, name)", &[]),
        (Syntax::Quoted, r#"credentials = ("me", "v")"#, &[("credentials", "me"), ("*", "v")]),
        (Syntax::Quoted, r#"setattr(user, "key", "v")"#, &[("user", "key"), ("key", "v")]),
        (Syntax::Quoted, r#"strcpy(key, "v");"#, &[("key", "v")]),
        (Syntax::Quoted, r#"hash(key, "v");"#, &[]),
        (Syntax::Quoted, r#"curl_setopt($c, CURLOPT_USERPWD, "me:v");"#, &[("*", "v")]),
        (Syntax::Quoted, r##"$("#key").val("v");"##, &[("key", "v")]),
        (Syntax::Quoted, r#"page.fill('input[name="key"]', 'v')"#, &[("name", "key"), ("key", "v")]),
        (Syntax::Quoted, r#"get("key").value = "v""#, &[("key", "v")]),
        (Syntax::Quoted, r#"btoa("me:v")"#, &[("*", "v")]),
        (Syntax::Quoted, r#"key = bytes.fromhex("00ff")"#, &[("key", "00ff")]),
        (Syntax::Quoted, r#"key = base64.b64decode(b"dg==")"#, &[("key", "dg==")]),
        (Syntax::Quoted, r#"byte[] key = Base64.getDecoder().decode("dg==");"#, &[("key", "dg==")]),
        (Syntax::Quoted, r#"key, _ := hex.DecodeString("00ff")"#, &[("key", "00ff")]),
        (Syntax::Quoted, r#"key, err := load("v")"#, &[]),
        (Syntax::Quoted, "set :key, 'v'", &[("key", "v")]),
        (Syntax::Quoted, "set :key, 'v'\nset :x, y", &[("key", "v")]),
        (Syntax::Quoted, "f(\"key\", \"v\"\n    % name)", &[]),
        (Syntax::Quoted, "{key, \"v\"}.", &[("key", "v")]),
    ]);
}

#[test]
fn reads_statements_without_a_sign() {
    check(&[
        (Syntax::Quoted, "#define KEY  \"abcd\"", &[("KEY", "abcd")]),
        (Syntax::Quoted, "#define KEY @\"abcd\"", &[("KEY", "abcd")]),
        (
            Syntax::Quoted,
            "#define KEY {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 8, 9, 10, 11, 12, 13, 14, 15}",
            &[("KEY", "001122334455667708090a0b0c0d0e0f")],
        ),
        (Syntax::Quoted, r#""x": "id: y\nkey: v\n""#, &[("x", r"id: y\nkey: v\n"), ("key", "v")]),
        (Syntax::Quoted, "(defvar *key* \"abcd\")", &[("key", "abcd")]),
        (Syntax::Text, "The key is \"abcd\"", &[("The key", "abcd")]),
        (Syntax::Text, "Your password is ab12 from now on", &[("password", "ab12")]),
        (Syntax::Text, "Your password is expired", &[]),
        (Syntax::Quoted, "ALTER USER me IDENTIFIED BY abcd;", &[("*", "abcd")]),
        (
            Syntax::Quoted,
            "INSERT INTO t (id, `name`, key) VALUES (1, 'me', 'v'), (2, 'you', 'w');",
            &[("name", "me"), ("key", "v"), ("name", "you"), ("key", "w")],
        ),
        (Syntax::Lines, "requirekey abcd", &[("requirekey", "abcd")]),
        (Syntax::Lines, "username me password 0 abcd", &[("password", "abcd")]),
        (Syntax::Lines, "the password was changed", &[]),
        (Syntax::Shell, "setenv KEY abcd", &[("KEY", "abcd")]),
        (Syntax::Shell, "password abcd", &[]),
        (Syntax::Text, "${KEY}    abcd", &[("KEY", "abcd")]),
    ]);
}

#[test]
fn reads_what_commands_take() {
    check(&[
        (Syntax::Shell, "mysql -uroot -p'abcd' db", &[("*", "abcd")]),
        (Syntax::Shell, "echo 'me:abcd' | chpasswd", &[("echo", "me:abcd"), ("*", "abcd")]),
        (Syntax::Shell, "echo abcd | sudo -S ls", &[("*", "abcd")]),
        (Syntax::Shell, "echo abcd | grep x", &[]),
        (Syntax::Shell, "htpasswd -bc .htpasswd me abcd", &[("*", "abcd")]),
        (Syntax::Shell, "htpasswd -c .htpasswd me", &[]),
        (Syntax::Shell, "net user me abcd /add", &[("*", "abcd")]),
        (Syntax::Shell, "sqlplus -S me/abcd@h", &[("*", "abcd")]),
        (Syntax::Shell, "openssl x -passin pass:abcd", &[("*", "abcd")]),
        (Syntax::Shell, "keytool -storepass abcd", &[("storepass", "abcd")]),
        (Syntax::Shell, "smbclient //h/s -U me%abcd", &[("*", "abcd")]),
        (Syntax::Shell, "bcp t in f -S h -U sa -P abcd", &[("*", "abcd")]),
        (Syntax::Shell, "twine upload -u me -p abcd dist/*", &[("*", "abcd")]),
        (Syntax::Shell, "ssh-keygen -t rsa -N 'abcd' -f k", &[("*", "abcd")]),
        (Syntax::Shell, "cargo login abcd", &[("*", "abcd")]),
        (Syntax::Shell, "vault login -method=github", &[("-method", "github")]),
        (Syntax::Shell, "rabbitmqctl add_user me abcd", &[("*", "abcd")]),
        (Syntax::Shell, "ConvertTo-SecureString -String -Force abcd", &[("Force", "abcd"), ("*", "abcd")]),
        (Syntax::Shell, "ConvertTo-SecureString abcd -AsPlainText", &[("*", "abcd")]),
        (Syntax::Shell, "echo 'abcd' | docker login -u me --password-stdin", &[("echo", "abcd"), ("*", "abcd")]),
        (Syntax::Shell, "gh secret set KEY --body abcd", &[("KEY", "abcd")]),
        (Syntax::Shell, "curl -H X-Api-Key:abcd https://x", &[("X-Api-Key", "abcd")]),
        (Syntax::Shell, "http acme.io X-Api-Key:abcd", &[("X-Api-Key", "abcd")]),
        (Syntax::Shell, "docker run my-image:abcd", &[]),
        (Syntax::Shell, "https -a me:abcd acme.io", &[("*", "abcd")]),
        (Syntax::Lines, "snmp-server community abcd RO", &[("*", "abcd")]),
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
fn reads_values_in_pairs() {
    check(&[
        (Syntax::Quoted, r#"user, password = ("me", "v")"#, &[("user", "me"), ("password", "v")]),
        (Syntax::Quoted, r#"(user, password) = ("me", "v")"#, &[("user", "me"), ("password", "v")]),
        (Syntax::Quoted, r#"bind.simple_bind_s(dn, "v")"#, &[("*", "v")]),
        (Syntax::Quoted, r#"hmac.new(b"v", text, sha256)"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"createHmac("sha256", "v")"#, &[("key*", "v"), ("sha256", "v")]),
        (Syntax::Yaml, "basicAuth: me:v", &[("*", "v")]),
        (Syntax::Text, "creds: me/v", &[("*", "v")]),
        (Syntax::Text, "creds: https://x", &[("creds", "https://x")]),
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
fn reads_what_a_look_up_gives_where_nothing_is_set() {
    check(&[
        (Syntax::Quoted, r#"x = env("KEY_A", default="v")"#, &[("KEY_A", "v"), ("x", "v")]),
        (Syntax::Quoted, "'K': config('KEY_A', cast=str, default='v'),", &[("KEY_A", "v"), ("default", "v")]),
        (Syntax::Quoted, "config(\n    'KEY_A',\n    default='v',\n)", &[("KEY_A", "v"), ("default", "v")]),
        (Syntax::Quoted, r#"x = field("label", default="v")"#, &[("x", "v")]),
        (Syntax::Quoted, r#"x = join(get("KEY_A", "w"), default="v")"#, &[("KEY_A", "w"), ("default", "v")]),
    ]);
}

#[test]
fn reads_bytes_of_literals() {
    check(&[
        (Syntax::Quoted, r#"static readonly byte[] Key = Encoding.ASCII.GetBytes("v");"#, &[("Key", "v")]),
        (Syntax::Quoted, r#"byte[] key = System.Text.Encoding.UTF8.GetBytes("v");"#, &[("key", "v")]),
        (Syntax::Quoted, "const key = CryptoJS.enc.Utf8.parse('v');", &[("key", "v")]),
        (Syntax::Quoted, "const key = new TextEncoder().encode('v')", &[("key", "v")]),
        (Syntax::Quoted, "byte[] key = Encoding.UTF8.GetBytes(name);", &[]),
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
fn reads_keys_that_ciphers_and_signers_are_handed() {
    check(&[
        (Syntax::Quoted, r#"AES.new(b"v", AES.MODE_CBC, iv)"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"AES.new("v".encode(), AES.MODE_CBC)"#, &[("key*", "v")]),
        (Syntax::Quoted, "CryptoJS.AES.encrypt(text, 'v').toString()", &[("key*", "v")]),
        (Syntax::Quoted, "createCipheriv(alg, Buffer.from('v'), iv)", &[("key*", "v")]),
        (Syntax::Quoted, r#"Keys.hmacShaKeyFor("v".getBytes())"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"Algorithm.HMAC256("v")"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"builder().signWith(HS256, "v")"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"new SecretKeySpec("v".getBytes(UTF_8), "AES")"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"sessions.NewCookieStore([]byte("v"))"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"EncodingKey::from_secret("v".as_ref())"#, &[("key*", "v")]),
        (Syntax::Quoted, r#"new SymmetricSecurityKey(Encoding.UTF8.GetBytes("v"))"#, &[("key*", "v")]),
        (Syntax::Quoted, "openssl_encrypt($text, $cipher, 'v', 0, $iv)", &[("key*", "v")]),
        (Syntax::Quoted, "aesEncrypt('v')", &[]),
        (Syntax::Quoted, "AES.new(key, AES.MODE_CBC, b'v')", &[]),
        (Syntax::Quoted, "jwt.sign(payload, key, 'v')", &[]),
    ]);
}

#[test]
fn reads_what_more_commands_take() {
    check(&[
        (Syntax::Shell, "plink -ssh -pw abcd me@h", &[("*", "abcd")]),
        (Syntax::Shell, "pscp.exe -pw abcd f me@h:", &[("*", "abcd")]),
        (Syntax::Shell, "tool -pw abcd", &[]),
        (Syntax::Shell, "lftp -u me,abcd h", &[("*", "abcd")]),
        (Syntax::Shell, "lftp -u 'me,abcd' h", &[("*", "abcd")]),
        (Syntax::Shell, "xfreerdp /u:me /p:abcd /v:h", &[("*", "abcd")]),
        (Syntax::Shell, "wmic /node:h /password:abcd os", &[("*", "abcd")]),
        (Syntax::Shell, "tool /p:abcd", &[]),
        (Syntax::Shell, "signtool sign /f c.pfx /p abcd a.exe", &[("*", "abcd")]),
        (Syntax::Shell, "ipmitool -H h -U me -P abcd power on", &[("*", "abcd")]),
        (Syntax::Shell, "mosquitto_pub -h h -u me -P abcd", &[("*", "abcd")]),
        (Syntax::Shell, "cqlsh -u me -p abcd", &[("*", "abcd")]),
        (Syntax::Shell, "security unlock-keychain -p abcd k", &[("*", "abcd")]),
        (Syntax::Shell, "security find-generic-password -s abcd", &[]),
        (Syntax::Shell, "xcrun altool -u me -p abcd", &[("*", "abcd")]),
        (Syntax::Shell, "dotnet nuget add source x -u me -p abcd", &[("*", "abcd")]),
        (Syntax::Shell, "composer config http-basic.h me abcd", &[("*", "abcd")]),
        (Syntax::Shell, "composer config -g repositories.x vcs abcd", &[]),
        (Syntax::Shell, "poetry config http-basic.x me abcd", &[("*", "abcd")]),
        (Syntax::Shell, "az acr login -n r -p abcd", &[("*", "abcd")]),
        (Syntax::Shell, "buildah login -u me -p abcd r", &[("*", "abcd")]),
        (Syntax::Shell, "etcdctl --user root:abcd get /", &[("*", "abcd")]),
        (Syntax::Shell, "nmcli dev wifi connect Home password abcd", &[("*", "abcd")]),
        (Syntax::Shell, "nmcli dev wifi connect Home", &[]),
        (Syntax::Shell, r"net use Z: \\h\s abcd /user:me", &[("*", "abcd")]),
        (Syntax::Shell, r"net use Z: \\h\s /persistent:yes", &[]),
        (Syntax::Shell, "impdp me/abcd@h dumpfile=x", &[("*", "abcd"), ("dumpfile", "x")]),
        (Syntax::Shell, "rman target sys/abcd@h", &[("*", "abcd")]),
        (Syntax::Quoted, r#"["sshpass", "-p", "abcd", "ssh"]"#, &[("*", "abcd")]),
        (Syntax::Quoted, "['mkdir', '-p', 'abcd']", &[]),
    ]);
}

#[test]
fn reads_lines_of_routers_and_daemons() {
    check(&[
        (Syntax::Lines, "tacacs-server key abcd", &[("*", "abcd")]),
        (Syntax::Lines, "radius-server host 10.0.0.7 key 0 abcd", &[("*", "abcd")]),
        (Syntax::Lines, " crypto isakmp key abcd address 1.2.3.4", &[("*", "abcd")]),
        (Syntax::Lines, " ip ospf message-digest-key 1 md5 abcd", &[("*", "abcd")]),
        (Syntax::Lines, "enable secret abcd", &[("*", "abcd")]),
        (Syntax::Lines, "username me privilege 15 secret 0 abcd", &[("*", "abcd")]),
        (Syntax::Lines, "ppp chap password 0 abcd", &[("*", "abcd")]),
        (Syntax::Lines, "pre-shared-key ascii-text \"abcd\";", &[("*", "abcd"), ("ascii-text", "abcd")]),
        (Syntax::Lines, "we enable our secret abcd", &[]),
        (Syntax::Text, "username with a secret word in it", &[]),
        (Syntax::Lines, "  user me insecure-password abcd", &[("*", "abcd")]),
        (Syntax::Lines, "  stats auth me:abcd", &[("*", "abcd"), ("me", "abcd")]),
        (Syntax::Lines, "rootpw --plaintext abcd", &[("plaintext", "abcd"), ("*", "abcd")]),
        (Syntax::Text, "10.1.1.1 10.2.2.2 : PSK \"abcd\"", &[("10.2.2.2", "PSK"), ("*", "abcd"), ("PSK", "abcd")]),
        (
            Syntax::Text,
            "[smtp.acme.io]:587 me@acme.io:abcd",
            &[("smtp.acme.io", "587"), ("*", "abcd"), ("acme.io", "abcd")],
        ),
        (Syntax::Text, "the host [fe80::1]:587 me:abcd", &[("1", "587"), ("me", "abcd")]),
        (Syntax::Lines, "user me on >abcd ~* +@all", &[("*", "abcd")]),
        (Syntax::Lines, "user me off >abcd", &[]),
        (Syntax::Lines, "d-i passwd/root-password password abcd", &[("*", "abcd")]),
        (Syntax::Lines, "d-i passwd/user-password-again password abcd", &[("*", "abcd")]),
        (Syntax::Lines, "d-i passwd/username string abcd", &[]),
        (
            Syntax::Shell,
            "echo \"x x/root_password password abcd\" | y",
            &[("echo", "x x/root_password password abcd"), ("*", "abcd")],
        ),
        (
            Syntax::Yaml,
            "chpasswd:\n  expire: no\n  list: |\n    root:abcd\n    me:efgh\nx: y",
            &[("*", "abcd"), ("*", "efgh"), ("expire", "no"), ("x", "y")],
        ),
    ]);
}

#[test]
fn reads_flags_and_tags_of_go() {
    check(&[
        (Syntax::Quoted, r#"flag.StringVar(&key, "key", "vw", "say")"#, &[("key", "vw"), ("vw", "say")]),
        (Syntax::Quoted, r#"StringVarP(&key, "key", "k", "vw", "say")"#, &[("key", "vw"), ("k", "vw"), ("vw", "say")]),
        (Syntax::Quoted, r#"flag.StringVar(&key, "key", name, "say")"#, &[("name", "say")]),
        (Syntax::Quoted, r#"Key string `env:"KEY_A" envDefault:"v"`"#, &[("env", "KEY_A"), ("KEY_A", "v")]),
        (Syntax::Quoted, r#"`yaml:"key" default:"v"`"#, &[("yaml", "key"), ("key", "v")]),
    ]);
}

#[test]
fn reads_arguments_of_more_calls() {
    check(&[
        (Syntax::Quoted, r#"Credentials.basic("me", "v")"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"given().auth().basic("me", "v")"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"font.basic("me", "v")"#, &[("me", "v")]),
        (Syntax::Quoted, r#"FTP("h", "me", "v")"#, &[("*", "v"), ("h", "me")]),
        (Syntax::Quoted, r#"FTP("h", "me")"#, &[("h", "me")]),
        (Syntax::Quoted, r#"pymssql.connect(h, "me", "v", db)"#, &[("*", "v")]),
        (Syntax::Quoted, r#"cx_Oracle.connect("me", "v", dsn)"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, "ssh2_auth_password($c, 'me', 'v')", &[("*", "v")]),
        (Syntax::Quoted, "signInWithEmailAndPassword(auth, 'me@h.io', 'v')", &[("*", "v")]),
        (Syntax::Quoted, r#"client.username_pw_set("me", "v")"#, &[("*", "v"), ("me", "v")]),
        (Syntax::Quoted, r#"new SftpClient(host, 22, "me", "v")"#, &[("*", "v")]),
        (Syntax::Quoted, r#"new X509Certificate2("c.pfx", "v")"#, &[("*", "v"), ("c.pfx", "v")]),
        (Syntax::Quoted, r#"ks.load(in, "v".toCharArray());"#, &[("*", "v")]),
        (Syntax::Quoted, r#"kmf.init(ks, "v".toCharArray());"#, &[("*", "v")]),
        (Syntax::Quoted, r#"draw("v".toCharArray())"#, &[]),
        (Syntax::Quoted, r#"env.put(Context.SECURITY_CREDENTIALS, "v")"#, &[("*", "v")]),
    ]);
}

#[test]
fn reads_what_is_hashed_on_the_spot() {
    check(&[
        (Syntax::Quoted, r#"generate_password_hash("v")"#, &[("*", "v")]),
        (Syntax::Quoted, "bcrypt.hashSync('v', 10)", &[("*", "v")]),
        (Syntax::Quoted, "bcrypt.hash(text, 'v')", &[]),
        (Syntax::Yaml, "x: {{ v | password_hash('w') }}", &[("password_hash", "w")]),
        (Syntax::Quoted, "UPDATE t SET key = MD5('v') WHERE id = 1", &[("key", "v")]),
        (Syntax::Yaml, r#"x: "{{ 'v' | password_hash }}""#, &[("x", "{{ 'v' | password_hash }}"), ("*", "v")]),
        (Syntax::Yaml, r#"x: "{{ v | password_hash }}""#, &[("x", "{{ v | password_hash }}")]),
    ]);
}

#[test]
fn reads_maps_of_users() {
    check(&[
        (Syntax::Quoted, "basicAuth({ users: { 'me': 'v!1' } })", &[("*", "v!1"), ("me", "v!1")]),
        (
            Syntax::Quoted,
            r#"PASSWORDS = {"me": "v!1", "you": "w!2"}"#,
            &[("*", "v!1"), ("*", "w!2"), ("me", "v!1"), ("you", "w!2")],
        ),
        (Syntax::Quoted, r#"gin.Accounts{"me": "v!1"}"#, &[("*", "v!1"), ("me", "v!1")]),
        (
            Syntax::Quoted,
            "const users = {\n  me: 'v!1',\n  you: 'w!2',\n};",
            &[("*", "v!1"), ("*", "w!2"), ("me", "v!1"), ("you", "w!2")],
        ),
        (Syntax::Quoted, "users: { 'id': 'user-1' }", &[("id", "user-1")]),
        (Syntax::Quoted, "colors: { 'me': 'v!1' }", &[("me", "v!1")]),
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
