use aho_corasick::AhoCorasick;

use super::*;
use crate::{
    detect::confirm::confirm,
    rules::{Matcher, recipe, syntax},
};

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn byte(&mut self) -> u8 {
        b' ' + u8::try_from(self.below(95)).expect("below 95")
    }
}

/// What an automaton over all keywords finds, less what the gates keep out.
fn by_automaton(automaton: &AhoCorasick, text: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for hit in automaton.find_overlapping_iter(text) {
        let wants = table::KEYWORDS[hit.pattern()]
            .wants()
            .iter()
            .filter(|want| want.may_hold(text, hit.start(), &mut Seen::default()));
        candidates.extend(wants.map(|want| Candidate {
            rule: usize::from(want.rule),
            at: hit.start(),
            end: hit.end(),
        }));
    }
    candidates.sort_unstable();
    candidates
}

#[test]
fn the_tables_find_what_an_automaton_finds() {
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(table::KEYWORDS.iter().map(Keyword::text))
        .expect("a few thousand keywords are below the automaton's limits");
    let rules = syntax::read(include_str!("../../../rules.toml")).expect("build.rs has read it");
    let examples: Vec<&str> = rules.iter().flat_map(|rule| &rule.examples).map(String::as_str).collect();
    let mut numbers = Numbers(1);
    let mut found_at_all = 0;
    for round in 0..3000 {
        let mut text = Vec::new();
        for _ in 0..numbers.below(8) {
            text.extend((0..numbers.below(30)).map(|_| numbers.byte()));
            let example = examples[numbers.below(examples.len())];
            let planted = match round % 3 {
                0 => table::KEYWORDS[numbers.below(table::KEYWORDS.len())].text().to_vec(),
                _ => recipe::expand(example, &round.to_string()).expect("build.rs has expanded it").bytes,
            };
            // Whole, and now and then cut off or in the other case.
            let from = if numbers.below(8) == 0 { numbers.below(planted.len()) } else { 0 };
            let swaps = numbers.below(4) == 0;
            text.extend(planted[from..].iter().map(|byte| if swaps { byte.to_ascii_uppercase() } else { *byte }));
        }
        text.truncate(text.len() - if numbers.below(4) == 0 { text.len().min(numbers.below(6)) } else { 0 });
        let found = Prefilter::default().candidates(&RuleSet::builtin(), &text);
        assert_eq!(found, by_automaton(&automaton, &text), "{}", text.escape_ascii());
        found_at_all += found.len();
    }
    assert!(found_at_all > 3000, "{found_at_all}");
}

#[test]
fn a_keyword_is_found_wherever_a_text_begins_and_ends() {
    for (at, text) in [(0, "pass"), (1, "xpass"), (2, "xxpass"), (0, "passx"), (7, "xxxxxxxpass"), (8, "xxxxxxxxpassx")]
    {
        let found = Prefilter::default().candidates(&RuleSet::builtin(), text.as_bytes());
        assert!(found.iter().any(|it| (it.at, it.end) == (at, at + 4)), "{text}");
    }
}

#[test]
fn each_rule_is_wanted_by_keywords_of_its_own() {
    for (index, rule) in RuleSet::builtin().indexed() {
        let keywords: Vec<Vec<u8>> = rule.keywords.iter().map(|keyword| keyword.to_ascii_lowercase().into()).collect();
        let wants = |keyword: &&Keyword| keyword.wants().iter().any(|want| usize::from(want.rule) == index);
        let by_table: Vec<_> = table::KEYWORDS.iter().filter(wants).map(|keyword| keyword.text().to_vec()).collect();
        assert!(
            by_table.is_empty() == keywords.is_empty() && by_table.iter().all(|text| keywords.contains(text)),
            "{}",
            rule.id
        );
    }
}

#[test]
fn rules_of_a_configuration_are_found_and_disabled_ones_are_not() {
    let own = syntax::read(
        "[[rule]]\nid = 'mine'\nkeywords = ['Acme', 'acme', 'k']\npattern = 'acme-[0-9]+'\n\
         [[rule]]\nid = 'github-pat'\nkeywords = ['acme']\npattern = 'acme'",
    );
    let mut rules = RuleSet::builtin();
    for rule in own.expect("rules") {
        rules.add(rule.try_into().expect("a rule"));
    }
    let id = |rules: &RuleSet, candidate: &Candidate| rules.rule(candidate.rule).id.to_string();
    let text = ["x ACME ", "ghp", "_", &"b".repeat(36)].concat();
    let found = Prefilter::default().candidates(&rules, text.as_bytes());
    let found: Vec<_> = found.iter().map(|it| (id(&rules, it), it.at, it.end)).collect();
    assert_eq!(found, [("github-pat".to_owned(), 2, 6), ("mine".to_owned(), 2, 6)]);
    rules.retain(|rule| rule.id == "mine");
    let found = Prefilter::default().candidates(&rules, text.as_bytes());
    assert_eq!(found.iter().map(|it| id(&rules, it)).collect::<Vec<_>>(), ["mine"]);
}

#[test]
fn gates_keep_no_match_out() {
    let rules = RuleSet::builtin();
    let written = syntax::read(include_str!("../../../rules.toml")).expect("build.rs has read it");
    let mut numbers = Numbers(2);
    let mut matches = 0;
    for ((index, rule), written) in rules.indexed().zip(&written) {
        let Matcher::Pattern { regex, reach } = &rule.matcher else { continue };
        let regex = syntax::compile(regex).expect("build.rs has compiled it");
        let keywords =
            AhoCorasick::builder().ascii_case_insensitive(true).build(rule.keywords.iter().map(|k| k.as_bytes()));
        let keywords = keywords.expect("few keywords");
        let texts = written.examples.iter().chain(&written.near_misses);
        for text in texts.map(|recipe| recipe::expand(recipe, &rule.id).expect("build.rs has expanded it").bytes) {
            for round in 0..12 {
                // Twice on a line, and with a byte or two of another kind.
                let mut text = [text.as_slice(), if round % 2 == 0 { b"," } else { b"\n" }, &text].concat();
                for _ in 0..round / 2 {
                    let at = numbers.below(text.len());
                    text[at] = numbers.byte();
                }
                let hits = keywords.find_overlapping_iter(&text);
                let all: Vec<_> = hits.map(|hit| Candidate { rule: index, at: hit.start(), end: hit.end() }).collect();
                let mut gated = Prefilter::default().candidates(&rules, &text);
                gated.retain(|candidate| candidate.rule == index);
                let found = confirm(&regex, *reach, &text, &all);
                assert_eq!(confirm(&regex, *reach, &text, &gated), found, "{}: {}", rule.id, text.escape_ascii());
                matches += found.len();
            }
        }
    }
    assert!(matches > 5000, "{matches}");
}
