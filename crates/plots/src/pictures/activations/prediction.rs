//! The prediction at the right of the activations picture.

use super::data::Activations;
use crate::base::area::Point;
use crate::base::canvas::Canvas;
use crate::base::mark::Mark;
use crate::base::number_format::probability;
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;

/// From the last column to the prediction.
pub(super) const ARROW: f64 = 44.0;
pub(super) const WIDTH: f64 = 150.0;

/// Draws an arrow to the prediction, and whether it is correct.
pub(super) fn draw(canvas: &mut Canvas, shown: &Activations, (left, middle): Point) {
    const LINE_HEIGHT: f64 = 22.0;
    let first = middle - 1.5 * LINE_HEIGHT + 4.5;
    let baselines = [0.0, 1.0, 2.0, 3.0].map(|line| first + line * LINE_HEIGHT);
    canvas.group("prediction", |canvas| {
        let text = match shown.probability() {
            Some((digit, value)) => {
                draw_arrow(canvas, (left - ARROW + 4.0, middle), left - 8.0);
                format!("P({digit}) = {}", probability(value))
            }
            None => "no activations".to_owned(),
        };
        canvas.text(&text, (left, baselines[0]), TextStyle::HEADING);
        let prediction = match shown.prediction {
            Some(digit) => format!("predicted {digit}"),
            None => "predicted none of them".to_owned(),
        };
        canvas.text(&prediction, (left, baselines[1]), TextStyle::LABEL);
        let label = shown
            .label
            .map_or("label unknown".to_owned(), |label| format!("label {label}"));
        canvas.text(&label, (left, baselines[2]), TextStyle::LABEL);
        let last = baselines[3];
        match (shown.label, shown.prediction) {
            (Some(label), Some(digit)) if label == digit => {
                canvas.text("correct", (left, last), TextStyle::LABEL);
            }
            (_, None) => canvas.text("rejected", (left, last), TextStyle::LABEL),
            (Some(_), Some(_)) => {
                canvas.mark(Mark::Cross, (left + 5.0, last - 4.5), 5.0, Paint::Wrong);
                let style = TextStyle::HEADING.painted(Paint::Wrong);
                canvas.text("wrong", (left + 18.0, last), style);
            }
            (None, Some(_)) => {}
        }
    });
}

/// Draws an arrow to the right.
fn draw_arrow(canvas: &mut Canvas, from: Point, tip: f64) {
    let y = from.1;
    let stroke = Stroke::solid(Paint::Ink, 1.5);
    canvas.line(from, (tip, y), stroke);
    let head = [(tip - 6.0, y - 5.0), (tip, y), (tip - 6.0, y + 5.0)];
    canvas.polyline(&head, stroke);
}

#[cfg(test)]
mod tests {
    use super::Activations;
    use crate::pictures::activations::activations;
    use crate::pictures::activations::fixtures::{classic, shown, ten_digits};
    use crate::test_support::{assert_texts, groups, texts};

    #[test]
    fn outputs_that_are_all_nan_have_no_largest_one() {
        let mut shown = ten_digits();
        shown.layers[1].values.fill(f32::NAN);
        let figure = activations("", "", &shown);
        assert_texts(&figure, &["P(7) = NaN"]);
        let svg = figure.to_inline_svg();
        assert!(groups(&svg, "unit").all(|unit| !unit.contains("stroke-ink")));
    }

    #[test]
    fn a_wrong_prediction_is_marked_and_one_without_label_is_neither_correct_nor_wrong() {
        let wrong = texts(&activations("", "", &shown(classic(), Some(0))));
        assert!(wrong.contains(&"wrong".to_owned()) && wrong.contains(&"label 0".to_owned()));
        let unknown = texts(&activations("", "", &shown(classic(), None)));
        assert!(unknown.contains(&"label unknown".to_owned()));
        assert!(!unknown.contains(&"wrong".to_owned()) && !unknown.contains(&"correct".to_owned()));
    }

    #[test]
    fn a_rejected_prediction_is_none_of_the_digits_and_neither_correct_nor_wrong() {
        for label in [Some(9), None] {
            let figure = activations(
                "",
                "",
                &Activations {
                    prediction: None,
                    label,
                    ..ten_digits()
                },
            );
            assert_texts(
                &figure,
                &["P(7) = 0.91", "predicted none of them", "rejected"],
            );
            let all = texts(&figure);
            assert!(!all.contains(&"wrong".to_owned()) && !all.contains(&"correct".to_owned()));
        }
    }
}
