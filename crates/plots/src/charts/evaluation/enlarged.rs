//! A curve with its best corner enlarged: the curves of a good network turn so close to the corner
//! that the turn would not be visible otherwise.

use super::curve::Curve;
use crate::base::area::Area;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::scale::Scale;
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;

/// The corner at which the curve of perfect predictions turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Corner {
    UpperLeft,
    UpperRight,
}

impl Corner {
    /// The range of x in a square of this side in the corner.
    fn range(self, side: f64) -> (f64, f64) {
        match self {
            Self::UpperLeft => (0.0, side),
            Self::UpperRight => (1.0 - side, 1.0),
        }
    }

    /// The larger of the distances of x and y from the corner.
    fn distance(self, [x, y]: [f64; 2]) -> f64 {
        let corner_x = match self {
            Self::UpperLeft => 0.0,
            Self::UpperRight => 1.0,
        };
        (x - corner_x).abs().max(1.0 - y)
    }

    /// The left edge of the enlarged corner, as a fraction of the plot: away from the curve.
    fn left_edge(self) -> f64 {
        match self {
            Self::UpperLeft => 0.46,
            Self::UpperRight => 0.26,
        }
    }
}

/// Draws a curve in a group of this class, and its corner enlarged if the turn is close to it.
pub(super) fn draw(canvas: &mut Canvas, axes: &Axes, class: &str, curve: &Curve, corner: Corner) {
    let turn = turn(curve.points, corner);
    let threshold = curve.threshold.map_or(0.0, |point| corner.distance(point));
    if let Some(side) = side(turn, threshold) {
        draw_corner(canvas, axes, corner, side, |canvas, enlarged| {
            draw_lines(canvas, enlarged, |canvas| curve.draw_line(canvas, enlarged));
            curve.draw_threshold(canvas, enlarged);
        });
    }
    canvas.group(class, |canvas| curve.draw_line(canvas, axes));
    curve.draw_threshold(canvas, axes);
}

/// The distance of a curve from the corner.
pub(super) fn turn(points: &[[f64; 2]], corner: Corner) -> f64 {
    let distances = points.iter().map(|point| corner.distance(*point));
    distances.fold(f64::INFINITY, f64::min)
}

/// The side of the square in the corner that contains the turn of a curve and the threshold, both given by their distance
/// from the corner, as a round number; `None` if both are visible without it, or are the corner itself.
pub(super) fn side(turn: f64, threshold: f64) -> Option<f64> {
    // A larger square shows hardly more than the plot.
    const LARGEST: f64 = 0.2;
    // The turn well inside, the threshold not quite at the edge.
    let reach = (4.0 * turn).max(1.2 * threshold);
    let powers = (1..=6).rev().map(|power| 10_f64.powi(power));
    let mut sides = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor / power));
    let side = sides.find(|side| *side >= reach)?;
    (reach > 0.0 && side <= LARGEST).then_some(side)
}

/// Draws lines inside the enlarged corner only.
pub(super) fn draw_lines(canvas: &mut Canvas, enlarged: &Axes, lines: impl FnOnce(&mut Canvas)) {
    // Half of the line's width is outside the area.
    canvas.clipped(enlarged.area.grown(1.0), lines);
}

