//! The only room that opens a repository.
//!
//! Never: secrets, rules.

pub use gix::ObjectId;

/// Why the repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {}
