//! Real git in real repositories.

mod report;
mod support;
