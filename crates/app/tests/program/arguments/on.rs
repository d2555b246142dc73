//! `--on` of `evaluate`: which of a run's images its network is evaluated on.

use serde_json::Value;

use crate::app::App;

/// The confusion matrix, entry by entry.
fn counts(found: &Value) -> Vec<u64> {
    let rows = found["confusion_matrix"].as_array().unwrap().iter();
    let counts = rows.flat_map(|row| row.as_array().unwrap());
    counts.map(|count| count.as_u64().unwrap()).collect()
}

#[test]
fn training_images_and_all_images_are_evaluated_on_request() {
    // Digits that are hard to tell apart, so that each part has its own mistakes.
    let app = App::trained(&["--epochs=3", "--digits=3,8"]);
    let on = |images: &str| app.evaluation("run", &["--on", images]);
    let [validation, training, all] = ["validation", "training", "all"].map(on);
    assert_eq!(validation, app.evaluation("run", &[]));
    for (found, images, examples) in [
        (&validation, "validation", 200),
        (&training, "training", 800),
        (&all, "all", 1000),
    ] {
        assert_eq!(found["images"], images);
        assert_eq!(found["examples"], examples, "{images}");
    }
    let parts = counts(&validation).into_iter().zip(counts(&training));
    let sums: Vec<u64> = parts.map(|(one, other)| one + other).collect();
    assert_eq!(counts(&all), sums);
    for (images, expected) in [
        ("validation", "on 200 validation images\n"),
        (
            "training",
            "on 800 images, all of which it was trained on\n",
        ),
        ("all", "on 1,000 images, 800 of which it was trained on\n"),
    ] {
        let output = app.on_cpu(&["evaluate", "run", "--on", images]);
        output.stdout_has(expected);
    }
}

#[test]
fn a_run_without_validation_images_is_evaluated_on_its_training_images() {
    let app = App::trained(&["--epochs=1", "--validation-split=0"]);
    let expected = app.evaluation("run", &[]);
    assert_eq!(expected["images"], "training");
    for on in ["--on=training", "--on=all"] {
        assert_eq!(app.evaluation("run", &[on]), expected, "{on}");
    }
    let none = "the run has no validation images; use --on training";
    app.refused(&["evaluate", "run", "--on=validation"], &[none]);
}