/// Draws the square of a corner in the free middle of the plot; `content` draws on its axes.
pub(super) fn draw_corner(
    canvas: &mut Canvas,
    axes: &Axes,
    corner: Corner,
    side: f64,
    content: impl FnOnce(&mut Canvas, &Axes),
) {
    let plot = axes.area;
    let area = Area {
        left: plot.left + corner.left_edge() * plot.width,
        top: plot.top + 0.3 * plot.height,
        width: 0.48 * plot.width,
        height: 0.48 * plot.height,
    };
    let (from, to) = corner.range(side);
    let enlarged = Axes {
        area,
        x: Scale::between(from, to, 1),
        y: Scale::between(1.0 - side, 1.0, 1),
    };
    canvas.group("enlarged", |canvas| {
        let labels = enlarged.y.ticks();
        let widths = labels.map(|(_, label)| TextStyle::SMALL.width(&label));
        let beside = widths.fold(0.0, f64::max) + 12.0;
        let with_labels = Area {
            left: area.left - beside,
            top: area.top - 8.0,
            width: beside + area.width + 12.0,
            height: area.height + 32.0,
        };
        let guide = Stroke::solid(Paint::Muted, 1.0).with_opacity(0.5);
        let (left, bottom) = axes.point(from, 1.0 - side);
        let (right, top) = axes.point(to, 1.0);
        canvas.outline(Area::between((left, top), (right, bottom)), guide);
        canvas.line((left, bottom), (area.left, area.top), guide);
        canvas.line((right, bottom), (area.right(), area.top), guide);
        // Over the guides, one of which would cross the upper label.
        canvas.rectangle(with_labels, Paint::Paper);
        canvas.rectangle(area, Paint::Panel);
        enlarged.draw(canvas, "", "");
        canvas.outline(area, Stroke::solid(Paint::Muted, 1.0));
        content(canvas, &enlarged);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::data::{EvaluationResults, six_images};
    use crate::charts::evaluation::{EvaluationPart, evaluation, evaluation_part};
    use crate::test_support::{
        area, assert_near, assert_texts, count, find, group, numbers, readable_texts,
    };

    #[test]
    fn a_turn_close_to_the_corner_is_enlarged() {
        let side = |points: &[[f64; 2]], threshold: Option<[f64; 2]>, corner: Corner| {
            let threshold = threshold.map_or(0.0, |point| corner.distance(point));
            side(turn(points, corner), threshold)
        };
        let left = Corner::UpperLeft;
        // The turn is 0.01 from the corner, and well inside a square of 0.05.
        let good = [
            [0.0, 0.0],
            [0.0, 0.99],
            [0.01, 0.99],
            [0.01, 1.0],
            [1.0, 1.0],
        ];
        assert_eq!(side(&good, None, left), Some(0.05));
        assert_eq!(side(&good, Some([0.09, 1.0]), left), Some(0.2));
        let right = good.map(|[x, y]| [1.0 - x, y]);
        assert_eq!(side(&right, None, Corner::UpperRight), Some(0.05));

        let perfect = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        assert_eq!(side(&perfect, Some([0.0, 1.0]), left), None);
        assert_eq!(side(&perfect, Some([0.004, 1.0]), left), Some(0.005));
        let bad = [[0.0, 0.0], [0.3, 0.6], [1.0, 1.0]];
        assert_eq!(side(&bad, None, left), None);
        assert_eq!(side(&[], None, left), None);
    }

    /// A network with 4 and 10 mistakes among 500 images of each digit.
    fn good() -> EvaluationResults {
        EvaluationResults {
            confusion_matrix: [[496, 4], [10, 490]],
            roc: vec![
                [0.0, 0.0],
                [0.0, 0.99],
                [0.01, 0.99],
                [0.01, 1.0],
                [1.0, 1.0],
            ],
            ..six_images()
        }
    }

    #[test]
    fn labels_of_the_enlarged_corner_are_above_the_lines_that_lead_to_it() {
        let svg = evaluation_part("", "", &good(), EvaluationPart::Roc).to_inline_svg();
        let enlarged = &svg[svg.find("class=\"enlarged\"").unwrap()..];
        // The lines, then a surface of paper, then the labels, which are on it.
        let guide = enlarged.rfind("stroke-opacity=\"0.5\"").unwrap();
        let paper = enlarged.find("fill-paper").unwrap();
        let labels = enlarged.find("<text").unwrap();
        assert!(guide < paper && paper < labels, "{guide} {paper} {labels}");
        let surface = area(&enlarged[enlarged[..paper].rfind("<rect").unwrap()..]);
        let figure = evaluation_part("", "", &good(), EvaluationPart::Roc);
        let texts = readable_texts(&figure);
        let label = find(&texts, "0.95").area;
        assert!(surface[0] < f64::from(label.left()));
        assert!(surface[1] < f64::from(find(&texts, "1.00").area.top()) + 2.0);
        assert!(surface[1] + surface[3] > f64::from(label.bottom()));
    }

    #[test]
    fn the_enlarged_corner_shows_the_threshold_at_its_rates() {
        // 4 of 500 negative images are predicted positive, and 490 of 500 positive ones.
        let results = good();
        let svg = evaluation_part("", "", &results, EvaluationPart::Roc).to_inline_svg();
        let enlarged = &svg[svg.find("class=\"enlarged\"").unwrap()..];
        // The second filled rectangle is the enlarged corner, with sides of 0.05.
        let corner = &enlarged[enlarged.find("fill-panel").unwrap() - 7..];
        let [left, top, width, height] =
            ["x", "y", "width", "height"].map(|name| numbers(corner, name)[0]);
        let mark = numbers(group(enlarged, "threshold"), "d");
        let (x, y) = (left + width * 0.008 / 0.05, top + height * 0.02 / 0.05);
        assert_near(&mark[..2], &[x, y - 6.25]);
        let figure = evaluation_part("", "", &results, EvaluationPart::Roc);
        assert_texts(&figure, &["0.00", "0.05", "0.95", "1.00"]);
    }

    #[test]
    fn the_corner_is_enlarged_where_curves_turn_in_it() {
        let results = EvaluationResults {
            roc: vec![
                [0.0, 0.0],
                [0.0, 0.998],
                [0.002, 0.998],
                [0.002, 1.0],
                [1.0, 1.0],
            ],
            roc_auc: Some(0.999_996),
            precision_recall: vec![
                [0.0, 1.0],
                [0.998, 1.0],
                [0.998, 0.996],
                [1.0, 0.998],
                [1.0, 0.5],
            ],
            confusion_matrix: [[499, 1], [1, 499]],
            ..six_images()
        };
        let page = evaluation("", "", &results);
        assert_eq!(count(&page, "enlarged"), 2);
        assert_texts(&page, &["AUC 0.999996", "0.99"]);
    }
}
