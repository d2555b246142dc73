//! `data suspects`, and trainings without the images of a list.

use std::collections::BTreeSet;

use crate::app::{App, json_lines, rewind};
use crate::compare::assert_same_runs;
use crate::data_sets::{embedded, images_npy, labels_npy, write};

/// Writes the built-in digits with the label of one image in `every` replaced by another digit, and returns the rows.
fn plant(app: &App, folder: &str, every: usize) -> BTreeSet<usize> {
    let (images, mut labels) = embedded(0..5000);
    let mut planted = BTreeSet::new();
    for number in 0..5000 / every {
        // One of each block of rows, of all digits, by all distances between two digits.
        let row = number * every + number * 7 % every;
        labels[row] = (labels[row] + 1 + u8::try_from(number % 9).unwrap()) % 10;
        planted.insert(row);
    }
    fs_err::create_dir(app.path().join(folder)).unwrap();
    write(app, &format!("{folder}/X.npy"), &images_npy(&images));
    write(app, &format!("{folder}/y.npy"), &labels_npy(&labels));
    planted
}

#[test]
fn most_planted_label_errors_are_suspects_and_the_first_of_these_are_mostly_planted() {
    let app = App::new();
    // Least shares: of planted ones among the first suspects, as many as were planted, and of suspects among planted ones.
    for (folder, every, first, found) in [("few", 100, 0.65, 0.85), ("many", 20, 0.8, 0.85)] {
        let planted = plant(&app, folder, every);
        let run = format!("{folder}/run");
        app.train(&run, &["--config=ten", "--data", folder]);
        let arguments = ["data", "suspects", &run, "--json", "--top=5000"];
        let suspects = json_lines(&app.on_cpu(&arguments).stdout);
        let rows: Vec<usize> = suspects
            .iter()
            .map(|one| usize::try_from(one["row"].as_u64().unwrap()).unwrap())
            .collect();
        let among = |rows: &[usize]| rows.iter().filter(|row| planted.contains(row)).count();
        #[expect(clippy::cast_precision_loss, reason = "at most 250")]
        let share = |count: usize| count as f64 / planted.len() as f64;
        let (of_first, of_all) = (share(among(&rows[..planted.len()])), share(among(&rows)));
        println!(
            "{folder}: {} suspects, first {of_first:.3}, found {of_all:.3}",
            rows.len()
        );
        assert!(of_first >= first && of_all >= found, "{of_first} {of_all}");
        assert!(rows.len() < planted.len() + 200, "{} suspects", rows.len());
        for one in &suspects {
            assert!(one["probability"].as_f64().unwrap() < 0.1, "{one}");
            assert!(one["probability_of_predicted"].as_f64().unwrap() >= 0.5);
            assert_ne!(one["label"], one["predicted"], "{one}");
        }
        let losses = suspects.iter().map(|one| one["loss"].as_f64().unwrap());
        assert!(losses.is_sorted_by(|a, b| a >= b));
    }
}

/// Enough steps to learn few images.
const LONG: [&str; 3] = ["--epochs=60", "--batch-size=8", "--learning-rate=0.003"];

/// 120 images of two digits, in which rows 3 and 70 have the label of the other.
fn with_two_planted() -> App {
    let app = App::new();
    let (images, mut labels) = embedded((0..60).chain(500..560));
    (labels[3], labels[70]) = (1, 0);
    fs_err::create_dir(app.path().join("digits")).unwrap();
    write(&app, "digits/X.npy", &images_npy(&images));
    write(&app, "digits/y.npy", &labels_npy(&labels));
    app.train("runs/first", &[&["--data", "digits"], &LONG[..]].concat());
    app
}

#[test]
fn suspects_are_listed_drawn_and_left_out_of_a_training() {
    let app = with_two_planted();
    let arguments = ["data", "suspects", "--folds=4", "--repeats=2", "--top=1"];
    let outputs = ["--output=list.txt", "--plot=suspects.svg"];
    let json = [&arguments[..4], &["--json"]].concat();
    let found = json_lines(&app.on_cpu(&json).stdout).len();
    let output = app.on_cpu(&[&arguments[..], &outputs].concat());
    output.stderr_has("training 8 networks of 4 folds like runs/");
    output.stderr_has(&format!("wrote {found} suspects to list.txt"));
    let more = found - 1;
    output.stdout_has(&format!(
        "{found} suspects among 120 images, of which {more} are not"
    ));
    assert_eq!(output.stdout.matches("  row ").count(), 1);
    let list = app.file("list.txt");
    assert!(
        list.contains("# data set: ") && list.contains("\n# labels: "),
        "{list}"
    );
    assert!(
        list.contains("\n3 # label 1, predicted 0, P(1) = "),
        "{list}"
    );
    assert!(
        list.contains("\n70 # label 0, predicted 1, P(0) = "),
        "{list}"
    );
    assert_eq!(app.file("suspects.svg").matches("<image").count(), 1);
    // The same every time.
    app.on_cpu(&[&arguments[..], &["--output=again.txt"]].concat());
    assert_eq!(app.file("again.txt"), list);

    let train = ["--data", "digits", "--epochs=3", "--without=list.txt"];
    app.train("kept", &train);
    let of_all = app
        .on_cpu(&["evaluate", "kept", "--on=all", "--json"])
        .stdout;
    assert_eq!(json_lines(&of_all)[0]["examples"], 120 - found);
    // The list of a run without them has them, too.
    app.on_cpu(&["data", "suspects", "kept", "-o", "more.txt"]);
    let more = app.file("more.txt");
    for row in [3, 70] {
        assert!(
            more.contains(&format!("\n{row} # left out before\n")),
            "{more}"
        );
    }
    app.refused(
        &["data", "suspects", "-o", "nowhere/list.txt"],
        &["--output nowhere/list.txt: the folder nowhere does not exist"],
    );
    app.refused(
        &["data", "suspects", "--plot=suspects.txt"],
        &["--plot suspects.txt: expected the extension .png or .svg"],
    );
}

