//! Pictures: PNG and JPEG.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(image) = data::read_picture(&fuzz::file(bytes)) {
        assert_eq!(image.len(), data::PIXELS);
        assert!(image.iter().all(|pixel| pixel.is_finite()));
    }
});
