//! The curves of several classes in one plot, each class against all others.

use std::cmp::Ordering;

use super::class_data::{ClassEvaluation, ClassResults};
use super::class_lines::{self, ClassCurve};
use super::curve::{REFERENCE, unit_axes};
use super::enlarged::Corner;
use super::precision_recall::steps;
use crate::base::area::Area;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::legend::Entry;
use crate::base::number_format::probability;
use crate::base::style::Stroke;
use crate::charts::panel::{missing, panel};

/// Draws the receiver operating characteristic of each class, with the diagonal of predictions by chance.
pub(super) fn draw_roc(canvas: &mut Canvas, area: Area, heading: &str, results: &ClassEvaluation) {
    let curves = curves(results, |class| (class.roc_auc, class.roc.clone()));
    let chance = Entry::line(REFERENCE, "chance");
    let area = draw_legend(canvas, area, heading, "AUC", &curves, Some(chance));
    let Some(axes) = draw_axes(canvas, area, &curves, ["false", "true"].map(rate)) else {
        return;
    };
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), REFERENCE);
    class_lines::draw(canvas, &axes, "roc", &curves, Corner::UpperLeft);
}

/// Draws precision against recall of each class, in steps.
pub(super) fn draw_precision_recall(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    results: &ClassEvaluation,
) {
    let curves = curves(results, |class| {
        (class.average_precision, steps(&class.precision_recall))
    });
    let area = draw_legend(canvas, area, heading, "average precision", &curves, None);
    let names = ["recall", "precision"].map(str::to_owned);
    if let Some(axes) = draw_axes(canvas, area, &curves, names) {
        class_lines::draw(
            canvas,
            &axes,
            "precision-recall",
            &curves,
            Corner::UpperRight,
        );
    }
}

fn rate(kind: &str) -> String {
    format!("{kind} positive rate")
}

/// The curves of all classes, the best first; those without a score last.
fn curves(
    results: &ClassEvaluation,
    of: impl Fn(&ClassResults) -> (Option<f64>, Vec<[f64; 2]>),
) -> Vec<ClassCurve> {
    let digits = results.confusion_matrix.digits.iter();
    let classes = digits.zip(&results.classes).enumerate();
    let mut curves: Vec<ClassCurve> = classes
        .map(|(class, (digit, results))| {
            let (score, points) = of(results);
            ClassCurve {
                class,
                digit: *digit,
                score,
                points,
            }
        })
        .collect();
    curves.sort_by(|one, other| {
        let [one, other] = [one, other].map(|curve| curve.score.filter(|score| !score.is_nan()));
        match (one, other) {
            (Some(one), Some(other)) => other.total_cmp(&one),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    });
    curves
}

/// Draws the mean score, and a legend of the classes with their scores; returns the area of the plot.
fn draw_legend(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    name: &str,
    curves: &[ClassCurve],
    reference: Option<Entry>,
) -> Area {
    let scores: Vec<f64> = curves.iter().filter_map(|curve| curve.score).collect();
    let remark = if scores.is_empty() {
        String::new()
    } else {
        let mean = scores.iter().sum::<f64>() / real(scores.len());
        format!(
            "each digit against all others: mean {name} {}",
            probability(mean)
        )
    };
    let entries = curves.iter().map(|curve| {
        let score = curve.score.map_or("-".to_owned(), probability);
        Entry::line(
            Stroke::of_class(curve.class),
            format!("{}: {score}", curve.digit),
        )
    });
    let entries: Vec<Entry> = entries.chain(reference).collect();
    panel(canvas, area, heading, &remark, &entries)
}

/// Draws the axes; `None`, and the reason, if no class has a curve.
fn draw_axes(
    canvas: &mut Canvas,
    area: Area,
    curves: &[ClassCurve],
    [x_name, y_name]: [String; 2],
) -> Option<Axes> {
    if curves.iter().all(|curve| curve.points.is_empty()) {
        missing(
            canvas,
            area,
            "needs images of at least two digits, without NaN outputs",
        );
        return None;
    }
    let axes = unit_axes(area);
    axes.draw(canvas, &x_name, &y_name);
    Some(axes)
}

#[cfg(test)]
mod tests {
    use crate::charts::evaluation::EvaluationPart;
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::class_evaluation_part;
    use crate::test_support::{
        assert_near, assert_texts, count, dashed_lines, group, groups, numbers, texts,
    };

    #[test]
    fn each_class_has_a_curve_and_an_entry_and_the_best_is_first() {
        let results = classes(10);
        for (part, class, scores) in [
            // 1 - (class / 10)² / 2, and 1 - (class / 10)².
            (EvaluationPart::Roc, "roc", ["0: 1", "1: 0.995", "9: 0.595"]),
            (
                EvaluationPart::PrecisionRecall,
                "precision-recall",
                ["0: 1", "1: 0.99", "9: 0.19"],
            ),
        ] {
            let figure = class_evaluation_part("", "", &results, part);
            assert_eq!(count(&figure, class), 10);
            let texts = texts(&figure);
            let places = scores.map(|score| texts.iter().position(|text| text == score).unwrap());
            assert!(places.is_sorted(), "{texts:?}");
            let svg = figure.to_inline_svg();
            // The best is drawn last, on top.
            let drawn: Vec<&str> = groups(&svg, class).collect();
            assert!(drawn[9].contains("stroke-class0") && drawn[0].contains("stroke-class9"));
        }
    }

    #[test]
    fn the_worst_class_is_first_in_the_data_and_last_in_the_legend() {
        let mut results = classes(4);
        results.classes.reverse();
        results.classes[1].roc_auc = None;
        results.classes[1].roc = Vec::new();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        let legend: Vec<String> = texts(&figure)
            .into_iter()
            .filter(|text| text.contains(": ") && text.len() < 12)
            .collect();
        assert_eq!(legend, ["3: 1", "2: 0.995", "0: 0.955", "1: -"]);
        assert_texts(&figure, &["each digit against all others: mean AUC 0.9833"]);
    }

    #[test]
    fn a_curve_goes_through_its_points() {
        let figure = class_evaluation_part("", "", &classes(3), EvaluationPart::Roc);
        let svg = figure.to_inline_svg();
        let chance = dashed_lines(&svg).into_iter();
        let [left, bottom, right, top] = chance
            .filter(|line| line[0] < line[2] && line[1] > line[3])
            .max_by(|one, other| (one[2] - one[0]).total_cmp(&(other[2] - other[0])))
            .unwrap();
        let x = |rate: f64| left + rate * (right - left);
        let y = |rate: f64| bottom + rate * (top - bottom);
        // The worst of three, the third class, misses a fifth.
        let worst = numbers(group(&svg, "roc"), "points");
        let expected = [[0.0, 0.0], [0.0, 0.8], [0.2, 1.0], [1.0, 1.0]];
        let expected = expected.map(|[fp, tp]| [x(fp), y(tp)]);
        assert_near(&worst, expected.as_flattened());
    }

    #[test]
    fn curves_that_are_all_missing_say_why() {
        let mut results = classes(3);
        for class in &mut results.classes {
            class.roc = Vec::new();
            class.roc_auc = Some(f64::NAN);
        }
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        assert_eq!(count(&figure, "missing"), 1);
        results.classes.clear();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        assert_eq!(count(&figure, "missing"), 1);
    }
}
