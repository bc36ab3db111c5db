//! Values that calls are given, and what is written as one.

use super::*;

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
