//! Each picture, drawn from a few numbers, is the SVG that was looked at and stored in
//! `tests/references/`: a line that moved, a lost mark or a swapped color shows.
//!
//! After an intended change draw them again, and look at each:
//!
//! ```sh
//! REDRAW=1 cargo test -p plots --test references
//! ```

#![expect(clippy::cast_precision_loss, reason = "as in tests; small numbers")]

mod common;

use plots::{
    Activations, Bitmap, CalibrationBin, ClassEvaluation, ClassResults, ColorBitmap,
    ConfusionMatrix, DenseLayer, EmbeddedImage, EpochMetrics, EvaluationResults, FoundDigit,
    GridCell, InitialWeights, LayerActivations, LayerWeights, LossAxis, PreparedPicture,
    RunHistory,
};

use common::check;

/// A gradient with one bright pixel, which shows how it is turned.
fn image(columns: usize) -> Bitmap {
    let pixels = columns * columns;
    let mut values: Vec<f32> = (0..pixels)
        .map(|pixel| pixel as f32 / pixels as f32)
        .collect();
    if let Some(second) = values.get_mut(1) {
        *second = 1.0;
    }
    Bitmap { columns, values }
}

fn run(name: &str, rate: f64, best: usize) -> RunHistory {
    let metrics = |epoch: usize| {
        let loss = (-rate * epoch as f64).exp();
        EpochMetrics {
            epoch,
            loss: if epoch == 4 { f64::NAN } else { loss },
            accuracy: 1.0 - loss / 2.0,
            validation_loss: Some(loss + 0.1),
            validation_accuracy: Some(0.9 - loss / 3.0),
            learning_rate: Some(0.001),
        }
    };
    RunHistory {
        name: name.to_owned(),
        epochs: (1..=8).map(metrics).collect(),
        best: Some(best),
    }
}

#[test]
fn a_history_of_one_run_and_of_three() {
    check(
        "history",
        &plots::history("History", &[run("first", 0.3, 8)], LossAxis::Linear),
    );
    let runs = [
        run("slow", 0.1, 6),
        run("middle", 0.3, 8),
        run("fast", 0.9, 5),
    ];
    check(
        "history-compared",
        &plots::history("History of 3 runs", &runs, LossAxis::Linear),
    );
}

#[test]
fn a_history_with_a_logarithmic_axis_and_a_learning_rate() {
    let mut falling = run("эксперимент", 0.9, 8);
    for metrics in &mut falling.epochs {
        metrics.learning_rate = Some(0.001 / metrics.epoch as f64);
    }
    let figure = plots::history("History", &[falling], LossAxis::Logarithmic);
    check("history-logarithmic", &figure);
}

/// Three images of the digit 3 with the probabilities 0.1, 0.4 and 0.6, three of the digit 8 with
/// 0.35, 0.8 and 0.9.
fn six_images() -> EvaluationResults {
    let third = 1.0 / 3.0;
    let bin = |mean_probability, positive_fraction, images| CalibrationBin {
        mean_probability,
        positive_fraction,
        images,
    };
    EvaluationResults {
        digits: [3, 8],
        threshold: 0.5,
        confusion_matrix: [[2, 1], [1, 2]],
        rejected: 0,
        roc: vec![
            [0.0, 0.0],
            [0.0, third],
            [0.0, 2.0 * third],
            [third, 2.0 * third],
            [2.0 * third, 2.0 * third],
            [2.0 * third, 1.0],
            [1.0, 1.0],
        ],
        roc_auc: Some(7.0 / 9.0),
        precision_recall: vec![
            [0.0, 1.0],
            [third, 1.0],
            [2.0 * third, 1.0],
            [2.0 * third, 0.5],
            [1.0, 0.6],
            [1.0, 0.5],
        ],
        average_precision: Some(13.0 / 15.0),
        calibration: vec![bin(0.1, 0.0, 1), bin(0.35, 1.0, 12), bin(0.6, 0.5, 700)],
        calibration_error: Some(0.3417),
        probabilities: [vec![0.1, 0.4, 0.6], vec![0.35, 0.8, 0.9]],
    }
}

