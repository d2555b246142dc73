//! `--data`, `--pixel-order`, `--pixel-scale` and `--pictures` of every command that has them.

use data::PIXELS;

use super::{ASKING, assert_same_text, draws, prints};
use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, npy, row_by_row, write};
use crate::pictures::{drawn, texts};

/// A data set of 100 zeros and 60 ones in `columns.npy`, unrolled as the program expects it, and
/// in `rows.npy`, unrolled the other way.
fn write_both_orders(app: &App) {
    let (images, labels) = embedded((20..120).chain(540..600));
    write(app, "columns.npy", &images_npy(&images));
    write(app, "rows.npy", &images_npy(&row_by_row(&images)));
    write(app, "y.npy", &labels_npy(&labels));
}

const COLUMNS: [&str; 3] = ["--data", "columns.npy", "y.npy"];
const ROWS: [&str; 3] = ["--data", "rows.npy", "y.npy"];

#[test]
fn every_command_reads_the_given_images_in_the_given_pixel_order() {
    let app = App::trained(&["--epochs=1"]);
    write_both_orders(&app);
    let others = [
        prints(&["data"], &["--index=3"]),
        draws(&["plot", "data"], &[]),
    ];
    let asking = ASKING.iter().map(|command| (command, &["run"][..]));
    for (command, run) in asking.chain(others.iter().map(|command| (command, &[][..]))) {
        let result = |arguments: &[&str]| command.result(&app, run, arguments);
        let columns = result(&COLUMNS);
        let rows = result(&[ROWS.as_slice(), &["--pixel-order=row"]].concat());
        let renamed = rows.replace("rows.npy", "columns.npy");
        assert_same_text(&format!("{command:?}"), &renamed, &columns);
        let wrong = result(&ROWS).replace("rows.npy", "columns.npy");
        assert_ne!(wrong, columns, "{command:?} without --pixel-order");
        assert_ne!(result(&[]), columns, "{command:?} without --data");
    }
}

/// Bytes of 0 and 1, which are full ink unless they are read as stored, and then 1/255 of it, as in
/// `faint.npy`.
#[test]
fn every_command_reads_the_given_images_in_the_given_scale() {
    let app = App::trained(&["--epochs=1"]);
    let (images, labels) = embedded((20..120).chain(540..600));
    let is_ink = images.iter().map(|pixel| *pixel > 0.5);
    let bytes: Vec<u8> = is_ink.clone().map(u8::from).collect();
    let faint: Vec<f32> = is_ink
        .map(|ink| if ink { 1.0 / 255.0 } else { 0.0 })
        .collect();
    write(&app, "bytes.npy", &npy("|u1", "(160, 400)", &bytes));
    write(&app, "faint.npy", &images_npy(&faint));
    write(&app, "y.npy", &labels_npy(&labels));
    let others = [
        prints(&["data"], &["--index=3"]),
        draws(&["plot", "data"], &[]),
    ];
    let asking = ASKING.iter().map(|command| (command, &["run"][..]));
    for (command, run) in asking.chain(others.iter().map(|command| (command, &[][..]))) {
        let result = |file: &str, arguments: &[&str]| {
            let data = ["--data", file, "y.npy"];
            let result = command.result(&app, run, &[&data[..], arguments].concat());
            result.replace(file, "X.npy")
        };
        let stored = result("bytes.npy", &["--pixel-scale=stored"]);
        let expected = result("faint.npy", &["--pixel-scale=stored"]);
        assert_same_text(&format!("{command:?}"), &stored, &expected);
        // Grids are drawn as images, and a picture of faint digits has other bytes.
        assert_ne!(result("bytes.npy", &[]), stored, "{command:?}");
    }
}

/// Without another data set, too.
#[test]
fn the_images_of_a_run_are_read_in_the_given_pixel_order() {
    let app = App::new();
    write_both_orders(&app);
    app.train("run", &[COLUMNS.as_slice(), &["--epochs=1"]].concat());
    for command in ASKING {
        let result = |arguments: &[&str]| command.result(&app, &["run"], arguments);
        assert_ne!(result(&["--pixel-order=row"]), result(&[]), "{command:?}");
    }
    let training = |order: &str| {
        let on = ["--on=training", order];
        app.evaluation("run", &on)["loss"].as_f64().unwrap()
    };
    let [row, column] = ["--pixel-order=row", "--pixel-order=column"].map(training);
    assert!((row - column).abs() > 1e-6, "{row} {column}");
}

#[test]
fn a_training_reads_the_images_in_the_given_pixel_order() {
    let app = App::new();
    write_both_orders(&app);
    app.train("columns", &[COLUMNS.as_slice(), &["--epochs=2"]].concat());
    let rows = [ROWS.as_slice(), &["--epochs=2"]].concat();
    app.train("rows", &[rows.as_slice(), &["--pixel-order=row"]].concat());
    app.train("wrong", &rows);
    let weights = |run: &str| app.on_cpu(&["weights", run, "--json"]).stdout;
    assert_same_text("weights", &weights("rows"), &weights("columns"));
    assert_ne!(weights("wrong"), weights("columns"));
    // Both are settings of the run, for the commands that use it.
    let trained_on = |run: &str| app.nameless_evaluation(run);
    assert_eq!(trained_on("rows"), trained_on("columns"));
}

