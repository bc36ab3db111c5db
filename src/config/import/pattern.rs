//! Other tools' regular expressions, as what is written here: globs for paths, expressions for whole values, keywords.
//!
//! Never: which tool wrote them. What has no equal here is refused, never widened.

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look};

/// More globs than this for one expression would help nobody.
const MOST_GLOBS: usize = 32;
/// A keyword is at least so long: a shorter one makes every file a candidate.
const KEYWORD: usize = 3;

/// Why an expression has no equal here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error("it is no regular expression that can be read here: {0}")]
    Unreadable(String),
    /// No globs match the same paths.
    #[error("paths are matched by globs here, and none match the same ones")]
    NoGlob,
    /// Nothing stands in every match.
    #[error("no word of three letters or more stands in all of its matches, which would make every file a candidate")]
    NoKeyword,
    /// There is no such group.
    #[error("it has no group {0}")]
    NoGroup(usize),
}

/// The globs that match just the paths in which the expression `pattern` occurs.
pub fn globs(pattern: &str) -> Result<Vec<String>, Fault> {
    let mut globs = Vec::new();
    for path in alternatives(&parse(pattern)?).ok_or(Fault::NoGlob)? {
        globs.extend(path.globs());
        if globs.len() > MOST_GLOBS {
            return Err(Fault::NoGlob);
        }
    }
    globs.sort();
    globs.dedup();
    Ok(globs)
}

/// What `pattern` says of a path, and of a line in the file, where it is about a line of output `PATH:NUMBER:LINE`: a path of
/// more than one part, or with an ending, stands before its first colon. The second is empty where any line will do.
pub fn of_place(pattern: &str) -> Option<(&str, &str)> {
    let (path, rest) = pattern.split_once(':')?;
    // `(?:`, `[[:alpha:]]` and the like are no ends of paths.
    let is_whole = |part: &str| parse(part).is_ok();
    if !is_whole(path) || !is_whole(rest) || !(path.contains('/') || path.contains(r"\.")) {
        return None;
    }
    // The number of the line is of no account here.
    let mut number = [r"[0-9]+:", r"[0-9]*:", r"\d+:", r"\d*:", r".*:", "[^:]*:"].into_iter();
    let rest = number.find_map(|number| rest.strip_prefix(number)).unwrap_or(rest);
    let rest = rest.strip_prefix(".*").unwrap_or(rest).trim_end_matches('$');
    Some((path.trim_start_matches('^'), rest)).filter(|(path, _)| !path.is_empty())
}

/// The expression for a whole value in which `pattern` occurs.
pub fn within(pattern: &str) -> Result<String, Fault> {
    parse(pattern)?;
    Ok(format!("(?s:.*)(?:{pattern})(?s:.*)"))
}

/// The expression for a whole value in which `word` occurs, in either case.
pub fn containing(word: &str) -> String {
    format!("(?is:.*){}(?s:.*)", format_args!("(?i:{})", regex_syntax::escape(word)))
}

/// `pattern` with its group `number` (from 1) named as the secret.
pub fn with_secret(pattern: &str, number: usize) -> Result<String, Fault> {
    use regex_syntax::ast::{Ast, GroupKind, Visitor, parse::Parser, visit};

    struct Find(usize, Option<usize>);
    impl Visitor for Find {
        type Output = Option<usize>;
        type Err = std::convert::Infallible;

        fn finish(self) -> Result<Self::Output, Self::Err> {
            Ok(self.1)
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
            if let Ast::Group(group) = ast
                && let GroupKind::CaptureIndex(index) = group.kind
                && index as usize == self.0
            {
                self.1 = Some(group.span.start.offset);
            }
            Ok(())
        }
    }

    let ast = Parser::new().parse(pattern).map_err(|error| Fault::Unreadable(error.kind().to_string()))?;
    let Ok(found) = visit(&ast, Find(number, None));
    let open = found.ok_or(Fault::NoGroup(number))?;
    Ok(format!("{}(?P<secret>{}", &pattern[..open], &pattern[open + 1..]))
}

