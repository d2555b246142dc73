//! A run's history.csv.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| app::fuzz::history(&fuzz::file(bytes)));
