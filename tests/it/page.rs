//! The page of `--format html`: what it may load, and what a real browser makes of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use tightlip::{
    finding::{Commit, Finding, Origin, Outcome, Suppression},
    report::Format,
};

use crate::support::{golden::assert_golden, outcomes::*};

fn page(outcome: &Outcome) -> String {
    written(Format::Html, outcome, &SCAN)
}

/// The page without what is the same in each.
fn own_part(page: &str) -> String {
    let data = page.split_once("id=\"data\">").expect("data").1.split_once("</script>").expect("its end").0;
    let header = page.split_once("<header>").expect("a header").1.split_once("</header>").expect("its end").0;
    let header = header.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    format!("{header}\n{}\n", serde_json::to_string_pretty(&data).expect("JSON"))
}

#[test]
fn the_page_holds_everything() {
    assert_golden("report/motley.html.txt", &own_part(&page(&motley())));
    assert_golden("report/clean.html.txt", &own_part(&page(&of(Vec::new()))));
}

#[test]
fn nothing_from_a_repository_becomes_markup() {
    let mut odd = finding(stripe(), "a:1", "</script><script>alert(1)</script><!-- '<>'");
    odd.shown_path = b"<img src=x onerror=alert(1)>\xff".as_slice().into();
    odd.rule.title = "<b>\u{2028}".into();
    odd.rule.rotate = "javascript:alert(1)".into();
    let page = page(&of(vec![odd]));
    let plain = self::page(&of(Vec::new()));
    let tags = |page: &str| page.matches('<').count();
    assert_eq!(tags(&page), tags(&plain));
    assert!(!page.contains("javascript:") && !page.contains('\u{2028}'), "{page}");
}

#[test]
fn the_page_loads_nothing() {
    let page = page(&motley());
    assert!(page.contains("default-src 'none'"));
    let outside_of_data = page.split_once("id=\"data\">").expect("data").0.to_owned()
        + page.split_once("id=\"data\">").expect("data").1.split_once("</script>").expect("its end").1;
    for address in ["http:", "https:", "src=", "url(", "@import", "fetch("] {
        assert!(!outside_of_data.contains(address), "{address}");
    }
}

/// `n` findings, told apart in every way that the page filters and sorts by.
fn many(n: usize) -> Outcome {
    let commits: Vec<_> = (0..40)
        .map(|number| {
            Arc::new(Commit {
                id: format!("{number:040x}"),
                author: ["Ada Lovelace", "Grace Hopper", "Alan Turing"][number % 3].into(),
                date: format!("2025-{:02}-0{}T12:00:00Z", number % 12 + 1, number % 9 + 1),
                subject: format!("Change number {number}"),
            })
        })
        .collect();
    let one = |number: usize| {
        let rule = if number.is_multiple_of(3) { password() } else { stripe() };
        let place = format!("services/part-{}/settings.py:{}", number % 97, number + 1);
        let found = finding(rule, &place, "API_KEY = \"<>\"  # told apart");
        let found = Finding { origin: Origin::Commit(commits[number % 40].clone()), ..found };
        match number % 10 {
            7 => passing(found, Suppression::Baseline { reason: Some("a fixture".into()) }),
            8 => low(found),
            _ => found,
        }
    };
    of((0..n).map(one).collect())
}

