//! Pictures of the network: weights, activations and layers.

use std::collections::BTreeSet;

use super::{count, drawn, texts};
use crate::app::App;

#[test]
fn the_first_layer_has_a_tile_for_each_unit_and_one_for_its_change() {
    let app = App::trained(&["--epochs", "1"]);
    let weights = drawn(&app, &["weights", "run"]);
    assert_eq!(count(&weights, "tile"), 50);
    assert!(weights.contains("layer3"), "{weights}");
    app.on_cpu(&[
        "train",
        "--run-dir",
        "small",
        "--epochs",
        "1",
        "--hidden-units",
        "4,3",
    ]);
    let weights = drawn(&app, &["weights", "small"]);
    assert_eq!(count(&weights, "tile"), 8);
}

#[test]
fn activations_show_every_unit_and_the_prediction() {
    let app = App::trained(&[]);
    let activations = drawn(&app, &["activations", "run", "--index", "500"]);
    assert_eq!(count(&activations, "unit"), 25 + 15 + 1);
    let predicted = app.on_cpu(&["predict", "run", "--index", "500"]).stdout;
    let probability = predicted
        .rsplit(" = ")
        .next()
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    assert!(activations.contains(probability), "{predicted}");

    // A picture file has activations, too, but no label.
    image::GrayImage::from_pixel(30, 30, image::Luma([200]))
        .save(app.path().join("grey.png"))
        .unwrap();
    let activations = drawn(&app, &["activations", "run", "grey.png"]);
    assert_eq!(count(&activations, "unit"), 25 + 15 + 1);
    assert!(activations.contains("label unknown"), "{activations}");
}

#[test]
fn the_model_is_drawn_with_shapes_and_parameters_and_written_as_mermaid_and_dot() {
    let app = App::trained(&["--epochs", "1"]);
    let diagram = drawn(&app, &["model", "run"]);
    for text in ["(None, 400)", "(None, 25)", "10,025", "390", "16", "10,431"] {
        assert!(diagram.contains(text), "{text}");
    }
    for (file, begins) in [
        (
            "model.mmd",
            "---\ntitle: \"10,431 parameters\"\n---\nflowchart",
        ),
        ("model.dot", "digraph"),
    ] {
        app.on_cpu(&["plot", "model", "run", "-o", file]);
        let text = app.file(file);
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("10,025"), "{text}");
    }
}

#[test]
fn the_drawn_model_is_that_of_the_run() {
    let app = App::trained(&["--epochs=1", "--hidden-units=7,5"]);
    let diagram = drawn(&app, &["model", "run"]);
    // 400 * 7 + 7, 7 * 5 + 5 and 5 * 1 + 1.
    for text in ["(None, 7)", "(None, 5)", "2,807", "40", "6", "2,853"] {
        assert!(texts(&diagram).join("\n").contains(text), "{text}");
    }
}

#[test]
fn the_change_of_the_weights_is_zero_if_nothing_was_learnt() {
    let app = App::new();
    app.train("still", &["--epochs=1", "--learning-rate=1e-30"]);
    app.train("moved", &["--epochs=1"]);
    // The last 25 images are the tiles of the change; all tiles of zeros are equal.
    let changes = |run: &str| {
        let svg = drawn(&app, &["weights", run]);
        let images = svg.split("<image").skip(1).map(|image| {
            let (_, data) = image.split_once("base64,").unwrap();
            data.split('"').next().unwrap().to_owned()
        });
        let images: Vec<String> = images.collect();
        images[images.len() - 25..]
            .iter()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(changes("still").len(), 1);
    assert_eq!(changes("moved").len(), 25);
}

#[test]
fn an_image_of_the_data_set_has_its_own_label() {
    let app = App::trained(&["--epochs=1"]);
    for (row, expected) in [
        ("3", "label 0"),
        ("503", "label 1"),
        (
            "4503",
            "Activations for row 4503, a 9, which the network does not know",
        ),
    ] {
        let shown = texts(&drawn(&app, &["activations", "run", "--index", row]));
        assert!(shown.contains(&expected.to_owned()), "{row}: {shown:?}");
    }
}

/// Misclassified images have their rows beside them: of the digits compiled in, rows 1500 to 1999
/// are the 3s, and rows 4000 to 4499 the 8s.
#[test]
fn the_points_of_an_embedding_have_the_rows_of_their_images() {
    let app = App::trained(&["--epochs=20", "--digits=3,8"]);
    let shown = texts(&drawn(&app, &["embedding", "run"]));
    let names = shown.iter().filter_map(|text| text.strip_prefix("row "));
    let names: Vec<(&str, &str)> = names.filter_map(|text| text.split_once(": ")).collect();
    assert!(!names.is_empty(), "{shown:?}");
    for (row, prediction) in names {
        let label = match row.parse::<usize>().unwrap() {
            1500..2000 => "3",
            4000..4500 => "8",
            other => panic!("row {other} shows another digit"),
        };
        assert_ne!(prediction, label, "row {row}");
    }
}
