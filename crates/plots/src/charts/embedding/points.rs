//! The points of the embedding chart.

use super::data::EmbeddedImage;
use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::mark::Mark;
use crate::base::style::{Paint, Stroke};
use crate::charts::point_labels::{PointLabels, Sides};

/// The marks of the negative and of the positive digit, which differ in black and white, too.
pub(super) const MARKS: [Mark; 2] = [Mark::Circle, Mark::Triangle];
pub(super) const RADIUS: f64 = 3.0;

/// The radius of the ring around wrong predictions.
const RING: f64 = 6.5;

/// If there are more wrong predictions, they are not labeled.
const MAX_LABELS: usize = 100;

/// Draws the points, and the wrong predictions once more on top of them.
pub(super) fn draw(canvas: &mut Canvas, axes: &Axes, images: &[&EmbeddedImage]) {
    let points: Vec<Point> = images.iter().map(|image| point(axes, image)).collect();
    draw_all(canvas, images, &points);
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
        draw_labeled(canvas, axes.area, &wrong, &points);
    }
}

/// The point of an image, to a tenth of a pixel, which keeps files small.
fn point(axes: &Axes, image: &EmbeddedImage) -> Point {
    let (x, y) = axes.point(image.at[0], image.at[1]);
    ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
}

/// Draws all points in layers that alternate between the digits, so that neither covers the other
/// and dense regions are darker.
fn draw_all(canvas: &mut Canvas, images: &[&EmbeddedImage], points: &[Point]) {
    const LAYERS: usize = 6;
    const OPACITY: f64 = 0.4;
    canvas.group("points", |canvas| {
        for layer in 0..LAYERS {
            for (class, mark) in MARKS.into_iter().enumerate() {
                let images = images.iter().zip(points);
                let of_class = images.filter(|(image, _)| image.class() == class);
                let points = of_class.map(|(_, point)| *point);
                let of_layer = points.skip(layer).step_by(LAYERS);
                canvas.marks(mark, of_layer, RADIUS, Paint::Series(class), OPACITY);
            }
        }
    });
}

/// Draws wrong predictions opaque, with a ring, and with labels where there is space.
fn draw_labeled(
    canvas: &mut Canvas,
    area: Area,
    wrong: &[(&EmbeddedImage, Point)],
    points: &[Point],
) {
    const DISTANCE: f64 = RING + 1.0;
    let mut labels = PointLabels::new(area, Sides::Any);
    for (image, point) in wrong {
        labels.keep_free(*point, DISTANCE);
        canvas.group_with_tip("mistake", &image.name, |canvas| {
            let class = image.class();
            canvas.mark(MARKS[class], *point, RADIUS * 1.2, Paint::Series(class));
            canvas.ring(*point, RING, Stroke::solid(Paint::Wrong, 2.0));
        });
    }
    for (image, point) in wrong {
        labels.place(canvas, &image.name, *point, DISTANCE, points);
    }
}
