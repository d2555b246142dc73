//! Rust without `std`: one function, no unsafe code, no allocation; a module, or the root of a crate.

use crate::format::Precision;
use crate::network::LAYERS;

use super::constants::{self, Constant, DIGITS, Kind, arrays};
use super::header::{Contents, Usage, lines};

/// What kind of code it is. `#![no_std]` is a warning in a module, so that it cannot stand in the file itself.
const LANGUAGE: &str = "Rust that needs nothing but core: a module of a program, or the root of a crate, with #![no_std] \
    in a line above this one if there is no std.";

/// How the result is read.
const RETURNS: &str = "returns the digit and the probability of each; the digit is";

/// The program of the comment.
const EXAMPLE: &str = r#"mod network; // this file, as network.rs

fn main() {
    let pixels = [0.0; 400]; // column by column, 0 is paper and 1 is ink
    let (digit, probabilities) = network::predict(&pixels);
    println!("{} with a probability of @last@ of {}", digit, probabilities[@last_class@]);
}"#;

/// The code before the table of layers.
const LAYER: &str = r"struct Layer {
    inputs: usize,
    weights: &'static [@weight@], // all of the first unit, then all of the second, and so on
@scales@    biases: &'static [f32],
}

";

/// The code after it: that of `c.rs`.
const CODE: &str = r"
/// Computes exp(-x) for x >= 0, with a relative error below 1e-7; 0 from x = 87 on, where it is
/// less than 2e-38. With n = round(x / ln 2) and r = n ln 2 - x it is exp(r) / 2^n, where ln 2 has
/// two parts, so that n times the first is exact (W. J. Cody and W. Waite, Software Manual for the
/// Elementary Functions, 1980). The polynomial is that of expf in S. L. Moshier's Cephes Math
/// Library.
fn exp_of_minus(x: f32) -> f32 {
    if x >= 87.0 {
        return 0.0;
    }
    let mut n = (x * core::f32::consts::LOG2_E + 0.5) as u32;
    let r = (n as f32 * 0.693_359_4 - x) - n as f32 * 2.121_944_4e-4;
    let mut result = 1.987_569_1e-4;
    result = result * r + 1.398_199_9e-3;
    result = result * r + 8.333_452e-3;
    result = result * r + 4.166_579_6e-2;
    result = result * r + 0.166_666_66;
    result = result * r + 0.5;
    result = result * r * r + r + 1.0;
    while n >= 16 {
        result /= 65536.0;
        n -= 16;
    }
    result / (1_u32 << n) as f32
}

/// Computes 1 / (1 + exp(-x)), accurately for probabilities near to 0 as well.
fn sigmoid(x: f32) -> f32 {
    if x.is_nan() {
        x
    } else if x < 0.0 {
        let small = exp_of_minus(-x);
        small / (1.0 + small)
    } else {
        1.0 / (1.0 + exp_of_minus(x))
    }
}

/// Computes the sum of products, 20 at a time, so that rounding errors stay small.
fn dot(weights: &[@weight@], inputs: &[f32]) -> f32 {
    let mut sum = 0.0;
    for (weights, inputs) in weights.chunks(20).zip(inputs.chunks(20)) {
        let mut part = 0.0;
        for (&weight, &input) in weights.iter().zip(inputs) {
            part += @value@ * input;
        }
        sum += part;
    }
    sum
}

/// Computes the outputs of a layer's units.
fn dense(layer: &Layer, inputs: &[f32], outputs: &mut [f32]) {
    let units = layer.weights.chunks(layer.inputs)@zip@.zip(layer.biases);
    for (output, (@unit@, &bias)) in outputs.iter_mut().zip(units) {
        *output = sigmoid(@scale@dot(weights, inputs) + bias);
    }
}

/// Computes the outputs of all networks, and their means.
fn average(pixels: &[f32; PIXELS]) -> [f32; OUTPUTS] {
    let mut means = [0.0; OUTPUTS];
    for layers in &NETWORKS {
        let mut first = [0.0; FIRST_UNITS];
        let mut second = [0.0; SECOND_UNITS];
        let mut outputs = [0.0; OUTPUTS];
        dense(&layers[0], pixels, &mut first);
        dense(&layers[1], &first, &mut second);
        dense(&layers[2], &second, &mut outputs);
        for (mean, &output) in means.iter_mut().zip(&outputs) {
            *mean += output;
        }
    }
    for mean in &mut means {
        *mean /= NETWORKS.len() as f32;
    }
    means
}

