//! How large tiles are, and how far apart.

use crate::base::area::{Area, Point};
use crate::base::bitmap::Bitmap;
use crate::base::count::real;

/// How large tiles are, and how far apart, in pixels.
pub(super) struct TileSize {
    /// The side of the square around a tile.
    pub(super) side: f64,
    /// From one tile to the next.
    pub(super) pitch: f64,
    /// The height of the texts below a tile, with the gap to the next row.
    pub(super) captions: f64,
}

impl TileSize {
    const LARGE: Self = Self {
        side: 80.0,
        pitch: 90.0,
        captions: 30.0,
    };
    const SMALL: Self = Self {
        side: 40.0,
        pitch: 55.0,
        captions: 44.0,
    };

    /// Tiles are small if there are many.
    pub(super) fn of(tiles: usize) -> Self {
        const MAX_LARGE: usize = 30;
        if tiles <= MAX_LARGE {
            Self::LARGE
        } else {
            Self::SMALL
        }
    }

    /// Whether number and bias do not fit side by side below a tile.
    pub(super) fn has_two_lines(&self) -> bool {
        self.side < Self::LARGE.side
    }

    /// The number of tiles that fit side by side, at least 1.
    pub(super) fn columns(&self, width: f64) -> usize {
        let fitting = (1..)
            .take_while(|columns| real(*columns) * self.pitch <= width + self.pitch - self.side);
        fitting.last().unwrap_or(1)
    }

    /// The area of an image whose square has this upper left corner: all of its pixels are equally
    /// large.
    pub(super) fn area(&self, image: &Bitmap, (left, top): Point) -> Area {
        let (columns, rows) = image.size();
        let pixel = self.side / real(columns.max(rows));
        let pixel = if pixel < 1.0 { pixel } else { pixel.floor() };
        Area {
            left,
            top,
            width: pixel * real(columns),
            height: pixel * real(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_of_a_tile_are_equally_large() {
        let size = TileSize::of(0);
        let area = |columns: usize, rows: usize| {
            let image = Bitmap {
                columns,
                values: vec![0.0; columns * rows],
            };
            let area = size.area(&image, (10.0, 20.0));
            (area.left, area.top, area.width, area.height)
        };
        assert_eq!(area(20, 20), (10.0, 20.0, 80.0, 80.0));
        // Three pixels of the page are too many for each of 28.
        assert_eq!(area(28, 28), (10.0, 20.0, 56.0, 56.0));
        assert_eq!(area(10, 20), (10.0, 20.0, 40.0, 80.0));
        assert_eq!(area(160, 160), (10.0, 20.0, 80.0, 80.0));
    }

    #[test]
    fn tiles_fill_the_width() {
        let columns = |tiles| {
            let size = TileSize::of(tiles);
            [440.0, 920.0, 1.0].map(|width| size.columns(width))
        };
        // 90 and 55 pixels per tile; there is no gap after the last.
        assert_eq!(columns(30), [5, 10, 1]);
        assert_eq!(columns(31), [8, 17, 1]);
    }
}
