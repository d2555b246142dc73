//! Class weights of several digits, and the split of unbalanced data.

use crate::app::App;
use crate::compare::assert_same_runs;
use crate::data_sets::{embedded, images_npy, labels_npy, write};

/// 60 zeros, 30 ones, 90 twos and 20 threes.
const COUNTS: [usize; 4] = [60, 30, 90, 20];
const DATA: [&str; 4] = ["--data", "X.npy", "y.npy", "--digits=0..3"];

fn write_unbalanced(app: &App) {
    let rows = COUNTS.iter().enumerate();
    let rows = rows.flat_map(|(digit, count)| 500 * digit..500 * digit + count);
    let (images, labels) = embedded(rows);
    write(app, "X.npy", &images_npy(&images));
    write(app, "y.npy", &labels_npy(&labels));
}

#[test]
fn balanced_class_weights_are_the_number_of_images_over_digits_times_their_images() {
    let app = App::new();
    write_unbalanced(&app);
    // 200 / (4 * 60), and so on.
    let weights = [
        0.833_333_333_333_333_4,
        1.666_666_666_666_666_7,
        0.555_555_555_555_555_6,
        2.5,
    ];
    let weights = format!(
        "--class-weight={}",
        weights.map(|weight: f64| weight.to_string()).join(",")
    );
    for engine in ["--engine=fused", "--engine=burn"] {
        let run = |name: &str, weights: &[&str]| {
            let name = format!("{name}{engine}");
            let settings = ["--validation-split=0", "--epochs=3", engine];
            app.train(&name, &[&DATA[..], &settings, weights].concat());
            name
        };
        let balanced = run("balanced", &["--class-weight=balanced"]);
        assert_same_runs(&app, &balanced, &run("listed", &[&weights]));
        let losses = |run: &str| crate::app::column(&app, run, "loss");
        assert_ne!(losses(&balanced), losses(&run("equal", &[])));
    }
    let config = app.file("balanced--engine=fused/config.toml");
    assert!(config.contains("class_weight = \"balanced\""), "{config}");
    // A file may have either.
    for (name, text) in [("a.toml", "\"balanced\""), ("b.toml", "[1, 2, 3, 4.5]")] {
        write(&app, name, format!("class_weight = {text}\n").as_bytes());
        let train = ["train", "--dry-run", "--config", name];
        let output = app.on_cpu(&[&train[..], &DATA].concat());
        output.stdout_has("class_weight = ");
    }
}

#[test]
fn each_digit_needs_a_class_weight() {
    let app = App::new();
    for (digits, weights, expected) in [
        ("0..9", "1,2", "class_weight: expected 10 numbers"),
        ("1,4,7", "1,2,3,4", "class_weight: expected 3 numbers"),
        ("0,1", "1,2,3", "class_weight: expected two numbers"),
        ("1,4,7", "1,-2,3", "class_weight: expected 3 numbers"),
        ("1,4,7", "heavy", "such as 1,2.5, or balanced"),
    ] {
        let arguments = ["train", "--digits", digits, "--class-weight", weights];
        app.refused(&arguments, &[expected]);
    }
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn a_fifth_of_each_digit_is_for_validation() {
    let app = App::new();
    write_unbalanced(&app);
    app.train("run", &[&DATA[..], &["--epochs=1"]].concat());
    let support = |on: &str| {
        let found = app.evaluation("run", &["--on", on]);
        let classes = found["classes"].as_array().unwrap().iter();
        let counts = classes.map(|class| class["support"].as_u64().unwrap());
        counts.collect::<Vec<_>>()
    };
    assert_eq!(support("validation"), [12, 6, 18, 4]);
    assert_eq!(support("training"), [48, 24, 72, 16]);
}
