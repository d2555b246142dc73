//! Draws the charts of a network that distinguishes ten digits, from made-up outputs, as SVG and PNG into a folder: the
//! one named on the command line, or a temporary one. A second argument says how good the network is; 8 is good.
//!
//! ```sh
//! cargo run -p plots --example digits -- /tmp 8
//! ```

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use plots::{
    Activations, Bitmap, CalibrationBin, ClassEvaluation, ClassResults, ConfusionMatrix,
    DenseLayer, EmbeddedImage, EvaluationPart, Figure, LayerActivations, class_evaluation,
    class_evaluation_part,
};

const CLASSES: usize = 10;
const IMAGES: usize = 5000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let skill = arguments.next().and_then(|text| text.into_string().ok());
    let skill = skill.map_or(Ok(8.0), |text| text.parse())?;
    let outputs = outputs(skill);
    let results = evaluated(&outputs);
    let note = "made-up outputs";
    let page = class_evaluation("Evaluation of ten digits", note, &results);
    write(&folder, "digits-evaluation", &page)?;
    for (name, part) in [
        ("digits-confusion-matrix", EvaluationPart::ConfusionMatrix),
        ("digits-roc", EvaluationPart::Roc),
        ("digits-precision-recall", EvaluationPart::PrecisionRecall),
        ("digits-calibration", EvaluationPart::Calibration),
    ] {
        write(
            &folder,
            name,
            &class_evaluation_part(name, note, &results, part),
        )?;
    }
    write(&folder, "digits-embedding", &embedded(&outputs))?;
    write(&folder, "digits-activations", &activations(&outputs[7]))?;
    let layers = [
        layer("layer1", 400, 25),
        layer("layer2", 25, 15),
        layer("layer3", 15, CLASSES),
    ];
    let diagram = plots::model_diagram("Model of ten digits", &layers);
    write(&folder, "digits-model", &diagram)
}

fn layer(name: &str, inputs: usize, units: usize) -> DenseLayer {
    let digits = if units == CLASSES {
        digits()
    } else {
        Vec::new()
    };
    DenseLayer {
        name: name.to_owned(),
        inputs,
        units,
        activation: if digits.is_empty() {
            "sigmoid"
        } else {
            "softmax"
        }
        .to_owned(),
        digits,
    }
}

fn digits() -> Vec<u8> {
    (0..=9).collect()
}

/// Each image as the mean of ten directions, weighted by its outputs.
fn embedded(outputs: &[Output]) -> Figure {
    let point = |(row, (label, values)): (usize, &Output)| {
        let angles = (0..CLASSES).map(|class| real(class) / real(CLASSES) * std::f64::consts::TAU);
        let weighted = angles.zip(values);
        let (x, y) = weighted.fold((0.0, 0.0), |(x, y), (angle, value)| {
            (x + value * angle.cos(), y + value * angle.sin())
        });
        let prediction = largest(values).0;
        EmbeddedImage {
            at: [x, y],
            class: *label,
            wrong: prediction != *label,
            name: format!("row {row}: {prediction}"),
        }
    };
    let points: Vec<EmbeddedImage> = outputs.iter().enumerate().take(1000).map(point).collect();
    plots::embedding(
        "Embedding of ten digits",
        "made-up outputs",
        &digits(),
        &points,
        [0.4, 0.3],
    )
}

/// A hidden layer of 15 units, and the outputs of one image.
fn activations((label, values): &Output) -> Figure {
    #[expect(clippy::cast_possible_truncation, reason = "drawn with two decimals")]
    let outputs = values.map(|value| value as f32).to_vec();
    let hidden: Vec<f32> = (0..15_u8).map(|unit| f32::from(unit).sin().abs()).collect();
    let kernel = (0..150_u8).map(|weight| f32::from(weight).cos()).collect();
    let of = |name: &str, values, kernel| LayerActivations {
        name: name.to_owned(),
        values,
        kernel,
    };
    let digit = |class: usize| u8::try_from(class).unwrap_or_default();
    let shown = Activations {
        image: Bitmap {
            columns: 20,
            values: (0..400_u16).map(|pixel| f32::from(pixel) / 400.0).collect(),
        },
        layers: vec![
            of("layer2", hidden, Vec::new()),
            of("layer3", outputs, kernel),
        ],
        digits: digits(),
        label: Some(digit(*label)),
        prediction: Some(digit(largest(values).0)),
    };
    plots::activations("Activations for row 7", "made-up outputs", &shown)
}