#[test]
fn an_evaluation_and_one_of_a_single_digit() {
    let results = six_images();
    check(
        "evaluation",
        &plots::evaluation("Evaluation", "six images", &results),
    );
    let one_digit = EvaluationResults {
        confusion_matrix: [[2, 1], [0, 0]],
        roc: Vec::new(),
        roc_auc: None,
        precision_recall: Vec::new(),
        average_precision: None,
        ..results
    };
    check(
        "evaluation-one-digit",
        &plots::evaluation("Evaluation", "", &one_digit),
    );
}

#[test]
fn an_embedding_with_mistakes() {
    let points: Vec<EmbeddedImage> = (0..12)
        .map(|index: u8| EmbeddedImage {
            at: [f64::from(index % 4) - 1.5, f64::from(index / 4) * 0.5],
            class: usize::from(index.is_multiple_of(2)),
            wrong: index.is_multiple_of(5),
            name: format!("row {index}: 1"),
        })
        .collect();
    let figure = plots::embedding("Embedding", "a note", &[0, 1], &points, [0.7, 0.2]);
    check("embedding", &figure);
}

fn layer(name: &str, inputs: usize, units: usize) -> LayerWeights {
    let numbers = |count: usize, step: f32| -> Vec<f32> {
        let numbers = 0..count;
        numbers
            .map(|index| ((index * 7) % 11) as f32 * step - 0.4)
            .collect()
    };
    LayerWeights {
        name: name.to_owned(),
        inputs,
        units,
        digits: Vec::new(),
        kernel: numbers(inputs * units, 0.1),
        bias: numbers(units, 0.05),
        initial: Some(InitialWeights {
            kernel: numbers(inputs * units, 0.08),
            bias: vec![0.0; units],
        }),
    }
}

#[test]
fn weights_of_three_layers() {
    let layers = [
        layer("layer1", 16, 3),
        layer("layer2", 3, 2),
        layer("layer3", 2, 1),
    ];
    let images = [image(4), image(4), image(4)];
    check(
        "weights",
        &plots::weights("Weights", "a note", &images, &images, &layers),
    );
}

#[test]
fn activations_for_an_image() {
    let of = |name: &str, values: &[f32], inputs: usize| LayerActivations {
        name: name.to_owned(),
        values: values.to_vec(),
        kernel: layer(name, inputs, values.len()).kernel,
    };
    let shown = Activations {
        image: image(4),
        layers: vec![
            of("layer1", &[0.1, 0.9, 0.5, 0.7], 16),
            of("layer2", &[0.2, 0.8], 4),
            of("layer3", &[0.75], 2),
        ],
        digits: vec![3, 8],
        label: Some(3),
        prediction: Some(8),
    };
    check(
        "activations",
        &plots::activations("Activations for row 7", "a note", &shown),
    );
}

#[test]
fn many_units_are_summarized() {
    let values: Vec<f32> = (0..120).map(|unit| unit as f32 / 120.0).collect();
    let shown = Activations {
        image: image(4),
        layers: vec![
            LayerActivations {
                name: "layer1".to_owned(),
                kernel: layer("layer1", 16, 120).kernel,
                values,
            },
            LayerActivations {
                name: "layer2".to_owned(),
                kernel: layer("layer2", 120, 1).kernel,
                values: vec![0.25],
            },
        ],
        digits: vec![0, 1],
        label: None,
        prediction: Some(0),
    };
    check(
        "activations-many",
        &plots::activations("Activations", "", &shown),
    );
}

#[test]
fn a_grid_with_a_mistake() {
    let cells: Vec<GridCell> = (0..5)
        .map(|index| GridCell {
            image: image(4),
            name: if index == 3 { "3/a-name.png" } else { "" }.to_owned(),
            caption: format!("{index}, 1"),
            wrong: index == 3,
        })
        .collect();
    check(
        "grid",
        &plots::grid("Label, predicted", "five images", &cells, 3),
    );
}

/// A picture of 40 x 20 pixels, which becomes darker to the right and bluer downwards, with these digits at equal
/// distances.
fn prepared(labels: &[&str]) -> PreparedPicture {
    let pixels = (0..20).flat_map(|row| {
        let row = row as f32 / 20.0;
        (0..40).map(move |column| [1.0 - column as f32 / 80.0, 0.8, row])
    });
    let digits = labels.iter().enumerate().map(|(at, label)| FoundDigit {
        area: [1 + 6 * at, 2, 5 + 6 * at, 10],
        network: image(20),
        label: (*label).to_owned(),
    });
    PreparedPicture {
        name: "a-name.png".to_owned(),
        original: ColorBitmap {
            columns: 40,
            pixels: pixels.collect(),
        },
        offset: [2, 4],
        ink: image(32),
        digits: digits.collect(),
        prediction: "38".to_owned(),
        has_prediction: true,
    }
}

