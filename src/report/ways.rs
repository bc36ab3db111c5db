//! The ways past a block, in words and in commands that work where the user stands.
//!
//! Never: colour, or what runs a command.

use std::collections::BTreeSet;

use super::{Scene, escape, is_denied};
use crate::{
    finding::{Finding, Origin},
    rules,
};

/// When to take a way, which is empty where the one before goes on, and how; escaped.
pub type Way = (&'static str, String);

/// Paths named in a command that scans.
const SCANNED_PATHS: usize = 3;
/// Denied paths named at once.
const DENIED_PATHS: usize = 5;
/// What an inline comment begins with. Apart from its rule, so that this file holds no such comment.
pub const ALLOW: &str = "tightlip:allow";
/// The repository's baseline, from the top.
const BASELINE: &[u8] = b".tightlip-baseline";

/// The file in which git keeps the message, as a word of a shell: a linked worktree has its own.
const TYPED_MESSAGE: &str = "\"$(git rev-parse --git-path COMMIT_EDITMSG)\"";

/// Ends of the names of files whose text has no comments.
const WITHOUT_COMMENTS: [&str; 11] =
    [".json", ".ipynb", ".jsonl", ".ndjson", ".geojson", ".csv", ".tsv", ".pem", ".key", ".webmanifest", ".tfstate"];

/// Where the policy stands that judges what is in commits.
const ON_TOP: &str = "in .tightlip.toml, in a commit on top:";

/// Where a comment stands.
const BESIDE: &str = "a comment on its line or the line above:";

/// The ways that let pass what was found, for one commit or push, and whatever there is.
const ONCE: &str = "this once";
const UNCHECKED: &str = "without a check";

/// All ways past a block in a hook; where something was not read as well, it is refused whatever the findings come to.
pub fn of_hook(scene: Scene, blocking: &[&Finding], unread: bool, to_top: &[u8]) -> Vec<Way> {
    let mut ways = of_findings(scene, blocking, to_top);
    if unread {
        let mut is_kept = true;
        ways.retain(|(when, _)| {
            is_kept = if when.is_empty() { is_kept } else { ![ONCE, UNCHECKED].contains(when) };
            is_kept
        });
        ways.extend(of_unread(scene));
    }
    ways
}

fn of_findings(scene: Scene, blocking: &[&Finding], to_top: &[u8]) -> Vec<Way> {
    match (scene, &blocking[0].origin) {
        (Scene::Receive, _) => of_server(blocking),
        (Scene::CherryPick, _) => of_standstill("cherry-pick --continue", "cherry-pick --abort", blocking, to_top),
        (Scene::Revert, _) => of_standstill("commit", "reset --merge", blocking, to_top),
        (Scene::Merge, _) => of_standstill("commit", "merge --abort", blocking, to_top),
        (Scene::Patch, _) => of_standstill("am --continue", "am --abort", blocking, to_top),
        (_, Origin::Commit(_) | Origin::Revision(_)) => of_push(blocking),
        (_, Origin::Message) => of_message(blocking),
        (_, Origin::Index | Origin::Worktree | Origin::Stdin) => of_commit(blocking, to_top),
    }
}

fn of_commit(blocking: &[&Finding], to_top: &[u8]) -> Vec<Way> {
    let mut ways = Vec::new();
    if blocking.iter().any(|finding| !is_denied(finding)) {
        ways.push(("remove it", "take it out, git add the file, commit again".to_owned()));
    }
    ways.extend(removal(blocking, to_top));
    ways.extend(allowances(blocking, BESIDE));
    ways.extend(acceptance(to_top));
    ways.push((ONCE, "git -c tightlip.bypass=\"why\" commit".into()));
    ways.push((UNCHECKED, "git commit --no-verify".into()));
    ways
}

/// All ways past a block of what stands still with its change staged, and how git goes on or gives up.
fn of_standstill(go_on: &str, give_up: &str, blocking: &[&Finding], to_top: &[u8]) -> Vec<Way> {
    let mut ways = Vec::new();
    if blocking.iter().any(|finding| !is_denied(finding)) {
        ways.push(("remove it", format!("take it out, git add the file, git {go_on}")));
    }
    ways.extend(removal(blocking, to_top));
    ways.extend(allowances(blocking, BESIDE));
    ways.extend(acceptance(to_top));
    ways.push(("give it up", format!("git {give_up}")));
    ways.push((ONCE, format!("git -c tightlip.bypass=\"why\" {go_on}")));
    // The other commands do not take the option on their way on; git commit concludes them all the same.
    let unchecked = if go_on.starts_with("am") { go_on } else { "commit" };
    ways.push((UNCHECKED, format!("git {unchecked} --no-verify")));
    ways
}

/// What a hook refuses where a finding stands at `origin`.
pub fn scene(origin: &Origin) -> &'static str {
    match origin {
        Origin::Message => "message",
        Origin::Commit(_) | Origin::Revision(_) => "push",
        Origin::Index | Origin::Worktree | Origin::Stdin => "commit",
    }
}

