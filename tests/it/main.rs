//! Real git in real repositories.

mod policy;
mod support;
