//! git-secrets: patterns in git's configuration, and `.gitallowed`.
//!
//! Source of the formats: the project's README, sections Options and `.gitallowed`.

use super::{AllowText, Error, Imported, Left, RuleText, pattern};

/// Reads `.gitallowed`: an expression a line.
#[expect(clippy::unnecessary_wraps, reason = "a row of the table of tools")]
pub fn read(text: &str) -> Result<Imported, Error> {
    let mut imported = Imported::default();
    for (number, line) in text.lines().enumerate() {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            allow(line, number + 1, &mut imported);
        }
    }
    Ok(imported)
}

/// The values of `secrets.patterns` and `secrets.allowed`.
pub fn patterns(patterns: &[String], allowed: &[String]) -> Imported {
    let mut imported = Imported::default();
    for (number, written) in patterns.iter().enumerate() {
        // The patterns of its `--register-aws` are what the built-in rules for AWS look for.
        if written.contains("AKIA") || written.contains("(AWS|aws|Aws)") {
            let what = format!("`{written}`: the built-in rules for AWS look for it already");
            imported.left.push(Left { line: 0, what });
            continue;
        }
        match pattern::keywords(written) {
            Ok(keywords) => imported.fragment.rules.push(RuleText {
                id: format!("git-secrets-{}", number + 1),
                title: "Prohibited pattern of git-secrets".to_owned(),
                keywords,
                pattern: written.clone(),
                ..RuleText::default()
            }),
            Err(why) => imported.left.push(Left { line: 0, what: format!("`{written}`: {why}") }),
        }
    }
    for written in allowed {
        allow(written, 0, &mut imported);
    }
    imported
}

/// There an expression allows a line of output, `PATH:NUMBER:LINE`, in which it occurs. Here one about the path allows that, and
/// any other the values in which it occurs.
fn allow(written: &str, line: usize, imported: &mut Imported) {
    let made = match pattern::of_place(written) {
        Some((path, "")) => pattern::globs(&format!("(?:{path})$")).map(|globs| (globs, None)),
        Some((path, rest)) => {
            pattern::globs(&format!("(?:{path})$")).and_then(|globs| Ok((globs, Some(pattern::within(rest)?))))
        }
        None => pattern::within(written).map(|value| (Vec::new(), Some(value))),
    };
    match made {
        Ok((globs, value)) => {
            let paths = if globs.is_empty() { vec![None] } else { globs.into_iter().map(Some).collect() };
            imported.fragment.allows.extend(paths.into_iter().map(|path| AllowText {
                path,
                value: value.clone(),
                reason: "allowed for git-secrets".to_owned(),
                ..AllowText::default()
            }));
        }
        Err(why) => imported.left.push(Left { line, what: format!("`{written}`: {why}") }),
    }
}
