//! Real git in real repositories.

mod adverse;
mod data_project;
mod differential;
mod doctor;
mod faults;
mod formats;
mod fuzz;
mod help;
mod history;
mod hostile;
mod house;
mod import;
mod install;
mod install_sh;
#[cfg(target_os = "linux")]
mod interrupt;
mod known;
mod known_project;
mod leak;
mod named;
mod page;
mod policy;
mod push;
mod reference;
mod report;
mod repository;
mod review;
mod rules;
mod scan;
mod setups;
mod silence;
mod staged;
mod supply;
mod support;
#[path = "../../fuzz/src/lib.rs"]
mod targets;
mod terminal;
mod together;
mod ways;
mod why;
