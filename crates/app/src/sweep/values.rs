//! The values that a sweep gives to a setting: a list, or a range.

use std::str::FromStr;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use toml::Value;

use crate::sweep::range::{Range, Scale};
use crate::sweep::values_fault::ValuesFault;

/// What is accepted after `KEY=`.
pub(crate) const VALUES: &str = "values, such as 0.001,0.003 or 1e-4..1e-2 or 1e-4..1e-2/5 or log-uniform(1e-4,1e-2) or [[25,15],[100,50]]";

/// The values of a setting: on the command line `0.001,0.003`, `1e-4..1e-2`, `1e-4..1e-2/5`, or a range by the name of
/// its distribution, `log-uniform(1e-4,1e-2)` or `uniform(0.1,0.5)`; in a file one of these texts, a list, or a table of the range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list, such as [0.001, 0.003], or a range, such as \"1e-4..1e-2\" or { from = 1e-4, to = 1e-2, steps = 5 }"
)]
pub(crate) enum Values {
    /// Each of these.
    List(Vec<Value>),
    /// From one number to another.
    Range(Range),
    /// As on the command line.
    #[serde(skip_serializing)]
    Text(TextValues),
}

/// Values that were read from a text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct TextValues(Box<Values>);

impl TryFrom<String> for TextValues {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let values = text.parse().map_err(|()| format!("expected {VALUES}"))?;
        Ok(Self(Box::new(values)))
    }
}

impl Values {
    /// The same without texts.
    pub(crate) fn resolved(self) -> Self {
        match self {
            Self::Text(TextValues(values)) => values.resolved(),
            values => values,
        }
    }

    /// Checks the values.
    pub(crate) fn check(&self) -> Result<(), ValuesFault> {
        match self {
            Self::List(values) if values.is_empty() => Err(ValuesFault::Empty),
            Self::List(values) if has_repeated(values) => Err(ValuesFault::Repeated),
            Self::List(_) => Ok(()),
            Self::Range(range) => range.check(),
            Self::Text(TextValues(values)) => values.check(),
        }
    }

    /// The values of a grid.
    pub(crate) fn grid(&self) -> Vec<Value> {
        match self {
            Self::List(values) => values.clone(),
            Self::Range(range) => range.grid(),
            Self::Text(TextValues(values)) => values.grid(),
        }
    }

    /// The same for a setting with decimals, of which whole ends are not meant.
    pub(crate) fn with_decimals(self) -> Self {
        match self {
            Self::Range(range) => Self::Range(range.with_decimals()),
            values => values,
        }
    }

    /// The same with absolute paths.
    pub(crate) fn with_absolute_paths(self) -> Self {
        let absolute = |value: Value| match value {
            Value::String(path) => match std::path::absolute(&path) {
                Ok(absolute) => Value::String(absolute.to_string_lossy().into_owned()),
                Err(_) => Value::String(path),
            },
            value => value,
        };
        match self {
            Self::List(values) => Self::List(values.into_iter().map(absolute).collect()),
            values => values,
        }
    }

    /// Whether it is a range whose numbers have equal ratios.
    pub(crate) fn has_equal_ratios(&self) -> bool {
        match self {
            Self::List(_) => false,
            Self::Range(range) => range.has_equal_ratios(),
            Self::Text(TextValues(values)) => values.has_equal_ratios(),
        }
    }

    /// A value drawn at random: each of a list with the same probability.
    pub(crate) fn draw(&self, random: &mut ChaCha8Rng) -> Value {
        match self {
            Self::List(values) => values[random.random_range(0..values.len())].clone(),
            Self::Range(range) => range.draw(random),
            Self::Text(TextValues(values)) => values.draw(random),
        }
    }
}

impl FromStr for Values {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        if text.starts_with(['[', '{']) {
            let table: toml::Table = format!("values = {text}").parse().map_err(|_| ())?;
            let values = table.into_iter().next().map(|(_, value)| value).ok_or(())?;
            return values.try_into().map_err(|_| ());
        }
        if let Some(range) = distribution(text) {
            return range.map(Self::Range);
        }
        // A path may have two points as well.
        if let Some((from, rest)) = text.split_once("..")
            && is_number(from)
        {
            let (to, steps) = match rest.split_once('/') {
                Some((to, steps)) => (to, Some(steps.trim().parse().map_err(|_| ())?)),
                None => (rest, None),
            };
            let to = to.trim_start_matches('=');
            if !is_number(to) || to.trim().starts_with('.') {
                return Err(());
            }
            return Ok(Self::Range(Range {
                from: scalar(from),
                to: scalar(to),
                steps,
                scale: None,
            }));
        }
        let values = text.split(',').map(scalar);
        let values: Vec<Value> = values.collect();
        let is_empty = |value: &Value| value.as_str() == Some("");
        (!values.iter().any(is_empty))
            .then_some(Self::List(values))
            .ok_or(())
    }
}

/// A range by the name of the distribution from which it is drawn, such as `log-uniform(1e-4, 1e-2)`; none without such a
/// name.
fn distribution(text: &str) -> Option<Result<Range, ()>> {
    let (name, ends) = text.strip_suffix(')')?.split_once('(')?;
    let scale = match name.trim() {
        "uniform" => Scale::Linear,
        "log-uniform" | "log_uniform" | "loguniform" => Scale::Log,
        _ => return None,
    };
    Some(match ends.split_once(',') {
        Some((from, to)) if is_number(from) && is_number(to) => Ok(Range {
            from: scalar(from),
            to: scalar(to),
            steps: None,
            scale: Some(scale),
        }),
        _ => Err(()),
    })
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok()
}

fn has_repeated(values: &[Value]) -> bool {
    let texts: std::collections::BTreeSet<String> = values.iter().map(Value::to_string).collect();
    texts.len() < values.len()
}

