//! A picture at the size at which it fits, and boxes on it.

use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::raster::Pixels;
use crate::base::style::{Paint, Stroke};

/// The color of boxes around digits.
pub(super) const BOX: Paint = Paint::Series(2);

/// Between a digit and the box around it, on the page.
pub(super) const BOX_GAP: f64 = 2.0;

/// Pixels that are so large on the page, or larger, have sharp edges.
const SHARP: f64 = 4.0;

/// Where a picture is on the page.
pub(super) struct Scaled {
    pub(super) area: Area,
    /// The size of a pixel on the page.
    scale: f64,
    size: (usize, usize),
}

impl Scaled {
    /// A picture of this many columns and rows, as large as it can be, at this upper left corner.
    pub(super) fn new(size: (usize, usize), (left, top): Point, max: (f64, f64)) -> Self {
        let (columns, rows) = (real(size.0), real(size.1));
        let scale = (max.0 / columns.max(1.0)).min(max.1 / rows.max(1.0));
        let area = Area {
            left,
            top,
            width: columns * scale,
            height: rows * scale,
        };
        Self { area, scale, size }
    }

    /// Draws the picture, with at most two pixels for each pixel of the page: as many as the PNG has, and few enough for a
    /// page of many photographs.
    pub(super) fn draw(&self, canvas: &mut Canvas, pixels: Pixels) {
        let mut factor = 1;
        while real(factor) * self.scale * 2.0 < 1.0 {
            factor += 1;
        }
        let pixels = pixels.reduced(factor);
        if self.scale < SHARP {
            canvas.smooth_image(self.area, &pixels);
        } else {
            canvas.image(self.area, &pixels);
        }
    }

    /// The box around pixels from left and top to right and bottom, as far as they are in the picture.
    pub(super) fn box_around(&self, [left, top, right, bottom]: [usize; 4]) -> Area {
        let (columns, rows) = self.size;
        let at = |x: usize, y: usize| {
            let (x, y) = (real(x.min(columns)), real(y.min(rows)));
            (
                self.area.left + x * self.scale,
                self.area.top + y * self.scale,
            )
        };
        Area::between(at(left, top), at(right.max(left), bottom.max(top))).grown(BOX_GAP)
    }
}

/// Draws a box that is visible on light and dark pictures.
pub(super) fn draw_box(canvas: &mut Canvas, area: Area) {
    canvas.outline(area, Stroke::solid(Paint::Paper, 4.0).with_opacity(0.8));
    canvas.outline(area, Stroke::solid(BOX, 2.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{assert_near, image_bytes};

    fn scaled(size: (usize, usize)) -> Scaled {
        Scaled::new(size, (10.0, 30.0), (200.0, 100.0))
    }

    #[test]
    fn a_picture_keeps_its_proportions_in_the_largest_size_that_fits() {
        let fitted = |size| {
            let area = scaled(size).area;
            (area.left, area.top, area.width, area.height)
        };
        assert_eq!(fitted((400, 100)), (10.0, 30.0, 200.0, 50.0));
        assert_eq!(fitted((100, 400)), (10.0, 30.0, 25.0, 100.0));
        assert_eq!(fitted((20, 20)), (10.0, 30.0, 100.0, 100.0));
        assert_eq!(fitted((20, 0)), (10.0, 30.0, 200.0, 0.0));
    }

    #[test]
    fn a_box_is_around_its_pixels_and_not_beyond_the_picture() {
        // Two pixels of the page for each pixel.
        let picture = scaled((100, 50));
        let around = |area| {
            let found = picture.box_around(area).grown(-BOX_GAP);
            [found.left, found.top, found.right(), found.bottom()]
        };
        assert_near(&around([10, 5, 30, 45]), &[30.0, 40.0, 70.0, 120.0]);
        assert_near(
            &around([90, 0, usize::MAX, 60]),
            &[190.0, 30.0, 210.0, 130.0],
        );
        assert_near(&around([20, 20, 10, 10]), &[50.0, 70.0, 50.0, 70.0]);
    }

    #[test]
    fn large_pictures_are_reduced_and_small_ones_show_their_pixels() {
        let drawn = |columns: usize| {
            let mut canvas = Canvas::new();
            let rgb = vec![0; columns * columns * 3];
            scaled((columns, columns)).draw(&mut canvas, Pixels { columns, rgb });
            let svg = canvas.finish(300.0, 200.0, "").to_inline_svg();
            let bytes = image_bytes(&svg);
            let width = image::load_from_memory(&bytes).unwrap().width();
            (width, svg.contains("pixelated"))
        };
        // In a square of 100: up to 200 pixels as they are, then the means of 2 x 2 and of 3 x 3.
        let sizes = [20, 25, 26, 200, 201, 400, 402];
        let expected = [20, 25, 26, 200, 101, 200, 134];
        for (columns, width) in sizes.into_iter().zip(expected) {
            assert_eq!(drawn(columns), (width, columns <= 25));
        }
    }
}
