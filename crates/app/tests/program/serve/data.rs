//! Where images are read from, and how: the data set of examples, and pictures.

use std::path::Path;

use data::PIXELS;
use serde_json::{Value, json};

use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, npy, row_by_row, write};

use super::{Served, probability};

fn example(served: &Served) -> (u64, Vec<f32>) {
    let found = served.get("/v1/digits/random");
    (
        found["label"].as_u64().unwrap(),
        serde_json::from_value(found["pixels"].clone()).unwrap(),
    )
}

/// Images of a bright square in one corner: a 0 has it on the left, a 1 on the right, both at the top.
fn write_squares(app: &App, folder: &str) -> [Vec<f32>; 2] {
    let square = |label: usize| {
        let is_ink = |at: usize| (at / 20 % 20 / 6, at % 20 / 6) == (0, 2 * label);
        (0..PIXELS)
            .map(|at| f32::from(u8::from(is_ink(at))))
            .collect::<Vec<f32>>()
    };
    // Row by row.
    let squares = [square(0), square(1)];
    let all: Vec<f32> = (0..60)
        .flat_map(|at| row_by_row(&squares[at % 2]))
        .collect();
    let labels: Vec<u8> = (0..60).map(|at| at % 2).collect();
    fs_err::create_dir_all(app.path().join(folder)).unwrap();
    write(app, &format!("{folder}/X.npy"), &images_npy(&all));
    write(app, &format!("{folder}/y.npy"), &labels_npy(&labels));
    squares
}

#[test]
fn examples_are_of_the_data_set_that_is_named_and_a_missing_one_is_explained() {
    let app = App::new();
    let squares = write_squares(&app, "squares");
    app.train("run", &["--data", "squares", "--epochs", "1"]);
    fs_err::rename(app.path().join("squares"), app.path().join("moved")).unwrap();
    let mut served = Served::start(&app, &["run"]);
    let response = served.ask("GET /v1/digits/random HTTP/1.1\r\n", &[]);
    assert_eq!(response.status, 500, "{}", response.text());
    let detail = response.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("--data") && !detail.contains("squares"),
        "{detail}"
    );
    served
        .process
        .wait_for("the log has the folder", |process| {
            process.stderr().contains("squares").then_some(())
        });
    drop(served);
    // As other commands take it: before the run, too.
    for arguments in [["run", "--data", "moved"], ["--data", "moved", "run"]] {
        let served = Served::start(&app, &arguments);
        for _ in 0..6 {
            let (label, pixels) = example(&served);
            assert_eq!(pixels, squares[usize::try_from(label).unwrap()]);
        }
    }
    let served = Served::start(&app, &["run", "--data", "moved", "--pixel-order", "row"]);
    let (label, pixels) = example(&served);
    assert_eq!(
        pixels,
        row_by_row(&squares[usize::try_from(label).unwrap()])
    );
    app.refused(&["serve", "run", "--data", "absent"], &["absent"]);
    app.refused(&["serve", "run", "--data", "run"], &["run"]);
}

#[test]
fn examples_have_the_scale_that_is_named() {
    let app = App::trained(&["--epochs", "1"]);
    let (images, labels) = embedded((0..30).chain(500..530));
    let bytes: Vec<u8> = images.iter().map(|pixel| u8::from(*pixel > 0.5)).collect();
    write(&app, "bytes.npy", &npy("|u1", "(60, 400)", &bytes));
    write(&app, "y.npy", &labels_npy(&labels));
    for (scale, expected) in [("auto", 1.0), ("stored", 1.0 / 255.0)] {
        let data = [
            "run",
            "--data",
            "bytes.npy",
            "y.npy",
            "--pixel-scale",
            scale,
        ];
        let (_, pixels) = example(&Served::start(&app, &data));
        let most = pixels.into_iter().fold(0.0, f32::max);
        assert!((most - expected).abs() < 1e-6, "{scale}: {most}");
    }
}

/// The random digits are of the run's own data set; how pictures are read is about those that are sent, too.
#[test]
fn a_flag_that_changes_nothing_in_the_run_s_own_data_is_refused_and_one_that_does_is_not() {
    let app = App::trained(&["--epochs", "1"]);
    for (flag, value, reason) in [
        ("--pixel-order", "row", "not in .npy, .mat or CSV files"),
        ("--pixel-scale", "stored", "scale of the built-in digits"),
    ] {
        let output = app.refused(&["serve", "run", flag, value], &["has no effect", reason]);
        let lines = output.stderr.lines().count();
        assert_eq!(
            (lines, output.stdout.as_str()),
            (1, ""),
            "{}",
            output.stderr
        );
        output.stderr_has(&format!("{flag} has no effect"));
    }
    Served::start(&app, &["run", "--pictures", "resized"]).get("/v1/model");
    let squares = write_squares(&app, "squares");
    app.train("own", &["--data", "squares", "--epochs", "1"]);
    let served = Served::start(&app, &["own", "--pixel-order", "row"]);
    let (label, pixels) = example(&served);
    let expected = row_by_row(&squares[usize::try_from(label).unwrap()]);
    assert_eq!(pixels, expected);
    // A scale that is found makes no difference to numbers from 0 to 1, which is said, but of other data not refused.
    app.refused(
        &["serve", "own", "--pixel-scale", "auto"],
        &["--pixel-scale has no effect", "the usual scale"],
    );
    let served = Served::start(&app, &["own", "--data", "squares", "--pixel-scale", "auto"]);
    let stderr = served.process.stderr();
    assert!(stderr.contains("--pixel-scale has no effect"), "{stderr}");
    fs_err::remove_dir_all(app.path().join("squares")).unwrap();
    app.refused(&["serve", "own", "--pixel-order", "row"], &["squares"]);
}

