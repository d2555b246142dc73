//! A grid of digits with a caption above each, as in the course's notebook.

pub(crate) mod cell;

use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::legend::{Entry, legend};
use crate::base::mark::Mark;
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;
use cell::{CROSS_RADIUS, CROSS_WIDTH, GridCell};

/// Between two columns and between two rows, in pixels.
const GAP: f64 = 14.0;

/// The height of a caption above its baseline, and from there to the image.
const CAPTION_ASCENT: f64 = 10.0;
const CAPTION_HEIGHT: f64 = CAPTION_ASCENT + 8.5;

/// The minimum width of a page, for title and note.
const MIN_WIDTH: f64 = 480.0;

/// Draws the cells from left to right in rows of `columns` (0 counts as 1).
///
/// The note should say which digits are shown, or why there are none. Where a name does not fit
/// above its image, it is shortened in the middle, and so is a very wide caption; the tooltip of a
/// cell has both.
#[must_use]
pub fn grid(title: &str, note: &str, cells: &[GridCell], columns: usize) -> Figure {
    let columns = columns.clamp(1, cells.len().max(1));
    let layout = Layout::of(cells, columns);
    let width = total(columns, layout.column_width).max(MIN_WIDTH);

    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, width);
    if cells.is_empty() {
        top += TextStyle::LABEL.size;
        canvas.text("Nothing to show.", (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(width + 2.0 * MARGIN, top + MARGIN, title);
    }
    if cells.iter().any(|cell| cell.wrong) {
        let name = "framed: wrong prediction";
        let wrong = Entry::mark(Mark::Cross, Paint::Wrong, name);
        top += legend(&mut canvas, &[wrong], (MARGIN, top + 8.0), width) + 4.0;
    }
    let row_height = CAPTION_HEIGHT + layout.side;
    for (row, cells) in cells.chunks(columns).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let middle = MARGIN + start(column, layout.column_width) + layout.column_width / 2.0;
            let at = (middle, top + start(row, row_height));
            canvas.group_with_tip("cell", &cell.named_caption(), |canvas| {
                draw_cell(canvas, cell, at, &layout);
            });
        }
    }
    let rows = cells.len().div_ceil(columns);
    let height = top + total(rows, row_height) + MARGIN;
    canvas.finish(width + 2.0 * MARGIN, height, title)
}

/// The sizes of a cell's parts.
struct Layout {
    /// The side of the square around an image.
    side: f64,
    /// Wider captions are shortened.
    max_caption_width: f64,
    column_width: f64,
}

impl Layout {
    /// The more columns, the smaller the images and the shorter the captions, within limits.
    fn of(cells: &[GridCell], columns: usize) -> Self {
        // A multiple of 20, so that all pixels of a digit are equally large.
        let side = (780.0 / real(columns) - GAP) / 20.0;
        let side = (side.floor() * 20.0).clamp(20.0, 120.0);
        let max_caption_width = (4000.0 / real(columns) - GAP).clamp(30.0, 200.0);
        let captions = cells
            .iter()
            .map(|cell| cell.caption_width(max_caption_width));
        Self {
            side,
            max_caption_width,
            column_width: captions.fold(side, f64::max).ceil(),
        }
    }
}

/// The start of the column or row with this index, for parts of a size with gaps between them.
fn start(index: usize, size: f64) -> f64 {
    real(index) * (size + GAP)
}

/// The size of several parts with the gaps between them.
fn total(parts: usize, size: f64) -> f64 {
    start(parts, size) - GAP
}

/// Draws a caption and the image below it; the point is the middle of the cell's upper edge.
fn draw_cell(canvas: &mut Canvas, cell: &GridCell, (middle, top): Point, layout: &Layout) {
    let style = cell.caption_style();
    let text = cell.fitted_caption(layout.max_caption_width);
    let mut left = middle - cell.caption_width(layout.max_caption_width) / 2.0;
    let baseline = top + CAPTION_ASCENT;
    let square = Area {
        left: (middle - layout.side / 2.0).round(),
        top: (top + CAPTION_HEIGHT).round(),
        width: layout.side,
        height: layout.side,
    };
    if cell.wrong {
        canvas.group("wrong", |canvas| {
            let cross = (left + CROSS_RADIUS, baseline - CROSS_RADIUS);
            canvas.mark(Mark::Cross, cross, CROSS_RADIUS, Paint::Wrong);
            // A gap between image and frame keeps the frame visible around a dark image.
            canvas.outline(square.grown(3.0), Stroke::solid(Paint::Wrong, 3.0));
        });
        left += CROSS_WIDTH;
    }
    if !text.is_empty() {
        canvas.text(&text, (left, baseline), style);
    }
    canvas.image(cell.image.centered_in(square), &cell.image.gray());
}

#[cfg(test)]
mod tests {
    use super::cell::cell;
    use super::*;
    use crate::base::bitmap::Bitmap;
    use crate::test_support::{Written, area, count, image_color, readable_texts, texts};

