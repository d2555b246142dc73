//! Images as points in two dimensions: what a layer makes of them, seen from its widest side.

use crate::Figure;
use crate::axes::{Axes, BOTTOM_MARGIN, Entry, Scale, left_margin, legend};
use crate::canvas::{Area, Canvas, Point};
use crate::heading::{MARGIN, heading};
use crate::labels::{Labels, Sides};
use crate::panel::missing;
use crate::rounding::whole_percent;
use crate::style::{Mark, Paint, Stroke};

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
