//! Arguments in, exit code out.

use std::process::ExitCode;

use tightlip::{cli::Cli, commands};

fn main() -> ExitCode {
    commands::report_faults();
    commands::run(&Cli::read()).into()
}
