//! Pictures that cannot be drawn.

use crate::app::App;

#[test]
fn impossible_pictures_are_refused_and_nothing_is_written() {
    let app = App::trained(&["--epochs", "1"]);
    app.refused(
        &["plot", "data", "-o", "digits.jpg"],
        &["digits.jpg", ".png or .svg"],
    );
    app.refused(
        &["plot", "model", "run", "-o", "model.txt"],
        &[".png, .svg, .mmd or .dot"],
    );
    app.refused(
        &["plot", "history", "run", "-o", "no/h.png"],
        &["the folder no does not exist"],
    );
    app.refused(&["plot", "data", "--index", "5000"], &["rows 0 to 4999"]);
    app.refused(&["plot", "data", "--rows", "0"], &["--rows"]);
    app.refused(&["plot", "data", "--digits", "3,3"], &["3"]);
    app.refused(
        &["plot", "predictions", "nowhere"],
        &["nowhere: no such run"],
    );
    app.refused(
        &["plot", "predictions", "run", "--errors", "--uncertain"],
        &["--uncertain"],
    );
    app.refused(&["plot", "activations", "run"], &["one image"]);
    app.refused(
        &["plot", "activations", "run", "--index", "5000"],
        &["5000"],
    );
    app.refused(
        &["plot", "history", "a", "b", "c", "d", "e", "f", "g", "h"],
        &["at most 7"],
    );
    app.refused(
        &["plot", "weights", "run", "--checkpoint", "9"],
        &["no checkpoint of epoch 9"],
    );
    app.refused(
        &["report", "run", "-o", "no/report.html"],
        &["the folder no does not exist"],
    );
    assert!(!app.path().join("run/plots").exists());
    let left = fs_err::read_dir(app.path()).unwrap().count();
    assert_eq!(left, 1, "only the run");
}
