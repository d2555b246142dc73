//! Files given with --batch-order.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = fuzz::file(bytes);
    if let Ok(epochs) = data::read_batch_order(&path, &[3, 1, 4], 2) {
        for mut epoch in epochs {
            epoch.sort_unstable();
            assert_eq!(epoch, [0, 1, 2]);
        }
    }
});
