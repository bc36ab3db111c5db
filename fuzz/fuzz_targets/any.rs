//! Every target: the name of the program says which.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tightlip_fuzz::named(env!("CARGO_BIN_NAME")).run(bytes));
