//! Real git in real repositories.

mod data_project;
mod differential;
mod faults;
mod formats;
mod help;
mod history;
mod house;
mod import;
mod install;
mod install_sh;
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
mod silence;
mod staged;
mod support;
mod why;
