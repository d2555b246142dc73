//! The four files of a checkpoint; the lowest two bits of the first byte select the one that the
//! fuzzer makes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some((part, bytes)) = bytes.split_first() {
        app::fuzz::checkpoint(part % 4, &fuzz::file(bytes), &fuzz::file(&[]));
    }
});
