//! Addresses with a password in them: which hosts and passwords are nobody's secret.

use super::{Subject, Verdict};

/// Fails for a host that is a placeholder, and for a password that stands in every manual.
pub fn host(subject: Subject<'_>) -> Verdict {
    let password = String::from_utf8_lossy(subject.secret).to_ascii_lowercase();
    let address = String::from_utf8_lossy(subject.matched).to_ascii_lowercase();
    let (user, host) = user_and_host(&address, &password);
    // `https://mailto:somebody@host` is an address of mail behind a slip.
    let is_mail = user == "mailto";
    // `http://localhost:8545@1024`
    let is_port = is_own(user) && !user.is_empty() && subject.secret.iter().all(u8::is_ascii_digit);
    // `KEY:APP-PASSWORD@default`
    let is_capital = |byte: &u8| byte.is_ascii_uppercase() || b"_-".contains(byte);
    let is_name = subject.secret.iter().all(is_capital)
        && (subject.secret.len() <= 6 || subject.secret.iter().any(|byte| b"_-".contains(byte)));
    // `&lt;password&gt;` in HTML
    let is_marked = subject.secret.starts_with(b"&lt;");
    // `password=,user=sa`
    let is_empty = subject.secret.first().is_some_and(|byte| b",;&".contains(byte)) && subject.secret.contains(&b'=');
    let is_sample = host.is_some_and(|host| is_placeholder(host) || is_own(host) && says_password(&password));
    Verdict::unless(
        is_mail
            || is_port
            || is_name
            || is_marked
            || is_empty
            || is_common(user, &password)
            || is_expression(&password)
            || is_sample,
    )
}

/// Fails for a host that only the machine itself, its neighbours or a document know: a password that looks drawn by a machine may
/// be in use elsewhere as well.
pub fn own_host(subject: Subject<'_>) -> Verdict {
    let password = String::from_utf8_lossy(subject.secret).to_ascii_lowercase();
    let address = String::from_utf8_lossy(subject.matched).to_ascii_lowercase();
    // A network that ends in `.local` may be real, or that of a manual, where passwords are words.
    let is_word = subject.secret.iter().all(u8::is_ascii_lowercase);
    let is_near = |host: &str| is_own(host) || is_word && host.strip_suffix(".local").is_some();
    Verdict::unless(is_embedded(&address) || user_and_host(&address, &password).1.is_some_and(is_near))
}

/// Of a database that runs in the program itself, on files or in memory.
fn is_embedded(address: &str) -> bool {
    [
        "jdbc:h2:~",
        "jdbc:h2:.",
        "jdbc:h2:file:",
        "jdbc:h2:mem:",
        "jdbc:hsqldb:file:",
        "jdbc:hsqldb:mem:",
        "jdbc:hsqldb:res:",
    ]
    .iter()
    .any(|start| address.starts_with(start))
}

/// A password in an address that is itself a regular expression, as in a log's filter.
fn is_expression(password: &str) -> bool {
    ["[^", "(?", ".+", ".*", "\\s", "\\w", "\\d", "]+", "]*", "+)"].iter().any(|mark| password.contains(mark))
}

/// The name before the password and the host behind it, as far as the address has them.
fn user_and_host<'a>(address: &'a str, password: &str) -> (&'a str, Option<&'a str>) {
    let marked = format!(":{password}@");
    if let Some((before, behind)) = address.split_once(&marked) {
        let user = before.rsplit(['/', ':']).next().unwrap_or_default();
        return (user, Some(host_of(behind)));
    }
    let host = address.split_once("://").map(|(_, behind)| host_of(behind));
    (
        parameter(address, &["user id=", "uid=", "username=", "user="]).unwrap_or_default(),
        parameter(address, &["server=", "data source=", "host="]).or(host),
    )
}

