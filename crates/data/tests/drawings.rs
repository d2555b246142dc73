//! Drawings and the pixels that they become, as the page without a server gets them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use data::{NoInk, prepare_drawing};
use serde_json::Value;

/// `crates/server/tests/vectors/README.md` says where they are from.
fn drawings() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/tests/vectors/drawings.json");
    let text = fs_err::read_to_string(path).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let cases = vectors["cases"].as_array().unwrap().iter();
    cases
        .filter(|case| case["strokes"].is_array())
        .cloned()
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "points are f32")]
fn numbers(values: &Value) -> Vec<f32> {
    let values = values.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap() as f32).collect()
}

/// A change of the preparation changes them too: then the page's own preparation, in JavaScript, has to follow.
#[test]
fn drawings_become_the_pixels_of_the_shared_vectors() {
    let drawings = drawings();
    assert!(drawings.len() > 40);
    for drawing in &drawings {
        let strokes = drawing["strokes"].as_array().unwrap().iter();
        let strokes = strokes.map(|stroke| {
            let points = stroke.as_array().unwrap().iter().map(numbers);
            points.map(|point| [point[0], point[1]]).collect()
        });
        let strokes: Vec<Vec<[f32; 2]>> = strokes.collect();
        #[expect(clippy::cast_possible_truncation, reason = "widths are f32")]
        let pen_width = drawing["pen_width"].as_f64().map(|width| width as f32);
        let found = prepare_drawing(&strokes, pen_width);
        let (name, expected) = (&drawing["name"], &drawing["prepared"]);
        let digits = match &found.digits {
            Ok(digits) => digits,
            Err(NoInk::Blank) => {
                assert_eq!(expected, "blank", "{name}");
                continue;
            }
            Err(NoInk::Noise) => {
                assert_eq!(expected, "noise", "{name}");
                continue;
            }
        };
        let expected = expected.as_array().unwrap();
        assert_eq!(digits.len(), expected.len(), "{name}");
        for (digit, expected) in digits.iter().zip(expected) {
            let pixels = numbers(&expected["pixels"]);
            assert_eq!(pixels.len(), digit.pixels.len());
            for (pixel, expected) in digit.pixels.iter().zip(pixels) {
                assert!(
                    (pixel - expected).abs() < 1e-6,
                    "{name}: {pixel} {expected}"
                );
            }
            let sides = found.bounds(&digit.area);
            let size = (sides[2] - sides[0]).max(sides[3] - sides[1]);
            for (side, expected) in sides.iter().zip(expected["box"].as_array().unwrap()) {
                let difference = (side - expected.as_f64().unwrap()).abs();
                assert!(difference <= 1e-6 * size, "{name}: {sides:?} {expected}");
            }
        }
    }
}
