//! Which images of a run its pictures show, and what they say about it.

use serde_json::Value;

use super::{count, drawn, texts, texts_with_captions};
use crate::app::App;

/// The texts of a picture of the run, as one.
fn text(app: &App, arguments: &[&str]) -> String {
    texts(&drawn(app, arguments)).join(" ")
}

fn mistakes(found: &Value) -> u64 {
    let count = |label: usize, prediction: usize| {
        let count = found["confusion_matrix"][label][prediction].as_u64();
        count.unwrap()
    };
    count(0, 1) + count(1, 0)
}

/// Digits that are hard to tell apart, so that mistakes are made in training and validation.
const RUN: [&str; 2] = ["--epochs=3", "--digits=3,8"];

#[test]
fn pictures_show_the_images_that_are_evaluated_and_say_so() {
    let app = App::trained(&RUN);
    let found = app.evaluation("run", &[]);
    let wrong = mistakes(&found);
    assert!(wrong > 0 && found["examples"] == 200, "{found}");
    let errors = text(&app, &["predictions", "run", "--errors"]);
    let expected = format!("{wrong} of 200 validation images of 3 and 8 misclassified");
    assert!(errors.contains(&expected), "{expected}: {errors}");
    let embedding = text(&app, &["embedding", "run"]);
    assert!(
        embedding.contains("200 validation images of 3 and 8"),
        "{embedding}"
    );
    assert!(
        embedding.contains(&format!("wrong: {wrong}")),
        "{embedding}"
    );
    let random = text(&app, &["predictions", "run"]);
    assert!(
        random.contains("64 of 200 validation images of 3 and 8"),
        "{random}"
    );

    app.on_cpu(&["report", "run", "--output=page.html"]);
    let page = app.file("page.html");
    let shown = texts_with_captions(&page).join(" ");
    for expected in [
        expected,
        format!("{} of 200 correct", 200 - wrong),
        format!("wrong: {wrong}"),
    ] {
        assert!(shown.contains(&expected), "{expected}: {shown}");
    }
    assert!(!shown.contains("1,000 images"), "{shown}");
}

#[test]
fn training_images_and_all_images_are_shown_on_request() {
    let app = App::trained(&RUN);
    let on = |images: &str| {
        let all = [
            "predictions",
            "run",
            "--errors",
            "--rows=100",
            "--on",
            images,
        ];
        let svg = drawn(&app, &all);
        (count(&svg, "wrong"), texts(&svg).join(" "))
    };
    let [validation, training, all] = ["validation", "training", "all"].map(on);
    assert_eq!(validation.0 + training.0, all.0);
    assert!(training.0 > 0, "{}", training.1);
    let expected = format!(
        "{} of 800 training images of 3 and 8 misclassified",
        training.0
    );
    assert!(training.1.contains(&expected), "{expected}: {}", training.1);
    let expected = format!(
        "{} of 1,000 images of 3 and 8 (800 of them training images)",
        all.0
    );
    assert!(all.1.contains(&expected), "{expected}: {}", all.1);
    for (command, expected) in [
        (
            &["embedding", "run", "--on=training"][..],
            "800 training images of 3 and 8",
        ),
        (
            &["evaluation", "run", "--on=training"],
            "on 800 training images",
        ),
        (
            &["evaluation", "run", "--on=all"],
            "on 1,000 images, 800 of which it was trained on",
        ),
    ] {
        let shown = text(&app, command);
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    app.on_cpu(&["report", "run", "--on=training", "--output=page.html"]);
    let page = app.file("page.html");
    assert!(page.contains("on 800 training images.") && page.contains("of 800 correct"));
}

#[test]
fn a_run_without_validation_images_shows_its_training_images() {
    let app = App::trained(&["--epochs=1", "--validation-split=0"]);
    let shown = text(&app, &["predictions", "run"]);
    assert!(
        shown.contains("64 of 1,000 training images of 0 and 1"),
        "{shown}"
    );
    // Overfitted batches are trained on and validated on.
    app.train("few", &["--epochs=1", "--overfit-batches=2"]);
    let shown = text(&app, &["predictions", "few"]);
    assert!(
        shown.contains("64 of 64 training images of 0 and 1"),
        "{shown}"
    );
    let none = "the run has no validation images; use --on training";
    let on_validation = ["plot", "predictions", "run", "--on=validation"];
    app.refused(&on_validation, &[none]);
    app.refused(
        &["plot", "predictions", "run", "--on=all", "--data=x"],
        &["--data"],
    );
    app.refused(
        &["plot", "predictions", "run", "--on=all", "--index=3"],
        &["--index"],
    );
}