/// The value behind the first of `names` that occurs.
fn parameter<'a>(address: &'a str, names: &[&str]) -> Option<&'a str> {
    let behind = names.iter().find_map(|name| address.split_once(name).map(|(_, behind)| behind))?;
    behind.split([';', '&', ' ', '"', '\'', ',']).next().map(|value| value.trim_start_matches("tcp:"))
}

/// Up to the port or the path.
fn host_of(text: &str) -> &str {
    // `user:value@tcp(host:3306)/db`
    let text = text.strip_prefix("tcp(").unwrap_or(text);
    if let Some(literal) = text.strip_prefix('[') {
        return literal.split(']').next().unwrap_or_default();
    }
    if text.starts_with('<') {
        // `<host>`, where one behind a host ends an element.
        return "<";
    }
    text.split(['/', ':', '?', '#', ',', '"', '\'', ' ', ')', '>', '`', '\\', ';', '<']).next().unwrap_or_default()
}

/// A host that has yet to be filled in.
fn is_placeholder(host: &str) -> bool {
    const NAMES: [&str; 8] =
        ["host", "hostname", "server", "myhost", "my-host", "your-host", "yourhost", "proxy-host.com"];
    host.contains(['<', '*', '[']) || host.contains("xxx") || NAMES.contains(&host)
}

/// Reserved names (RFC 2606, RFC 6761), the machine itself, the names that services have in compose files, and what is put there
/// at run time: `{host}`, `%s`, `" + host`.
fn is_own(host: &str) -> bool {
    const NAMES: [&str; 19] = [
        "localhost",
        "0.0.0.0",
        "::1",
        "host.docker.internal",
        "db",
        "database",
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "redis",
        "mongo",
        "mongodb",
        "rabbitmq",
        "minio",
        "elasticsearch",
        "kafka",
        "clickhouse",
        "broker",
    ];
    const ENDINGS: [&str; 7] =
        [".localhost", ".test", ".example", ".invalid", "example.com", "example.net", "example.org"];
    // `printer.local` is a neighbour (RFC 6762); `db.corp.local` and `db.svc.cluster.local` are somebody's network.
    let is_neighbour = host.strip_suffix(".local").is_some_and(|name| !name.contains('.'));
    let is_put_there = host.is_empty() || host.contains(['{', '$', '%']);
    is_put_there
        || is_neighbour
        || NAMES.contains(&host)
        || host.starts_with("127.")
        || ENDINGS.iter().any(|ending| host.ends_with(ending))
}

/// A password that stands in every manual, or that says itself twice.
pub fn is_common(user: &str, password: &str) -> bool {
    const COMMON: [&str; 27] = [
        "pass",
        "password",
        "passwd",
        "pwd",
        "secret",
        "changeme",
        "change_me",
        "admin",
        "root",
        "guest",
        "test",
        "user",
        "example",
        "postgres",
        "mysql",
        "redis",
        "minioadmin",
        "tiger",
        "foo",
        "bar",
        "baz",
        "xxx",
        "abc",
        "xyz",
        "xyzzy",
        "token",
        "your_password",
    ];
    let word = password.trim_matches(|c: char| !c.is_alphanumeric());
    let all_the_same = password.bytes().all(|byte| Some(&byte) == password.as_bytes().first());
    user == password
        || COMMON.contains(&word)
        || all_the_same
        || word.starts_with("your")
        || is_named_after(user, password)
}

/// `my_p@ssw0rd`: the word itself, however it is spelt.
fn says_password(password: &str) -> bool {
    password.replace('$', "s").replace(['0'], "o").replace(['@', '4'], "a").contains("passw")
}

