//! Images as points in two dimensions: the two main components of a layer's activations.

pub(crate) mod data;
mod points;

use crate::base::area::Area;
use crate::base::axes::{Axes, BOTTOM_MARGIN, left_margin};
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::legend::{Entry, legend};
use crate::base::mark::Mark;
use crate::base::number_format::{fixed, whole_percent};
use crate::base::scale::Scale;
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
        let axes = axes(area, &shown);
        let stretch = stretch(&axes);
        let [x_name, y_name] = [0, 1].map(|axis| {
            let name = name(axis + 1, explained[axis]);
            format!("{name}{}", stretched(stretch[axis]))
        });
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

fn name(component: usize, explained: f64) -> String {
    if explained.is_finite() {
        let explained = whole_percent(explained);
        format!("component {component} ({explained} of the variance)")
    } else {
        format!("component {component}")
    }
}

/// How many times longer a difference of one component is drawn than that of the other.
fn stretch(axes: &Axes) -> [f64; 2] {
    let length = |scale: &Scale, pixels: f64| {
        let (from, to) = scale.ends();
        pixels / (to - from)
    };
    let (x, y) = (
        length(&axes.x, axes.area.width),
        length(&axes.y, axes.area.height),
    );
    [x / y, y / x]
}

/// A remark for the axis that is drawn much longer.
fn stretched(times: f64) -> String {
    const LEAST: f64 = 2.0;
    if times < LEAST {
        return String::new();
    }
    let decimals = usize::from(times < 9.95);
    format!(", stretched {} times", fixed(times, decimals))
}

fn axes(area: Area, points: &[&EmbeddedImage]) -> Axes {
    const X_TICKS: usize = 10;
    const Y_TICKS: usize = 8;
    // The last label of the x axis is centered on its end.
    const RIGHT_MARGIN: f64 = 12.0;
    let [(x_from, x_to), (y_from, y_to)] = ranges(points);
    let y = Scale::between(y_from, y_to, Y_TICKS);
    let margin = left_margin(&y);
    Axes {
        area: Area {
            left: area.left + margin,
            width: area.width - margin - RIGHT_MARGIN,
            ..area
        },
        x: Scale::between(x_from, x_to, X_TICKS),
        y,
    }
}

/// The ranges of both components, with some space around the points.
///
/// The range of a component that hardly varies compared with the other stays wider than its values:
/// otherwise a line would look like a cloud.
fn ranges(points: &[&EmbeddedImage]) -> [(f64, f64); 2] {
    const SPACE: f64 = 0.03;
    const NARROWEST: f64 = 0.05;
    let ends = [0, 1].map(|axis| {
        let values = points.iter().map(|point| point.at[axis]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    });
    let widest = (ends[0].1 - ends[0].0).max(ends[1].1 - ends[1].0);
    ends.map(|(low, high)| {
        let middle = f64::midpoint(low, high);
        let width = (high - low).max(NARROWEST * widest);
        let half = width * (0.5 + SPACE);
        (middle - half, middle + half)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{Written, count, group, readable_texts};
    use points::RADIUS;

    fn point(x: f64, y: f64) -> EmbeddedImage {
        EmbeddedImage {
            at: [x, y],
            class: 0,
            wrong: false,
            name: format!("row {x}: 0"),
        }
    }

    fn drawn(points: &[EmbeddedImage]) -> Figure {
        embedding("Second layer", "six images", &[3, 8], points, [0.934, 0.05])
    }

    fn contains(texts: &[Written], text: &str) -> bool {
        texts.iter().any(|written| written.text == text)
    }

    /// The starts of the marks, in the order in which they are drawn.
    fn marks(figure: &Figure) -> Vec<(f64, f64)> {
        let svg = figure.to_inline_svg();
        let cloud = group(&svg, "points");
        let starts = cloud.split('M').skip(1).map(|mark| {
            let numbers: Vec<&str> = mark.split([' ', 'a', 'l']).take(2).collect();
            (numbers[0].parse().unwrap(), numbers[1].parse().unwrap())
        });
        starts.collect()
    }

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
    fn a_component_that_hardly_varies_is_drawn_as_a_line() {
        let points: Vec<EmbeddedImage> = (0..100)
            .map(|row| point(f64::from(row), 1e-6 * f64::from(row % 7)))
            .collect();
        let heights: Vec<f64> = marks(&drawn(&points)).iter().map(|mark| mark.1).collect();
        let (low, high) = (
            heights.iter().copied().fold(f64::MAX, f64::min),
            heights.iter().copied().fold(0.0, f64::max),
        );
        assert!(high - low < 1.0, "{low} {high}");
    }

    #[test]
    fn an_axis_that_is_stretched_says_so() {
        // The scales are −1 to 11 and −0.1 to 1.1, and 780 and 520 pixels long: 10 times 2 / 3.
        let points = [point(0.0, 0.0), point(10.0, 1.0)];
        let texts = readable_texts(&drawn(&points));
        let name = texts.iter().find_map(|text| {
            text.text
                .strip_prefix("component 2 (5 % of the variance), ")
        });
        let times = name
            .unwrap()
            .strip_prefix("stretched ")
            .unwrap()
            .strip_suffix(" times")
            .unwrap();
        assert!((times.parse::<f64>().unwrap() - 6.6).abs() < 0.4, "{times}");
        assert!(contains(&texts, "component 1 (93 % of the variance)"));
        let texts = readable_texts(&drawn(&[point(0.0, 0.0), point(10.0, 8.0)]));
        assert!(!texts.iter().any(|text| text.text.contains("stretched")));
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
