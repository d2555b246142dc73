//! Arrays as NumPy prints them, so that they can be compared with a notebook's.

/// The length of a line, NumPy's `linewidth`.
const LINE: usize = 75;
/// The most digits after the point, NumPy's `precision`.
const PRECISION: usize = 8;

/// An array of one axis and f32, as Python's `print` shows it with NumPy's default options.
/// Everything is shown: NumPy abbreviates arrays of more than 1,000 numbers.
pub(crate) fn array(values: &[f32]) -> String {
    let words = if is_scientific(values) {
        scientific(values)
    } else {
        fixed(values)
    };
    let (mut text, mut line) = (String::new(), " ".to_owned());
    for (index, word) in words.iter().enumerate() {
        // One column is left for the bracket at the end.
        if line.len() > 1 && line.len() + word.len() > LINE - 1 {
            text += line.trim_end();
            text.push('\n');
            " ".clone_into(&mut line);
        }
        line += word;
        if index + 1 < words.len() {
            line.push(' ');
        }
    }
    text += &line;
    format!("[{}]", &text[1..])
}

/// Whether numbers need an exponent: very large or small ones, or those that differ by more than a
/// factor of 1,000.
fn is_scientific(values: &[f32]) -> bool {
    let sizes = values.iter().map(|value| f64::from(value.abs()));
    let sizes = sizes.filter(|size| *size > 0.0 && size.is_finite());
    let (least, most) = sizes.fold((f64::INFINITY, 0.0_f64), |(least, most), size| {
        (least.min(size), most.max(size))
    });
    most > 0.0 && (most >= 1e8 || least < 1e-4 || most / least > 1000.0)
}

/// With as many digits as the number with the most needs, and an exponent of two digits.
fn scientific(values: &[f32]) -> Vec<String> {
    let shortest = |value: &f32| format!("{value:e}");
    let digits = values.iter().filter_map(|value| {
        let (mantissa, _) = shortest(value).split_once('e').map(owned)?;
        Some(
            mantissa
                .split_once('.')
                .map_or(0, |(_, digits)| digits.len()),
        )
    });
    let digits = digits.max().unwrap_or(0).min(PRECISION);
    let written = |value: &f32| {
        let text = format!("{value:.digits$e}");
        match text.split_once('e') {
            Some((mantissa, exponent)) => {
                let point = if digits == 0 { "." } else { "" };
                let (sign, exponent) = match exponent.strip_prefix('-') {
                    Some(exponent) => ('-', exponent),
                    None => ('+', exponent),
                };
                format!("{mantissa}{point}e{sign}{exponent:0>2}")
            }
            None => text.to_lowercase(),
        }
    };
    aligned(values.iter().map(written).collect())
}

fn owned((first, second): (&str, &str)) -> (String, String) {
    (first.to_owned(), second.to_owned())
}

/// Without an exponent; the points are below each other.
fn fixed(values: &[f32]) -> Vec<String> {
    let written = |value: &f32| {
        let mut text = value.to_string();
        if text
            .split_once('.')
            .is_some_and(|(_, digits)| digits.len() > PRECISION)
        {
            text = format!("{value:.PRECISION$}");
            text.truncate(text.trim_end_matches('0').len());
        }
        if value.is_finite() && !text.contains('.') {
            text.push('.');
        }
        text.to_lowercase()
    };
    let words: Vec<String> = values.iter().map(written).collect();
    let decimals = |word: &String| word.split_once('.').map_or(0, |(_, digits)| digits.len());
    let most = words.iter().map(decimals).max().unwrap_or(0);
    let padded = words.iter().map(|word| {
        let blanks = most - decimals(word);
        format!("{word}{}", " ".repeat(blanks))
    });
    aligned(padded.collect())
}

/// Right-aligned.
fn aligned(words: Vec<String>) -> Vec<String> {
    let width = words.iter().map(String::len).max().unwrap_or(0);
    let words = words.into_iter();
    words.map(|word| format!("{word:>width$}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // NumPy 2.4.6: print(np.array([...], dtype=np.float32)).
    const REFERENCES: &[(&[f32], &str)] = &[
        (&[0.0, 1.0, 0.5], "[0.  1.  0.5]"),
        (&[0.0, 0.0], "[0. 0.]"),
        (&[0.25, 12.5, -3.0], "[ 0.25 12.5  -3.  ]"),
        (
            &[0.1, 0.003_921_568_6, 1.0],
            "[0.1        0.00392157 1.        ]",
        ),
        (&[1e-5, 1.0], "[1.e-05 1.e+00]"),
        (
            &[0.0, 8.25e-6, -0.0625, 1.125, -1.5e-4],
            "[ 0.000e+00  8.250e-06 -6.250e-02  1.125e+00 -1.500e-04]",
        ),
        (&[1.0, 1000.5, 255.0], "[1.0000e+00 1.0005e+03 2.5500e+02]"),
        (
            &[
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
            ],
            "[0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5]",
        ),
        (&[1e-7, -1e10], "[ 1.e-07 -1.e+10]"),
        (&[1.0, 2000.0], "[1.e+00 2.e+03]"),
    ];

    #[test]
    fn arrays_look_as_in_numpy() {
        for (values, expected) in REFERENCES {
            assert_eq!(array(values), *expected);
        }
    }
}