    #[test]
    fn cells_are_in_rows_at_equal_distances() {
        let cells: Vec<GridCell> = (0..64)
            .map(|index| cell(&format!("{}, {}", index % 2, index / 63), index == 63))
            .collect();
        let figure = grid("Digits", "label, prediction", &cells, 8);
        assert_eq!(count(&figure, "cell"), 64);
        assert_eq!(count(&figure, "wrong"), 1);
        let captions: Vec<Written> = readable_texts(&figure)
            .into_iter()
            .filter(|written| written.text.contains(", ") && written.text.len() == 4)
            .collect();
        assert_eq!(captions.len(), 64);
        // Row by row from the upper left, at equal distances.
        let corner = |index: usize| {
            let caption = &captions[index];
            (caption.center().0, f64::from(caption.area.top()))
        };
        let (across, down) = (corner(1).0 - corner(0).0, corner(8).1 - corner(0).1);
        for index in 0..63 {
            let (x, y) = corner(index);
            let (column, row) = (real(index % 8), real(index / 8));
            assert!((x - corner(0).0 - column * across).abs() < 1.0, "{index}");
            assert!((y - corner(0).1 - row * down).abs() < 1.0, "{index}");
        }
    }

    #[test]
    fn images_are_drawn_pixel_by_pixel_in_gray() {
        let figure = grid("One", "", &[cell("1", false)], 8);
        let png = image::load_from_memory(&figure.to_png().unwrap()).unwrap();
        let png = png.to_rgb8();
        // The image is 120 wide: a pixel of the digit is 6 wide, and 12 in the PNG. The light column
        // is found by its color, wherever it is on the page.
        let found = |row: u32, color: [u8; 3]| -> Vec<u32> {
            let columns = 0..png.width();
            columns
                .filter(|column| png[(*column, row)].0 == color)
                .collect()
        };
        let black = [0; 3];
        let rows: Vec<u32> = (0..png.height())
            .filter(|row| found(*row, black).len() >= 200)
            .collect();
        assert_eq!(rows.len(), 240);
        let dark = found(rows[120], black);
        assert_eq!(dark.len(), 240 - 12);
        let (first, last) = (dark[0], dark[dark.len() - 1]);
        let mut light = found(rows[120], [255; 3]);
        light.retain(|column| (first..last).contains(column));
        let tenth: Vec<u32> = (first + 9 * 12..first + 10 * 12).collect();
        assert_eq!(light, tenth);
    }

    #[test]
    fn any_number_of_cells_gives_a_page() {
        let nothing = grid("Mistakes", "all 1000 predictions are right", &[], 8);
        assert_eq!(count(&nothing, "cell"), 0);
        assert_eq!(
            texts(&nothing),
            [
                "Mistakes",
                "all 1000 predictions are right",
                "Nothing to show."
            ]
        );
        let one = grid("Mistakes", "", &[cell("1, 0", true)], 0);
        assert_eq!((count(&one, "cell"), count(&one, "wrong")), (1, 1));
        readable_texts(&one);
        let many: Vec<GridCell> = (0..10_000)
            .map(|index| cell("0, 1", index % 2 == 0))
            .collect();
        let many = grid("Digits", "", &many, 100);
        assert_eq!(count(&many, "cell"), 10_000);
        readable_texts(&many);
    }

    #[test]
    fn images_of_other_shapes_and_empty_ones_can_be_rendered() {
        let image = |columns, pixels| Bitmap {
            columns,
            values: vec![f32::NAN; pixels],
        };
        let cells =
            [image(10, 200), image(20, 0), image(0, 5), image(30, 90)].map(|image| GridCell {
                image,
                ..cell("?", false)
            });
        let figure = grid("Broken", &"a very long note ".repeat(60), &cells, 4);
        readable_texts(&figure);
        figure.to_png().unwrap();
    }

    #[test]
    fn each_cell_has_its_own_image_and_caption_and_the_frame_of_a_wrong_one() {
        let mut cells = [cell("first", false), cell("second", true)];
        cells[0].image.columns = 10;
        cells[1].image.values.fill(1.0);
        let svg = grid("", "", &cells, 2).to_inline_svg();
        let drawn: Vec<&str> = svg.split("<g class=\"cell\"").skip(1).collect();
        assert!(drawn[0].contains(">\nfirst\n<") && drawn[1].contains(">\nsecond\n<"));
        assert!(!drawn[0].contains("stroke-wrong") && drawn[1].contains("stroke-wrong"));
        assert_eq!(
            [0, 1].map(|cell| image_color(drawn[cell])),
            [[0; 3], [255; 3]]
        );
        // 40 rows of 10 pixels, in a square of 120.
        assert_eq!(area(drawn[0])[2..], [30.0, 120.0]);
    }
}
