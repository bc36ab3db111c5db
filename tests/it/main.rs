//! Real git in real repositories.

mod install;
mod install_sh;
mod support;
