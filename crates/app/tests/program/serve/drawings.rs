//! Strokes that are sent to the server.

use serde_json::{Value, json};

use crate::app::App;

use super::Served;

/// A ring of radius 60.
pub(super) fn circle() -> Vec<[f64; 2]> {
    let angle = |step: i32| f64::from(step) * std::f64::consts::TAU / 36.0;
    let point = |step| {
        [
            100.0 + 45.0 * angle(step).cos(),
            100.0 + 60.0 * angle(step).sin(),
        ]
    };
    (0..=36).map(point).collect()
}

/// A line downwards.
fn line(x: f64) -> Vec<[f64; 2]> {
    (0..=10)
        .map(|step| [x + f64::from(step) / 3.0, 40.0 + 12.0 * f64::from(step)])
        .collect()
}

#[test]
fn a_drawn_ring_is_a_0_and_a_drawn_line_a_1_and_side_by_side_they_are_a_number() {
    let app = App::trained(&[]);
    let served = Served::start(&app, &["run"]);
    let found = served.predicted(
        "?detail=true",
        &json!({ "strokes": [circle()], "pen_width": 12 }),
    );
    let image = &found["images"][0];
    assert_eq!(
        (&image["status"], &image["text"]),
        (&json!("digit"), &json!("0")),
        "{image}"
    );
    let digit = &image["digits"][0];
    assert!(digit["probability"].as_f64().unwrap() > 0.9, "{digit}");
    // Half a pen around the ring.
    let sides: Vec<f64> = digit["box"]
        .as_array()
        .unwrap()
        .iter()
        .map(|side| side.as_f64().unwrap())
        .collect();
    for (side, expected) in sides.iter().zip([49.0, 34.0, 151.0, 166.0]) {
        assert!((side - expected).abs() < 2.5, "{sides:?}");
    }
    let lengths = |value: &Value| value.as_array().unwrap().len();
    assert_eq!(lengths(&digit["detail"]["pixels"]), 400);
    let activations = digit["detail"]["activations"].as_array().unwrap();
    assert_eq!(
        activations.iter().map(lengths).collect::<Vec<_>>(),
        [25, 15]
    );

    let both = json!({ "strokes": [line(220.0), circle(), line(280.0)] });
    let found = served.predicted("?row=true", &both);
    assert_eq!(found["images"][0]["text"], "011", "{found}");
    assert_eq!(found["images"][0]["status"], "digits");
    let found = served.predicted("", &both);
    assert_eq!(found["images"][0]["status"], "several_digits", "{found}");
    assert!(
        found["images"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("row=true")
    );
}

#[test]
fn what_is_no_digit_of_the_network_gets_no_prediction() {
    let app = App::trained(&[]);
    let served = Served::start(&app, &["run"]);
    // Nothing, a scribble, and a 4.
    let scribble: Vec<[f64; 2]> = (0..60)
        .map(|step| [f64::from(step * 37 % 101), f64::from(step * 53 % 97)])
        .collect();
    let four = json!([[[60, 20], [30, 80], [100, 80]], [[80, 40], [76, 140]]]);
    for (strokes, status) in [
        (json!([]), "blank"),
        (json!([scribble]), "no_digit"),
        (four, "other_digit"),
    ] {
        let found = served.predicted("", &json!({ "strokes": strokes, "pen_width": 10 }));
        let image = &found["images"][0];
        assert_eq!(image["status"], status, "{image}");
        assert!(image["reason"].is_string(), "{image}");
        for digit in image["digits"].as_array().unwrap() {
            assert!(
                digit["digit"].is_null() && digit["probability"].is_null(),
                "{digit}"
            );
        }
    }
}