/// The number of the first group of `pattern` if it can be as long as a secret; else 0, which is the whole match.
pub fn first_group(pattern: &str) -> Result<usize, Fault> {
    /// In bytes.
    const SHORTEST_SECRET: usize = 8;
    let hir = parse(pattern)?;
    let longest = group(&hir, 1).map(|capture| capture.sub.properties().maximum_len());
    Ok(usize::from(longest.is_some_and(|len| len.is_none_or(|len| len >= SHORTEST_SECRET))))
}

fn group(hir: &Hir, number: u32) -> Option<&Capture> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.index == number => Some(capture),
        HirKind::Capture(capture) => group(&capture.sub, number),
        HirKind::Repetition(repetition) => group(&repetition.sub, number),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(|part| group(part, number)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}

/// Words one of which stands in every match of `pattern`, in lower case.
pub fn keywords(pattern: &str) -> Result<Vec<String>, Fault> {
    let mut words = required(&parse(pattern)?).ok_or(Fault::NoKeyword)?;
    words.sort();
    words.dedup();
    Ok(words)
}

fn parse(pattern: &str) -> Result<Hir, Fault> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(pattern).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => Fault::Unreadable(error.kind().to_string()),
        regex_syntax::Error::Translate(error) => Fault::Unreadable(error.kind().to_string()),
        _ => Fault::Unreadable("of an unknown kind".to_owned()),
    })
}

/// The words that every match needs one of: the best part of a sequence, all branches of an alternation.
fn required(hir: &Hir) -> Option<Vec<String>> {
    let best = |parts: Vec<Vec<String>>| {
        parts.into_iter().max_by_key(|words| words.iter().map(String::len).min().unwrap_or(0))
    };
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let words: Option<Vec<_>> = branches.iter().map(required).collect();
            Some(words?.concat())
        }
        HirKind::Concat(parts) => {
            let mut found = Vec::new();
            let mut run = String::new();
            for part in parts {
                if let Some(letters) = letters(part) {
                    run.push_str(&letters);
                    continue;
                }
                found.extend(word(std::mem::take(&mut run)));
                found.extend(required(part));
            }
            found.extend(word(run));
            best(found)
        }
        _ => word(letters(hir)?),
    }
}

fn word(run: String) -> Option<Vec<String>> {
    (run.len() >= KEYWORD).then(|| vec![run])
}

/// The letters of a literal, or of a class that is one letter in either case.
fn letters(hir: &Hir) -> Option<String> {
    let text = match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.to_owned(),
        HirKind::Class(class) => {
            let letters: Vec<char> = members(class).take(3).collect();
            match letters[..] {
                [upper, lower] if upper.to_ascii_lowercase() == lower => lower.to_string(),
                _ => return None,
            }
        }
        _ => return None,
    };
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| text.to_ascii_lowercase())
}

fn members(class: &Class) -> Box<dyn Iterator<Item = char> + '_> {
    match class {
        Class::Unicode(class) => Box::new(class.iter().flat_map(|range| range.start()..=range.end())),
        Class::Bytes(class) => Box::new(class.iter().flat_map(|range| range.start()..=range.end()).map(char::from)),
    }
}

/// What a path may hold at some point.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    /// Any text.
    Any,
    /// Any text within a folder's or file's name.
    InName,
    /// One character of a name.
    One,
}

/// A path expression without alternation.
#[derive(Clone, Debug, Default)]
struct Path {
    pieces: Vec<Piece>,
    from_start: bool,
    to_end: bool,
}

impl Path {
    /// This one, and behind it `next`; none where something would stand before a start or behind an end.
    fn followed_by(&self, next: &Self) -> Option<Self> {
        let sound = (!next.from_start || self.pieces.is_empty()) && (!self.to_end || next.pieces.is_empty());
        sound.then(|| Self {
            pieces: [self.pieces.as_slice(), &next.pieces].concat(),
            from_start: self.from_start || next.from_start,
            to_end: self.to_end || next.to_end,
        })
    }