/// Recognizes the digit in 20 x 20 pixels, column by column, 0 for paper and 1 for ink; returns it
/// with the probability of each digit, in [0, 1].
";

/// The function, for one output.
const PREDICT_TWO: &str = r"pub fn predict(pixels: &[f32; 400]) -> (u8, [f32; @classes@]) {
    let positive = average(pixels)[0];
    let class = if positive >= 0.5 { 1 } else { 0 };
    (DIGITS[class], [1.0 - positive, positive])
}
";

/// The function, for several outputs.
const PREDICT_SEVERAL: &str = r"pub fn predict(pixels: &[f32; 400]) -> (u8, [f32; @classes@]) {
    let probabilities = average(pixels);
    let mut best = 0;
    for (output, &probability) in probabilities.iter().enumerate() {
        if probability > probabilities[best] {
            best = output;
        }
    }
    (DIGITS[best], probabilities)
}
";

pub(super) fn write(contents: &Contents<'_>) -> String {
    let predict = match contents.outputs() {
        1 => PREDICT_TWO,
        _ => PREDICT_SEVERAL,
    };
    let arrays = arrays(contents.networks, contents.precision, "");
    let parts = [
        comment(contents),
        sizes(contents),
        arrays.iter().map(array).collect(),
        with_types(LAYER, contents.precision),
        table(contents),
        with_types(CODE, contents.precision),
        predict.replace("@classes@", &contents.classes().to_string()),
    ];
    parts.concat()
}

fn comment(contents: &Contents<'_>) -> String {
    let classes = contents.classes();
    let last = contents.digits()[classes - 1];
    let usage = Usage {
        language: LANGUAGE,
        function: &format!("pub fn predict(pixels: &[f32; 400]) -> (u8, [f32; {classes}])"),
        returns: RETURNS,
        example: &EXAMPLE
            .replace("@last_class@", &(classes - 1).to_string())
            .replace("@last@", &last.to_string()),
    };
    let lines = lines(contents, &usage).into_iter();
    lines
        .map(|line| format!("// {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// The sizes and the digits.
fn sizes(contents: &Contents<'_>) -> String {
    let digits: Vec<String> = contents.digits().iter().map(u8::to_string).collect();
    format!(
        "
const PIXELS: usize = 400;
const FIRST_UNITS: usize = {};
const SECOND_UNITS: usize = {};
const OUTPUTS: usize = {};

static {}: [u8; {}] = [{}];

",
        contents.most_units(0),
        contents.most_units(1),
        contents.outputs(),
        DIGITS.to_ascii_uppercase(),
        digits.len(),
        digits.join(", ")
    )
}

fn array(array: &Constant) -> String {
    let kind = match array.kind {
        Kind::Float => "f32",
        Kind::Integer => "i8",
    };
    let name = array.name.to_ascii_uppercase();
    let Constant { length, lines, .. } = array;
    format!("static {name}: [{kind}; {length}] = [\n{lines}];\n\n")
}

/// The table of all layers.
fn table(contents: &Contents<'_>) -> String {
    let networks = (1..).zip(contents.networks);
    let rows = networks.map(|(number, network)| {
        let layers = (1..).zip(network.layers()).map(|(layer, values)| {
            let arrays: &[&str] = match contents.precision {
                Precision::F32 => &["weights", "biases"],
                Precision::Int8 => &["weights", "scales", "biases"],
            };
            let fields = arrays.iter().map(|array| {
                let name = constants::name(number, layer, array).to_ascii_uppercase();
                format!("            {array}: &{name},\n")
            });
            let fields: String = fields.collect();
            format!(
                "        Layer {{\n            inputs: {},\n{fields}        }},\n",
                values.inputs
            )
        });
        format!("    [\n{}    ],\n", layers.collect::<String>())
    });
    format!(
        "static NETWORKS: [[Layer; {LAYERS}]; {}] = [\n{}];\n",
        contents.networks.len(),
        rows.collect::<String>()
    )
}

fn with_types(code: &str, precision: Precision) -> String {
    let [weight, scales, value, zip, unit, scale] = match precision {
        Precision::F32 => ["f32", "", "weight", "", "weights", ""],
        Precision::Int8 => [
            "i8",
            "    scales: &'static [f32], // by which a unit's weights are multiplied\n",
            "f32::from(weight)",
            ".zip(layer.scales)",
            "(weights, &scale)",
            "scale * ",
        ],
    };
    code.replace("@weight@", weight)
        .replace("@scales@", scales)
        .replace("@value@", value)
        .replace("@zip@", zip)
        .replace("@unit@", unit)
        .replace("@scale@", scale)
}