/// All ways past a block of a push: what it would publish stands in commits, so that these have to be made anew.
fn of_push(blocking: &[&Finding]) -> Vec<Way> {
    let mut ways = of_commits(blocking);
    // A later commit does not make an earlier one harmless.
    ways.extend(allowances(blocking, "in the same commit, a comment on or above its line:"));
    // The policy of the tip judges all of them.
    let of_file = |finding: &&&Finding| is_in_text(finding) && takes_comments(finding) && finding.is_in_file();
    if let Some(finding) = blocking.iter().find(of_file) {
        ways.extend(allowance("it is known", ON_TOP, finding));
    }
    ways.push((ONCE, "git -c tightlip.bypass=\"why\" push".into()));
    ways.push((UNCHECKED, "git push --no-verify".into()));
    ways
}

/// All ways past a block of a server: neither what a push brings along nor what is typed on the client counts there.
fn of_server(blocking: &[&Finding]) -> Vec<Way> {
    let mut ways = of_commits(blocking);
    ways.push(("it is no secret", "what the default branch there accepts by now counts:".into()));
    ways.push(("", "in .tightlip-baseline, or under [paths] in .tightlip.toml".into()));
    ways
}

/// How commits and tags are made anew without what was found.
fn of_commits(blocking: &[&Finding]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    if blocking.iter().any(|finding| !finding.is_in_tag()) {
        ways.extend([
            ("in the last one", "take it out, git add FILE, git commit --amend".to_owned()),
            ("further back", "git rebase -i COMMIT^ (of the first: --root), mark it edit,".into()),
            ("", "take it out, git add FILE, git commit --amend,".into()),
            ("", "git rebase --continue".into()),
            ("in many", "tightlip scan --range BASE..TIP --format replacements --output FILE".into()),
            ("", "git filter-repo --replace-text FILE".into()),
        ]);
    }
    if blocking.iter().any(|finding| finding.is_in_tag()) {
        ways.push(("in a tag", "git tag -f -a NAME 'NAME^{}', with another message".into()));
    }
    ways
}

/// All ways past a block of a message. Git keeps it in a file, from which each way goes on with what was typed.
fn of_message(blocking: &[&Finding]) -> Vec<Way> {
    let mut ways = vec![("remove it", format!("git commit -eF {TYPED_MESSAGE}"))];
    ways.extend(allowances(blocking, BESIDE));
    ways.push((ONCE, "git -c tightlip.bypass=\"why\" commit -eF \\".into()));
    ways.push(("", TYPED_MESSAGE.into()));
    ways.push((UNCHECKED, "git commit --no-verify -eF \\".into()));
    ways.push(("", TYPED_MESSAGE.into()));
    ways
}

/// The ways past findings outside a commit: standard input has no file to write them to.
pub fn of_scan(blocking: &[&Finding], to_top: &[u8]) -> Vec<Way> {
    if let Origin::Commit(_) | Origin::Revision(_) = &blocking[0].origin {
        // A comment that is written now stands in none of its blobs.
        let first = blocking.iter().find(|finding| is_in_text(finding));
        let mut ways = first.map_or_else(Vec::new, |first| allowance("it is no secret", ON_TOP, first).to_vec());
        ways.extend(admissions(blocking));
        return ways;
    }
    let mut ways = allowances(blocking, BESIDE);
    match &blocking[0].origin {
        Origin::Index => ways.extend(acceptance(to_top)),
        Origin::Worktree => ways.push(("it is known", scan_command("--update-baseline", blocking, to_top))),
        Origin::Stdin | Origin::Message | Origin::Commit(_) | Origin::Revision(_) => {}
    }
    ways
}

/// The ways past a file that was too large to read.
pub fn of_unread(scene: Scene) -> Vec<Way> {
    let mut ways = vec![
        ("read it", "raise max_file_size in [limits] of .tightlip.toml".into()),
        ("leave it out", "add its path to skip in [paths] of .tightlip.toml".into()),
    ];
    ways.extend(match scene {
        Scene::Commit | Scene::CherryPick | Scene::Revert | Scene::Merge => {
            Some((UNCHECKED, "git commit --no-verify".into()))
        }
        Scene::Patch => Some((UNCHECKED, "git am --continue --no-verify".into())),
        Scene::Push => Some((UNCHECKED, "git push --no-verify".into())),
        Scene::Receive => None,
    });
    ways
}

/// The command that looks at the files of `findings` on disk.
pub fn scan_command(options: &str, findings: &[&Finding], to_top: &[u8]) -> String {
    let paths: BTreeSet<_> = findings.iter().map(|finding| &finding.shown_path).collect();
    let mut words = vec!["tightlip scan".to_owned()];
    words.extend((!options.is_empty()).then(|| options.into()));
    words.extend(paths.iter().take(SCANNED_PATHS).map(|path| escape::shell_word(&from_here(path, to_top))));
    words.extend((paths.len() > SCANNED_PATHS).then(|| "...".into()));
    words.join(" ")
}

