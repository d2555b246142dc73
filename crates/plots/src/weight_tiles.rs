//! Units of the first layer as small images of their weights, with a colour bar.

use crate::Bitmap;
use crate::canvas::{Anchor, Area, Canvas, Pixels, Point, TextStyle};
use crate::compact::compact;
use crate::font::Weight;
use crate::heading::paragraph;
use crate::model_diagram::grouped;
use crate::scale::count;
use crate::style::{Paint, Stroke};

/// More units are not shown.
const MOST_TILES: usize = 200;

/// The colour bar.
const BAR_WIDTH: f64 = 220.0;
const BAR_HEIGHT: f64 = 12.0;

/// Some tiles with one colour scale.
pub(crate) struct Tiles<'a> {
    pub(crate) heading: String,
    /// What light and dark mean, and what stands below a tile.
    pub(crate) remark: &'a str,
    /// What the numbers of the colour bar are.
    pub(crate) name: &'a str,
    /// One for each unit.
    pub(crate) images: &'a [Bitmap],
    /// What stands below them, as far as there are any.
    pub(crate) biases: Vec<f32>,
}

impl Tiles<'_> {
    /// Draws heading and remark in so much room; gives the lower edge.
    pub(crate) fn draw_head(&self, canvas: &mut Canvas, (left, top): Point, room: f64) -> f64 {
        let heading = TextStyle::HEADING.fitted(&self.heading, room);
        canvas.text(&heading, (left, top + 13.0), TextStyle::HEADING);
        let remark = [&[self.remark.to_owned()], &self.left_out()[..]]
            .concat()
            .join(" ");
        let top = top + 18.0;
        top + paragraph(canvas, &remark, (left, top), room, TextStyle::SMALL)
    }

    /// Draws the colour bar and the tiles in so much room; gives the lower edge.
    pub(crate) fn draw(&self, canvas: &mut Canvas, (left, top): Point, room: f64) -> f64 {
        let shown = self.shown();
        let (size, limit) = (Size::of(shown), limit(shown));
        color_bar(canvas, (left, top), limit, self.name);
        let mut bottom = top + BAR_HEIGHT + 32.0;
        let columns = size.columns(room);
        for (row, tiles) in shown.chunks(columns).enumerate() {
            for (column, image) in tiles.iter().enumerate() {
                let unit = row * columns + column;
                let corner = (left + count(column) * size.pitch, bottom);
                self.draw_tile(canvas, (unit, image), corner, (&size, limit));
            }
            bottom += size.side + size.captions;
        }
        bottom
    }

    fn shown(&self) -> &[Bitmap] {
        &self.images[..self.images.len().min(MOST_TILES)]
    }

    fn draw_tile(
        &self,
        canvas: &mut Canvas,
        (unit, image): (usize, &Bitmap),
        (left, top): Point,
        (size, limit): (&Size, f64),
    ) {
        let bias = self.biases.get(unit).map(|bias| compact(f64::from(*bias)));
        let number = grouped(unit + 1);
        let tip = match &bias {
            Some(bias) => format!("unit {number}, bias {bias}"),
            None => format!("unit {number}"),
        };
        canvas.group_with_tip("tile", &tip, |canvas| {
            let area = size.place(image, (left, top));
            canvas.image(area, &image.diverging(limit));
            let style = TextStyle {
                weight: Weight::SemiBold,
                ..TextStyle::SMALL.painted(Paint::Ink)
            };
            let y = top + size.side + 13.0;
            canvas.text(&number, (left, y), style);
            if let Some(bias) = bias {
                let style = TextStyle::SMALL.painted(Paint::Ink);
                if size.is_small() {
                    canvas.text(&bias, (left, y + 14.0), style);
                } else {
                    let right = left + size.side;
                    canvas.text(&bias, (right, y), style.anchored(Anchor::End));
                }
            }
        });
    }

    /// What is not to be seen, in sentences.
    fn left_out(&self) -> Vec<String> {
        let shown = self.shown();
        let limit = limit(shown);
        let values = || shown.iter().flat_map(|image| &image.values);
        let is_beyond = |value: &&f32| f64::from(value.abs()) > limit * (1.0 + 1e-6);
        let mut sentences = Vec::new();
        let beyond = values().filter(is_beyond).count();
        if beyond > 0 {
            let (beyond, all) = (grouped(beyond), grouped(values().count()));
            sentences.push(format!("Beyond the ends and cut: {beyond} of {all}."));
        }
        let missing = values().filter(|value| value.is_nan()).count();
        if missing > 0 {
            sentences.push(format!(
                "Not a number and drawn as 0: {}.",
                grouped(missing)
            ));
        }
        if shown.len() < self.images.len() {
            let (shown, all) = (grouped(shown.len()), grouped(self.images.len()));
            sentences.push(format!("The first {shown} of {all} units are shown."));
        }
        sentences
    }
}

