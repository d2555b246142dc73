//! `--reject` of every command that has it. The rejected images are counted here, from the
//! probabilities that `predict` prints.

use serde_json::Value;

use crate::app::{App, json_lines};
use crate::fixtures::lab;
use crate::pictures::{drawn, texts};

/// An image's label, its prediction and the probability of that.
#[derive(Debug, Clone, Copy)]
struct Image {
    label: u64,
    digit: u64,
    probability: f64,
}

/// Its training images, and what it predicts for them without rejecting any.
fn images(app: &App, digits: &[usize]) -> Vec<Image> {
    let rows = digits
        .iter()
        .flat_map(|digit| 500 * digit..500 * digit + 500);
    let rows: Vec<String> = rows.map(|row| row.to_string()).collect();
    let output = app.on_cpu(&["predict", "run", "--json", "--index", &rows.join(",")]);
    let number = |value: &Value| value.as_u64().unwrap();
    let images = json_lines(&output.stdout).into_iter().map(|line| {
        let probability = line["probability"].as_f64().unwrap();
        // Of two digits it is that of the positive one.
        let is_other = line["digit"] != line["probability_of"];
        Image {
            label: number(&line["label"]),
            digit: number(&line["digit"]),
            probability: if is_other {
                1.0 - probability
            } else {
                probability
            },
        }
    });
    images.collect()
}

/// `[correct, wrong, rejected]`.
fn counts(images: &[Image], reject: f64) -> [usize; 3] {
    let mut counts = [0; 3];
    for image in images {
        let outcome = if image.probability < reject {
            2
        } else {
            usize::from(image.label != image.digit)
        };
        counts[outcome] += 1;
    }
    counts
}

#[test]
fn evaluation_predictions_and_pictures_reject_improbable_digits() {
    // Digits of which some are certain, some wrong and some neither.
    for (digits, list, epochs, reject) in [
        (&[1, 4, 7][..], "1,4,7", "--epochs=10", "0.8"),
        (&[3, 8], "3,8", "--epochs=6", "0.9"),
    ] {
        let app = App::trained(&["--config", &lab(), "--digits", list, epochs]);
        let images = images(&app, digits);
        let [correct, wrong, rejected] = counts(&images, reject.parse().unwrap());
        assert!(
            correct > 0 && wrong > 0 && rejected > 0,
            "{correct} {wrong} {rejected}"
        );
        assert_ne!(wrong, counts(&images, 0.0)[1], "some mistakes are rejected");
        let at = ["--reject", reject];

        let found = app.evaluation("run", &at);
        assert_eq!(found["rejected"], rejected);
        let matrix = found["confusion_matrix"].as_array().unwrap();
        let cells = matrix.iter().flat_map(|row| row.as_array().unwrap());
        let answered: u64 = cells.map(|cell| cell.as_u64().unwrap()).sum();
        assert_eq!(answered, (correct + wrong) as u64);
        let printed = app.on_cpu(&[&["evaluate", "run"], &at[..]].concat()).stdout;
        let rows = printed.lines().filter(|line| line.starts_with("label "));
        let last = rows.map(|row| row.rsplit(' ').next().unwrap().parse::<usize>().unwrap());
        assert_eq!(last.sum::<usize>(), rejected, "{printed}");

        let named = format!("rejected below {reject}");
        let all = texts(&drawn(&app, &[&["evaluation", "run"], &at[..]].concat())).join("\n");
        assert!(all.contains(&named), "{all}");
        let of_answered = format!("{correct} of {} correct", correct + wrong);
        assert!(
            all.replace(',', "").contains(&of_answered),
            "{of_answered} in {all}"
        );
        let errors = drawn(
            &app,
            &[&["predictions", "run", "--errors"], &at[..]].concat(),
        );
        let errors = texts(&errors).join("\n");
        assert!(errors.contains(&named), "{errors}");
        assert!(
            errors.contains(&format!(": {wrong} of 1,")),
            "{wrong} in {errors}"
        );
        let embedding = drawn(&app, &[&["embedding", "run"], &at[..]].concat());
        assert!(texts(&embedding).contains(&format!("wrong: {wrong}")));
        app.on_cpu(&[&["report", "run", "--output=page.html"], &at[..]].concat());
        let page = app.file("page.html");
        assert!(page.contains(&named), "{named}");
        assert!(
            page.replace(',', "")
                .contains(&format!("{correct} of {} correct", images.len()))
        );

        // All are rejected.
        let row = (500 * digits[0]).to_string();
        let none = ["run", "--index", &row, "--reject=1"];
        app.on_cpu(&[&["predict"], &none[..]].concat())
            .stdout_has(&format!("row {row}: none of them, P("));
        let label = digits[0];
        let grid = texts(&drawn(&app, &[&["predictions"], &none[..]].concat()));
        assert!(grid.contains(&format!("{label}, none")), "{grid:?}");
        let activations = texts(&drawn(&app, &[&["activations"], &none[..]].concat()));
        for text in ["predicted none of them", "rejected"] {
            assert!(activations.contains(&text.to_owned()), "{activations:?}");
        }
    }
}
