//! A prediction that `--reject` leaves out is none of the digits, in text, in JSON and in every picture.

use serde_json::Value;

use crate::app::{App, json_lines};
use crate::pictures::{drawn, texts};

/// No sigmoid of a network's logit is 1 after so short a training: all predictions are rejected.
const REJECT_ALL: &str = "--reject=1";

#[test]
fn a_rejected_prediction_is_none_of_the_digits_everywhere() {
    for digits in ["0,1", "0..2"] {
        let app = App::trained(&["--epochs=2", "--digits", digits]);
        let on_cpu = |arguments: &[&str]| app.on_cpu(&[arguments, &[REJECT_ALL]].concat()).stdout;

        let text = on_cpu(&["predict", "run", "--index=500"]);
        assert!(text.starts_with("row 500: none of them, P("), "{text}");
        assert!(text.ends_with(", rejected: the label is 1\n"), "{text}");
        let found = json_lines(&on_cpu(&["predict", "run", "--index=500", "--json"]));
        assert_eq!(
            (&found[0]["digit"], &found[0]["label"]),
            (&Value::Null, &1.into())
        );
        assert!(on_cpu(&["predict", "run", "--index=500", "--show"]).contains("row 500: none"));

        let images = if digits == "0,1" { 200 } else { 300 };
        let text = on_cpu(&["evaluate", "run"]);
        for expected in [
            format!("{images} of {images}, counted as wrong\n"),
            "undefined, no prediction\n".to_owned(),
        ] {
            assert!(text.contains(&expected), "{expected}: {text}");
        }
        let found = app.evaluation("run", &[REJECT_ALL]);
        assert_eq!(
            (&found["rejected"], &found["accuracy"]),
            (&images.into(), &0.0.into())
        );

        let words = |arguments: &[&str]| {
            texts(&drawn(&app, &[arguments, &[REJECT_ALL]].concat())).join("\n")
        };
        let rejected = format!("no predictions, {images} rejected");
        for (picture, expected) in [
            (
                &["activations", "run", "--index=500"][..],
                "predicted none of them\nlabel 1\nrejected",
            ),
            (&["predictions", "run", "--index=500"], "1, none"),
            (&["predictions", "run", "--errors"], "No mistakes"),
            (&["evaluation", "run"], &rejected),
            (&["embedding", "run"], "wrong: 0"),
        ] {
            let found = words(picture);
            assert!(found.contains(expected), "{picture:?}: {found}");
            assert!(found.contains("rejected below 1"), "{picture:?}: {found}");
        }
        on_cpu(&["report", "run", "--output=page.html"]);
        let page = app.file("page.html");
        assert!(page.contains(&rejected) && page.contains("predicted none of them"));
    }
}
