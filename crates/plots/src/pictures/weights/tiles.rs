//! The units of the first layer as small images of their weights, with a color bar.

use super::tile_size::TileSize;
use crate::base::area::{Area, Point};
use crate::base::bitmap::Bitmap;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::paragraph;
use crate::base::number_format::{compact, grouped};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// If there are more units, the rest is not drawn.
const MAX_TILES: usize = 200;

/// The color bar.
const BAR_WIDTH: f64 = 220.0;
const BAR_HEIGHT: f64 = 12.0;

/// Tiles with one color scale.
pub(super) struct Tiles<'a> {
    pub(super) heading: String,
    /// What light and dark mean, and what is below a tile.
    pub(super) remark: &'a str,
    /// What the numbers of the color bar are.
    pub(super) name: &'a str,
    /// One for each unit.
    pub(super) images: &'a [Bitmap],
    /// The numbers below the tiles, as far as there are any.
    pub(super) biases: Vec<f32>,
}

impl Tiles<'_> {
    /// Draws heading and remark in this width; returns the lower edge.
    pub(super) fn draw_head(&self, canvas: &mut Canvas, (left, top): Point, width: f64) -> f64 {
        let heading = TextStyle::HEADING.fitted(&self.heading, width);
        canvas.text(&heading, (left, top + 13.0), TextStyle::HEADING);
        let remark = [&[self.remark.to_owned()], &self.left_out()[..]]
            .concat()
            .join(" ");
        let top = top + 18.0;
        top + paragraph(canvas, &remark, (left, top), width, TextStyle::SMALL)
    }

    /// Draws the color bar and the tiles in this width; returns the lower edge.
    pub(super) fn draw(&self, canvas: &mut Canvas, (left, top): Point, width: f64) -> f64 {
        let shown = self.shown();
        let (size, limit) = (TileSize::of(shown.len()), limit(shown));
        draw_color_bar(canvas, (left, top), limit, self.name);
        let mut bottom = top + BAR_HEIGHT + 32.0;
        let columns = size.columns(width);
        for (row, tiles) in shown.chunks(columns).enumerate() {
            for column in 0..tiles.len() {
                let corner = (left + real(column) * size.pitch, bottom);
                self.draw_tile(canvas, row * columns + column, corner, &size, limit);
            }
            bottom += size.side + size.captions;
        }
        bottom
    }

    fn shown(&self) -> &[Bitmap] {
        &self.images[..self.images.len().min(MAX_TILES)]
    }

    fn draw_tile(
        &self,
        canvas: &mut Canvas,
        unit: usize,
        (left, top): Point,
        size: &TileSize,
        limit: f64,
    ) {
        let image = &self.images[unit];
        let bias = self.biases.get(unit).map(|bias| compact(f64::from(*bias)));
        let number = grouped(unit + 1);
        let tip = match &bias {
            Some(bias) => format!("unit {number}, bias {bias}"),
            None => format!("unit {number}"),
        };
        canvas.group_with_tip("tile", &tip, |canvas| {
            let area = size.area(image, (left, top));
            canvas.image(area, &image.diverging(limit));
            let style = TextStyle::SMALL.painted(Paint::Ink);
            let baseline = top + size.side + 13.0;
            canvas.text(&number, (left, baseline), style.bold());
            if let Some(bias) = bias {
                let (at, anchor) = if size.has_two_lines() {
                    ((left, baseline + 14.0), Anchor::Start)
                } else {
                    ((left + size.side, baseline), Anchor::End)
                };
                canvas.text(&bias, at, style.anchored(anchor));
            }
        });
    }

    /// What the tiles do not show, in sentences.
    fn left_out(&self) -> Vec<String> {
        let shown = self.shown();
        let limit = limit(shown);
        let values = || shown.iter().flat_map(|image| &image.values);
        let is_beyond = |value: &&f32| f64::from(value.abs()) > limit * (1.0 + 1e-6);
        let mut sentences = Vec::new();
        let beyond = values().filter(is_beyond).count();
        if beyond > 0 {
            let (beyond, all) = (grouped(beyond), grouped(values().count()));
            sentences.push(format!(
                "Outside the color scale and clipped: {beyond} of {all} weights."
            ));
        }
        let missing = values().filter(|value| value.is_nan()).count();
        if missing > 0 {
            let missing = grouped(missing);
            sentences.push(format!("NaN, drawn as 0: {missing}."));
        }
        if shown.len() < self.images.len() {
            let (shown, all) = (grouped(shown.len()), grouped(self.images.len()));
            sentences.push(format!("Shown: the first {shown} of {all} units."));
        }
        sentences
    }
}

