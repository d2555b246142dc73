//! The steps of the course's notebook, each of them one command.

use serde_json::{Value, json};

use crate::app::{App, json_lines};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::fixtures::lab;

/// NumPy 2.4.6, `print(X[0].astype(np.float32))`, around the first pixels that are not 0.
const IN_NUMPY: &str = "
  0.00000000e+00  0.00000000e+00  0.00000000e+00  8.56059705e-06
  1.94035943e-06 -7.37438735e-04 -8.13403819e-03 -1.86104476e-02
 -1.87412873e-02 -1.87572502e-02 -1.90963540e-02 -1.64039005e-02
";

#[test]
fn data_prints_the_arrays_of_the_notebook_as_the_notebook_does() {
    let app = App::new();
    let output = app.succeeds(&["data", "--digits=0,1"]);
    output
        .stdout_has("The first element of X is: [ 0.00000000e+00  0.00000000e+00  0.00000000e+00");
    output.stdout_has(IN_NUMPY);
    output.stdout_has("The first element of y is: 0\n");
    output.stdout_has("The last element of y is: 1\n");
    output.stdout_has("The shape of X is: (1000, 400)\n");
    output.stdout_has("The shape of y is: (1000, 1)\n");
    app.succeeds(&["data", "--index=0"]).stdout_has(IN_NUMPY);
    app.refused(
        &["data", "--digits=3"],
        &["--digits", "different digits from 0 to 9, such as 0,1"],
    );
}

#[test]
fn the_arrays_are_those_of_two_digits_of_any_data_set_in_json_too() {
    let app = App::new();
    // Rows 0 to 2 are threes, 3 and 4 eights, 5 is a nine.
    let (images, labels) = embedded([1500, 1501, 1502, 4000, 4001, 4500]);
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let found = |arguments: &[&str]| -> Value {
        let all = [&["data", "--data", "X.npy", "--json"], arguments].concat();
        serde_json::from_str(&app.succeeds(&all).stdout).unwrap()
    };
    let pair = found(&["--digits=8,3"]);
    assert_eq!(pair["shape"], json!([5, 400]));
    assert_eq!(
        (&pair["x_shape"], &pair["y_shape"]),
        (&json!([5, 400]), &json!([5, 1]))
    );
    assert_eq!((&pair["y_first"], &pair["y_last"]), (&json!(3), &json!(8)));
    let first = pair["x_first"].as_array().unwrap();
    assert_eq!(first.len(), 400);
    for (found, expected) in first.iter().zip(&images) {
        assert!((found.as_f64().unwrap() - f64::from(*expected)).abs() < 1e-7);
    }
    let counts = json!([
        {"digit": 3, "images": 3, "first_row": 0},
        {"digit": 8, "images": 2, "first_row": 3}
    ]);
    assert_eq!(pair["digits"], counts);
    let all = found(&["--index=5"]);
    assert_eq!(
        (&all["shape"], &all["rows"][0]["label"]),
        (&json!([6, 400]), &json!(9))
    );
    assert_eq!(
        all["digits"][2],
        json!({"digit": 9, "images": 1, "first_row": 5})
    );
    assert!(all.get("x_first").is_none());
    app.succeeds(&["data", "--data", "X.npy"])
        .stdout_has("digit 9  1 image, the first in row 5");
}

#[test]
fn summary_and_dry_run_name_shapes_loss_and_optimizer_with_keras_s_words() {
    let app = App::new();
    let output = app.succeeds(&["summary"]);
    for line in [
        "layer1 (Dense)    (None, 25)              10,025\n",
        "layer3 (Dense)    (None, 1)                   16\n",
        "layer1: weights (400, 25), biases (25,)\n",
        "layer2: weights (25, 15), biases (15,)\n",
        "layer3: weights (15, 1), biases (1,)\n",
        "Loss: binary cross-entropy\n",
        "Optimizer: Adam, learning rate 0.001, beta_1 0.9, beta_2 0.999, epsilon 1e-7\n",
    ] {
        output.stdout_has(line);
    }
    let settings = [
        "--class-weight=1,2.5",
        "--clipnorm=1.5",
        "--learning-rate=0.01",
        "--learning-rate-schedule=cosine",
        "--epochs=1",
    ];
    let dry = app.succeeds(&[&["train", "--dry-run"][..], &settings].concat());
    let loss = "binary cross-entropy, class weights 1.0 for 0 and 2.5 for 1";
    dry.stdout_has(&format!("# loss: {loss}\n"));
    dry.stdout_has("# optimizer: Adam, learning rate 0.01 (cosine schedule), beta_1 0.9");
    dry.stdout_has(", clipnorm 1.5\n");
    app.train("run", &settings);
    app.succeeds(&["summary", "run"])
        .stdout_has(&format!("Loss: {loss}\n"));
}

