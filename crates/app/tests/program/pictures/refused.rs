//! Pictures that cannot be drawn.

use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, write};

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

/// Two points lie on one line; the report of so few images has no embedding.
#[test]
fn an_embedding_needs_three_images() {
    let app = App::trained(&["--epochs=1"]);
    for (images, found) in [(1, "1 image"), (2, "2 images")] {
        let rows = (0..images).chain(500..500);
        let (images, labels) = embedded(rows);
        write(&app, "X.npy", &images_npy(&images));
        write(&app, "y.npy", &labels_npy(&labels));
        let data = ["--data", "X.npy", "y.npy"];
        app.refused(
            &[&["plot", "embedding", "run"][..], &data].concat(),
            &[&format!(
                "two principal components need at least 3 images; found {found}"
            )],
        );
        app.on_cpu(&[&["report", "run", "--output=page.html"][..], &data].concat());
        let page = app.file("page.html");
        assert!(!page.contains("component 1"), "{found}");
    }
    let (images, labels) = embedded((0..2).chain(500..501));
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    app.on_cpu(&["plot", "embedding", "run", "--data", "X.npy", "y.npy"]);
}
