//! `predict` of a folder of pictures, and its CSV file.

use serde_json::Value;

use crate::app::{App, json_lines};
use crate::data_sets::write;

/// The rows of a CSV file, by the names of their columns.
fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// `serde_json` rounds the last digit of some numbers.
#[track_caller]
fn assert_number(cell: &str, expected: &Value) {
    let (cell, expected) = (cell.parse::<f64>().unwrap(), expected.as_f64().unwrap());
    assert!((cell - expected).abs() < 1e-15, "{cell} and {expected}");
}

/// A run, and a folder with three pictures, a damaged one, and other files.
fn with_folder() -> App {
    let app = App::trained(&["--epochs=2"]);
    fs_err::create_dir_all(app.path().join("pictures/old")).unwrap();
    for (name, shade) in [
        ("10.png", 40),
        ("2.png", 200),
        ("1.JPG", 90),
        ("old/7.png", 1),
    ] {
        let picture = image::GrayImage::from_fn(30, 30, |x, y| {
            image::Luma([if (x + y) % 7 < 3 { shade } else { 0 }])
        });
        picture
            .save(app.path().join("pictures").join(name))
            .unwrap();
    }
    let png = fs_err::read(app.path().join("pictures/2.png")).unwrap();
    write(&app, "pictures/without ending", &png);
    write(&app, "pictures/3.png", &png[..60]);
    write(&app, "pictures/notes.txt", b"Mondays");
    write(&app, "pictures/.hidden.png", &png);
    app
}

const READABLE: [&str; 4] = ["1.JPG", "2.png", "10.png", "without ending"];