#[test]
fn a_blank_picture_is_said_to_be_blank_and_an_empty_drawing_to_have_nothing() {
    let app = App::trained(&["--epochs", "1"]);
    let picture = app.path().join("blank.png");
    image::GrayImage::from_pixel(40, 30, image::Luma([235]))
        .save(&picture)
        .unwrap();
    let served = Served::start(&app, &["run"]);
    let bytes = fs_err::read(&picture).unwrap();
    let of_picture = served.post("/v1/predict", "image/png", &bytes).json();
    let of_drawing = served.predicted("", &json!({ "strokes": [] }));
    for (found, reason) in [
        (of_picture, "the picture is blank"),
        (of_drawing, "nothing is drawn"),
    ] {
        let image = &found["images"][0];
        assert_eq!(image["status"], "blank", "{image}");
        assert_eq!(image["reason"], reason);
    }
}

/// Pictures of digits, each in the middle of a larger one.
fn write_pictures(app: &App) {
    let (images, labels) = embedded((0..40).chain(500..540));
    for (at, (image, label)) in images.chunks(PIXELS).zip(&labels).enumerate() {
        let folder = app.path().join("pictures").join(label.to_string());
        fs_err::create_dir_all(&folder).unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 255"
        )]
        let picture = image::GrayImage::from_fn(60, 60, |x, y| {
            let ink = match (x.checked_sub(30), y.checked_sub(35)) {
                (Some(x @ 0..20), Some(y @ 0..20)) => image[(20 * x + y) as usize],
                _ => 0.0,
            };
            image::Luma([255 - (ink.clamp(0.0, 1.0) * 255.0).round() as u8])
        });
        picture.save(folder.join(format!("{at:03}.png"))).unwrap();
    }
}

/// Predictions of a picture by the command and by the server.
fn both(app: &App, arguments: &[&str], picture: &Path) -> [Value; 2] {
    let name = picture.to_str().unwrap();
    let command = app.on_cpu(&[&["predict"], arguments, &[name, "--json"]].concat());
    let served = Served::start(app, arguments);
    let bytes = fs_err::read(app.path().join(picture)).unwrap();
    let found = served
        .post("/v1/predict?detail=true", "image/png", &bytes)
        .json();
    [
        serde_json::from_str(&command.stdout).unwrap(),
        found["images"][0].clone(),
    ]
}

#[test]
fn pictures_are_read_as_the_network_s_training_pictures_were() {
    let app = App::new();
    write_pictures(&app);
    let train = ["--data", "pictures", "--epochs", "8", "--pictures"];
    for how in ["prepared", "resized"] {
        app.train(how, &[&train[..], &[how]].concat());
    }
    for picture in ["pictures/0/003.png", "pictures/1/050.png"].map(Path::new) {
        for (run, arguments) in [
            ("prepared", &["prepared"][..]),
            ("resized", &["resized"]),
            ("prepared", &["prepared", "--pictures=resized"]),
            ("resized", &["resized", "--pictures=prepared"]),
        ] {
            let [command, served] = both(&app, arguments, picture);
            assert_eq!(
                served["digits"][0]["digit"], command["digit"],
                "{run}: {served} {command}"
            );
            if served["status"] == "digit" {
                let expected = served["digits"][0]["probabilities"][1]["probability"].as_f64();
                let difference = expected.unwrap() - command["probability"].as_f64().unwrap();
                assert!(difference.abs() < 1e-5, "{arguments:?}: {served} {command}");
                assert!(probability(&served) >= 0.5);
            }
            // What was looked for in it has a place.
            let is_whole = arguments.contains(&"--pictures=resized") || arguments == ["resized"];
            assert_eq!(
                served["digits"][0]["box"] == json!(null),
                is_whole,
                "{served}"
            );
        }
    }
    // Another run of the folder in its own way.
    let served = Served::start(&app, &["prepared"]);
    let bytes = fs_err::read(app.path().join("pictures/0/003.png")).unwrap();
    for (query, is_whole) in [
        ("", false),
        ("?run=resized", true),
        ("?run=prepared", false),
    ] {
        let path = format!("/v1/predict{query}");
        let found = served.post(&path, "image/png", &bytes).json();
        assert_eq!(
            found["images"][0]["digits"][0]["box"] == json!(null),
            is_whole,
            "{found}"
        );
    }
}

/// What the decoder says is in its error twice: of its own and of its cause.
#[test]
fn what_is_wrong_with_a_picture_is_told_once() {
    let app = App::trained(&["--epochs", "1"]);
    let picture = app.path().join("picture.png");
    image::GrayImage::new(20, 20).save(&picture).unwrap();
    let mut bytes = fs_err::read(&picture).unwrap();
    // The depth of a sample, of which there is none of 7 bits, and the checksum of the header.
    bytes[24] = 7;
    let checksum = crc32fast::hash(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    fs_err::write(&picture, &bytes).unwrap();
    let output = app.refused(&["predict", "run", "picture.png"], &["Invalid bit depth 7"]);
    assert_eq!(
        output.stderr.matches("bit depth").count(),
        1,
        "{}",
        output.stderr
    );
    let served = Served::start(&app, &["run"]);
    let response = served.post("/v1/predict", "image/png", &bytes);
    assert_eq!(response.status, 422, "{}", response.text());
    let detail = response.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail.matches("bit depth").count(), 1, "{detail}");
}