/// How denied paths leave the index and stay on disk: `-f`, since git else keeps what neither the file nor `HEAD` has.
fn removal(blocking: &[&Finding], to_top: &[u8]) -> Vec<Way> {
    let denied = denied_paths(blocking);
    if denied.is_empty() {
        return Vec::new();
    }
    let paths: Vec<_> = denied.iter().take(DENIED_PATHS).map(|path| from_here(path, to_top)).collect();
    let git = if paths.iter().any(|path| is_pathspec(path)) { "git --literal-pathspecs" } else { "git" };
    let words: Vec<_> = paths.iter().map(|path| escape::shell_word(path)).collect();
    let mut ways = vec![("keep it out", format!("{git} rm --cached -f {}", words.join(" ")))];
    ways.extend(unnamed(&denied));
    ways
}

/// Whether git takes `path` for a pattern.
fn is_pathspec(path: &[u8]) -> bool {
    path.starts_with(b":") || path.iter().any(|byte| b"*?[\\".contains(byte))
}

fn denied_paths<'a>(blocking: &[&'a Finding]) -> Vec<&'a [u8]> {
    blocking.iter().filter(|finding| is_denied(finding)).map(|finding| finding.shown_path.as_slice()).collect()
}

/// How many of the denied paths the line above does not name.
fn unnamed(denied: &[&[u8]]) -> Option<Way> {
    let more = denied.len().checked_sub(DENIED_PATHS).filter(|more| *more > 0)?;
    Some(("", format!("and {more} more denied {}", if more == 1 { "path" } else { "paths" })))
}

fn acceptance(to_top: &[u8]) -> [Way; 2] {
    [
        ("it is known", "tightlip --update-baseline".into()),
        ("", format!("git add {}", escape::shell_word(&from_here(BASELINE, to_top)))),
    ]
}

/// What says that a secret is none: a comment, `where_to` put it, or the configuration.
fn allowances(blocking: &[&Finding], where_to: &str) -> Vec<Way> {
    let mut ways = Vec::new();
    let (commented, others): (Vec<&Finding>, Vec<_>) =
        blocking.iter().copied().filter(|finding| is_in_text(finding)).partition(|finding| takes_comments(finding));
    if let Some(finding) = commented.first() {
        ways.push(("it is no secret", where_to.to_owned()));
        ways.push(("", format!("{ALLOW} {} -- why", escape::text(&finding.rule.id))));
    }
    if let Some(finding) = others.first() {
        let when = if ways.is_empty() { "it is no secret" } else { "" };
        ways.extend(allowance(when, "where no comment can stand, in .tightlip.toml:", finding));
    }
    ways.extend(admissions(blocking));
    ways
}

/// What lets denied paths in.
fn admissions(blocking: &[&Finding]) -> Vec<Way> {
    let denied = denied_paths(blocking);
    if denied.is_empty() {
        return Vec::new();
    }
    let globs: Vec<_> = denied.iter().take(DENIED_PATHS).map(|path| escape::toml(&glob(path))).collect();
    let mut ways = vec![("it belongs here", "in .tightlip.toml, under [paths]:".to_owned())];
    ways.push(("", format!("allow = [{}]", globs.join(", "))));
    ways.extend(unnamed(&denied));
    ways
}

/// Whether it is about a value, which a comment or an entry may let pass.
fn is_in_text(finding: &Finding) -> bool {
    ![rules::DENIED_PATH, rules::UNKNOWN_ALLOWANCE].contains(&&*finding.rule.id)
}

/// Whether a comment may stand beside the finding.
fn takes_comments(finding: &Finding) -> bool {
    let path = finding.place.path.to_ascii_lowercase();
    !WITHOUT_COMMENTS.iter().any(|end| path.ends_with(end.as_bytes()))
}

/// The entry of a configuration that lets what the rule of `finding` finds in its file pass.
fn allowance(when: &'static str, where_to: &str, finding: &Finding) -> [Way; 5] {
    [
        (when, where_to.to_owned()),
        ("", "[[allow]]".into()),
        ("", format!("rule = {}", escape::toml(&finding.rule.id))),
        ("", format!("path = {}", escape::toml(&glob(&finding.shown_path)))),
        ("", "reason = \"why\"".into()),
    ]
}

/// The pattern for `path` and no other, but that `?` stands for a byte that is not UTF-8. The slash in front keeps a file at
/// the top from meaning one at any depth, and a `!` from the beginning.
fn glob(path: &[u8]) -> String {
    let mut glob = "/".to_owned();
    for chunk in path.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '*' | '?' | '[' | '{' | '}' => glob.extend(['[', character, ']']),
                '\\' => glob.push_str(r"\\"),
                _ => glob.push(character),
            }
        }
        glob.extend(chunk.invalid().iter().map(|_| '?'));
    }
    glob
}

/// A path from the top as the user types it. One outside of the work tree is as it was typed already.
fn from_here(path: &[u8], to_top: &[u8]) -> Vec<u8> {
    let is_outside = path.starts_with(b"/") || path.starts_with(b"../");
    if is_outside { path.to_vec() } else { [to_top, path].concat() }
}
