//! `app evaluate` of ten digits: its JSON, its tables, and what `--reject` changes.

use model::COLUMNS_BY_DIGIT;
use serde_json::Value;

use super::trained;
use crate::app::{App, metric_text};

/// The confusion matrix, row by row.
fn matrix(found: &Value) -> Vec<Vec<u64>> {
    let rows = found["confusion_matrix"].as_array().unwrap().iter();
    let cells = rows.map(|row| row.as_array().unwrap().iter());
    cells
        .map(|row| row.map(|count| count.as_u64().unwrap()).collect())
        .collect()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn integer(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("no count: {value}"))
}

/// A count as a number.
fn count(value: u64) -> f64 {
    f64::from(u32::try_from(value).unwrap())
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-12
}

/// The sums that hold for every evaluation of several digits.
#[track_caller]
fn check_sums(found: &Value) {
    let (matrix, examples) = (matrix(found), count(integer(&found["examples"])));
    let classes = found["classes"].as_array().unwrap();
    assert_eq!((matrix.len(), classes.len()), (10, 10));
    for (digit, (row, class)) in matrix.iter().zip(classes).enumerate() {
        assert_eq!(class["digit"], digit);
        let support = integer(&class["support"]);
        assert_eq!(
            row.iter().sum::<u64>() + integer(&class["rejected"]),
            support
        );
        assert!(close(
            number(&class["recall"]),
            count(row[digit]) / count(support)
        ));
        let predicted: u64 = matrix.iter().map(|row| row[digit]).sum();
        if predicted > 0 {
            let precision = count(row[digit]) / count(predicted);
            assert!(close(number(&class["precision"]), precision), "{class}");
        }
    }
    let rejected: u64 = classes
        .iter()
        .map(|class| integer(&class["rejected"]))
        .sum();
    assert_eq!(rejected, integer(&found["rejected"]));
    let correct: u64 = (0..10).map(|digit| matrix[digit][digit]).sum();
    assert!(close(number(&found["accuracy"]), count(correct) / examples));
    let answered = number(&found["accuracy_of_answered"]);
    assert!(close(
        answered,
        count(correct) / (examples - count(rejected))
    ));
    for key in [
        "precision",
        "recall",
        "f1",
        "roc_auc",
        "average_precision",
        "brier_score",
        "calibration_error",
    ] {
        let defined: Vec<f64> = classes
            .iter()
            .filter_map(|class| class[key].as_f64())
            .collect();
        let mean = defined.iter().sum::<f64>() / count(defined.len() as u64);
        assert!(
            close(number(&found[key]), mean),
            "{key}: {} for {mean}",
            found[key]
        );
    }
    let weighted = |key: &str| {
        let terms = classes
            .iter()
            .map(|class| number(&class[key]) * count(integer(&class["support"])));
        terms.sum::<f64>() / examples
    };
    assert!(close(
        number(&found["weighted"]["recall"]),
        weighted("recall")
    ));
    let confused = found["most_confused"].as_array().unwrap();
    let images: Vec<u64> = confused
        .iter()
        .map(|pair| integer(&pair["images"]))
        .collect();
    assert!(images.is_sorted_by(|a, b| a >= b), "{images:?}");
    let mistakes: u64 = matrix.iter().flatten().sum::<u64>() - correct;
    assert_eq!(images.iter().sum::<u64>(), mistakes);
    for pair in confused {
        let [label, predicted] =
            ["label", "predicted"].map(|key| usize::try_from(integer(&pair[key])).unwrap());
        assert_eq!(integer(&pair["images"]), matrix[label][predicted], "{pair}");
        assert_ne!(label, predicted);
    }
}

#[test]
fn the_json_of_ten_digits_has_counts_that_add_up_and_averages_of_its_digits() {
    let app = trained();
    let found = app.evaluation("run", &[]);
    assert_eq!(found["images"], "validation");
    assert_eq!(found["examples"], 1000);
    // A fifth of each digit.
    let classes = found["classes"].as_array().unwrap();
    assert!(
        classes.iter().all(|class| class["support"] == 100),
        "{found}"
    );
    app.on_cpu(&["evaluate", "run", "--on=all"])
        .stdout_has("on 5,000 images, 4,000 of which it was trained on\n");
    assert_eq!(found["rejected"], 0);
    assert_eq!(found["accuracy"], found["accuracy_of_answered"]);
    assert!(number(&found["accuracy"]) > 0.85, "{found}");
    assert!(number(&found["top_2_accuracy"]) > number(&found["accuracy"]));
    // The loss is the sum over the outputs, and the network was trained on it.
    assert!(
        number(&found["log_loss"]) < number(&found["loss"]),
        "{found}"
    );
    let loss = crate::app::column(&app, "run", "val_loss")[29];
    assert!((number(&found["loss"]) / loss - 1.0).abs() < 1e-5, "{loss}");
    check_sums(&found);
}