/// The index of the largest output, and its value.
fn largest(values: &[f64; CLASSES]) -> (usize, f64) {
    let values = values.iter().copied().enumerate();
    values
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .unwrap_or_default()
}

fn write(folder: &Path, name: &str, figure: &Figure) -> Result<(), Box<dyn Error>> {
    for (ending, bytes) in [
        ("svg", figure.to_svg().into_bytes()),
        ("png", figure.to_png()?),
    ] {
        let path = folder.join(name).with_extension(ending);
        fs_err::write(&path, bytes)?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(())
}

/// The label of an image, and an output for each class; the outputs are a softmax.
type Output = (usize, [f64; CLASSES]);

fn outputs(skill: f64) -> Vec<Output> {
    // A linear congruential generator: Knuth, MMIX.
    let mut state = 1_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 40).unwrap_or_default()) / f64::from(1_u32 << 24)
    };
    let output = |image: usize| {
        let label = image % CLASSES;
        let mut logits: [f64; CLASSES] = std::array::from_fn(|class| {
            let noise: f64 = (0..6).map(|_| random() - 0.5).sum();
            let is_label = f64::from(u8::from(class == label));
            // Some digits are harder than others, and 4 and 9 look alike.
            let alike = f64::from(u8::from([class, label] == [9, 4])) * 0.5;
            let harder = 1.0 - 0.05 * f64::from(u8::try_from(label).unwrap_or_default());
            3.0 * noise + skill * (is_label * harder + alike)
        });
        let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
        logits = logits.map(|logit| logit.exp() / sum);
        (label, logits)
    };
    (0..IMAGES).map(output).collect()
}

fn evaluated(outputs: &[Output]) -> ClassEvaluation {
    let mut counts = vec![vec![0; CLASSES]; CLASSES];
    let mut largest_outputs = [Vec::new(), Vec::new()];
    for (label, values) in outputs {
        let (prediction, value) = largest(values);
        counts[*label][prediction] += 1;
        largest_outputs[usize::from(prediction == *label)].push(value);
    }
    ClassEvaluation {
        confusion_matrix: ConfusionMatrix {
            digits: digits(),
            counts,
        },
        classes: (0..CLASSES).map(|class| one(outputs, class)).collect(),
        largest_outputs,
    }
}

/// One class against all others.
fn one(outputs: &[Output], class: usize) -> ClassResults {
    let mut images: Vec<(f64, bool)> = outputs
        .iter()
        .map(|(label, values)| (values[class], *label == class))
        .collect();
    images.sort_by(|one, other| other.0.total_cmp(&one.0));
    let positives = real(images.iter().filter(|(_, positive)| *positive).count());
    let negatives = real(images.len()) - positives;
    let (mut tp, mut fp) = (0.0, 0.0);
    let (mut roc, mut precision_recall) = (vec![[0.0, 0.0]], Vec::new());
    let (mut area, mut average_precision) = (0.0, 0.0);
    for (_, positive) in &images {
        if *positive {
            tp += 1.0;
            average_precision += tp / (tp + fp) / positives;
        } else {
            fp += 1.0;
            area += tp / positives / negatives;
        }
        roc.push([fp / negatives, tp / positives]);
        precision_recall.push([tp / positives, tp / (tp + fp)]);
    }
    let bins = (0..10_u8).map(|tenth| {
        let from = f64::from(tenth) / 10.0;
        let inside = images
            .iter()
            .filter(|(value, _)| (from..from + 0.1).contains(value));
        let inside: Vec<&(f64, bool)> = inside.collect();
        let count = real(inside.len());
        CalibrationBin {
            mean_probability: inside.iter().map(|(value, _)| value).sum::<f64>() / count,
            positive_fraction: real(inside.iter().filter(|(_, positive)| *positive).count())
                / count,
            images: inside.len(),
        }
    });
    let calibration: Vec<CalibrationBin> = bins.collect();
    let error = |bin: &CalibrationBin| {
        (bin.mean_probability - bin.positive_fraction).abs() * real(bin.images)
    };
    let filled = calibration.iter().filter(|bin| bin.images > 0);
    ClassResults {
        roc,
        roc_auc: Some(area),
        precision_recall,
        average_precision: Some(average_precision),
        calibration_error: Some(filled.map(error).sum::<f64>() / real(images.len())),
        calibration,
    }
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
