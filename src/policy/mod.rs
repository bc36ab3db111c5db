//! What may pass.
//!
//! Never: gix, a terminal.
