//! `app plot data` and `app plot predictions`: grids of digits.

use std::io::Write;

use data::{DataError, Order, SIDE};
use plots::{Bitmap, Figure, GridCell};

use crate::answers::{Answered, RunNetwork};
use crate::cli::DeviceArgs;
use crate::dataset;
use crate::notice::notice;
use crate::plot_cli::{GridArgs, PlotDataArgs, PlotPredictionsArgs};
use crate::plot_output::PlotOutput;

pub(crate) fn data(args: &PlotDataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let output = PlotOutput::file(&args.output)?;
    let digits = dataset::read_from(&args.source)?;
    dataset::check_rows(&args.grid.index, &digits)?;
    let paths = args.source.data.as_deref().unwrap_or_default();
    let (rows, note): (Vec<usize>, _) = if args.grid.index.is_empty() {
        let [a, b] = args.digits;
        let pair = digits.pair(a, b)?;
        let rows = random(pair.len(), &args.grid);
        let note = format!(
            "{} of {} images of {a} and {b} in {}, chosen at random with seed {}",
            rows.len(),
            pair.len(),
            dataset::name(paths),
            args.grid.seed
        );
        (
            rows.into_iter().map(|index| pair.row(index)).collect(),
            note,
        )
    } else {
        let rows = args.grid.index.clone();
        (rows, format!("rows of {}", dataset::name(paths)))
    };
    let mut cells = Vec::new();
    for &row in &rows {
        cells.push(GridCell {
            image: bitmap(&digits.image(row)?),
            caption: digits.label(row).to_string(),
            wrong: false,
        });
    }
    let figure = plots::grid("Label", &note, &cells, columns(&cells, &args.grid));
    output.write(&figure, out)
}

pub(crate) fn predictions(
    args: &PlotPredictionsArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (network, device) = RunNetwork::open(args.run.as_deref(), args.answers.checkpoint, chosen)?;
    let choice = match args {
        _ if args.errors => Choice::Errors,
        _ if args.uncertain => Choice::Uncertain,
        _ if args.grid.index.is_empty() => Choice::Random,
        _ => Choice::Rows,
    };
    let output = PlotOutput::new(&args.output, &network.run, choice.file_name())?;
    let source = &args.answers.source;
    let (images, rows) = if choice == Choice::Rows {
        let digits = dataset::read_for(&network.config, source)?;
        dataset::check_rows(&args.grid.index, &digits)?;
        (digits.select(&args.grid.index), args.grid.index.clone())
    } else {
        let pair = dataset::pair_for(&network.config, source)?;
        let rows = (0..pair.len()).map(|index| pair.row(index)).collect();
        (pair.digits().clone(), rows)
    };
    if let Some(device) = device {
        notice(device);
    }
    let answered = network.answer(images, rows, args.answers.threshold)?;
    let figure = grid(&answered, &network.name(), choice, &args.grid)?;
    output.write(&figure, out)
}

/// Which of a network's answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Random,
    /// All that were asked for.
    Rows,
    /// The mistakes, the most confident first.
    Errors,
    /// The probabilities nearest to 0.5, the nearest first.
    Uncertain,
}

impl Choice {
    fn file_name(self) -> &'static str {
        match self {
            Self::Random | Self::Rows => "predictions",
            Self::Errors => "errors",
            Self::Uncertain => "uncertain",
        }
    }

    /// Picks images, by their place among those answered.
    pub(crate) fn of(self, answered: &Answered, grid: &GridArgs) -> Vec<usize> {
        let all = 0..answered.logits.len();
        // A probability near 0 or 1 no longer tells logits apart.
        let logit = |index: &usize| f64::from(answered.logits[*index]);
        let at_threshold = (answered.threshold / (1.0 - answered.threshold)).ln();
        let confidence = |index: &usize| (logit(index) - at_threshold).abs();
        match self {
            Self::Random => random(all.len(), grid),
            Self::Rows => all.collect(),
            Self::Errors => {
                let mut wrong: Vec<usize> = all.filter(|index| answered.is_wrong(*index)).collect();
                wrong.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
                wrong
            }
            Self::Uncertain => {
                let mut all: Vec<usize> = all.collect();
                all.sort_by(|a, b| logit(a).abs().total_cmp(&logit(b).abs()));
                all
            }
        }
    }
}