/// The digits have different numbers of images, so that a mix-up changes the numbers.
#[test]
fn the_images_of_each_digit_are_counted() {
    let app = App::trained(&["--epochs=1"]);
    write_both_orders(&app);
    let text = |command: &[&str]| {
        let svg = drawn(&app, &[command, &["run"], &COLUMNS].concat());
        texts(&svg).join("\n")
    };
    let probabilities = text(&["evaluation", "--only=probabilities"]);
    for expected in ["100 images of digit 0", "60 images of digit 1"] {
        assert!(probabilities.contains(expected), "{probabilities}");
    }
    let embedding = text(&["embedding"]);
    for expected in ["digit 0: 100", "digit 1: 60"] {
        assert!(embedding.contains(expected), "{embedding}");
    }
    // The predictions of an untrained network, one row of the matrix for each digit.
    let matrix = app.evaluation("run", &COLUMNS)["confusion_matrix"].clone();
    let count = |label: usize, prediction: usize| matrix[label][prediction].as_u64().unwrap();
    assert_eq!(
        [count(0, 0) + count(0, 1), count(1, 0) + count(1, 1)],
        [100, 60]
    );
    let output = app.on_cpu(&[["data"].as_slice(), &COLUMNS].concat());
    output.stdout_has("[160, 400]");
    output.stdout_has("digit 0  100 images, the first in row 0");
    output.stdout_has("digit 1  60 images, the first in row 100");
}

#[test]
fn a_data_set_is_described_with_its_size_and_its_smallest_and_largest_value() {
    let app = App::new();
    let mut images = vec![0.5; 2 * PIXELS];
    (images[3], images[PIXELS + 7]) = (-0.25, 1.25);
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&[3, 8]));
    let output = app.on_cpu(&["data", "--data", "X.npy", "y.npy"]);
    output.stdout_has("[2, 400]");
    output.stdout_has("values  -0.25000 to 1.25000");
}

/// Two runs trained on the same images, which are unrolled differently in their files.
#[test]
fn without_a_name_every_command_reads_the_run_s_images_in_the_run_s_order() {
    let app = App::new();
    write_both_orders(&app);
    app.train("run-c", &[COLUMNS.as_slice(), &["--epochs=1"]].concat());
    let row = ["--pixel-order=row", "--epochs=1"];
    app.train("run-r", &[ROWS.as_slice(), &row].concat());
    // A report has its run's settings, too, which differ.
    for command in ASKING.iter().filter(|command| command.words != ["report"]) {
        let columns = command.result(&app, &["run-c"], &[]);
        let rows = command.result(&app, &["run-r"], &[]);
        let renamed = rows.replace("run-r", "run-c");
        assert_same_text(&format!("{command:?}"), &renamed, &columns);
    }
}

/// Digits that are not in the middle of their pictures, 60 each.
#[test]
fn every_command_reads_pictures_as_they_are_to_be_read() {
    let app = App::trained(&["--epochs=2"]);
    let (mut images, labels) = embedded((0..60).chain(500..560));
    for image in images.chunks_mut(PIXELS) {
        // Columns are next to each other: this is a shift of two to the left.
        image.rotate_left(40);
        for pixel in image.iter_mut() {
            *pixel = (*pixel * 255.0).round().clamp(0.0, 255.0) / 255.0;
        }
    }
    for digit in ["0", "1"] {
        fs_err::create_dir_all(app.path().join("digits").join(digit)).unwrap();
    }
    for (at, (image, label)) in images.chunks(PIXELS).zip(&labels).enumerate() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 255"
        )]
        let picture = image::GrayImage::from_fn(20, 20, |x, y| {
            image::Luma([(image[(20 * x + y) as usize] * 255.0).round() as u8])
        });
        let file = format!("digits/{label}/{at:03}.png");
        picture.save(app.path().join(file)).unwrap();
    }
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let others = [
        prints(&["data"], &["--index=3"]),
        draws(&["plot", "data"], &[]),
    ];
    let asking = ASKING.iter().map(|command| (command, &["run"][..]));
    for (command, run) in asking.chain(others.iter().map(|command| (command, &[][..]))) {
        let result = |how: &str| command.result(&app, run, &["--data=digits", how]);
        let prepared = result("--pictures=prepared");
        assert_ne!(result("--pictures=resized"), prepared, "{command:?}");
    }
    // Of whole pictures of 20 x 20 pixels, the network gets these pixels.
    let loss = |data: &[&str]| app.evaluation("run", data)["loss"].as_f64().unwrap();
    let resized = loss(&["--data=digits", "--pictures=resized"]);
    let expected = loss(&["--data", "X.npy", "y.npy"]);
    assert!((resized - expected).abs() < 1e-5, "{resized}, {expected}");
}
