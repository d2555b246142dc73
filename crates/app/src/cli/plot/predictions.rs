//! `app plot predictions`: digits with their labels and a network's predictions.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use plots::{Figure, GridCell, grouped};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::images::ImageArgs;
use crate::cli::networks::{TopArgs, check_same_data};
use crate::cli::plot::choice::{Choice, GridArgs, bitmap};
use crate::cli::plot::evaluation::unusual;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::shown::Shown;
use crate::dataset::DataPart;
use crate::predictor::predictions::Predictions;
use crate::support::error::Result;

#[derive(Debug, Args)]
pub(crate) struct PlotPredictionsArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Several networks predict by the mean of their probabilities. --top says how many networks of
    /// a sweep.
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Show misclassified images only, the most confident first
    #[arg(long, conflicts_with_all = ["index", "uncertain", "seed"])]
    errors: bool,
    /// Show the images that the network is least certain of
    ///
    /// Of two digits, those whose probability is nearest to 0.5; of more, those whose two most probable
    /// digits are nearest to each other.
    #[arg(long, conflicts_with_all = ["index", "seed"])]
    uncertain: bool,
    #[command(flatten)]
    grid: GridArgs,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    images: ImageArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl PlotPredictionsArgs {
    fn choice(&self) -> Choice {
        if self.errors {
            Choice::Errors
        } else if self.uncertain {
            Choice::Uncertain
        } else if self.grid.index.is_empty() {
            Choice::Random
        } else {
            Choice::Rows
        }
    }
}

pub(crate) fn predictions(
    args: &PlotPredictionsArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let choice = args.choice();
    let part = match choice {
        Choice::Rows => args.images.part_of_rows()?,
        _ => DataPart::Main,
    };
    let ensemble = args.prediction.ensemble(&args.runs, args.top, device)?;
    let output = PlotOutput::of_networks(&args.output, &ensemble, choice.file_name())?;
    let (source, config) = (&args.prediction.source, ensemble.config());
    let decision = args.prediction.decision(config)?;
    let (predictions, images) = if choice == Choice::Rows {
        check_same_data(source, ensemble.members())?;
        let rows = args.grid.index.clone();
        let images = source.rows(config, &rows, part)?;
        let predictions = ensemble.predict(images, rows, decision)?.of_part(part);
        let name = source.over(config).name();
        let images = match part {
            DataPart::Main => name,
            DataPart::Test => format!("the test part of {name}"),
        };
        (predictions, images)
    } else {
        let shown = Shown::read_for(&args.images, source, &ensemble)?;
        let logits = ensemble.logits(shown.images.digits())?.into_mean();
        let predictions = shown.predictions(logits, decision);
        (predictions, shown.description_with_digits())
    };
    let subject = Subject {
        network: ensemble.name(),
        images,
    };
    let figure = grid(&predictions, &subject, choice, &args.grid)?;
    output.write(&figure, out)
}

/// What a grid is about, for its note.
pub(crate) struct Subject {
    /// The name of the network.
    pub(crate) network: String,
    /// How many images of which kind there are to choose from, or the name of the data set.
    pub(crate) images: String,
}

/// Draws images with their labels and a network's predictions.
pub(crate) fn grid(
    predictions: &Predictions,
    subject: &Subject,
    choice: Choice,
    args: &GridArgs,
) -> Result<Figure> {
    let found = choice.of(predictions, args);
    let shown = match choice {
        Choice::Rows => found.as_slice(),
        _ => &found[..found.len().min(args.room())],
    };
    let mut cells = Vec::new();
    for &index in shown {
        cells.push(GridCell {
            image: bitmap(&predictions.images.image(index)?),
            name: name(predictions, index, choice),
            caption: caption(predictions, index, choice),
            wrong: predictions.is_wrong(index),
        });
    }
    let counts = [found.len(), shown.len()];
    let (title, what) = describe(predictions, &subject.images, choice, args.seed, counts);
    let at = unusual(predictions.decision, predictions.classes.outputs());
    let note = format!("{}{at}: {what}", subject.network);
    Ok(plots::grid(title, &note, &cells, args.columns(&cells)))
}

/// The name of an image, where it is shown for itself and not as one of many.
fn name(predictions: &Predictions, index: usize, choice: Choice) -> String {
    match choice {
        Choice::Random => String::new(),
        Choice::Rows if predictions.images.file(index).is_none() => String::new(),
        Choice::Rows | Choice::Errors | Choice::Uncertain => predictions.name(index),
    }
}

fn caption(predictions: &Predictions, index: usize, choice: Choice) -> String {
    let label = predictions.images.label(index);
    let prediction = match predictions.predicted_digit(index) {
        Some(digit) => digit.to_string(),
        None => "none".to_owned(),
    };
    match choice {
        Choice::Random | Choice::Rows => format!("{label}, {prediction}"),
        Choice::Errors | Choice::Uncertain => {
            let probability = plots::short_probability(predictions.probability(index));
            format!("{label}, {prediction}, P {probability}")
        }
    }
}

