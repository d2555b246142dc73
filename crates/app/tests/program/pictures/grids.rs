//! Grids of digits, with or without predictions, as pictures and in the terminal.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{count, drawn, texts};
use crate::app::{App, predictions};
use crate::data_sets::write_idx;
use crate::fixtures::lab;

#[test]
fn the_grid_shows_random_rows_by_the_seed_with_their_labels() {
    let app = App::new();
    app.on_cpu(&["plot", "data"]);
    assert!(image::open(app.path().join("digits.png")).is_ok());

    let grid = drawn(&app, &["data"]);
    assert_eq!(count(&grid, "cell"), 64);
    assert_eq!(grid.matches("<image").count(), 64);
    assert_eq!(drawn(&app, &["data"]), grid);
    assert_ne!(drawn(&app, &["data", "--seed", "1"]), grid);
    let small = drawn(&app, &["data", "--rows", "2", "--cols", "3"]);
    assert_eq!(count(&small, "cell"), 6);
    let chosen = drawn(&app, &["data", "--index", "0,500,4999"]);
    for label in ["0", "1", "9"] {
        assert!(chosen.contains(&format!(">\n{label}\n<")), "{label}");
    }
    let few = drawn(
        &app,
        &["data", "--digits", "3,8", "--rows", "1", "--cols", "4"],
    );
    assert_eq!(count(&few, "cell"), 4);
    let captions = texts(&few);
    let digits = captions.iter().filter(|text| text.len() == 1);
    assert!(
        digits.clone().all(|digit| digit == "3" || digit == "8"),
        "{captions:?}"
    );
    assert_eq!(digits.count(), 4, "{captions:?}");
}

#[test]
fn a_row_of_the_grid_has_an_image_and_what_it_is_in_the_first_epochs() {
    let app = App::new();
    let augmented = ["data", "--augment", "--index=0,500", "--cols=3"];
    let grid = drawn(&app, &augmented);
    assert_eq!(count(&grid, "cell"), 6);
    for text in ["epoch 1", "epoch 2", "each followed by what it"] {
        assert!(grid.contains(text), "{text}: {grid}");
    }
    assert!(!grid.contains("epoch 3"));
    let images = |grid: &str| -> BTreeSet<String> {
        let images = grid.split("data:image/png;base64,").skip(1);
        images
            .map(|rest| rest[..rest.find('"').unwrap()].to_owned())
            .collect()
    };
    assert_eq!(images(&grid).len(), 6, "each is another one");
    // The originals are as without augmentation, the others as the settings and the seed say.
    let originals = images(&drawn(&app, &["data", "--index=0,500", "--cols=3"]));
    assert_eq!(originals.intersection(&images(&grid)).count(), 2);
    let settings = "seed = 1\n[augment]\nrotate = 12";
    fs_err::write(app.path().join("mine.toml"), settings).unwrap();
    let mine = drawn(
        &app,
        &["data", "--augment=mine.toml", "--index=0,500", "--cols=3"],
    );
    assert!(
        texts(&mine)
            .join(" ")
            .contains("epochs 1 to 2 with rotate 12"),
        "{mine}"
    );
    assert_eq!(images(&mine).intersection(&images(&grid)).count(), 2);
    let random = drawn(&app, &["data", "--augment", "--rows=2", "--cols=4"]);
    assert_eq!(count(&random, "cell"), 8);
    app.refused(&["plot", "data", "--augment=lab"], &["[augment]", "lab"]);
    app.refused(&["plot", "data", "--augment", "--cols=1"], &["--cols 2"]);
}