/// `proxyuser` and `proxypass`: the one with the word of the other in it.
fn is_named_after(user: &str, password: &str) -> bool {
    let stem = user.strip_suffix("user");
    stem.is_some_and(|stem| ["pass", "pwd", "passwd"].iter().any(|word| password.strip_suffix(word) == Some(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(address: &str, password: &str) -> Verdict {
        host(Subject { secret: password.as_bytes(), matched: address.as_bytes() })
    }

    #[test]
    fn a_password_for_a_real_host_stays() {
        for (before, behind) in [
            ("postgresql://svc:", "@db.acme.io:5432/app"),
            ("mongodb+srv://svc:", "@cluster0.ab1cd.mongodb.net"),
            ("redis://:", "@cache.acme.io:6379/0"),
            ("Server=tcp:acme.database.windows.net;User ID=svc;Password=", ""),
            ("jdbc:mysql://db.acme.io/app?user=svc&password=", ""),
            ("https://svc:", "@10.0.0.7/x"),
            ("postgresql://user:", "@prod-host/db"),
        ] {
            let address = format!("{before}Copper7Lantern{behind}");
            assert_eq!(verdict(&address, "Copper7Lantern"), Verdict::Unclear, "{address}");
        }
    }

    #[test]
    fn passwords_of_signs_and_capitals_stay() {
        for password in ["KXQZVWPLMTRBHJ", ";Kq9mQpLw7x", "&Kq9mQpLw7x"] {
            assert_eq!(verdict(&format!("amqp://svc:{password}@db.acme.io"), password), Verdict::Unclear, "{password}");
        }
    }

    #[test]
    fn what_is_nobodys_secret_goes() {
        for (user, password, host) in [
            ("svc", "Copper7Lantern", "<host>"),
            ("svc", "Copper7Lantern", "hostname:5432"),
            ("user", "password", "db.acme.io"),
            ("airflow", "airflow", "db.acme.io"),
            ("svc", "********", "db.acme.io"),
            ("abc", "xyz", "db.acme.io"),
            ("mailto", "somebody", "acme.io"),
            ("svc", "your-password", "db.acme.io"),
            ("proxyuser", "proxypass", "db.acme.io"),
            ("svc", "myp@$$w0rd..", "db.example.com"),
            ("svc", "APP-PASSWORD", "default"),
            ("svc", "&lt;password&gt;", "db.acme.io"),
            ("localhost", "8545", "1024"),
            ("svc", ",user=sa", "db.acme.io"),
            ("svc", "Copper7Lantern", "db1.xxxx.acme.io"),
        ] {
            let address = format!("postgres://{user}:{password}@{host}");
            assert_eq!(verdict(&address, password), Verdict::Fails, "{address}");
        }
    }

    #[test]
    fn the_machine_itself_is_told_from_other_hosts() {
        for (host, is_own) in [
            ("localhost:5432", true),
            ("127.0.0.1", true),
            ("[::1]:5432", true),
            ("postgres/app", true),
            ("db.example.com", true),
            ("db.internal.example:27017", true),
            ("mongo:27017", true),
            ("{host}:5432/x", true),
            ("${HOST}/x", true),
            ("%s/x", true),
            ("\" +", true),
            ("tcp(127.0.0.1:3306)/x", true),
            ("tcp(10.1.2.3:3306)/x", false),
            ("10.1.2.3", false),
            ("db.acme.io", false),
            ("prod-db.internal", false),
            ("nas.local:5432", true),
            ("db01.corp.local:5432", false),
            ("pg.prod.svc.cluster.local", false),
        ] {
            let matched = format!("postgres://svc:Copper7Lantern@{host}");
            let subject = Subject { secret: b"Copper7Lantern", matched: matched.as_bytes() };
            assert_eq!(own_host(subject) == Verdict::Fails, is_own, "{host}");
        }
        let subject = Subject { secret: b"openshift", matched: b"https://git:openshift@git.server.local" };
        assert_eq!(own_host(subject), Verdict::Fails);
        for (start, is_own) in
            [("jdbc:h2:~/x", true), ("jdbc:hsqldb:mem:x", true), ("jdbc:h2:tcp://db.acme.io/x", false)]
        {
            let matched = format!("{start};USER=svc;PASSWORD=Copper7Lantern");
            let subject = Subject { secret: b"Copper7Lantern", matched: matched.as_bytes() };
            assert_eq!(own_host(subject) == Verdict::Fails, is_own, "{start}");
        }
    }
}
