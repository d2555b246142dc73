//! A learning-rate range test: the loss while the learning rate rises from step to step.

mod curves;
pub(crate) mod data;
mod marks;

use crate::base::area::Area;
use crate::base::axes::{Axes, BOTTOM_MARGIN};
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::{Entry, legend};
use crate::base::number_format::{compact, grouped};
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use curves::{Read, axes, draw_curve};
use data::RateTestChart;
use marks::{draw_marks, rate_text};

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 380.0;

/// Above the plot, where the labels of both marks are.
const LABELS_HEIGHT: f64 = 36.0;
const RAW: Stroke = Stroke::solid(Paint::Series(0), 1.0).with_opacity(0.45);
const SMOOTHED: Stroke = Stroke::solid(Paint::Series(0), 2.8);

/// Draws the loss of each step thin and the smoothed loss thick against the learning rate, with marks at the suggested
/// rate and where the loss diverges. Losses that are far above those before are cut off, and a remark says so.
#[must_use]
pub fn learning_rate_test(title: &str, note: &str, chart: &RateTestChart) -> Figure {
    let width = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, &caption(chart, note), width);
    let entries = [
        Entry::line(RAW, "loss of a batch"),
        Entry::line(SMOOTHED, "smoothed"),
    ];
    top += legend(&mut canvas, &entries, (MARGIN, top + 14.0), width) + LABELS_HEIGHT;
    let area = Area {
        left: MARGIN,
        top,
        width,
        height: HEIGHT,
    };
    let Some((axes, cut)) = axes(chart, area) else {
        missing(&mut canvas, area, "no losses");
        return canvas.finish(WIDTH, area.bottom() + MARGIN, title);
    };
    axes.draw(&mut canvas, "learning rate, logarithmic", "loss");
    let plot = axes.area;
    canvas.clipped(plot, |canvas| {
        for (stroke, value) in [
            (RAW, (|step| step.loss) as Read),
            (SMOOTHED, |step| step.smoothed),
        ] {
            canvas.group("curve", |canvas| {
                draw_curve(canvas, &axes, chart, stroke, value);
            });
        }
    });
    draw_marks(&mut canvas, &axes, chart);
    let mut bottom = plot.bottom() + BOTTOM_MARGIN;
    let remarks = remarks(chart, &axes, cut).join("\n");
    bottom += paragraph(
        &mut canvas,
        &remarks,
        (MARGIN, bottom),
        width,
        TextStyle::SMALL,
    );
    canvas.finish(WIDTH, bottom + MARGIN, title)
}

fn caption(chart: &RateTestChart, note: &str) -> String {
    let steps = chart.steps.len();
    let plural = if steps == 1 { "" } else { "s" };
    let mut parts = vec![note.to_owned(), format!("{} step{plural}", grouped(steps))];
    parts.extend(
        chart
            .suggested
            .map(|rate| format!("suggested learning rate: {}", rate_text(rate))),
    );
    parts.extend(
        chart
            .diverges
            .map(|rate| format!("the loss diverges at {}", rate_text(rate))),
    );
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

fn remarks(chart: &RateTestChart, axes: &Axes, cut: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    if cut {
        remarks.push(format!(
            "Losses above {} are cut off.",
            compact(axes.y.ends().1)
        ));
    }
    let broken = chart
        .steps
        .iter()
        .filter(|step| !step.has_place() || !step.loss.is_finite());
    let broken = broken.count();
    if broken > 0 {
        remarks.push(format!(
            "Not shown, because not finite or without learning rate: {}.",
            grouped(broken)
        ));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::data::RateTestStep;
    use super::*;
    use crate::test_support::{assert_texts, count, find, group, groups, numbers, readable_texts};

    /// Losses that fall until 0.1 and rise afterwards, from 1e−5 to 10.
    fn chart(steps: u32) -> RateTestChart {
        let step = |index: u32| {
            let exponent = -5.0 + 6.0 * f64::from(index) / f64::from(steps.max(2) - 1);
            let smoothed = if exponent < -1.0 {
                0.7 - 0.5 / (1.0 + (-3.0 * (exponent + 2.0)).exp())
            } else {
                0.22 + 30.0 * (exponent + 1.0).powi(2)
            };
            RateTestStep {
                learning_rate: 10_f64.powf(exponent),
                loss: smoothed + 0.05 * f64::from(index).sin(),
                smoothed,
            }
        };
        RateTestChart {
            steps: (0..steps).map(step).collect(),
            suggested: Some(0.01),
            diverges: Some(0.2),
        }
    }

    #[test]
    fn both_curves_and_both_marks_are_at_their_rates() {
        let figure = learning_rate_test("Range test", "digits", &chart(100));
        assert_eq!(
            figure.note(),
            "digits; 100 steps; suggested learning rate: 0.01; the loss diverges at 0.2"
        );
        assert_texts(
            &figure,
            &[
                "suggested: 0.01",
                "diverges: 0.2",
                "learning rate, logarithmic",
                "loss",
            ],
        );
        let svg = figure.to_inline_svg();
        assert_eq!(count(&figure, "curve"), 2);
        let widths: Vec<f64> = groups(&svg, "curve")
            .map(|curve| numbers(curve, "stroke-width")[0])
            .collect();
        assert_eq!(widths, [1.0, 2.8]);
        let texts = readable_texts(&figure);
        let (tick, _) = find(&texts, "0.01").center();
        let mark = numbers(group(&svg, "suggested"), "x1")[0];
        assert!((mark - tick).abs() < 1.0, "{mark} {tick}");
        // 0.2 is three tenths of the way from 0.1 to 1.
        let (tenth, one) = (find(&texts, "0.1").center().0, find(&texts, "1").center().0);
        let mark = numbers(group(&svg, "diverges"), "x1")[0];
        assert!((mark - tenth - 0.301 * (one - tenth)).abs() < 1.5, "{mark}");
        // The losses of up to 120 do not squeeze those before.
        assert!(
            texts
                .iter()
                .any(|text| text.text.starts_with("Losses above ")),
            "{texts:?}"
        );
    }

    #[test]
    fn without_marks_all_losses_are_shown() {
        let chart = RateTestChart {
            suggested: None,
            diverges: None,
            ..chart(50)
        };
        let figure = learning_rate_test("Range test", "", &chart);
        assert_eq!(figure.note(), "50 steps");
        assert_eq!(count(&figure, "suggested") + count(&figure, "diverges"), 0);
        let texts = readable_texts(&figure);
        assert!(!texts.iter().any(|text| text.text.contains("cut off")));
    }

    #[test]
    fn any_input_is_readable() {
        let mut broken = chart(40);
        for step in broken.steps.iter_mut().skip(30) {
            (step.loss, step.smoothed) = (f64::NAN, f64::INFINITY);
        }
        broken.steps[0].learning_rate = 0.0;
        let mut extreme = chart(10);
        for step in &mut extreme.steps {
            (step.loss, step.smoothed) = (f64::MAX, f64::MIN);
        }
        let marks = |suggested, diverges| RateTestChart {
            suggested: Some(suggested),
            diverges: Some(diverges),
            ..chart(20)
        };
        for chart in [
            RateTestChart::default(),
            chart(1),
            chart(2),
            chart(1000),
            broken,
            extreme,
            marks(f64::NAN, f64::INFINITY),
            marks(1e-5, 1e-5),
            marks(10.0, 10.0),
            marks(0.0, 1e9),
        ] {
            let figure =
                learning_rate_test(&"A long title \"quoted\" <b>".repeat(9), "実験", &chart);
            readable_texts(&figure);
            figure.to_png().unwrap();
        }
    }
}
