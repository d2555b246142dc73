//! The points of the embedding chart.

use super::data::EmbeddedImage;
use crate::base::area::Point;
use crate::base::axes::Axes;
use crate::base::badge::{self, Badges};
use crate::base::canvas::Canvas;
use crate::base::mark::Mark;
use crate::base::style::{Paint, Stroke};
use crate::charts::point_labels::{PointLabels, Sides};

pub(super) const RADIUS: f64 = 3.0;

/// The marks of a chart's classes, which differ in black and white, too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes<'a> {
    /// The digit of each class.
    pub(super) digits: &'a [u8],
}

impl Classes<'_> {
    pub(super) fn mark(self, class: usize) -> (Mark, Paint) {
        let paint = if self.is_pair() {
            Paint::Series(class)
        } else {
            Paint::Class(class)
        };
        (Mark::of_class(class), paint)
    }

    fn is_pair(self) -> bool {
        self.digits.len() <= 2
    }

    /// The middle of the points of each of more than two classes, where its digit is written: the medians of both
    /// coordinates.
    fn middles(self, images: &[&EmbeddedImage], points: &[Point]) -> Vec<(usize, Point)> {
        let classes = if self.is_pair() {
            0..0
        } else {
            0..self.digits.len()
        };
        let middles = classes.filter_map(|class| {
            let images = images.iter().zip(points);
            let of_class = images.filter(|(image, _)| image.class == class);
            let (x, y) = of_class.map(|(_, point)| *point).unzip();
            Some((class, (median(x)?, median(y)?)))
        });
        middles.collect()
    }

    /// How opaque points are: the pale ones among many colors would hardly be visible.
    fn opacity(self) -> f64 {
        if self.is_pair() { 0.4 } else { 0.6 }
    }
}

/// The radius of the ring around wrong predictions.
const RING: f64 = 6.5;

/// If there are more wrong predictions, they are not labeled.
const MAX_LABELS: usize = 100;

/// Draws the points, and the wrong predictions once more on top of them.
pub(super) fn draw(
    canvas: &mut Canvas,
    axes: &Axes,
    classes: Classes<'_>,
    images: &[&EmbeddedImage],
) {
    let points: Vec<Point> = images.iter().map(|image| point(axes, image)).collect();
    let middles = classes.middles(images, &points);
    draw_all(canvas, classes, images, &points);
    let wrong: Vec<(&EmbeddedImage, Point)> = images
        .iter()
        .zip(&points)
        .filter(|(image, _)| image.wrong)
        .map(|(image, point)| (*image, *point))
        .collect();
    if wrong.len() > MAX_LABELS {
        canvas.group("mistakes", |canvas| {
            let points = wrong.iter().map(|(_, point)| *point);
            canvas.marks(Mark::Ring, points, RING, Paint::Wrong, 0.5);
        });
    } else {
        let mut labels = PointLabels::new(axes.area, Sides::Any);
        for (_, middle) in &middles {
            labels.keep_free(*middle, badge::RADIUS + 1.0);
        }
        draw_labeled(canvas, classes, labels, &wrong, &points);
    }
    let mut badges = Badges::default();
    for (class, middle) in middles {
        let (_, paint) = classes.mark(class);
        badges.place(canvas, classes.digits[class], middle, paint);
    }
}

/// The point of an image, to a tenth of a pixel, which keeps files small.
fn point(axes: &Axes, image: &EmbeddedImage) -> Point {
    let (x, y) = axes.point(image.at[0], image.at[1]);
    ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
}

/// Draws all points in layers that alternate between the digits, so that neither covers the other
/// and dense regions are darker.
fn draw_all(
    canvas: &mut Canvas,
    classes: Classes<'_>,
    images: &[&EmbeddedImage],
    points: &[Point],
) {
    const LAYERS: usize = 6;
    canvas.group("points", |canvas| {
        for layer in 0..LAYERS {
            for class in 0..classes.digits.len() {
                let (mark, paint) = classes.mark(class);
                let images = images.iter().zip(points);
                let of_class = images.filter(|(image, _)| image.class == class);
                let points = of_class.map(|(_, point)| *point);
                let of_layer = points.skip(layer).step_by(LAYERS);
                canvas.marks(mark, of_layer, RADIUS, paint, classes.opacity());
            }
        }
    });
}

/// Draws wrong predictions opaque, with a ring, and with labels where there is space.
fn draw_labeled(
    canvas: &mut Canvas,
    classes: Classes<'_>,
    mut labels: PointLabels,
    wrong: &[(&EmbeddedImage, Point)],
    points: &[Point],
) {
    const DISTANCE: f64 = RING + 1.0;
    for (image, point) in wrong {
        labels.keep_free(*point, DISTANCE);
        canvas.group_with_tip("mistake", &image.name, |canvas| {
            let (mark, paint) = classes.mark(image.class);
            canvas.mark(mark, *point, RADIUS * 1.2, paint);
            canvas.ring(*point, RING, Stroke::solid(Paint::Wrong, 2.0));
        });
    }
    for (image, point) in wrong {
        labels.place(canvas, &image.name, *point, DISTANCE, points);
    }
}

/// The upper median; `None` without values.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