#[test]
fn a_run_without_some_images_is_evaluated_and_resumed_after_its_list_is_gone() {
    let app = App::new();
    write(&app, "list.txt", b"# by hand\n4 # a zero\n503\n\n4999\n");
    let settings = ["--without=list.txt", "--epochs=3", "--keep-last=9"];
    for run in ["whole", "resumed"] {
        app.train(run, &settings)
            .stderr_has("798 images of 0 and 1, 200 for validation");
    }
    app.train("with-all", &["--epochs=3"]);
    app.train(
        "slower",
        &[&settings[..], &["--learning-rate=0.0005"]].concat(),
    );
    let evaluated = |arguments: &[&str]| {
        let arguments = [&["evaluate", "--json"], arguments].concat();
        json_lines(&app.on_cpu(&arguments).stdout)[0].clone()
    };
    let before = evaluated(&["whole"]);
    let all = ["whole", "--on=all"];
    assert_eq!(evaluated(&all)["examples"], 998);
    fs_err::remove_file(app.path().join("list.txt")).unwrap();
    assert_eq!(evaluated(&["whole"]), before);
    assert_eq!(evaluated(&all)["examples"], 998);
    rewind(&app, "resumed", 1);
    app.on_cpu(&["train", "--resume", "resumed"]);
    assert_same_runs(&app, "whole", "resumed");
    // A moved list, which is the same, and another one.
    fs_err::copy(
        app.path().join("whole/without.txt"),
        app.path().join("moved.txt"),
    )
    .unwrap();
    rewind(&app, "resumed", 1);
    let resume = ["train", "--resume", "resumed"];
    write(&app, "other.txt", b"4\n");
    app.refused(
        &[&resume[..], &["--without=other.txt"]].concat(),
        &[
            "other content than the list",
            "--without resumed/without.txt",
        ],
    );
    app.on_cpu(&[&resume[..], &["--without=moved.txt"]].concat());
    assert_same_runs(&app, "whole", "resumed");
    // Rows keep their numbers, and those that are left out can be looked at.
    app.on_cpu(&["predict", "whole", "--index=503"])
        .stdout_has("row 503: ");
    // Two runs have the same images if their lists have the same content.
    let output = app.on_cpu(&["evaluate", "whole", "slower", "--json"]);
    assert!(
        !output.stderr.contains("different validation images"),
        "{}",
        output.shown()
    );
    let both = evaluated(&["whole", "with-all"]);
    let images = both["examples"].as_u64().unwrap();
    assert!((20..200).contains(&images), "{images}");
    // Its file is deleted with it.
    app.succeeds(&["runs", "delete", "whole", "--yes"]);
    assert!(!app.path().join("whole").exists());
}

#[test]
fn a_list_that_does_not_fit_the_data_set_is_refused() {
    let app = with_two_planted();
    app.on_cpu(&["data", "suspects", "-o", "list.txt"]);
    for (list, names) in [
        (
            "120",
            vec!["list: line 1: found row 120, but the data set has 120 rows"],
        ),
        (
            "3\nthree",
            vec!["list: line 2: expected the number of a row", "\"three\""],
        ),
        ("\u{0}", vec!["line 1: expected the number of a row"]),
    ] {
        write(&app, "list", list.as_bytes());
        app.refused(&["train", "--data", "digits", "--without=list"], &names);
    }
    app.refused(
        &["train", "--without=list.txt"],
        &["list.txt: the list was made for another data set"],
    );
    app.refused(
        &["train", "--without=lost.txt"],
        &["lost.txt: no such list of images to leave out"],
    );
    let all: Vec<String> = (0..60).map(|row| row.to_string()).collect();
    write(&app, "list", (all.join("\n") + "\n").as_bytes());
    let (images, labels) = embedded((0..60).chain(500..560));
    write(&app, "digits/X.npy", &images_npy(&images));
    write(&app, "digits/y.npy", &labels_npy(&labels));
    app.refused(
        &["train", "--data", "digits", "--without=list"],
        &["list: the list leaves no image of the digit 0"],
    );
}

