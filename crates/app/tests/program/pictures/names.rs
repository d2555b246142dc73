//! Names in pictures: of runs in any script, and of picture files.

use image::{GrayImage, Luma};

use super::{drawn, texts};
use crate::app::{App, json_lines};
use crate::fixtures::fixture;

/// The pixels of a picture of the history of runs.
fn history(app: &App, runs: &[&str]) -> GrayImage {
    app.on_cpu(&[&["plot", "history"], runs, &["-o", "history.png"]].concat());
    image::open(app.path().join("history.png"))
        .unwrap()
        .into_luma8()
}

/// Copies a recorded run to a directory with this name.
fn record(app: &App, name: &str) {
    let run = app.path().join(name);
    fs_err::create_dir(&run).unwrap();
    for file in ["config.toml", "history.csv"] {
        fs_err::copy(fixture("pictures/run").join(file), run.join(file)).unwrap();
    }
}

/// The title is above everything else, so its ink is that of the first 70 rows.
fn dark(picture: &GrayImage) -> usize {
    let title = picture.rows().skip(40).take(40).flatten();
    title.filter(|Luma([gray])| *gray < 128).count()
}

#[test]
fn every_letter_of_a_run_s_name_is_visible() {
    let app = App::new();
    record(&app, "x");
    let shortest = dark(&history(&app, &["x"]));
    for name in [
        "эксперимент",
        "łódź",
        "δοκιμή",
        "実験",
        "ניסוי",
        "تجربة",
        "🎉🎉",
        "e\u{301}te\u{301}",
    ] {
        record(&app, name);
        let letters = name.chars().filter(|letter| *letter != '\u{301}').count();
        // An x has about 150 dark pixels; narrow letters have half as many.
        let added = dark(&history(&app, &[name]));
        assert!(
            added > shortest + 70 * (letters - 1),
            "{name}: {shortest} {added}"
        );
        // An SVG and a terminal have the letters themselves.
        let shown = texts(&drawn(&app, &["history", name])).join(" ");
        assert!(shown.contains(name), "{shown}");
        let terminal = app.on_cpu(&["plot", "history", name, "--terminal"]);
        assert!(terminal.stdout.contains(name), "{}", terminal.stdout);
    }
    let all = ["実験", "эксперимент", "łódź"];
    let shown = texts(&drawn(&app, &[&["history"][..], &all].concat())).join(" ");
    assert!(all.iter().all(|name| shown.contains(name)), "{shown}");
}

#[test]
fn control_characters_and_long_names_leave_a_picture_readable() {
    let app = App::new();
    for name in ["tab\tbell\u{7}", "turned\u{202e}", &"long-".repeat(40)] {
        record(&app, name);
        let svg = drawn(&app, &["history", name]);
        assert!(!svg.contains(['\u{7}', '\t', '\u{202e}']), "{name:?}");
        let shown = texts(&svg).join(" ");
        assert!(shown.contains("best epoch"), "{shown}");
    }
}

/// A line and two rings, each in the folder of its digit, with labels the wrong way round.
fn write_pictures(app: &App) {
    let line = GrayImage::from_fn(20, 20, |x, _| {
        Luma([if (9..11).contains(&x) { 255 } else { 0 }])
    });
    let ring = GrayImage::from_fn(20, 20, |x, y| {
        let distance = (f64::from(x) - 9.5).hypot(f64::from(y) - 9.5);
        Luma([if (6.0..8.0).contains(&distance) {
            255
        } else {
            0
        }])
    });
    for (digit, name, picture) in [
        ("0", "a-line.png", &line),
        ("1", "эллипс.png", &ring),
        ("1", "эллипс2.png", &ring),
    ] {
        let folder = app.path().join("digits").join(digit);
        fs_err::create_dir_all(&folder).unwrap();
        picture.save(folder.join(name)).unwrap();
    }
}

#[test]
fn pictures_of_a_folder_are_named_by_their_files() {
    let app = App::trained(&["--epochs=30"]);
    write_pictures(&app);
    let data = ["--data", "digits"];
    let shown = |arguments: &[&str]| texts(&drawn(&app, &[arguments, &data].concat())).join(" ");
    let errors = shown(&["predictions", "run", "--errors"]);
    for name in ["0/a-line.png: 0, 1, P ", "1/эллипс.png: 1, 0, P "] {
        assert!(errors.contains(name), "{name}: {errors}");
    }
    assert!(!errors.contains("row "), "{errors}");
    assert!(shown(&["embedding", "run"]).contains("1/эллипс.png: 0"));
    assert!(shown(&["activations", "run", "--index=1"]).contains("Activations for 1/эллипс.png"));
    assert!(shown(&["predictions", "run", "--index=1"]).contains("1/эллипс.png: 1, 0"));

    let predict = [&["predict", "run", "--json", "--index=1,0"][..], &data].concat();
    let lines = json_lines(&app.on_cpu(&predict).stdout);
    let sources: Vec<&str> = lines
        .iter()
        .map(|line| line["source"].as_str().unwrap())
        .collect();
    assert_eq!(sources, ["digits/1/эллипс.png", "digits/0/a-line.png"]);
}
