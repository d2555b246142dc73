//! Pictures: PNG and JPEG, as they are read for a network in both ways.
#![no_main]

use data::PictureReading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = fuzz::file(bytes);
    for reading in [PictureReading::Prepared, PictureReading::Resized] {
        if let Ok(image) = data::read_picture_pixels(&file, reading) {
            assert_eq!(image.len(), data::PIXELS);
            assert!(image.iter().all(|pixel| pixel.is_finite()));
        }
    }
});