#[test]
fn a_sweep_and_a_cross_validation_leave_the_same_images_out() {
    let app = App::new();
    let rows: Vec<String> = (0..100).map(|row| row.to_string()).collect();
    write(&app, "list.txt", rows.join("\n").as_bytes());
    let settings = ["--without=list.txt", "--epochs=2"];
    let output = app.on_cpu(
        &[
            &["crossval", "--folds=3", "--sweep-dir=folds"],
            &settings[..],
        ]
        .concat(),
    );
    // 900 images in three folds.
    output.stderr_has("fold 3/3  loss ");
    output.stderr_has(" on 300 validation images");
    app.on_cpu(
        &[
            &["sweep", "--seeds=0..1", "--sweep-dir=seeds"],
            &settings[..],
        ]
        .concat(),
    );
    app.train("run", &settings);
    fs_err::remove_file(app.path().join("list.txt")).unwrap();
    // A point is the run with its settings, bit for bit.
    app.on_cpu(&["sweep", "extract", "seeds", "1", "--run-dir=point"]);
    assert_same_runs(&app, "run", "point");
    let output = app.on_cpu(&["evaluate", "seeds", "--on=all", "--json"]);
    assert_eq!(json_lines(&output.stdout)[0]["examples"], 900);
    app.refused(
        &["sweep", "--vary=without=a,b"],
        &["without: cannot vary: all points are trained on the same images"],
    );
}

/// A folder with forty pictures of each of two digits, one of which is in the wrong folder, and two beside them.
fn with_pictures() -> App {
    let app = App::new();
    let (images, labels) = embedded((0..40).chain(500..540));
    for (index, (image, digit)) in images.chunks(400).zip(labels).enumerate() {
        let folder = if index == 7 { 1 } else { digit };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 255"
        )]
        let picture = image::GrayImage::from_fn(20, 20, |x, y| {
            image::Luma([(image[(x * 20 + y) as usize].clamp(0.0, 1.0) * 255.0) as u8])
        });
        let folder = app.path().join(format!("pictures/{folder}"));
        fs_err::create_dir_all(&folder).unwrap();
        picture
            .save(folder.join(format!("scan #{index}.png")))
            .unwrap();
    }
    for name in ["b.png", "a.png"] {
        let from = app.path().join("pictures/0/scan #0.png");
        fs_err::copy(from, app.path().join("pictures").join(name)).unwrap();
    }
    write(&app, "pictures/notes.txt", b"Mondays");
    app.train("run", &[&["--data", "pictures"], &LONG[..]].concat());
    app
}

#[test]
fn pictures_have_their_file_in_the_list_and_wherever_images_are_named() {
    let app = with_pictures();
    let output = app.on_cpu(&["data", "suspects", "run", "--json", "-o", "list.txt"]);
    let found = json_lines(&output.stdout);
    let file = app.path().join("pictures/1/scan #7.png");
    assert_eq!(found[0]["file"], file.to_str().unwrap(), "{found:?}");
    output.stderr_has("skipped 2 pictures in no folder of a digit, such as ");
    let list = app.file("list.txt");
    let line = "\n1/scan #7.png # label 1, predicted 0";
    assert!(list.contains(line), "{list}");
    assert!(!list.contains("# labels:"), "{list}");
    write(
        &app,
        "by-name.txt",
        b"1/scan #7.png\npictures/0/scan #1.png # a zero\n",
    );
    app.train(
        "kept",
        &["--data", "pictures", "--without=by-name.txt", "--epochs=2"],
    )
    .stderr_has("62 images of 0 and 1, 16 for validation");
    write(&app, "lost.txt", b"1/lost.png\n");
    app.refused(
        &["train", "--data", "pictures", "--without=lost.txt"],
        &[
            "lost.txt: line 1: expected a row or a picture",
            "\"1/lost.png\"",
        ],
    );

    app.on_cpu(&["data", "pictures", "--index=0", "--json"])
        .stdout_has("pictures/0/scan #0.png\"");
    app.on_cpu(&["data", "pictures", "--index=1"])
        .stdout_has("row 1, 0/scan #1.png, digit 0:");
    app.on_cpu(&["predict", "run", "--index=0", "--json"])
        .stdout_has("pictures/0/scan #0.png\"");
    for (command, name) in [
        (
            "plot data --data pictures --index=0 --output=a.svg",
            "0/scan #0.png: 0",
        ),
        (
            "plot predictions run --index=0 --output=a.svg",
            "0/scan #0.png: 0",
        ),
        ("plot predictions run --uncertain --output=a.svg", "/scan #"),
        ("plot embedding run --output=a.svg", "/scan #"),
        ("report run --output=a.svg.html", "/scan #"),
    ] {
        app.on_cpu(&command.split(' ').collect::<Vec<_>>());
        let file = if command.starts_with("report") {
            "a.svg.html"
        } else {
            "a.svg"
        };
        assert!(app.file(file).contains(name), "{command}");
    }
    for command in ["data pictures", "evaluate run --data pictures"] {
        app.on_cpu(&command.split(' ').collect::<Vec<_>>())
            .stderr_has("skipped 2 pictures in no folder of a digit, such as pictures/a.png\n");
    }
}