/// The title and the subtitle.
fn describe(
    predictions: &Predictions,
    images: &str,
    choice: Choice,
    seed: u64,
    [found, shown]: [usize; 2],
) -> (&'static str, String) {
    let classes = &predictions.classes;
    let of_what = match classes.output_digits() {
        [positive] => format!("a {positive}"),
        _ => "the predicted digit".to_owned(),
    };
    // As `Choice::of` sorts mistakes.
    let first = match classes.output_digits() {
        [_] => "most confident",
        _ => "furthest from their label",
    };
    let of = format!("of {images}");
    let are_all_shown = shown == found;
    let is_empty = found == 0;
    let [found, shown] = [found, shown].map(grouped);
    match choice {
        Choice::Random => {
            let note = format!("{shown} {of}, chosen at random with seed {seed}");
            ("Label, predicted", note)
        }
        Choice::Rows => ("Label, predicted", format!("chosen rows of {images}")),
        Choice::Errors if is_empty => ("No mistakes", format!("none {of} misclassified")),
        Choice::Errors => {
            let limit = if are_all_shown {
                String::new()
            } else {
                format!(", of which the {shown} {first} are shown")
            };
            let note = format!(
                "{found} {of} misclassified{limit}; the {first} first; P is the probability of {of_what}"
            );
            ("Mistakes: label, predicted", note)
        }
        Choice::Uncertain => {
            let note = match classes.output_digits() {
                [_] => {
                    format!("the {shown} {of} whose probability P of {of_what} is nearest to 0.5")
                }
                _ => format!(
                    "the {shown} {of} whose two most probable digits are nearest to each other; P is the \
                     probability of {of_what}"
                ),
            };
            ("Least certain: label, predicted", note)
        }
    }
}

#[cfg(test)]
mod tests {
    use data::{Classes, Digits};
    use model::Decision;

    use super::*;

    /// Four images of 0 and 1 with these logits; the digit of each is `labels`.
    fn predictions(labels: [u8; 4], logits: [f32; 4]) -> Predictions {
        Predictions {
            classes: Classes::new(&[0, 1]).unwrap(),
            images: Digits::new(vec![0.0; 4 * 400], labels.to_vec()).unwrap(),
            rows: vec![10, 11, 12, 13],
            part: DataPart::Main,
            logits: logits.to_vec(),
            decision: Decision::default(),
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
        let predictions = predictions([0, 0, 1, 1], [40.0, 50.0, -0.1, 3.0]);
        assert_eq!(Choice::Errors.of(&predictions, &GRID), [1, 0, 2]);
    }

    #[test]
    fn a_mistake_is_confident_far_from_the_threshold() {
        // The logit of the threshold 0.9 is 2.2; these are 2.3, 2.8 and 0.2 from it.
        let mut predictions = predictions([1, 0, 1, 1], [-0.1, 5.0, 2.0, 3.0]);
        predictions.decision.threshold = 0.9;
        assert_eq!(Choice::Errors.of(&predictions, &GRID), [1, 0, 2]);
    }

    #[test]
    fn the_least_certain_comes_first() {
        let predictions = predictions([0, 0, 1, 1], [-0.2, 5.0, 0.1, -3.0]);
        assert_eq!(Choice::Uncertain.of(&predictions, &GRID), [2, 0, 3, 1]);
    }

    #[test]
    fn of_several_digits_the_margin_between_two_logits_decides() {
        // Labels 4, 1, 7 and 1; predicted are 1, 1, 4 and 4.
        let predictions = Predictions {
            classes: Classes::new(&[1, 4, 7]).unwrap(),
            images: Digits::new(vec![0.0; 4 * 400], vec![4, 1, 7, 1]).unwrap(),
            rows: vec![0, 1, 2, 3],
            part: DataPart::Main,
            logits: [
                [5.0, 4.0, 0.0],
                [3.0, 2.5, -2.0],
                [0.0, 1.0, -3.0],
                [-1.0, -0.75, -9.0],
            ]
            .concat(),
            decision: Decision::default(),
        };
        // The predicted logit is larger than that of the label by 1, 4 and 0.25.
        assert_eq!(Choice::Errors.of(&predictions, &GRID), [2, 0, 3]);
        // The two largest logits differ by 1, 0.5, 1 and 0.25.
        assert_eq!(Choice::Uncertain.of(&predictions, &GRID), [3, 1, 0, 2]);
        assert_eq!(caption(&predictions, 0, Choice::Random), "4, 1");
        // 1 / (1 + exp(-5)) = 0.9933.
        assert_eq!(caption(&predictions, 0, Choice::Errors), "4, 1, P 0.993");
    }

    #[test]
    fn requested_rows_are_all_shown_and_of_other_images_as_many_as_fit() {
        // The first three are wrong.
        let predictions = predictions([0, 0, 1, 1], [5.0, 4.0, -3.0, 2.0]);
        let small = GridArgs {
            rows: 1,
            cols: 2,
            ..GRID
        };
        let subject = Subject {
            network: "a network".to_owned(),
            images: "4 validation images of 0 and 1".to_owned(),
        };
        let shown = |choice| {
            let figure = grid(&predictions, &subject, choice, &small).unwrap();
            figure.to_svg().matches("<image").count()
        };
        assert_eq!(shown(Choice::Rows), 4);
        for choice in [Choice::Random, Choice::Errors, Choice::Uncertain] {
            assert_eq!(shown(choice), 2, "{choice:?}");
        }
    }

    #[test]
    fn captions_are_label_and_prediction_and_for_mistakes_row_and_probability() {
        let predictions = predictions([0, 1, 0, 1], [-2.0, -1.0, -2.0, 2.0]);
        let text = |choice| {
            let subject = Subject {
                network: "a network".to_owned(),
                images: "4 validation images of 0 and 1".to_owned(),
            };
            let figure = grid(&predictions, &subject, choice, &GRID);
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
        assert!(text(Choice::Errors).contains("1 of 4 validation images of 0 and 1 misclassified"));
    }
}
