//! Real git in real repositories.

mod support;
