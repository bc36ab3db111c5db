//! Hostile bytes for everything that reads what others wrote. A target is a function that must hold for any bytes, and seeds
//! to begin with; `tests/it/fuzz.rs` tries them in a bounded way, `cargo fuzz` for as long as one likes.
//!
//! Seeds that hold values are made from recipes when they are asked for, so that none stands in the repository.

mod content;
mod documents;
mod hooks;
mod store;

use tightlip::rules::recipe;

/// One reader of hostile bytes.
pub struct Target {
    /// Of its program, and of its file in `fuzz/corpus/`.
    pub name: &'static str,
    /// What it begins with, beside its corpus.
    pub seeds: fn() -> Vec<Vec<u8>>,
    check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "decoders", seeds: content::encoded, check: content::decoders },
    Target { name: "assignments", seeds: content::assigned, check: content::assignments },
    Target { name: "checks", seeds: content::checkable, check: content::checks },
    Target { name: "redact", seeds: content::encoded, check: content::redact },
    Target { name: "rules", seeds: documents::some_rules, check: documents::rules },
    Target { name: "config", seeds: documents::some_configs, check: documents::config },
    Target { name: "baseline", seeds: documents::some_baselines, check: documents::baseline },
    Target { name: "imports", seeds: documents::some_imports, check: documents::imports },
    Target { name: "reports", seeds: documents::some_reports, check: documents::reports },
    Target { name: "shim", seeds: hooks::some_hooks, check: hooks::shim },
    Target { name: "hook_input", seeds: hooks::some_input, check: hooks::input },
    Target { name: "index", seeds: store::some_indices, check: store::index },
    Target { name: "objects", seeds: store::some_objects, check: store::objects },
];

/// The target `name`, which there is.
pub fn named(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("each program has the name of a target")
}

impl Target {
    /// Panics where something does not hold for `bytes`.
    pub fn run(&self, bytes: &[u8]) {
        (self.check)(bytes);
    }
}

/// What a recipe makes.
fn made(text: &str) -> Vec<u8> {
    recipe::expand(text, text).expect("a recipe that can be followed").bytes
}
