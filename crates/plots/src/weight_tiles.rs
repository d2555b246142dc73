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
    /// Draws heading, colour bar and tiles from a corner in so much room; gives the lower edge.
    pub(crate) fn draw(&self, canvas: &mut Canvas, (left, top): Point, room: f64) -> f64 {
        let shown = &self.images[..self.images.len().min(MOST_TILES)];
        let limit = limit(shown);
        let heading = TextStyle::HEADING.fitted(&self.heading, room);
        canvas.text(&heading, (left, top + 13.0), TextStyle::HEADING);
        let remark = format!("{}{}", self.remark, self.left_out(limit));
        let mut bottom = top + 18.0;
        bottom += paragraph(canvas, &remark, (left, bottom), room, TextStyle::SMALL) + 8.0;
        color_bar(canvas, (left, bottom), limit, self.name);
        bottom += BAR_HEIGHT + 32.0;

        let size = Size::of(shown);
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

    /// Says what is not to be seen.
    fn left_out(&self, limit: f64) -> String {
        let shown = self.images.len().min(MOST_TILES);
        let values = || self.images[..shown].iter().flat_map(|image| &image.values);
        let mut text = String::new();
        let beyond = values()
            .filter(|value| f64::from(value.abs()) > limit)
            .count();
        if beyond > 0 {
            let all = values().count();
            let (beyond, all) = (grouped(beyond), grouped(all));
            text += &[
                ". ",
                &beyond,
                " of ",
                &all,
                " lie beyond the ends and are cut",
            ]
            .concat();
        }
        let missing = values().filter(|value| value.is_nan()).count();
        if missing > 0 {
            text += &[". ", &grouped(missing), " are not numbers and drawn as 0"].concat();
        }
        if shown < self.images.len() {
            let (shown, all) = (grouped(shown), grouped(self.images.len()));
            text += &[". The first ", &shown, " of ", &all, " units are shown"].concat();
        }
        text
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
    (most / digit - 1e-9).ceil() * digit
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