#[test]
fn prepared_pictures_with_and_without_a_prediction() {
    let two = prepared(&["3, P = 0.98", "8, P = 0.7"]);
    let blank = PreparedPicture {
        ink: image(0),
        prediction: "no prediction: the picture is blank".to_owned(),
        has_prediction: false,
        ..prepared(&[])
    };
    check("predicted", &plots::predicted(&two));
    check("predicted-not", &plots::predicted(&blank));
    let pictures = [two, blank];
    check(
        "preparation",
        &plots::preparation("Preparation", "two pictures", &pictures),
    );
}

#[test]
fn pictures_of_ten_digits() {
    let digits: Vec<u8> = (0..10).collect();
    let counts = |label: usize| {
        let mut row = vec![0; 10];
        (row[label], row[(label + 1) % 10]) = (100 * label + 7, label * label);
        row
    };
    let class = |class: usize| {
        let miss = class as f64 / 40.0;
        let bin = |mean_probability, positive_fraction, images| CalibrationBin {
            mean_probability,
            positive_fraction,
            images,
        };
        ClassResults {
            roc: vec![[0.0, 0.0], [0.0, 1.0 - miss], [miss, 1.0], [1.0, 1.0]],
            roc_auc: Some(1.0 - miss * miss / 2.0),
            precision_recall: vec![[1.0 - miss, 1.0], [1.0, 0.9 - miss]],
            average_precision: Some(1.0 - miss * miss),
            calibration: vec![bin(0.05, miss, 90), bin(0.95, 1.0 - miss, 10)],
            calibration_error: Some(miss / 2.0),
        }
    };
    let results = ClassEvaluation {
        confusion_matrix: ConfusionMatrix {
            digits: digits.clone(),
            counts: (0..10).map(counts).collect(),
            rejected: 0,
        },
        classes: (0..10).map(class).collect(),
        largest_outputs: [vec![0.42, 0.61], vec![0.98; 80]],
        reject: 0.0,
    };
    check(
        "digits-evaluation",
        &plots::class_evaluation("Evaluation", "a note", &results),
    );
    let points: Vec<EmbeddedImage> = (0..40)
        .map(|row: usize| EmbeddedImage {
            at: [(row % 10) as f64, ((row * 7) % 11) as f64],
            class: row % 10,
            wrong: row == 17,
            name: format!("row {row}: 1"),
        })
        .collect();
    check(
        "digits-embedding",
        &plots::embedding("Embedding", "a note", &digits, &points, [0.4, 0.2]),
    );
    let of = |name: &str, values: Vec<f32>, inputs: usize| LayerActivations {
        name: name.to_owned(),
        kernel: layer(name, inputs, values.len()).kernel,
        values,
    };
    let shown = Activations {
        image: image(4),
        layers: vec![
            of("layer1", vec![0.2, 0.8, 0.5], 16),
            of(
                "layer2",
                (0..10).map(|unit| unit as f32 / 45.0).collect(),
                3,
            ),
        ],
        digits: digits.clone(),
        label: Some(9),
        prediction: Some(9),
    };
    check(
        "digits-activations",
        &plots::activations("Activations for row 7", "a note", &shown),
    );
    let output = DenseLayer {
        name: "layer3".to_owned(),
        inputs: 15,
        units: 10,
        activation: "softmax".to_owned(),
        digits,
    };
    check("digits-model", &plots::model_diagram("Model", &[output]));
}

#[test]
fn the_diagram_of_a_model() {
    let dense = |name: &str, inputs, units| DenseLayer {
        name: name.to_owned(),
        inputs,
        units,
        activation: "sigmoid".to_owned(),
        digits: Vec::new(),
    };
    let layers = [dense("layer1", 400, 25), dense("layer2", 25, 1)];
    check("model", &plots::model_diagram("Model", &layers));
}
