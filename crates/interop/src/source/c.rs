//! C99: one function, no heap, no libraries; also C++.

use crate::format::Precision;
use crate::network::LAYERS;

use super::constants::{self, Constant, DIGITS, Kind, arrays};
use super::header::{Contents, Usage, lines};

/// What kind of code it is.
const LANGUAGE: &str = "C99 without a heap, libraries or other files, which is C++ as well. It is compiled with the \
    program that uses it; to have two such files in one program, compile each with -Dpredict=NAME.";

/// How the result is read.
const RETURNS: &str =
    "writes the probability of each digit to `probabilities`, and returns the digit:";

/// The program of the comment, around the number of digits.
const EXAMPLE: &str = r#"#include <stdio.h>

int predict(const float pixels[400], float probabilities[@classes@]);

int main(void)
{
    static float pixels[400]; // column by column, 0 is paper and 1 is ink
    float probabilities[@classes@];
    int digit = predict(pixels, probabilities);

    printf("%d with a probability of @last@ of %f\n", digit, probabilities[@last_class@]);
    return 0;
}"#;

/// The code before the table of layers.
const LAYER: &str = r"struct layer {
    int inputs;
    int units;
    const @weight@ *weights; /* all of the first unit, then all of the second, and so on */
@scales@    const float *biases;
};

";

/// The code after it.
///
/// The relative error of `exp_of_minus`, for every seventh float below 87 against the C library's function in f64, is at
/// most 8.2e-8 with gcc 12 and -O2, 8.6e-8 with products and sums in one step, and 9.9e-8 with -ffast-math; that of
/// `sigmoid` is 1.8e-7, and the largest difference 9e-8.
const CODE: &str = r"
/*
 * Computes exp(-x) for x >= 0, with a relative error below 1e-7; 0 from x = 87 on, where it is less
 * than 2e-38. With n = round(x / ln 2) and r = n ln 2 - x it is exp(r) / 2^n, where ln 2 has two
 * parts, so that n times the first is exact (W. J. Cody and W. Waite, Software Manual for the
 * Elementary Functions, 1980). The polynomial is that of expf in S. L. Moshier's Cephes Math
 * Library.
 */
static float exp_of_minus(float x)
{
    int n;
    float r, result;

    if (x >= 87.0f) {
        return 0.0f;
    }
    n = (int)(x * 1.442695f + 0.5f);
    r = ((float)n * 0.693359375f - x) - (float)n * 2.1219444e-4f;
    result = 1.9875691e-4f;
    result = result * r + 1.3981999e-3f;
    result = result * r + 8.333452e-3f;
    result = result * r + 4.1665796e-2f;
    result = result * r + 0.16666666f;
    result = result * r + 0.5f;
    result = result * r * r + r + 1.0f;
    for (; n >= 16; n -= 16) {
        result /= 65536.0f;
    }
    return result / (float)(1UL << n);
}

/* Computes 1 / (1 + exp(-x)), accurately for probabilities near to 0 as well. */
static float sigmoid(float x)
{
    float small;

    if (x != x) {
        return x; /* NaN */
    }
    small = exp_of_minus(x < 0.0f ? -x : x);
    return x < 0.0f ? small / (1.0f + small) : 1.0f / (1.0f + small);
}

/* Computes the sum of products, 20 at a time, so that rounding errors stay small. */
static float dot(const @weight@ *weights, const float *inputs, int count)
{
    float sum = 0.0f;
    int index = 0;

    while (index < count) {
        int end = count - index < 20 ? count : index + 20;
        float part = 0.0f;

        for (; index < end; index++) {
            part += @cast@weights[index] * inputs[index];
        }
        sum += part;
    }
    return sum;
}

/* Computes the outputs of a layer's units. */
static void dense(const struct layer *layer, const float *inputs, float *outputs)
{
    const @weight@ *weights = layer->weights;
    int unit;

    for (unit = 0; unit < layer->units; unit++) {
        float sum = @scale@dot(weights, inputs, layer->inputs);

        outputs[unit] = sigmoid(sum + layer->biases[unit]);
        weights += layer->inputs;
    }
}

/* Computes the outputs of all networks, and their means. */
static void average(const float *pixels, float *means)
{
    float first[FIRST_UNITS];
    float second[SECOND_UNITS];
    float outputs[OUTPUTS];
    int network, output;

    for (output = 0; output < OUTPUTS; output++) {
        means[output] = 0.0f;
    }
    for (network = 0; network < NETWORKS; network++) {
        dense(&networks[network][0], pixels, first);
        dense(&networks[network][1], first, second);
        dense(&networks[network][2], second, outputs);
        for (output = 0; output < OUTPUTS; output++) {
            means[output] += outputs[output];
        }
    }
    for (output = 0; output < OUTPUTS; output++) {
        means[output] /= (float)NETWORKS;
    }
}