/// The number at the ends of the color bar.
///
/// At least 99 of 100 weights are within it, so that a few large ones do not make the others pale.
/// It is rounded up to two digits; 1 if all weights are zero.
fn limit(images: &[Bitmap]) -> f64 {
    let values = images.iter().flat_map(|image| &image.values);
    let mut sizes: Vec<f64> = values
        .filter(|value| value.is_finite())
        .map(|value| f64::from(value.abs()))
        .collect();
    sizes.sort_by(f64::total_cmp);
    let Some(largest) = sizes.last().copied().filter(|largest| *largest > 0.0) else {
        return 1.0;
    };
    let percentile = sizes[(sizes.len() * 99).div_ceil(100) - 1];
    let limit = if percentile > 0.0 {
        percentile
    } else {
        largest
    };
    let digit = 10_f64.powf(limit.log10().floor() - 1.0);
    // 0.2 as a 32-bit number is slightly more than 0.2.
    (limit / digit - 1e-5).ceil() * digit
}

/// Draws the colors from `-limit` to `limit` with three numbers below.
fn draw_color_bar(canvas: &mut Canvas, (left, top): Point, limit: f64, name: &str) {
    let area = Area {
        left,
        top,
        width: BAR_WIDTH,
        height: BAR_HEIGHT,
    };
    let colors = Bitmap {
        columns: 101,
        values: (-50_i8..=50).map(f32::from).collect(),
    };
    canvas.group("colors", |canvas| {
        canvas.image(area, &colors.diverging(50.0));
        canvas.outline(area, Stroke::solid(Paint::Muted, 0.75));
        let baseline = area.bottom() + 14.0;
        for (number, x, anchor) in [
            (compact(-limit), area.left, Anchor::Start),
            ("0".to_owned(), area.center().0, Anchor::Middle),
            (compact(limit), area.right(), Anchor::End),
        ] {
            canvas.text(&number, (x, baseline), TextStyle::SMALL.anchored(anchor));
        }
        let at = (area.right() + 10.0, area.bottom() - 2.0);
        canvas.text(name, at, TextStyle::SMALL);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(columns: usize, values: Vec<f32>) -> Bitmap {
        Bitmap { columns, values }
    }

    fn limit_of(values: Vec<f32>) -> String {
        format!("{:.4}", limit(&[image(20, values)]))
    }

    #[test]
    fn a_few_large_weights_do_not_make_the_others_pale() {
        // Of 200 weights two may be beyond the limit, which is rounded up to two digits.
        let mut values = vec![-0.301; 200];
        assert_eq!(limit_of(values.clone()), "0.3100");
        values[..2].fill(50.0);
        assert_eq!(limit_of(values.clone()), "0.3100");
        values[2] = 50.0;
        assert_eq!(limit_of(values), "50.0000");
        assert_eq!(limit_of(vec![0.5, -2.0]), "2.0000");
        assert_eq!(limit_of(vec![0.2]), "0.2000");
    }

    #[test]
    fn zero_and_non_finite_weights_have_a_scale() {
        assert_eq!(limit_of(vec![0.0; 400]), "1.0000");
        assert_eq!(limit_of(vec![f32::NAN, f32::INFINITY]), "1.0000");
        assert_eq!(limit_of(Vec::new()), "1.0000");
        // The only one that is not zero.
        let mut values = vec![0.0; 400];
        values[7] = -0.25;
        assert_eq!(limit_of(values), "0.2500");
    }

    #[test]
    fn the_remark_says_what_is_not_shown() {
        let tiles = |images: &[Bitmap]| {
            let tiles = Tiles {
                heading: String::new(),
                remark: "",
                name: "",
                images,
                biases: Vec::new(),
            };
            tiles.left_out()
        };
        assert_eq!(tiles(&[image(2, vec![0.2, -0.2, 0.1, 0.0])]), [""; 0]);
        let mut values = vec![0.1; 398];
        values.extend([f32::NAN, 7.0]);
        assert_eq!(
            tiles(&[image(20, values)]),
            [
                "Outside the color scale and clipped: 1 of 400 weights.",
                "NaN, drawn as 0: 1."
            ]
        );
        assert_eq!(
            tiles(&vec![image(1, vec![0.0]); 1000]),
            ["Shown: the first 200 of 1,000 units."]
        );
    }
}
