//! Images as points in two dimensions: the two main components of a layer's activations.

mod axes;
pub(crate) mod data;
#[cfg(test)]
mod fixtures;
mod points;

use crate::base::area::Area;
use crate::base::axes::BOTTOM_MARGIN;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::legend::{Entry, legend};
use crate::base::mark::Mark;
use crate::base::style::Paint;
use crate::charts::panel::missing;
use data::EmbeddedImage;
use points::Classes;

/// Draws images by two components of a layer's activations.
///
/// `digits` are those of the classes, the negative and the positive one or up to ten; of more than two, each
/// is also written in the middle of its points. `explained` is the fraction, in [0, 1], of the variance that
/// each component explains, NaN if there is none.
#[must_use]
pub fn embedding(
    title: &str,
    note: &str,
    digits: &[u8],
    points: &[EmbeddedImage],
    explained: [f64; 2],
) -> Figure {
    const WIDTH: f64 = 900.0;
    const HEIGHT: f64 = 520.0;
    let width = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, width);
    let classes = Classes { digits };
    let entries = entries(classes, points);
    top += legend(&mut canvas, &entries, (MARGIN, top + 14.0), width);
    let area = Area {
        left: MARGIN,
        top: top + 12.0,
        width,
        height: HEIGHT,
    };
    let shown: Vec<&EmbeddedImage> = points.iter().filter(|point| point.is_finite()).collect();
    if shown.is_empty() {
        missing(&mut canvas, area, "no images");
    } else {
        let axes = axes::axes(area, &shown);
        let [x_name, y_name] = axes::names(&axes, explained);
        axes.draw(&mut canvas, &x_name, &y_name);
        points::draw(&mut canvas, &axes, classes, &shown);
    }
    canvas.finish(WIDTH, area.bottom() + BOTTOM_MARGIN + MARGIN, title)
}

