//! Real git in real repositories.

mod differential;
mod support;
