//! A data set in two parts, as MNIST has them: training and test images.

use serde_json::Value;

use crate::app::{App, metric_text};
use crate::data_sets::{embedded, row_by_row, write_idx};

/// Files named as MNIST's in a folder, with `train` images of each digit for training, then `test`.
fn write_mnist(app: &App, train: usize, test: usize) {
    fs_err::create_dir(app.path().join("mnist")).unwrap();
    let rows = |from: usize, count: usize| {
        (0..10).flat_map(move |digit| 500 * digit + from..500 * digit + from + count)
    };
    for (part, rows) in [("train", rows(0, train)), ("t10k", rows(train, test))] {
        let (images, labels) = embedded(rows);
        let images: Vec<u8> = row_by_row(&images)
            .iter()
            .map(|pixel| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "limited to a byte"
                )]
                let byte = (pixel.clamp(0.0, 1.0) * 255.0).round() as u8;
                byte
            })
            .collect();
        let names = ["images-idx3", "labels-idx1"];
        let names = names.map(|name| format!("mnist/{part}-{name}-ubyte"));
        write_idx(app, [&names[0], &names[1]], &images, &labels);
    }
}

/// Loss and accuracy as `train` prints them at its end.
fn metrics_line(name: &str, found: &Value) -> String {
    let [loss, accuracy] =
        ["loss", "accuracy"].map(|key| metric_text(found[key].as_f64().unwrap()));
    format!("{name:<10}  loss {loss:<7} accuracy {accuracy:<7} ")
}

#[test]
fn a_network_is_evaluated_on_the_test_part_of_its_data_set() {
    let app = App::new();
    write_mnist(&app, 40, 10);
    let ten = [
        "--data=mnist",
        "--digits=0..9",
        "--epochs=40",
        "--learning-rate=0.01",
    ];
    let output = app.train("run", &ten);
    output.stderr_has("320 images of 0 to 9, 80 for validation");
    let found = app.evaluation("run", &[]);
    assert_eq!(
        (&found["images"], &found["examples"]),
        (&"test".into(), &100.into())
    );
    output.stdout_has(&metrics_line("test", &found));
    assert_eq!(app.evaluation("run", &["--on=test"]), found);
    app.on_cpu(&["evaluate", "run"])
        .stdout_has("on 100 test images\n");
    for (on, examples) in [("validation", 80), ("training", 320), ("all", 400)] {
        let found = app.evaluation("run", &["--on", on]);
        assert_eq!(
            (&found["images"], &found["examples"]),
            (&on.into(), &examples.into())
        );
        if on != "all" {
            output.stdout_has(&metrics_line(on, &found));
        }
    }
    // They take no part in training: with other test images the weights are the same.
    fs_err::remove_dir_all(app.path().join("mnist")).unwrap();
    write_mnist(&app, 40, 20);
    app.train("other", &ten);
    crate::compare::assert_same_runs(&app, "run", "other");
    assert_eq!(app.evaluation("run", &[])["examples"], 200);

    let drawn = crate::pictures::drawn(&app, &["evaluation", "run"]);
    assert!(drawn.contains("on 200 test images"), "{drawn}");
    app.on_cpu(&["report", "run", "--output=page.html"]);
    let page = app.file("page.html");
    assert!(page.contains("on 200 test images"), "{page}");
}

#[test]
fn two_digits_and_other_networks_use_the_test_part_too() {
    let app = App::new();
    write_mnist(&app, 20, 10);
    let output = app.train("run", &["--data=mnist", "--epochs=2"]);
    let found = app.evaluation("run", &[]);
    assert_eq!(
        (&found["images"], &found["examples"]),
        (&"test".into(), &20.into())
    );
    output.stdout_has(&metrics_line("test", &found));
    // A network of the built-in digits, evaluated on another data set.
    app.train("built-in", &["--epochs=2"]);
    let found = app.evaluation("built-in", &["--data=mnist"]);
    assert_eq!(
        (&found["images"], &found["examples"]),
        (&"test".into(), &20.into())
    );
    let test = ["evaluate", "built-in", "--on=test"];
    app.refused(&test, &["--on test", "has no test part"]);
    let output = app.train("built-in-ten", &["--epochs=1", "--digits=0..9"]);
    assert!(!output.stdout.contains("\ntest "), "{}", output.shown());
}