    fn globs(&self) -> Vec<String> {
        let mut pieces = Vec::new();
        if !self.from_start {
            pieces.push(Piece::Any);
        }
        pieces.extend(self.pieces.iter().cloned());
        if !self.to_end {
            pieces.push(Piece::Any);
        }
        pieces.dedup_by(|a, b| *a == Piece::Any && *b == Piece::Any);
        let mut globs = vec![String::new()];
        let last = pieces.len() - 1;
        for (at, piece) in pieces.iter().enumerate() {
            let ways: Vec<String> = match piece {
                Piece::Text(text) => vec![escaped(text)],
                Piece::One => vec!["?".to_owned()],
                Piece::InName => vec!["*".to_owned()],
                // At the start and behind a slash `**/*` is any text; behind a slash at the end `**` is any but none.
                Piece::Any if at == 0 => vec!["**/*".to_owned()],
                Piece::Any if at == last && globs[0].ends_with('/') => vec!["**".to_owned()],
                Piece::Any if at < last && globs[0].ends_with('/') => vec!["**/*".to_owned()],
                Piece::Any if at == last => vec!["*".to_owned(), "*/**".to_owned()],
                Piece::Any => vec!["*".to_owned(), "*/**/*".to_owned()],
            };
            globs = globs.iter().flat_map(|start| ways.iter().map(move |way| format!("{start}{way}"))).collect();
        }
        // Without a slash a pattern is for the name at any depth; this one is for the path.
        globs.into_iter().map(|glob| if glob.contains('/') { glob } else { format!("/{glob}") }).collect()
    }
}

