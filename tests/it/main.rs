//! Real git in real repositories.

mod differential;
mod install;
mod install_sh;
mod policy;
mod report;
mod support;
