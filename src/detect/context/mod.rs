//! What surrounds a candidate and what a value looks like: the file's kind, assignments, placeholders, randomness.

pub mod assignment;
pub mod chosen;
pub mod document;
pub mod file;
pub mod find;
pub mod kind;
pub mod language;
pub mod login;
pub mod name;
pub mod objection;
pub mod placeholder;
pub mod provider;
pub mod public;
pub mod randomness;
pub mod reference;
