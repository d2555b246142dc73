//! `app report` of ten digits.

use super::trained;
use crate::app::metric_text;

#[test]
fn the_report_has_the_metrics_of_each_digit_and_the_most_confused_pairs() {
    let app = trained();
    app.on_cpu(&["report", "run", "--output=page.html"]);
    let page = app.file("page.html");
    let found = app.evaluation("run", &[]);
    for text in [
        "Tells the digits 0 to 9 apart.",
        "on 1,000 validation images.",
        "binary cross-entropy, summed over the digits, in nats",
        "<th scope=\"row\">Average precision (macro)</th>",
        "<th scope=\"row\">F1 (weighted)</th>",
        "<th>Digit</th><th>Images</th><th>Precision</th>",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for class in found["classes"].as_array().unwrap() {
        let metrics = ["precision", "recall", "f1", "roc_auc", "average_precision"];
        let cells =
            metrics.map(|key| format!("<td>{}</td>", metric_text(class[key].as_f64().unwrap())));
        let row = format!(
            "<tr><td>{}</td><td>100</td>{}",
            class["digit"],
            cells.concat()
        );
        assert!(page.contains(&row), "{row}");
    }
    for pair in found["most_confused"].as_array().unwrap().iter().take(5) {
        let [label, predicted, images] = ["label", "predicted", "images"].map(|key| &pair[key]);
        let line = format!("<li>{label} taken for {predicted}: {images}</li>");
        assert!(page.contains(&line), "{line}");
    }
    // 64 random images, 30 mistakes at most, 18 uncertain ones, and the network's.
    assert!(page.matches("<image").count() > 64 + 18 + 50);
}
