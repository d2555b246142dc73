//! Images as points in two dimensions: what a layer makes of them, seen from its widest side.

use crate::Figure;
use crate::axes::{Axes, BOTTOM_MARGIN, Entry, Scale, left_margin, legend};
use crate::canvas::{Area, Canvas, Point};
use crate::heading::{MARGIN, heading};
use crate::labels::{Labels, Sides};
use crate::panel::missing;
use crate::style::{Mark, Paint, Stroke};
use crate::wording::whole_percent;

/// An image in two dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// Its components; an image with a number that is not finite is left out.
    pub at: [f64; 2],
    /// Whether it is the positive digit.
    pub positive: bool,
    /// Whether it was answered wrongly.
    pub wrong: bool,
    /// What it is called, as "row 512: 1"; written beside mistakes.
    pub name: String,
}

/// The marks of the negative and of the positive digit, which differ in black and white too.
const MARKS: [Mark; 2] = [Mark::Circle, Mark::Triangle];
const RADIUS: f64 = 3.0;

/// Mistakes have a ring around their mark.
const RING: f64 = 6.5;

/// More mistakes than this are shown without their names: it is no longer about single images.
const MOST_NAMED: usize = 100;

/// Draws images by two components of what a layer makes of them.
///
/// `digits` are the negative and the positive one; `explained` is the share, in [0, 1], of the
/// variance that each component explains, NaN if there is none.
#[must_use]
pub fn embedding(
    title: &str,
    note: &str,
    digits: [u8; 2],
    points: &[Embedded],
    explained: [f64; 2],
) -> Figure {
    const WIDTH: f64 = 900.0;
    const HEIGHT: f64 = 520.0;
    let room = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, room);
    let entries = entries(digits, points);
    top += legend(&mut canvas, &entries, MARGIN, top + 14.0, room);
    let area = Area {
        left: MARGIN,
        top: top + 12.0,
        width: room,
        height: HEIGHT,
    };
    let shown: Vec<&Embedded> = points.iter().filter(|point| is_finite(point)).collect();
    if shown.is_empty() {
        missing(&mut canvas, area, "no images");
    } else {
        draw(&mut canvas, area, &shown, explained);
    }
    canvas.finish(WIDTH, area.bottom() + BOTTOM_MARGIN + MARGIN, title)
}

fn is_finite(point: &Embedded) -> bool {
    point.at.iter().all(|component| component.is_finite())
}

fn entries(digits: [u8; 2], points: &[Embedded]) -> Vec<Entry> {
    let count = |counts: fn(&Embedded) -> bool| points.iter().filter(|point| counts(point)).count();
    let entry = |mark, name| Entry {
        line: None,
        mark: Some(mark),
        name,
    };
    let class = |class: usize, images| {
        let name = format!("digit {}: {images}", digits[class]);
        entry((MARKS[class], Paint::Series(class)), name)
    };
    let wrong = format!("wrong: {}", count(|point| point.wrong));
    let left_out = count(|point| !is_finite(point));
    let mut entries = vec![
        class(0, count(|point| !point.positive)),
        class(1, count(|point| point.positive)),
        entry((Mark::Ring, Paint::Wrong), wrong),
    ];
    if left_out > 0 {
        let name = format!("not shown, numbers not finite: {left_out}");
        entries.push(entry((Mark::Cross, Paint::Muted), name));
    }
    entries
}

fn draw(canvas: &mut Canvas, room: Area, points: &[&Embedded], explained: [f64; 2]) {
    // The last number along the axis stands half beyond its end.
    const RIGHT: f64 = 12.0;
    let [across, up] = ranges(points);
    let y = Scale::between(up.0, up.1, 8);
    let margin = left_margin(&y);
    let area = Area {
        left: room.left + margin,
        width: room.width - margin - RIGHT,
        ..room
    };
    let x = Scale::between(across.0, across.1, 10);
    let axes = Axes { area, x, y };
    axes.draw(canvas, &name(1, explained[0]), &name(2, explained[1]));
    let places: Vec<Point> = points.iter().map(|point| place(&axes, point)).collect();
    draw_clouds(canvas, points, &places);
    draw_mistakes(canvas, area, points, &places);
}