";

/// The function, for one output.
const PREDICT_TWO: &str = r"int predict(const float pixels[PIXELS], float probabilities[DIGITS])
{
    average(pixels, &probabilities[1]);
    probabilities[0] = 1.0f - probabilities[1];
    return digits[probabilities[1] >= 0.5f];
}
";

/// The function, for several outputs.
const PREDICT_SEVERAL: &str = r"int predict(const float pixels[PIXELS], float probabilities[DIGITS])
{
    int best = 0;
    int output;

    average(pixels, probabilities);
    for (output = 1; output < OUTPUTS; output++) {
        if (probabilities[output] > probabilities[best]) {
            best = output;
        }
    }
    return digits[best];
}
";

pub(super) fn write(contents: &Contents<'_>) -> String {
    let predict = match contents.outputs() {
        1 => PREDICT_TWO,
        _ => PREDICT_SEVERAL,
    };
    let arrays = arrays(contents.networks, contents.precision, "f");
    let parts = [
        comment(contents),
        sizes(contents),
        arrays.iter().map(array).collect(),
        with_types(LAYER, contents.precision),
        table(contents),
        with_types(CODE, contents.precision),
        predict.to_owned(),
    ];
    parts.concat()
}

fn comment(contents: &Contents<'_>) -> String {
    let classes = contents.classes();
    let last = contents.digits()[classes - 1];
    let usage = Usage {
        language: LANGUAGE,
        function: &format!("int predict(const float pixels[400], float probabilities[{classes}]);"),
        returns: RETURNS,
        example: &EXAMPLE
            .replace("@classes@", &classes.to_string())
            .replace("@last_class@", &(classes - 1).to_string())
            .replace("@last@", &last.to_string()),
    };
    let lines = lines(contents, &usage).into_iter();
    let lines: String = lines
        .map(|line| format!(" * {line}").trim_end().to_owned() + "\n")
        .collect();
    format!("/*\n{lines} */\n")
}

/// The sizes, the function's prototype, and the digits.
fn sizes(contents: &Contents<'_>) -> String {
    let include = match contents.precision {
        Precision::F32 => "",
        Precision::Int8 => "\n#include <stdint.h>\n",
    };
    let digits: Vec<String> = contents.digits().iter().map(u8::to_string).collect();
    format!(
        "{include}
enum {{
    PIXELS = 400,
    FIRST_UNITS = {},
    SECOND_UNITS = {},
    OUTPUTS = {},
    DIGITS = {},
    NETWORKS = {}
}};

int predict(const float pixels[PIXELS], float probabilities[DIGITS]);

static const int {DIGITS}[DIGITS] = {{{}}};

",
        contents.most_units(0),
        contents.most_units(1),
        contents.outputs(),
        contents.classes(),
        contents.networks.len(),
        digits.join(", ")
    )
}

fn array(array: &Constant) -> String {
    let kind = match array.kind {
        Kind::Float => "float",
        Kind::Integer => "int8_t",
    };
    let Constant {
        name,
        length,
        lines,
        ..
    } = array;
    format!("static const {kind} {name}[{length}] = {{\n{lines}}};\n\n")
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
            let arrays = arrays
                .iter()
                .map(|array| constants::name(number, layer, array));
            let arrays: Vec<String> = arrays.collect();
            format!(
                "        {{{}, {}, {}}},\n",
                values.inputs,
                values.units,
                arrays.join(", ")
            )
        });
        format!("    {{\n{}    }},\n", layers.collect::<String>())
    });
    format!(
        "static const struct layer networks[NETWORKS][{LAYERS}] = {{\n{}}};\n",
        rows.collect::<String>()
    )
}

fn with_types(code: &str, precision: Precision) -> String {
    let [weight, scales, cast, scale] = match precision {
        Precision::F32 => ["float", "", "", ""],
        Precision::Int8 => [
            "int8_t",
            "    const float *scales; /* by which a unit's weights are multiplied */\n",
            "(float)",
            "layer->scales[unit] * ",
        ],
    };
    code.replace("@weight@", weight)
        .replace("@scales@", scales)
        .replace("@cast@", cast)
        .replace("@scale@", scale)
}