fn entries(classes: Classes<'_>, points: &[EmbeddedImage]) -> Vec<Entry> {
    let count = |counts: &dyn Fn(&EmbeddedImage) -> bool| {
        points.iter().filter(|point| counts(point)).count()
    };
    let class = |(class, digit): (usize, &u8)| {
        let images = count(&|point| point.class == class);
        let (mark, paint) = classes.mark(class);
        Entry::mark(mark, paint, format!("digit {digit}: {images}"))
    };
    let mut entries: Vec<Entry> = classes.digits.iter().enumerate().map(class).collect();
    let wrong = format!("wrong: {}", count(&|point| point.wrong));
    entries.push(Entry::mark(Mark::Ring, Paint::Wrong, wrong));
    let left_out = count(&|point| !point.is_finite());
    if left_out > 0 {
        let name = format!("not shown (not finite): {left_out}");
        entries.push(Entry::mark(Mark::Cross, Paint::Muted, name));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{count, group, readable_texts};
    use fixtures::{contains, drawn, marks, point};
    use points::RADIUS;

    #[test]
    fn points_are_at_their_ticks_and_the_legend_counts_them() {
        let mut points = vec![point(-1.0, 0.0), point(0.0, 1.0), point(1.0, 2.0)];
        points[2].class = 1;
        points[2].wrong = true;
        let figure = drawn(&points);
        let texts = readable_texts(&figure);
        for text in [
            "digit 3: 2",
            "digit 8: 1",
            "wrong: 1",
            "component 1 (93 % of the variance)",
            "component 2 (5 % of the variance)",
            "row 1: 0",
        ] {
            assert!(contains(&texts, text), "{text}: {texts:?}");
        }
        // Layer by layer, the negative digit first: −1; 1, which is positive; 0.
        let marks = marks(&figure);
        assert_eq!(marks.len(), 3);
        let lowest = texts
            .iter()
            .filter(|written| written.text == "0.0")
            .max_by(|a, b| a.area.top().total_cmp(&b.area.top()))
            .unwrap();
        let (middle, _) = lowest.center();
        // A circle starts at its left.
        assert!(
            (marks[2].0 + RADIUS - middle).abs() < 0.5,
            "{marks:?} {lowest:?}"
        );
        assert!(marks[0].0 < marks[2].0 && marks[0].1 > marks[2].1);
        // A triangle starts at its upper corner: as far from 0 as −1 is.
        let right = marks[1].0 - (marks[2].0 + RADIUS);
        assert!((right - (marks[2].0 - marks[0].0)).abs() < 0.2);
    }

    #[test]
    fn wrong_predictions_are_labeled_unless_there_are_too_many() {
        let wrong = |row: u32| EmbeddedImage {
            wrong: true,
            ..point(f64::from(row % 37), f64::from(row % 11))
        };
        let few: Vec<EmbeddedImage> = (0..40).map(wrong).collect();
        let figure = drawn(&few);
        assert_eq!(
            (count(&figure, "mistake"), count(&figure, "mistakes")),
            (40, 0)
        );
        // This fails if labels overlap.
        let labels = readable_texts(&figure);
        let labels = labels.iter().filter(|text| text.text.starts_with("row"));
        assert!(labels.count() > 20);
        let many: Vec<EmbeddedImage> = (0..5000).map(wrong).collect();
        let figure = drawn(&many);
        assert_eq!(
            (count(&figure, "mistake"), count(&figure, "mistakes")),
            (0, 1)
        );
        assert!(contains(&readable_texts(&figure), "wrong: 5000"));
    }

    #[test]
    fn non_finite_points_are_counted_and_left_out() {
        let points = [
            point(0.0, 1.0),
            point(f64::NAN, 0.0),
            point(0.0, f64::INFINITY),
        ];
        let figure = drawn(&points);
        assert_eq!(marks(&figure).len(), 1);
        let texts = readable_texts(&figure);
        assert!(contains(&texts, "not shown (not finite): 2"));
        let texts = readable_texts(&drawn(&points[1..]));
        assert!(contains(&texts, "no images"));
    }

    #[test]
    fn any_points_give_a_readable_chart() {
        for points in [
            vec![],
            vec![point(0.0, 0.0)],
            vec![point(-1.5, 1e-4), point(-1.5, 1e-4)],
            vec![point(-1e300, 1e300), point(1e300, -1e300)],
            vec![point(1e-9, 2e-9), point(3e-9, -2e-9)],
        ] {
            readable_texts(&drawn(&points));
            let wrong = points.into_iter().map(|point| EmbeddedImage {
                wrong: true,
                name: "a name of many letters ".repeat(9),
                ..point
            });
            readable_texts(&drawn(&wrong.collect::<Vec<_>>()));
        }
        let texts = readable_texts(&embedding(
            "",
            "",
            &[0, 1],
            &[point(1.0, 1.0)],
            [f64::NAN; 2],
        ));
        assert!(contains(&texts, "component 1"));
    }

    #[test]
    fn ten_thousand_points_are_a_small_file() {
        let points: Vec<EmbeddedImage> = (0..10_000)
            .map(|row| EmbeddedImage {
                class: usize::from(row % 2 == 0),
                ..point(f64::from(row % 997), f64::from(row % 991))
            })
            .collect();
        let svg = drawn(&points).to_inline_svg();
        assert!(svg.len() < 400_000, "{}", svg.len());
    }

    #[test]
    fn the_components_are_x_and_y_and_the_classes_have_their_colors() {
        let mut points = [point(0.0, 0.0), point(4.0, 1.0)];
        points[1].class = 1;
        points[1].wrong = true;
        let figure = drawn(&points);
        let svg = figure.to_inline_svg();
        // The first component is larger, and wider on the page.
        let marks = marks(&figure);
        let (across, up) = (marks[1].0 - marks[0].0, marks[0].1 - marks[1].1);
        assert!(across > 600.0 && (300.0..450.0).contains(&up), "{marks:?}");
        let cloud = group(&svg, "points");
        let places = ["fill-series0", "fill-series1"].map(|class| cloud.find(class).unwrap());
        assert!(places.is_sorted());
        let mistake = group(&svg, "mistake");
        assert!(mistake.contains("row 4: 0") && mistake.contains("fill-series1"));
        assert_eq!(count(&figure, "mistake"), 1);
    }

    #[test]
    fn ten_digits_have_a_color_and_a_mark_each_and_are_written_among_their_points() {
        let digits: Vec<u8> = (0..10).collect();
        // Three points of each digit on a circle, the second of which is their median.
        let points: Vec<EmbeddedImage> = (0..30_u32)
            .map(|row| {
                let angle = f64::from(row / 3) / 10.0 * std::f64::consts::TAU;
                let offset = 0.01 * (f64::from(row % 3) - 1.0);
                EmbeddedImage {
                    class: usize::try_from(row / 3).unwrap(),
                    ..point(angle.cos() + offset, angle.sin() + offset)
                }
            })
            .collect();
        let figure = embedding("Ten digits", "", &digits, &points, [0.5, 0.2]);
        let texts = readable_texts(&figure);
        for digit in digits {
            assert!(contains(&texts, &format!("digit {digit}: 3")), "{texts:?}");
            assert!(contains(&texts, &digit.to_string()), "{texts:?}");
        }
        let svg = figure.to_inline_svg();
        let cloud = group(&svg, "points");
        for class in 0..10 {
            let paint = format!("class{class}\"");
            assert!(cloud.contains(&paint), "{paint}");
        }
        // The digit of the first class is on its second point, at the right end of the circle.
        let zero = texts.iter().find(|written| written.text == "0").unwrap();
        let digits = texts.iter().filter(|written| written.text.len() == 1);
        let rightmost = digits.max_by(|one, other| one.area.left().total_cmp(&other.area.left()));
        assert_eq!(rightmost.unwrap().text, zero.text);
        assert_eq!(count(&figure, "badge"), 10);
    }
}