fn name(component: usize, explained: f64) -> String {
    if explained.is_finite() {
        let share = whole_percent(explained);
        format!("component {component} ({share} of the variance)")
    } else {
        format!("component {component}")
    }
}

/// Where an image lies on the page, to a tenth of a pixel, which keeps files small.
fn place(axes: &Axes, point: &Embedded) -> Point {
    let (x, y) = axes.point(point.at[0], point.at[1]);
    ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
}

/// From where to where both components go, with some room around the points.
///
/// A component that hardly varies beside the other is not blown up to the height of the plot: a
/// line would look like a cloud.
fn ranges(points: &[&Embedded]) -> [(f64, f64); 2] {
    const ROOM: f64 = 0.03;
    const NARROWEST: f64 = 0.05;
    let ends = [0, 1].map(|axis| {
        let values = points.iter().map(|point| point.at[axis]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    });
    let widest = (ends[0].1 - ends[0].0).max(ends[1].1 - ends[1].0);
    let least = NARROWEST * widest;
    ends.map(|(low, high)| {
        let (middle, width) = (f64::midpoint(low, high), (high - low).max(least));
        let half = width * (0.5 + ROOM);
        (middle - half, middle + half)
    })
}

/// Draws all points, in layers that alternate between the digits, so that neither lies on top and
/// places with many points grow darker.
fn draw_clouds(canvas: &mut Canvas, points: &[&Embedded], places: &[Point]) {
    const LAYERS: usize = 6;
    const OPACITY: f64 = 0.4;
    canvas.group("points", |canvas| {
        for layer in 0..LAYERS {
            for (class, mark) in MARKS.into_iter().enumerate() {
                let of_class = points
                    .iter()
                    .zip(places)
                    .filter(|(point, _)| usize::from(point.positive) == class)
                    .map(|(_, place)| *place);
                let some = of_class.skip(layer).step_by(LAYERS);
                canvas.marks(mark, some, RADIUS, Paint::Series(class), OPACITY);
            }
        }
    });
}

/// Draws the mistakes once more and whole, with their names where there is room.
fn draw_mistakes(canvas: &mut Canvas, area: Area, points: &[&Embedded], places: &[Point]) {
    let mistakes: Vec<(&Embedded, Point)> = points
        .iter()
        .zip(places)
        .filter(|(point, _)| point.wrong)
        .map(|(point, place)| (*point, *place))
        .collect();
    if mistakes.len() > MOST_NAMED {
        canvas.group("mistakes", |canvas| {
            let places = mistakes.iter().map(|(_, place)| *place);
            canvas.marks(Mark::Ring, places, RING, Paint::Wrong, 0.5);
        });
        return;
    }
    let mut labels = Labels::new(area, Sides::Any);
    for (point, place) in &mistakes {
        labels.keep_free(*place, RING + 1.0);
        canvas.group_with_tip("mistake", &point.name, |canvas| {
            let class = usize::from(point.positive);
            canvas.mark(MARKS[class], *place, RADIUS * 1.2, Paint::Series(class));
            canvas.ring(*place, RING, Stroke::solid(Paint::Wrong, 2.0));
        });
    }
    for (point, place) in &mistakes {
        labels.place(canvas, &point.name, *place, RING + 1.0, places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{Written, count, readable_texts};

    fn point(x: f64, y: f64) -> Embedded {
        Embedded {
            at: [x, y],
            positive: false,
            wrong: false,
            name: format!("row {x}: 0"),
        }
    }

    fn drawn(points: &[Embedded]) -> Figure {
        embedding("Second layer", "six images", [3, 8], points, [0.934, 0.05])
    }

    fn contains(texts: &[Written], text: &str) -> bool {
        texts.iter().any(|written| written.text == text)
    }

    /// Where the marks of the cloud begin, in the order in which they are drawn.
    fn marks(figure: &Figure) -> Vec<(f64, f64)> {
        let svg = figure.to_inline_svg();
        let cloud = &svg[svg.find("<g class=\"points\"").unwrap()..];
        let cloud = &cloud[..cloud.find("</g>").unwrap()];
        let starts = cloud.split('M').skip(1).map(|mark| {
            let numbers: Vec<&str> = mark.split([' ', 'a', 'l']).take(2).collect();
            (numbers[0].parse().unwrap(), numbers[1].parse().unwrap())
        });
        starts.collect()
    }

    #[test]
    fn points_lie_over_their_numbers_and_the_legend_counts_them() {
        let mut points = vec![point(-1.0, 0.0), point(0.0, 1.0), point(1.0, 2.0)];
        points[2].positive = true;
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
        // Layer by layer, the negative digit first: -1 and 1, which is positive, then 0.
        let marks = marks(&figure);
        assert_eq!(marks.len(), 3);
        let lowest = texts
            .iter()
            .filter(|written| written.text == "0.0")
            .max_by(|a, b| a.area.top().total_cmp(&b.area.top()))
            .unwrap();
        let middle = f64::midpoint(lowest.area.left().into(), lowest.area.right().into());
        // A circle begins at its left.
        assert!(
            (marks[2].0 + RADIUS - middle).abs() < 0.5,
            "{marks:?} {lowest:?}"
        );
        assert!(marks[0].0 < marks[2].0 && marks[0].1 > marks[2].1);
        // A triangle begins at its upper corner: as far from 0 as -1 is.
        let right = marks[1].0 - (marks[2].0 + RADIUS);
        assert!((right - (marks[2].0 - marks[0].0)).abs() < 0.2);
    }

    #[test]
    fn a_component_that_hardly_varies_is_drawn_as_a_line() {
        let points: Vec<Embedded> = (0..100)
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
    fn mistakes_are_named_unless_there_are_too_many() {
        let wrong = |row: u32| Embedded {
            wrong: true,
            ..point(f64::from(row % 37), f64::from(row % 11))
        };
        let few: Vec<Embedded> = (0..40).map(wrong).collect();
        let figure = drawn(&few);
        assert_eq!(
            (count(&figure, "mistake"), count(&figure, "mistakes")),
            (40, 0)
        );
        // Names that would lie on one another would be refused here.
        let named = readable_texts(&figure);
        let named = named.iter().filter(|text| text.text.starts_with("row"));
        assert!(named.count() > 20);
        let many: Vec<Embedded> = (0..5000).map(wrong).collect();
        let figure = drawn(&many);
        assert_eq!(
            (count(&figure, "mistake"), count(&figure, "mistakes")),
            (0, 1)
        );
        assert!(contains(&readable_texts(&figure), "wrong: 5000"));
    }

    #[test]
    fn points_without_a_place_are_counted_and_left_out() {
        let points = [
            point(0.0, 1.0),
            point(f64::NAN, 0.0),
            point(0.0, f64::INFINITY),
        ];
        let figure = drawn(&points);
        assert_eq!(marks(&figure).len(), 1);
        let texts = readable_texts(&figure);
        assert!(contains(&texts, "not shown, numbers not finite: 2"));
        let texts = readable_texts(&drawn(&points[1..]));
        assert!(contains(&texts, "no images"));
    }

    #[test]
    fn any_points_can_be_read() {
        for points in [
            vec![],
            vec![point(0.0, 0.0)],
            vec![point(-1.5, 1e-4), point(-1.5, 1e-4)],
            vec![point(-1e300, 1e300), point(1e300, -1e300)],
            vec![point(1e-9, 2e-9), point(3e-9, -2e-9)],
        ] {
            readable_texts(&drawn(&points));
            let wrong = points.into_iter().map(|point| Embedded {
                wrong: true,
                name: "a name of many letters ".repeat(9),
                ..point
            });
            readable_texts(&drawn(&wrong.collect::<Vec<_>>()));
        }
        let texts = readable_texts(&embedding(
            "",
            "",
            [0, 1],
            &[point(1.0, 1.0)],
            [f64::NAN; 2],
        ));
        assert!(contains(&texts, "component 1"));
    }

    #[test]
    fn ten_thousand_points_make_no_large_file() {
        let points: Vec<Embedded> = (0..10_000)
            .map(|row| Embedded {
                positive: row % 2 == 0,
                ..point(f64::from(row % 997), f64::from(row % 991))
            })
            .collect();
        let svg = drawn(&points).to_inline_svg();
        assert!(svg.len() < 400_000, "{}", svg.len());
    }
}
