//! Real git in real repositories.

mod differential;
mod repository;
mod staged;
mod support;