#[test]
fn rejecting_leaves_fewer_and_better_answers() {
    let app = trained();
    let all = app.evaluation("run", &[]);
    let sure = app.evaluation("run", &["--reject=0.9"]);
    check_sums(&sure);
    assert!(integer(&sure["rejected"]) > 0);
    assert!(number(&sure["accuracy"]) < number(&all["accuracy"]));
    assert!(number(&sure["accuracy_of_answered"]) > number(&all["accuracy_of_answered"]));
    // They do not depend on the decision.
    for key in ["loss", "log_loss", "roc_auc", "brier_score", "examples"] {
        assert_eq!(sure[key], all[key], "{key}");
    }
    let output = app.on_cpu(&["evaluate", "run", "--reject=0.9"]);
    let heading = "predicted     0     1     2     3     4     5     6     7     8     9  none\n";
    output.stdout_has(heading);
    fits_a_terminal(&output.stdout);

    let threshold = ["evaluate", "run", "--threshold=0.6"];
    app.refused(
        &threshold,
        &["--threshold is for networks of two digits", "--reject"],
    );
    app.refused(&["evaluate", "run", "--reject=1.5"], &["--reject", "1.5"]);
}

#[track_caller]
fn fits_a_terminal(text: &str) {
    let widest = text.lines().max_by_key(|line| line.chars().count());
    let widest = widest.unwrap();
    assert!(widest.chars().count() <= 80, "{widest}");
}

/// A column of names as wide as the longest, and the same numbers as in JSON.
#[test]
fn the_printed_evaluation_has_aligned_metrics_each_digit_and_the_confused_pairs() {
    let app = trained();
    let found = app.evaluation("run", &[]);
    let output = app.on_cpu(&["evaluate", "run"]);
    for (name, key) in [
        ("loss", "/loss"),
        ("log loss", "/log_loss"),
        ("top-2 accuracy", "/top_2_accuracy"),
        ("precision (weighted)", "/weighted/precision"),
        ("average precision (macro)", "/average_precision"),
        ("calibration error (macro)", "/calibration_error"),
    ] {
        let value = metric_text(number(found.pointer(key).unwrap()));
        output.stdout_has(&format!("\n{name:<25} {value}\n"));
    }
    for class in found["classes"].as_array().unwrap() {
        let row =
            ["precision", "recall", "f1", "roc_auc"].map(|key| metric_text(number(&class[key])));
        let start = format!("{} {}", class["digit"], class["support"]);
        let start = format!("{start} {}", row.join(" "));
        let lines = output.stdout.lines();
        let mut words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        assert!(
            words.any(|line| line.starts_with(&start)),
            "{start}; {}",
            output.shown()
        );
    }
    fits_a_terminal(&output.stdout);
    for word in COLUMNS_BY_DIGIT.join(" ").split(' ') {
        output.stdout_has(word);
    }
    let first = &found["most_confused"][0];
    let [label, predicted, images] = ["label", "predicted", "images"].map(|key| &first[key]);
    output.stdout_has(&format!("\n{label} taken for {predicted}: {images}\n"));
    for (digit, row) in matrix(&found).iter().enumerate() {
        let counts: Vec<String> = row.iter().map(|count| format!("{count:>7}")).collect();
        output.stdout_has(&format!("\nlabel {digit}  {}\n", counts.concat()));
    }
}

/// The digits need not be in order, and are those of the file.
#[test]
fn the_rows_of_the_matrix_are_in_the_order_of_the_run_s_digits() {
    let app = App::trained(&["--digits=7,1,4", "--epochs=30", "--learning-rate=0.005"]);
    let found = app.evaluation("run", &[]);
    let digits = found["classes"].as_array().unwrap().iter();
    assert!(digits.map(|class| integer(&class["digit"])).eq([7, 1, 4]));
    let output = app.on_cpu(&["evaluate", "run"]);
    output.stdout_has("\npredicted       7       1       4\n");
    assert!(number(&found["accuracy"]) > 0.9, "{found}");
}