/// How large tiles are, and how far apart.
struct Size {
    /// Of the square that a tile lies in.
    side: f64,
    /// From a tile to the next.
    pitch: f64,
    /// Height of the texts below it, with the gap to the next row.
    captions: f64,
}

impl Size {
    /// Smaller if there are many.
    fn of(images: &[Bitmap]) -> Self {
        if images.len() <= 30 {
            Self {
                side: 80.0,
                pitch: 90.0,
                captions: 30.0,
            }
        } else {
            Self {
                side: 40.0,
                pitch: 55.0,
                captions: 44.0,
            }
        }
    }

    fn is_small(&self) -> bool {
        self.side < 80.0
    }

    /// How many tiles fit beside each other.
    fn columns(&self, room: f64) -> usize {
        let fitting = (1..)
            .take_while(|columns| count(*columns) * self.pitch <= room + self.pitch - self.side);
        fitting.last().unwrap_or(1)
    }

    /// Where an image lies in its square: each of its pixels as large as the next.
    fn place(&self, image: &Bitmap, (left, top): Point) -> Area {
        let columns = image.columns.max(1);
        let rows = image.values.len() / columns;
        let longest = count(columns.max(rows).max(1));
        let pixel = self.side / longest;
        let pixel = if pixel < 1.0 { pixel } else { pixel.floor() };
        Area {
            left,
            top,
            width: pixel * count(columns),
            height: pixel * count(rows),
        }
    }
}

/// The number at the ends of the colour bar: all but a hundredth of the weights lie within, so that
/// a few large ones do not make the others pale. Rounded up to two digits; 1 if all are zero.
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
    // The smallest that at least 99 of 100 do not exceed.
    let place = (sizes.len() * 99).div_ceil(100) - 1;
    let most = if sizes[place] > 0.0 {
        sizes[place]
    } else {
        largest
    };
    let digit = 10_f64.powf(most.log10().floor() - 1.0);
    // 0.2 as a 32-bit number is a little more than 0.2.
    (most / digit - 1e-5).ceil() * digit
}

/// Draws the colours from `-limit` to `limit` with three numbers below.
fn color_bar(canvas: &mut Canvas, (left, top): Point, limit: f64, name: &str) {
    let area = Area {
        left,
        top,
        width: BAR_WIDTH,
        height: BAR_HEIGHT,
    };
    canvas.group("colors", |canvas| {
        canvas.image(area, &ramp());
        canvas.outline(area, Stroke::solid(Paint::Muted, 0.75));
        let y = area.bottom() + 14.0;
        let style = TextStyle::SMALL;
        let (low, high) = (compact(-limit), compact(limit));
        canvas.text(&low, (area.left, y), style);
        canvas.text("0", (area.center().0, y), style.anchored(Anchor::Middle));
        canvas.text(&high, (area.right(), y), style.anchored(Anchor::End));
        let label = (area.right() + 10.0, area.bottom() - 2.0);
        canvas.text(name, label, style);
    });
}

/// The scale's colours from one end to the other.
fn ramp() -> Pixels {
    let bar = Bitmap {
        columns: 101,
        values: (-50_i8..=50).map(f32::from).collect(),
    };
    bar.diverging(50.0)
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
        // Of 200 weights two may lie beyond; the limit is rounded up to two digits.
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
    fn weights_that_are_zero_or_no_numbers_have_a_scale_too() {
        assert_eq!(limit_of(vec![0.0; 400]), "1.0000");
        assert_eq!(limit_of(vec![f32::NAN, f32::INFINITY]), "1.0000");
        assert_eq!(limit_of(Vec::new()), "1.0000");
        // The only one that is not zero.
        let mut values = vec![0.0; 400];
        values[7] = -0.25;
        assert_eq!(limit_of(values), "0.2500");
    }

    #[test]
    fn what_is_not_to_be_seen_is_said() {
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
                "Beyond the ends and cut: 1 of 400.",
                "Not a number and drawn as 0: 1."
            ]
        );
        assert_eq!(
            tiles(&vec![image(1, vec![0.0]); 1000]),
            ["The first 200 of 1,000 units are shown."]
        );
    }

    #[test]
    fn pixels_of_a_tile_are_as_large_as_each_other() {
        let size = Size::of(&[]);
        let place = |columns: usize, rows: usize| {
            let area = size.place(&image(columns, vec![0.0; columns * rows]), (10.0, 20.0));
            (area.left, area.top, area.width, area.height)
        };
        assert_eq!(place(20, 20), (10.0, 20.0, 80.0, 80.0));
        // Three pixels of the page would be too many for each of 28.
        assert_eq!(place(28, 28), (10.0, 20.0, 56.0, 56.0));
        assert_eq!(place(10, 20), (10.0, 20.0, 40.0, 80.0));
        assert_eq!(place(160, 160), (10.0, 20.0, 80.0, 80.0));
        assert_eq!(
            (size.columns(440.0), size.columns(920.0), size.columns(1.0)),
            (5, 10, 1)
        );
    }
}
