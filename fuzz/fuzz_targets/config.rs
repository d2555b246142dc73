//! Files given with --config.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| app::fuzz::config(&fuzz::file(bytes)));