#[test]
fn every_line_of_the_notebook_is_a_command() {
    let app = App::new();
    app.succeeds(&["plot", "data"]);
    app.on_cpu(&["train", "--config", &lab(), "--run-dir", "runs/lab"]);
    app.on_cpu(&["predict", "--index=0,500"])
        .stdout_has("row 0: 0, P(1) = 0.0");
    app.on_cpu(&["predict", "--index=0,500", "--threshold=0.5"]);
    app.on_cpu(&["weights", "--values=layer3.weight"]);
    app.on_cpu(&["plot", "predictions"]);
    app.on_cpu(&["plot", "predictions", "--errors"]);
}

#[test]
fn a_row_of_another_digit_is_not_called_wrong() {
    let app = App::trained(&["--digits=3,8", "--epochs=1"]);
    let output = app.on_cpu(&["predict", "run", "--index=0"]);
    output.stdout_has("but the label is 0: the network only knows 3 and 8");
    assert!(!output.stdout.contains("wrong"), "{}", output.shown());
    for picture in ["activations", "predictions"] {
        let output = ["--index=0", "--output=drawn.svg"];
        app.on_cpu(&[&["plot", picture, "run"], output.as_slice()].concat());
        let drawn = app.file("drawn.svg");
        assert!(!drawn.contains("wrong"), "{picture}");
    }
}

#[test]
fn json_names_run_checkpoint_epoch_digit_and_units() {
    let app = App::new();
    // The first epoch is the best.
    let best_first = ["--epochs=3", "--monitor=val_loss", "--monitor-mode=max"];
    app.train("runs/a", &[&best_first[..], &["--digits=3,8"]].concat());
    for (name, epoch) in [("last", 3), ("best", 1), ("2", 2)] {
        let chosen = ["--checkpoint", name];
        let output = app.on_cpu(&[&["predict", "--index=1500", "--json"][..], &chosen].concat());
        let line = &json_lines(&output.stdout)[0];
        let evaluated = app.evaluation("runs/a", &chosen);
        for found in [line, &evaluated] {
            assert_eq!(found["run"], "runs/a");
            assert_eq!(
                (&found["checkpoint"], &found["epoch"]),
                (&json!(name), &json!(epoch))
            );
        }
        assert_eq!(
            (&line["probability_of"], &line["label"]),
            (&json!(8), &json!(3))
        );
        assert_eq!(evaluated["images"], "validation");
    }
    for (name, said) in [
        (
            "last",
            "runs/a, last checkpoint (epoch 3), on 200 validation images",
        ),
        (
            "best",
            "runs/a, best checkpoint (epoch 1), on 200 validation images",
        ),
        (
            "2",
            "runs/a, checkpoint of epoch 2, on 200 validation images",
        ),
    ] {
        app.on_cpu(&["evaluate", "--checkpoint", name])
            .stdout_has(said);
    }
    let listed = &json_lines(&app.succeeds(&["runs", "--json"]).stdout)[0];
    assert!(listed["age_seconds"].is_u64());
    assert_eq!(listed["age"], listed["age_seconds"]);
}

#[test]
fn one_of_something_is_singular() {
    let app = App::new();
    let output = app.train(
        "run",
        &["--epochs=1", "--overfit-batches=1", "--batch-size=1"],
    );
    output.stdout_has("parameters, 1 epoch, in ");
    output.stderr_has(": 1 image of 0 and 1, 1 for validation");
    app.on_cpu(&["evaluate", "run"])
        .stdout_has("on 1 validation image\n");
    app.refused(
        &["evaluate", "run", "--checkpoint=7"],
        &["there is a checkpoint of epoch 1; keep_last"],
    );
}