#[test]
fn mistakes_are_those_that_the_evaluation_counts() {
    let app = App::trained(&["--epochs", "2", "--config", &lab()]);
    let output = app.on_cpu(&["evaluate", "run", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let matrix = &found["confusion_matrix"];
    let mistakes = matrix[0][1].as_u64().unwrap() + matrix[1][0].as_u64().unwrap();
    assert!(mistakes > 0, "one or two epochs leave some");
    let errors = drawn(&app, &["predictions", "run", "--errors", "--rows", "100"]);
    assert_eq!(count(&errors, "wrong") as u64, mistakes);
    assert!(errors.contains(&format!(
        "{mistakes} of 1,000 training images of 0 and 1 misclassified"
    )));

    // In the grid of all images, exactly these are marked.
    let all = drawn(
        &app,
        &["predictions", "run", "--rows", "32", "--cols", "32"],
    );
    assert_eq!(count(&all, "wrong") as u64, mistakes);
    assert_eq!(count(&all, "cell"), 1000);
}

#[test]
fn no_mistakes_give_a_grid_that_says_so() {
    let app = App::trained(&["--epochs", "30"]);
    // A data set of two drawn digits, which are classified correctly.
    let folder = app.path().join("digits");
    for digit in ["0", "1"] {
        fs_err::create_dir_all(folder.join(digit)).unwrap();
    }
    image::GrayImage::from_fn(20, 20, |x, _| {
        image::Luma([if (9..11).contains(&x) { 255 } else { 0 }])
    })
    .save(folder.join("1/line.png"))
    .unwrap();
    image::GrayImage::from_fn(20, 20, |x, y| {
        let distance = (f64::from(x) - 9.5).hypot(f64::from(y) - 9.5);
        image::Luma([if (6.0..8.0).contains(&distance) {
            255
        } else {
            0
        }])
    })
    .save(folder.join("0/ring.png"))
    .unwrap();
    let errors = drawn(
        &app,
        &["predictions", "run", "--errors", "--data", "digits"],
    );
    assert!(errors.contains("No mistakes"), "{errors}");
    assert!(errors.contains("none of 2 given images of 0 and 1 misclassified"));
    assert_eq!(count(&errors, "cell"), 0);
    let evaluation = drawn(&app, &["evaluation", "run", "--data", "digits"]);
    assert_eq!(count(&evaluation, "confusion"), 4);
}

#[test]
fn digits_are_drawn_in_the_terminal() {
    let app = App::trained(&["--epochs", "1"]);
    let output = app.on_cpu(&["data", "--show", "--index", "0,500"]);
    assert!(output.stdout.contains("row 0: 0") && output.stdout.contains("row 500: 1"));
    assert!(
        output.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        output.stdout
    );
    // Ten lines of half blocks or shades; the 400 numbers are not printed as well.
    assert!(output.stdout.lines().count() < 40, "{}", output.stdout);
    let all = app.on_cpu(&["data", "--show"]).stdout;
    for digit in 0..10 {
        assert!(
            all.contains(&format!("row {}: {digit}", digit * 500)),
            "{all}"
        );
    }
    let output = app.on_cpu(&["predict", "run", "--index", "0,500", "--show"]);
    assert!(output.stdout.contains("row 0: 0, "), "{}", output.stdout);
}

#[test]
fn a_grid_has_the_given_rows_columns_and_images() {
    let app = App::trained(&["--epochs=1"]);
    for command in [&["data"][..], &["predictions", "run"]] {
        let grid = |arguments: &[&str]| drawn(&app, &[command, arguments].concat());
        let small = grid(&["--rows=2", "--cols=3"]);
        assert_eq!(count(&small, "cell"), 6, "{command:?}");
        let left = |image: &str| {
            let (_, rest) = image.split_once(" x=\"").unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let columns: BTreeSet<String> = small.split("<image").skip(1).map(left).collect();
        assert_eq!(columns.len(), 3, "{command:?}: {columns:?}");
        assert_ne!(grid(&["--seed=1"]), grid(&["--seed=2"]), "{command:?}");
        assert!(grid(&["--seed=7"]).contains("with seed 7"), "{command:?}");
        let two = grid(&["--index=4,600"]);
        assert_eq!(count(&two, "cell"), 2, "{command:?}");
        assert_ne!(two, grid(&["--index=4,601"]), "{command:?}");
    }
}

#[test]
fn the_least_certain_images_are_shown_with_row_prediction_and_probability() {
    let app = App::trained(&["--epochs=2"]);
    let rows: Vec<String> = (0..1000).map(|row| row.to_string()).collect();
    let mut images = predictions(&app, "ndarray", "run", &rows.join(","));
    let uncertainty = |image: &Value| (image["probability"].as_f64().unwrap() - 0.5).abs();
    images.sort_by(|a, b| uncertainty(a).total_cmp(&uncertainty(b)));
    let uncertain = ["predictions", "run", "--uncertain", "--rows=1", "--cols=3"];
    let grid = drawn(&app, &[uncertain.as_slice(), &["--on=all"]].concat());
    let shown = texts(&grid);
    for image in &images[..3] {
        let probability = image["probability"].as_f64().unwrap();
        let (row, label) = (&image["source"].as_str().unwrap(), &image["label"]);
        // Three decimals, without trailing zeros.
        let probability = format!("{probability:.3}");
        let probability = probability.trim_end_matches('0');
        let caption = format!("{row}: {label}, {}, P {probability}", image["digit"]);
        assert!(shown.contains(&caption), "no {caption:?} in {shown:?}");
    }
}

/// The pictures of an SVG, without its texts.
fn images(svg: &str) -> Vec<&str> {
    let images = svg.split("<image").skip(1);
    let data = images.map(|image| image.split_once("base64,").unwrap().1);
    data.map(|data| data.split('"').next().unwrap()).collect()
}

/// The text of a grid names its seed whatever the images are.
#[test]
fn another_seed_shows_other_images() {
    let app = App::trained(&["--epochs=1"]);
    for command in [&["data"][..], &["predictions", "run"]] {
        let grid = |seed| drawn(&app, &[command, &[seed]].concat());
        let [one, other, again] = ["--seed=1", "--seed=2", "--seed=1"].map(grid);
        assert_eq!(images(&one).len(), 64, "{command:?}");
        assert_eq!(images(&one), images(&again), "{command:?}");
        assert_ne!(images(&one), images(&other), "{command:?}");
    }
}

#[test]
fn digits_stand_upright_in_the_terminal() {
    let app = App::trained(&["--epochs=1"]);
    // A bar along the upper edge: four rows of pixels are two lines.
    let bar = [[255; 80].as_slice(), &[0; 320]].concat();
    write_idx(&app, ["x", "y"], &bar.repeat(2), &[0, 1]);
    for command in [&["data"][..], &["predict", "run", "--index=0"]] {
        let show = [command, &["--show", "--data", "x", "y"]].concat();
        let output = app.on_cpu(&show).stdout;
        let drawn = output.lines().filter(|line| line.contains('█'));
        assert_eq!(drawn.count(), 2, "{output}");
    }
}
