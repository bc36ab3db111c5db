//! tightlip keeps secrets out of git commits. This page is the map.
//!
//! ```text
//! git commit
//!   -> hooks/pre-commit (shim) -> tightlip hook pre-commit
//!   -> cli        what was typed
//!   -> commands   what it means: one file a subcommand
//!   -> source     Target -> Entries -> bytes, read only if wanted
//!   -> policy     scope(entry): scan it, skip it, or refuse the path itself
//!   -> detect     decode -> prefilter -> confirm -> validate -> Matches
//!   -> finding    Match + Place + Fingerprint
//!   -> policy     judge(finding, what stood there before): report or suppress
//!   -> report     Outcome -> bytes
//!   -> ExitStatus 0 clean, 1 findings, 2 could not complete
//! ```
//!
//! Data moves downwards once; [`scan`] shows the whole flow on one page.

pub mod cli;
pub mod commands;
pub mod config;
pub mod crew;
pub mod detect;
pub mod excerpt;
pub mod finding;
pub mod fingerprint;
pub mod git;
pub mod glob;
pub mod guard;
pub mod hook;
pub mod parameters;
pub mod piece;
pub mod policy;
pub mod redact;
pub mod replace;
pub mod report;
pub mod rules;
pub mod scan;
pub mod secret;
pub mod sighting;
pub mod source;
