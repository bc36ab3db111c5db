//! Command lines, statements, and lines of routers, daemons and installers.

use super::*;

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
