//! Real git in real repositories.

mod differential;
mod install;
mod install_sh;
mod policy;
mod report;
mod repository;
mod staged;
mod support;