/// A value as on the command line: a number, a truth value, or a text.
fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Value::Integer(number);
    }
    if let Ok(number) = text.parse::<f64>() {
        return Value::Float(number);
    }
    match text {
        "true" | "false" => Value::Boolean(text == "true"),
        text => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn read(text: &str) -> Values {
        text.parse().unwrap()
    }

    fn shown(values: &[Value]) -> Vec<String> {
        values.iter().map(Value::to_string).collect()
    }

    #[test]
    fn a_grid_has_each_value_of_a_list_and_steps_of_a_range() {
        for (text, expected) in [
            ("0.001,0.003", &["0.001", "0.003"][..]),
            ("cosine, step", &["\"cosine\"", "\"step\""]),
            ("[[25,15],[100,50]]", &["[25, 15]", "[100, 50]"]),
            ("true,false", &["true", "false"]),
            ("../a,../b", &["\"../a\"", "\"../b\""]),
            // numpy.geomspace(1e-4, 1e-2, 3) and (1e-4, 1e-2, 5).
            ("1e-4..1e-2/3", &["0.0001", "0.001", "0.01"]),
            (
                "1e-4..1e-2",
                &["0.0001", "0.0003162", "0.001", "0.003162", "0.01"],
            ),
            ("8..32/4", &["8", "16", "24", "32"]),
            ("1..3/5", &["1", "2", "3"]),
            (
                "{from=0.0,to=1.0,steps=3,scale=\"linear\"}",
                &["0.0", "0.5", "1.0"],
            ),
            ("{from=8,to=32,steps=3,scale=\"log\"}", &["8", "16", "32"]),
            // Both ends are exact, and as many digits as tell neighbours apart.
            ("0.00012346..0.1/2", &["0.00012346", "0.1"]),
            (
                "{from=0.99,to=0.99001,steps=3,scale=\"linear\"}",
                &["0.99", "0.990005", "0.99001"],
            ),
            ("0.0..1.0/3", &["0.0", "0.5", "1.0"]),
            // numpy.geomspace(8, 128, 5), numpy.linspace(0, 1, 5).
            ("log-uniform(8, 128)", &["8", "16", "32", "64", "128"]),
            ("uniform(0.0,1.0)", &["0.0", "0.25", "0.5", "0.75", "1.0"]),
        ] {
            let values = read(text);
            values.check().unwrap();
            assert_eq!(shown(&values.grid()), expected, "{text}");
        }
    }

    #[test]
    fn draws_fill_the_range_and_half_of_a_logarithmic_one_is_below_its_middle() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let values = read("1e-4..1e-2");
        let mut drawn: Vec<f64> = (0..2000)
            .map(|_| values.draw(&mut random).as_float().unwrap())
            .collect();
        drawn.sort_by(f64::total_cmp);
        assert!(drawn[0] >= 1e-4 && drawn[1999] <= 1e-2);
        // The geometric mean of the ends.
        assert!((0.0009..0.0011).contains(&drawn[1000]), "{}", drawn[1000]);
        // By its name, also of whole numbers: the geometric mean of the ends is 32, their middle 514.
        let median = |values: &str| {
            let values = read(values);
            let mut random = ChaCha8Rng::seed_from_u64(2);
            let mut drawn: Vec<i64> = (0..2000)
                .map(|_| values.draw(&mut random).as_integer().unwrap())
                .collect();
            drawn.sort_unstable();
            drawn[1000]
        };
        let (of_log, of_linear) = (median("log-uniform(1, 1024)"), median("uniform(1, 1024)"));
        assert!((28..37).contains(&of_log), "{of_log}");
        assert!((480..550).contains(&of_linear), "{of_linear}");
        let list = read("a,b,c");
        let drawn: Vec<Value> = (0..60).map(|_| list.draw(&mut random)).collect();
        let Values::List(all) = &list else { panic!() };
        assert!(all.iter().all(|value| drawn.contains(value)));
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for wrong in [
            "",
            "1,,2",
            "1..b",
            "1..2/x",
            "1...2",
            "[1",
            "{from=1}",
            "uniform(1)",
            "log-uniform(a,b)",
            "uniform(1,2,3)",
        ] {
            assert_eq!(wrong.parse::<Values>(), Err(()), "{wrong}");
        }
        for (wrong, fault) in [
            ("[]", ValuesFault::Empty),
            ("2..1", ValuesFault::NotARange),
            ("1..nan", ValuesFault::NotARange),
            ("1,2,1", ValuesFault::Repeated),
            ("{from=0.0,to=1.0,scale=\"log\"}", ValuesFault::NotPositive),
            ("1..5/1", ValuesFault::Steps),
            ("log-uniform(0,1)", ValuesFault::NotPositive),
            ("uniform(2,1)", ValuesFault::NotARange),
            ("{from=\"a\",to=2}", ValuesFault::NotARange),
        ] {
            assert_eq!(read(wrong).check(), Err(fault), "{wrong}");
        }
    }

    #[test]
    fn a_file_has_lists_ranges_and_texts() {
        #[derive(Deserialize, Serialize)]
        struct File {
            values: Values,
        }
        for (text, expected) in [
            ("[1, 2]", "values = [1, 2]\n"),
            (
                "\"1e-4..1e-2/3\"",
                "[values]\nfrom = 0.0001\nto = 0.01\nsteps = 3\n",
            ),
            ("{ from = 1, to = 3 }", "[values]\nfrom = 1\nto = 3\n"),
        ] {
            let file: File = toml::from_str(&format!("values = {text}")).unwrap();
            let values = file.values.resolved();
            let written = toml::to_string(&File { values }).unwrap();
            assert_eq!(written, expected);
        }
    }
}
