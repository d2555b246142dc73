//! A contact sheet: pictures as tiles.

use crate::generator::{File, Made, Picture};

const TILE: usize = 96;
const GAP: usize = 4;
const COLUMNS: usize = 10;
const MOST: usize = 80;

/// Draws up to 80 pictures, evenly chosen; transparent ones on grey.
pub(crate) fn write(made: &[Made]) -> Vec<u8> {
    let shown = made.len().min(MOST);
    let rows = shown.div_ceil(COLUMNS);
    let step = TILE + GAP;
    let width = COLUMNS * step;
    let mut sheet = vec![[0.35, 0.45, 0.55]; width * rows * step];
    for place in 0..shown {
        let picture = &made[place * made.len() / shown].picture;
        let scale = (picture.size.width.max(picture.size.height) as f32 / TILE as f32).max(0.25);
        let (column, row) = (place % COLUMNS * step, place / COLUMNS * step);
        for y in 0..TILE {
            for x in 0..TILE {
                if let Some(colour) = mean(picture, x, y, scale) {
                    sheet[(row + y) * width + column + x] = colour;
                }
            }
        }
    }
    let mut page = Picture::plain(made[0].picture.size, [0.0; 3]);
    page.size.width = width;
    page.size.height = rows * step;
    page.pixels = sheet;
    page.alpha = None;
    File::Png.write(&page)
}

/// The mean of the pixels that a pixel of a tile shows, none outside the picture.
fn mean(picture: &Picture, x: usize, y: usize, scale: f32) -> Option<[f32; 3]> {
    let range = |at: usize, end: usize| {
        let from = (at as f32 * scale) as usize;
        (from < end).then(|| {
            from..((at + 1) as f32 * scale)
                .ceil()
                .min(end as f32)
                .max(from as f32 + 1.0) as usize
        })
    };
    let (across, down) = (
        range(x, picture.size.width)?,
        range(y, picture.size.height)?,
    );
    let count = (across.len() * down.len()) as f32;
    let mut sum = [0.0; 3];
    for row in down {
        for column in across.clone() {
            let at = row * picture.size.width + column;
            let alpha = picture.alpha.as_ref().map_or(1.0, |alpha| alpha[at]);
            for (sum, value) in sum.iter_mut().zip(picture.pixels[at]) {
                *sum += value * alpha + 0.6 * (1.0 - alpha);
            }
        }
    }
    Some(sum.map(|value| value / count))
}