#[test]
fn a_folder_of_pictures_is_predicted_in_natural_order_and_what_is_unreadable_is_named() {
    let app = with_folder();
    let output = app.run(&["predict", "run", "pictures", "--json", "--pictures=resized"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has(
        "skipped in pictures: 2 files that are no PNG or JPEG picture and 1 subfolder\n",
    );
    output.stderr_has("not predicted: pictures/3.png: ");
    output.stderr_has("error: 1 of 5 pictures could not be read");
    let found = json_lines(&output.stdout);
    let (unreadable, found): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|one| one["status"] == "unreadable");
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0]["source"], "pictures/3.png");
    let sources: Vec<&str> = found
        .iter()
        .map(|one| one["source"].as_str().unwrap())
        .collect();
    assert_eq!(sources, READABLE.map(|name| format!("pictures/{name}")));
    // The same as of the files, one by one.
    for one in &found {
        let source = one["source"].as_str().unwrap();
        let alone = app.on_cpu(&["predict", "run", source, "--json", "--pictures=resized"]);
        assert_eq!(json_lines(&alone.stdout), std::slice::from_ref(one));
    }
    let output = app.run(&["-q", "predict", "run", "pictures"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    assert!(!output.stderr.contains("skipped"), "{}", output.shown());
    // One that is named alone is bad input.
    app.refused(&["predict", "run", "pictures/3.png"], &["pictures/3.png: "]);
    // The newest run, and a folder beside files.
    let output = app.on_cpu(&["predict", "run", "pictures/old", "pictures/2.png"]);
    assert_eq!(output.stdout.lines().count(), 2);
    app.train("runs/newest", &["--epochs=1"]);
    app.on_cpu(&["predict", "pictures/old"]);
}

#[test]
fn a_folder_of_pictures_is_predicted_into_a_csv_file() {
    let app = with_folder();
    let output = app.run(&[
        "predict",
        "run",
        "pictures",
        "--csv",
        "out.csv",
        "--pictures=resized",
    ]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("1 of 5");
    assert_eq!(
        output.stdout,
        "wrote 5 rows to out.csv, 1 of them with an error\n"
    );
    let found = rows(&app.file("out.csv"));
    // In natural order, too.
    let sources: Vec<&str> = found.iter().map(|row| row["source"].as_str()).collect();
    let names = ["1.JPG", "2.png", "3.png", "10.png", "without ending"];
    assert_eq!(sources, names.map(|name| format!("pictures/{name}")));
    output.stderr_has("not predicted: pictures/3.png: ");
    let of_files = READABLE.map(|name| format!("pictures/{name}"));
    let files: Vec<&str> = of_files.iter().map(String::as_str).collect();
    let json = app.on_cpu(
        &[
            &["predict", "run", "--json", "--pictures=resized"][..],
            &files,
        ]
        .concat(),
    );
    let json = json_lines(&json.stdout);
    for row in &found {
        let same = json
            .iter()
            .find(|one| one["source"] == row["source"].as_str());
        let Some(one) = same else {
            assert_eq!(row["source"], "pictures/3.png");
            assert!(row["error"].contains("cut short"), "{row:?}");
            assert_eq!(row["digit"], "");
            continue;
        };
        assert_eq!(row["digit"], one["digit"].to_string());
        assert_number(&row["probability"], &one["probability"]);
        assert_eq!(
            (row["probability_of"].as_str(), row["error"].as_str()),
            ("1", "")
        );
        assert_eq!((row["label"].as_str(), row["runner_up"].as_str()), ("", ""));
    }
    // Nothing incomplete is left, and a folder that is not there is refused before anything is read.
    let names = fs_err::read_dir(app.path()).unwrap();
    assert!(names.into_iter().all(|entry| {
        !entry
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .starts_with('.')
    }));
    let nowhere = ["predict", "run", "pictures", "--csv", "nowhere/out.csv"];
    app.refused(
        &nowhere,
        &["--csv nowhere/out.csv: the folder nowhere does not exist"],
    );
    app.refused(
        &["predict", "run", "pictures", "--csv=a", "--json"],
        &["cannot be used with"],
    );
}

#[test]
fn rows_of_a_data_set_have_labels_in_the_csv_file_and_several_networks_their_disagreement() {
    let app = App::new();
    for (run, seed) in [("a", "1"), ("b", "2")] {
        app.train(run, &["--digits=0..2", "--epochs=1", "--seed", seed]);
    }
    let arguments = ["predict", "a", "b", "--index=0,500,1000,3000"];
    app.on_cpu(&[&arguments[..], &["--csv", "out.csv"]].concat())
        .stdout_has("wrote 4 rows to out.csv\n");
    let json = json_lines(&app.on_cpu(&[&arguments[..], &["--json"]].concat()).stdout);
    let found = rows(&app.file("out.csv"));
    for ((row, one), label) in found.iter().zip(&json).zip([0, 1, 2, 6]) {
        assert_eq!(row["source"], one["source"].as_str().unwrap());
        assert_eq!(row["label"], label.to_string());
        assert_eq!(row["correct"], (one["digit"] == label).to_string());
        let numbers = [
            ("disagreement", &one["disagreement"]),
            ("agreeing", &one["agreeing"]),
            ("runner_up", &one["runner_up"]["digit"]),
            ("runner_up_probability", &one["runner_up"]["probability"]),
            ("probability_0", &one["probabilities"][0]["probability"]),
            ("probability_2", &one["probabilities"][2]["probability"]),
        ];
        for (column, expected) in numbers {
            assert_number(&row[column], expected);
        }
    }
}

/// More than are in memory at a time.
#[test]
fn many_pictures_are_predicted_in_batches() {
    let app = App::trained(&["--epochs=1"]);
    fs_err::create_dir(app.path().join("many")).unwrap();
    image::GrayImage::new(20, 20)
        .save(app.path().join("many/0.png"))
        .unwrap();
    let png = fs_err::read(app.path().join("many/0.png")).unwrap();
    for number in 1..600 {
        write(&app, &format!("many/{number}.png"), &png);
    }
    let output = app.on_cpu(&["predict", "run", "many"]);
    let first_of = |line: &str| line.split(':').next().unwrap().to_owned();
    let sources: Vec<String> = output.stdout.lines().map(first_of).collect();
    let expected: Vec<String> = (0..600)
        .map(|number| format!("many/{number}.png"))
        .collect();
    assert_eq!(sources, expected);
}

#[test]
fn a_pattern_stands_for_the_names_that_match_where_no_shell_replaces_it() {
    let app = with_folder();
    let sources = |arguments: &[&str]| {
        let output = app.on_cpu(&[&["predict", "run", "--json"], arguments].concat());
        let found = json_lines(&output.stdout);
        let names = found
            .iter()
            .map(|one| one["source"].as_str().unwrap().to_owned());
        names.collect::<Vec<String>>()
    };
    assert_eq!(
        sources(&["pictures/[12]*.png"]),
        ["pictures/2.png", "pictures/10.png"]
    );
    assert_eq!(sources(&["pict*/o?d/*"]), ["pictures/old/7.png"]);
    // A file of that name is meant.
    fs_err::copy(
        app.path().join("pictures/2.png"),
        app.path().join("[x].png"),
    )
    .unwrap();
    assert_eq!(sources(&["[x].png"]), ["[x].png"]);
    app.on_cpu(&[
        "plot",
        "activations",
        "run",
        "pictures/2*",
        "--output=a.svg",
    ]);
    app.refused(
        &["predict", "run", "pictures/*.gif"],
        &["pictures/*.gif: no such file, and as a pattern it matches no name"],
    );
    app.refused(
        &["plot", "activations", "run", "pictures/*.png"],
        &["expected one image"],
    );
}
