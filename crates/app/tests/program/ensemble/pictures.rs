//! `app plot predictions` and `app plot evaluation` with several runs.

use super::{RUNS, unsure};
use crate::app::json_lines;
use crate::pictures::{drawn, texts};

#[test]
fn pictures_show_the_mean_s_predictions_and_say_of_how_many_networks() {
    let app = unsure();
    let evaluate = [&["evaluate"], &RUNS[..], &["--json"]].concat();
    let found = json_lines(&app.on_cpu(&evaluate).stdout).remove(0);
    let wrong = found["mistakes"]["images"].as_u64().unwrap();
    let errors = [&["predictions"], &RUNS[..], &["--errors"]].concat();
    let errors = texts(&drawn(&app, &errors)).join(" ");
    let expected = format!(
        "mean of 3 networks (a, b and c): {wrong} of 1,000 training images of 0 and 1 misclassified"
    );
    assert!(errors.contains(&expected), "{expected}: {errors}");

    let matrix = [&["evaluation"], &RUNS[..], &["--only=confusion-matrix"]].concat();
    let matrix = texts(&drawn(&app, &matrix));
    let counts: Vec<u64> = matrix.iter().filter_map(|text| text.parse().ok()).collect();
    let rows = found["confusion_matrix"].as_array().unwrap().iter();
    let expected = rows.flat_map(|row| row.as_array().unwrap());
    assert!(expected.eq(counts.iter()), "{counts:?}");
    assert!(
        matrix
            .join(" ")
            .contains("mean of 3 networks (a, b and c) on"),
        "{matrix:?}"
    );
}

#[test]
fn pictures_of_several_networks_are_written_into_the_first_run() {
    let app = unsure();
    for (arguments, name) in [
        (&["predictions"][..], "predictions"),
        (&["predictions", "--errors"], "errors"),
        (&["evaluation"], "evaluation"),
        (&["evaluation", "--only=roc"], "roc"),
    ] {
        let output = app.on_cpu(&[&["plot"], arguments, &["b", "a", "--checkpoint=best"]].concat());
        let files = ["png", "svg"].map(|ending| format!("b/plots/{name}-ensemble.{ending}"));
        assert_eq!(output.stdout.lines().collect::<Vec<_>>(), files);
        let shown = texts(&app.file(&files[1])).join(" ");
        assert!(
            shown.contains("mean of 2 networks (best checkpoints of b and a)"),
            "{shown}"
        );
    }
}
