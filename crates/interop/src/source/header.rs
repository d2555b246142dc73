//! The comment at the top of a file: what it is, how it is used, what goes in and comes out, and what it needs.

use crate::about::{self, description};
use crate::format::Precision;
use crate::network::{LAYERS, Network};

use super::constants::COLUMNS;

/// The columns that a comment's lines begin with, ` * ` or `// `.
const PREFIX: usize = 3;

/// What the lines of a fact begin with, after the first.
const INDENT: &str = "  ";

/// What is written to a file.
pub(super) struct Contents<'a> {
    /// At least one, all with the same outputs and digits.
    pub(super) networks: &'a [Network],
    pub(super) precision: Precision,
    pub(super) note: Option<&'a str>,
}

/// What the comment says about a language.
pub(super) struct Usage<'a> {
    /// What kind of code it is, as a sentence.
    pub(super) language: &'a str,
    /// The function, and how what it returns is read.
    pub(super) function: &'a str,
    pub(super) returns: &'a str,
    /// A program that uses it.
    pub(super) example: &'a str,
}

impl Contents<'_> {
    /// The digits in the order of the classes; if they are not known, the numbers of the classes.
    pub(super) fn digits(&self) -> Vec<u8> {
        let known = self.networks.first().and_then(Network::digits);
        let unknown = || (0..=u8::MAX).take(self.classes());
        known.map_or_else(|| unknown().collect(), <[u8]>::to_vec)
    }

    /// The number of digits that are told apart.
    pub(super) fn classes(&self) -> usize {
        self.outputs().max(2)
    }

    pub(super) fn outputs(&self) -> usize {
        self.networks.first().map_or(0, Network::outputs)
    }

    /// The most units of any network in a layer, counted from 0.
    pub(super) fn most_units(&self, layer: usize) -> usize {
        let layers = self.networks.iter().map(|network| &network.layers()[layer]);
        layers.map(|layer| layer.units).max().unwrap_or(0)
    }

    /// The bytes of all arrays of weights, scales and biases.
    fn constant_bytes(&self) -> usize {
        let layers = self.networks.iter().flat_map(Network::layers);
        let bytes = layers.map(|layer| match self.precision {
            Precision::F32 => 4 * (layer.kernel.len() + layer.bias.len()),
            Precision::Int8 => layer.kernel.len() + 8 * layer.bias.len(),
        });
        bytes.sum()
    }

    /// The bytes of the units' outputs, one array for each layer.
    fn stack_bytes(&self) -> usize {
        let units = (0..LAYERS).map(|layer| self.most_units(layer));
        4 * units.sum::<usize>()
    }

    fn title(&self) -> String {
        let task = match self.networks.first().and_then(Network::digits) {
            Some(digits) => format!("the handwritten digits {}", listed(digits, "and")),
            None => format!("{} classes of handwritten digits", self.classes()),
        };
        let mut sizes: Vec<String> = self.networks.iter().map(units).collect();
        sizes.dedup();
        let sizes = sizes.join(", ");
        match self.networks.len() {
            1 => format!("A neural network that tells {task} apart, {sizes}."),
            count => format!(
                "{count} neural networks that tell {task} apart, {sizes}; the result is the mean of their probabilities."
            ),
        }
    }
}

/// The lines of the comment, without what makes them one.
pub(super) fn lines(contents: &Contents<'_>, usage: &Usage<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(wrapped(&contents.title()));
    lines.push(String::new());
    lines.extend(wrapped(usage.language));
    lines.push(String::new());
    lines.push(format!("    {}", usage.function));
    lines.push(String::new());
    let digits = listed(&contents.digits(), "or");
    lines.extend(wrapped(&format!(
        "{} {digits}. {}",
        usage.returns,
        rule(contents)
    )));
    lines.push(String::new());
    for (key, text) in facts(contents) {
        lines.extend(indented(wrapped(&format!("{key}: {text}"))));
    }
    if let Some(note) = contents.note {
        lines.extend(indented(wrapped(note)));
    }
    lines.push(String::new());
    lines.push("Example:".to_owned());
    lines.push(String::new());
    let example = usage.example.lines().map(|line| format!("    {line}"));
    lines.extend(example.map(|line| line.trim_end().to_owned()));
    lines
}

/// Tells whether the digits are known, by the comment.
pub(super) fn has_digits(source: &str) -> bool {
    let start = format!("{}: ", about::DIGITS);
    let mut lines = source.lines();
    lines.any(|line| {
        line.get(PREFIX..)
            .is_some_and(|text| text.starts_with(&start))
    })
}

fn rule(contents: &Contents<'_>) -> String {
    let rule = match contents.digits()[..] {
        [_, positive] => format!("It is {positive} from a probability of 0.5 on."),
        _ => "It is the one with the largest probability.".to_owned(),
    };
    format!("{rule} A pixel that is NaN makes all probabilities NaN.")
}

/// What all formats say about the use of a network, and what source code has besides.
fn facts(contents: &Contents<'_>) -> Vec<(&'static str, String)> {
    let mut facts: Vec<_> = contents
        .networks
        .iter()
        .take(1)
        .flat_map(description)
        .collect();
    let weights = match contents.precision {
        Precision::F32 => "32-bit floats",
        Precision::Int8 => {
            "8-bit integers, each unit's with a 32-bit scale; biases are 32-bit floats"
        }
    };
    let memory = format!(
        "{} bytes of constants; {} bytes of variables on the stack, and about 100 of calls",
        thousands(contents.constant_bytes()),
        thousands(contents.stack_bytes())
    );
    facts.push(("weights", weights.to_owned()));
    facts.push(("memory", memory));
    facts
}

/// The sizes of a network, such as `400-25-15-1`.
fn units(network: &Network) -> String {
    let inputs = network.layers().iter().take(1).map(|layer| layer.inputs);
    let sizes = inputs.chain(network.layers().iter().map(|layer| layer.units));
    let sizes: Vec<String> = sizes.map(|size| size.to_string()).collect();
    sizes.join("-")
}

/// Lists digits as `0, 1 and 2`.
fn listed(digits: &[u8], last: &str) -> String {
    let texts: Vec<String> = digits.iter().map(u8::to_string).collect();
    match texts.split_last() {
        Some((end, start)) if !start.is_empty() => format!("{} {last} {end}", start.join(", ")),
        _ => texts.concat(),
    }
}

/// A number with commas, such as 1,234,567.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Indents all lines but the first.
fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    let lines = lines.into_iter().enumerate();
    lines.map(|(index, line)| match index {
        0 => line,
        _ => format!("{INDENT}{line}"),
    })
}

/// Wraps a text to the width of a comment. What would end or open a comment is taken apart, and so are control characters.
fn wrapped(text: &str) -> Vec<String> {
    let text: String = text
        .replace("*/", "* /")
        .replace("/*", "/ *")
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if PREFIX + INDENT.len() + line.len() + 1 + word.len() <= COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_are_written_as_people_write_them() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(42_064), "42,064");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(listed(&[3, 8], "or"), "3 or 8");
        assert_eq!(listed(&[0, 1, 2], "and"), "0, 1 and 2");
    }

    #[test]
    fn a_text_is_wrapped_and_cannot_end_the_comment() {
        let lines = wrapped(&"word ".repeat(60));
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() <= COLUMNS - PREFIX));
        assert_eq!(wrapped("a */ b /* c\r\nd\u{b}e"), ["a * / b / * c d e"]);
        assert_eq!(wrapped("*/*"), ["* / *"]);
    }
}