fn escaped(text: &str) -> String {
    let special = |c: char| "*?[]{}\\!".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// The expression as paths without alternation, if it is no more than text, stars and alternatives.
fn alternatives(hir: &Hir) -> Option<Vec<Path>> {
    let one = |piece| Some(vec![Path { pieces: vec![piece], ..Path::default() }]);
    match hir.kind() {
        HirKind::Empty => Some(vec![Path::default()]),
        HirKind::Literal(literal) => one(Piece::Text(std::str::from_utf8(&literal.0).ok()?.to_owned())),
        HirKind::Look(Look::Start) => Some(vec![Path { from_start: true, ..Path::default() }]),
        HirKind::Look(Look::End) => Some(vec![Path { to_end: true, ..Path::default() }]),
        HirKind::Capture(capture) => alternatives(&capture.sub),
        // One that is a slash, too, is left out: narrower, and no name has one.
        HirKind::Class(class) if repeated(class).is_some() => one(Piece::One),
        // A few letters: one path each.
        HirKind::Class(class) => {
            let letters: Vec<char> = members(class).take(5).collect();
            let path = |c: char| Path { pieces: vec![Piece::Text(c.to_string())], ..Path::default() };
            (letters.len() < 5).then(|| letters.into_iter().map(path).collect())
        }
        HirKind::Alternation(branches) => {
            let paths: Option<Vec<_>> = branches.iter().map(alternatives).collect();
            paths.map(|paths| paths.concat()).filter(|paths| paths.len() <= MOST_GLOBS)
        }
        HirKind::Concat(parts) => parts.iter().try_fold(vec![Path::default()], |paths, part| {
            let nexts = alternatives(part)?;
            let joined: Option<Vec<_>> =
                paths.iter().flat_map(|path| nexts.iter().map(|next| path.followed_by(next))).collect();
            joined.filter(|paths| paths.len() <= MOST_GLOBS)
        }),
        HirKind::Repetition(repetition) => {
            let star = match repetition.sub.kind() {
                HirKind::Class(class) => repeated(class),
                _ => None,
            };
            match (repetition.min, repetition.max, star) {
                (0, None, Some(piece)) => one(piece),
                (1, None, Some(piece)) => Some(vec![Path { pieces: vec![Piece::One, piece], ..Path::default() }]),
                (0, Some(1), _) => {
                    let mut paths = alternatives(&repetition.sub)?;
                    paths.push(Path::default());
                    Some(paths)
                }
                _ => None,
            }
        }
        HirKind::Look(_) => None,
    }
}

/// What a run of `.` or of `[^/]` is in a path.
fn repeated(class: &Class) -> Option<Piece> {
    let all_but = |excluded: &[char]| {
        let ascii: Vec<char> = members(class).take_while(char::is_ascii).collect();
        ascii.len() + excluded.len() == 128 && !ascii.iter().any(|c| excluded.contains(c))
    };
    if all_but(&['\n']) || all_but(&[]) {
        Some(Piece::Any)
    } else if all_but(&['/']) || all_but(&['/', '\n']) {
        Some(Piece::InName)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::Glob;

    #[test]
    fn globs_match_what_the_expression_matches() {
        let paths = [
            "a.lock",
            "go.sum",
            "vendor/a.go",
            "src/vendor/a.go",
            "src/xvendor/a.go",
            "vendored",
            "vendor",
            "a/b/c.png",
            "a/b/c.PNG",
            "test/fixtures/key.pem",
            "x/test/fixtures",
            "package-lock.json",
            "sub/package-lock.json",
            "packageXlock.json",
            "docs/a/b.md",
            "docs/b.md",
            "a.lock/readme",
            "[x].txt",
            ".env",
            "config/.env.local",
        ];
        for (pattern, can) in [
            (r"\.lock$", true),
            (r"^vendor/", true),
            (r"vendor/", true),
            (r"/vendor/", true),
            (r"^vendor$", true),
            (r"(.*?)(jpg|png|gif)$", true),
            (r"(^|/)package-lock\.json$", true),
            (r"test/fixtures", true),
            (r"^docs/[^/]*\.md$", true),
            (r"^docs/.*\.md$", true),
            (r"\[x\]\.txt", true),
            (r"^(go\.(mod|sum)|vendor/.*)$", true),
            (r"\.env(\.local)?$", true),
            (r".*", true),
            (r"[a-z]{3}\.go", false),
            (r"\bvendor\b", false),
            (r"(?i)\.png$", true),
        ] {
            let regex = crate::rules::syntax::compile(pattern).expect("a pattern");
            let globs = globs(pattern);
            assert_eq!(globs.is_ok(), can, "{pattern}: {globs:?}");
            let Ok(globs) = globs else { continue };
            for path in paths {
                let matches =
                    globs.iter().any(|glob| Glob::new(glob).expect("a glob").parsed().compile_matcher().is_match(path));
                assert_eq!(matches, regex.is_match(path.as_bytes()), "{pattern} as {globs:?} on {path}");
            }
        }
    }

    #[test]
    fn tells_a_path_from_a_value() {
        for (pattern, place) in [
            ("docs/.*:.*", Some(("docs/.*", ""))),
            (r"^tests/keys\.py:[0-9]+:.*", Some((r"tests/keys\.py", ""))),
            (r".*\.md:.*example", Some((r".*\.md", "example"))),
            (r"README\.md:", Some((r"README\.md", ""))),
            ("user:password", None),
            ("(?:a|b)/c", None),
            ("x/[[:alpha:]]", None),
            ("corp-1111", None),
        ] {
            assert_eq!(of_place(pattern), place, "{pattern}");
        }
    }

    #[test]
    fn names_the_secret() {
        for (pattern, number, expected) in [
            ("key=([a-z]+)", 1, Ok("key=(?P<secret>[a-z]+)")),
            (r"(?:a|b)\((x)(y)", 2, Ok(r"(?:a|b)\((x)(?P<secret>y)")),
            ("a", 1, Err(Fault::NoGroup(1))),
        ] {
            assert_eq!(with_secret(pattern, number).as_deref(), expected.as_deref(), "{pattern}");
        }
    }

    #[test]
    fn finds_what_every_match_holds() {
        for (pattern, expected) in [
            ("acme_[0-9a-f]{32}", Ok(vec!["acme_"])),
            ("(?i)acme[_-]?token=([a-z]{8})", Ok(vec!["token="])),
            ("(foo_|barbaz_)[a-z]{4}", Ok(vec!["barbaz_", "foo_"])),
            ("[A-Z0-9]{20}", Err(Fault::NoKeyword)),
            ("(foo_)?[a-z]{4}", Err(Fault::NoKeyword)),
        ] {
            let words = keywords(pattern);
            let words = words.as_ref().map(|words| words.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(words.map_err(Clone::clone), expected, "{pattern}");
        }
    }
}