/// What the page looks like when its script is done, and how many milliseconds after its beginning that was.
fn browse(page: &str, name: &str, dark: bool, folder: &Path) -> (String, u64) {
    let file = folder.join(format!("{name}.html"));
    fs::write(&file, page).expect("a page");
    let pictures = std::env::var_os("TIGHTLIP_PICTURES").map(PathBuf::from);
    let run = |option: &str| {
        let profile = tempfile::tempdir().expect("a profile");
        let mut browser = Command::new("chromium");
        browser
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--window-size=1280,1400", option])
            .arg(format!("--user-data-dir={}", profile.path().display()));
        if dark {
            browser.arg("--blink-settings=preferredColorScheme=0");
        }
        let output =
            browser.arg(format!("file://{}", file.display())).stderr(Stdio::null()).output().expect("chromium");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    if let Some(pictures) = pictures {
        run(&format!("--screenshot={}", pictures.join(format!("{name}.png")).display()));
    }
    let document = run("--dump-dom");
    let ready = document.split_once("data-ready=\"").expect("the script is done").1;
    let milliseconds = ready.split_once('"').expect("a number").0.parse().expect("a number");
    (document, milliseconds)
}

#[test]
#[ignore = "needs chromium; TIGHTLIP_PICTURES=folder keeps pictures of what it shows"]
fn a_browser_shows_none_ten_and_many() {
    let folder = tempfile::tempdir().expect("a folder");
    for (n, rows) in [(0, 0), (10, 10), (20_000, 100)] {
        let page = page(&many(n));
        for dark in [false, true] {
            let name = format!("page-{n}-{}", if dark { "dark" } else { "light" });
            let (document, milliseconds) = browse(&page, &name, dark, folder.path());
            assert_eq!(document.matches("class=\"place\"").count(), rows);
            eprintln!("{n} findings, {} bytes: ready after {milliseconds} ms", page.len());
            // Run by hand, on a machine that does nothing else.
            assert!(milliseconds < 1000, "nobody waits longer for a page");
        }
    }
    browse(&self::page(&motley()), "page-motley", false, folder.path());
}

/// What a reader does, and what the page then says. It runs in a copy of the page without its policy.
const READER: &str = r##"
const say = [];
const rows = () => document.querySelectorAll("#rows tr").length;
const pick = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event("change")); };
const cell = (n) => document.querySelector(`#rows td:nth-child(${n})`).textContent;
const head = (n) => document.querySelector(`#heads th:nth-child(${n})`);
say.push(document.getElementById("count").textContent);
pick("status", "suppressed"); say.push(rows()); pick("status", "");
pick("author", "Ada Lovelace"); say.push(document.getElementById("count").textContent); pick("author", "");
const text = document.getElementById("text");
text.value = "part-42 password"; text.dispatchEvent(new Event("input")); say.push(rows());
text.value = ""; text.dispatchEvent(new Event("input"));
head(3).querySelector("button").click(); say.push(head(3).getAttribute("aria-sort"), cell(3));
head(3).querySelector("button").click(); say.push(head(3).getAttribute("aria-sort"), cell(3));
document.getElementById("next").click(); say.push(document.getElementById("page").textContent);
const button = document.querySelector("#overview button"); button.focus(); button.click();
say.push(document.querySelector("#overview button").getAttribute("aria-pressed"), document.activeElement.tagName);
const started = performance.now(); text.value = "part-1"; text.dispatchEvent(new Event("input"));
document.body.replaceChildren(say.join("|"), `|${Math.round(performance.now() - started)} ms`);
"##;

#[test]
#[ignore = "needs chromium"]
fn a_browser_filters_sorts_and_turns_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = page(&many(970));
    let (before, rest) = page.split_once("<meta http-equiv=").expect("a policy");
    let page = before.to_owned() + rest.split_once('>').expect("its end").1;
    let page = page.replace("</body>", &format!("<script>{READER}</script></body>"));
    let (document, _) = browse(&page, "reader", false, folder.path());
    let said = document.split_once("<body>").expect("a body").1.split_once("</body>").expect("its end").0;
    let said: Vec<&str> = said.split('|').collect();
    let expected = [
        "970 of 970 findings",
        "97",
        "340 of 970 findings",
        "4",
        "ascending",
        "services/part-0/settings.py:1:12",
        "descending",
        "services/part-96/settings.py:970:12",
        "page 2 of 10",
        "true",
        "BUTTON",
    ];
    assert_eq!(said[..expected.len()], expected, "{said:?}");
}
