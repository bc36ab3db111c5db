//! Writes, chains and restores the shims.
//!
//! Never: git objects, detection, printing.