/// Draws images with their labels and a network's answers.
pub(crate) fn grid(
    answered: &Answered,
    name: &str,
    choice: Choice,
    args: &GridArgs,
) -> Result<Figure, DataError> {
    let found = choice.of(answered, args);
    let room = usize::from(args.rows) * usize::from(args.cols);
    let shown = match choice {
        Choice::Rows => found.as_slice(),
        _ => &found[..found.len().min(room)],
    };
    let mut cells = Vec::new();
    for &index in shown {
        let (label, answer) = (answered.images.label(index), answered.answer(index));
        let caption = match choice {
            Choice::Random | Choice::Rows => format!("{label}, {answer}"),
            Choice::Errors | Choice::Uncertain => format!(
                "row {}: {label}, {answer}, P {:.3}",
                answered.rows[index],
                answered.probability(index)
            ),
        };
        cells.push(GridCell {
            image: bitmap(&answered.images.image(index)?),
            caption,
            wrong: answered.is_wrong(index),
        });
    }

    let [negative, positive] = answered.digits;
    let of = format!(
        "of {} images of {negative} and {positive}",
        answered.logits.len()
    );
    let (title, what) = match choice {
        Choice::Random => {
            let note = format!(
                "{} {of}, chosen at random with seed {}",
                cells.len(),
                args.seed
            );
            ("Label, yhat", note)
        }
        Choice::Rows => ("Label, yhat", "rows of the data set".to_owned()),
        Choice::Errors if found.is_empty() => {
            ("No mistakes", format!("none {of} is answered wrongly"))
        }
        Choice::Errors => {
            let beginning = if shown.len() < found.len() {
                format!(", of which the {} most confident are shown", shown.len())
            } else {
                String::new()
            };
            let note = format!(
                "{} {of} answered wrongly{beginning}; the most confident first; P is the probability of a {positive}",
                found.len()
            );
            ("Mistakes: label, yhat", note)
        }
        Choice::Uncertain => {
            let note = format!(
                "the {} {of} whose probability P of a {positive} is nearest to 0.5",
                cells.len()
            );
            ("Least certain: label, yhat", note)
        }
    };
    let at = if (answered.threshold - 0.5).abs() > f64::EPSILON {
        format!(", threshold {}", answered.threshold)
    } else {
        String::new()
    };
    let note = format!("{name}{at}: {what}");
    Ok(plots::grid(title, &note, &cells, columns(&cells, args)))
}

/// As many places as the grid has, in a random order.
fn random(images: usize, grid: &GridArgs) -> Vec<usize> {
    let mut order = Order::Shuffled(grid.seed).of_epoch(images, 1);
    order.truncate(usize::from(grid.rows) * usize::from(grid.cols));
    order
}

/// No wider than what there is to show.
fn columns(cells: &[GridCell], grid: &GridArgs) -> usize {
    usize::from(grid.cols).min(cells.len()).max(1)
}

/// An image of the data set, upright.
pub(crate) fn bitmap(image: &[f32]) -> Bitmap {
    Bitmap {
        columns: SIDE,
        values: data::upright(image),
    }
}

#[cfg(test)]
mod tests {
    use data::Digits;

    use super::*;

    /// Four images of 0 and 1 with these logits; the digit of each is `labels`.
    fn answered(labels: [u8; 4], logits: [f32; 4]) -> Answered {
        Answered {
            digits: [0, 1],
            images: Digits::new(vec![0.0; 4 * 400], labels.to_vec()).unwrap(),
            rows: vec![10, 11, 12, 13],
            logits: logits.to_vec(),
            threshold: 0.5,
        }
    }

    const GRID: GridArgs = GridArgs {
        rows: 8,
        cols: 8,
        seed: 0,
        index: Vec::new(),
    };

    #[test]
    fn the_most_confident_mistake_comes_first_even_where_probabilities_are_equal() {
        // In f64 the probabilities of 40 and 50 are both 1.
        let answered = answered([0, 0, 1, 1], [40.0, 50.0, -0.1, 3.0]);
        assert_eq!(Choice::Errors.of(&answered, &GRID), [1, 0, 2]);
    }

    #[test]
    fn the_least_certain_comes_first() {
        let answered = answered([0, 0, 1, 1], [-0.2, 5.0, 0.1, -3.0]);
        assert_eq!(Choice::Uncertain.of(&answered, &GRID), [2, 0, 3, 1]);
    }

    #[test]
    fn captions_are_label_and_answer_and_for_mistakes_row_and_probability() {
        let answered = answered([0, 1, 0, 1], [-2.0, -1.0, -2.0, 2.0]);
        let text = |choice| {
            let figure = grid(&answered, "a network", choice, &GRID);
            figure.unwrap().to_svg()
        };
        let all = text(Choice::Rows);
        for caption in ["0, 0", "1, 0", "1, 1"] {
            assert!(
                all.contains(&format!(">\n{caption}\n<")),
                "{caption}: {all}"
            );
        }
        // 1 / (1 + e) = 0.2689.
        assert!(text(Choice::Errors).contains("row 11: 1, 0, P 0.269"));
        assert!(text(Choice::Errors).contains("1 of 4 images of 0 and 1 answered wrongly"));
    }
}
