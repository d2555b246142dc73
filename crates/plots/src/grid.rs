//! A grid of digits with a caption above each, as the course's notebook shows them.

use crate::axes::{Entry, legend};
use crate::canvas::{Area, Canvas, Point, TextStyle};
use crate::font::Weight;
use crate::heading::{MARGIN, heading};
use crate::scale::count;
use crate::style::{Mark, Paint, Stroke};
use crate::{Bitmap, Figure};

/// A digit of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The digit, drawn with its ink light on dark ground.
    pub image: Bitmap,
    /// What stands above it: its label, what was predicted, its row.
    pub caption: String,
    /// Whether it catches the eye, because the prediction is wrong.
    pub wrong: bool,
}

/// Between two columns and between two rows, in pixels.
const GAP: f64 = 14.0;

/// What letters of a caption need above their base line, and from there to the image.
const LETTERS: f64 = 10.0;
const BELOW_LETTERS: f64 = 8.5;
const CAPTION_HEIGHT: f64 = LETTERS + BELOW_LETTERS;

/// The cross before the caption of what is wrong, with its distance from the caption.
const CROSS_RADIUS: f64 = 4.0;
const CROSS_ROOM: f64 = 2.0 * CROSS_RADIUS + 4.0;

/// How much a page has at least, for title and note.
const LEAST_ROOM: f64 = 480.0;

/// Draws the cells from left to right in rows of `columns` (0 counts as 1); without cells, a page
/// that says so. The note is where to say which digits are shown, or why there are none. Very wide
/// captions are shortened in their middle; they are whole where the pointer rests on a cell.
#[must_use]
pub fn grid(title: &str, note: &str, cells: &[Cell], columns: usize) -> Figure {
    let columns = columns.clamp(1, cells.len().max(1));
    let layout = Layout::of(cells, columns);
    let width = total(columns, layout.column_width).max(LEAST_ROOM);

    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, width);
    if cells.is_empty() {
        top += TextStyle::LABEL.size;
        canvas.text("Nothing to show.", (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(width + 2.0 * MARGIN, top + MARGIN, title);
    }
    if cells.iter().any(|cell| cell.wrong) {
        let wrong = Entry {
            line: None,
            mark: Some((Mark::Cross, Paint::Wrong)),
            name: "framed: the prediction is wrong".to_owned(),
        };
        top += legend(&mut canvas, &[wrong], MARGIN, top + 8.0, width) + 4.0;
    }
    let row_height = CAPTION_HEIGHT + layout.side;
    for (row, cells) in cells.chunks(columns).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let middle = MARGIN + before(column, layout.column_width) + layout.column_width / 2.0;
            let place = (middle, top + before(row, row_height));
            canvas.group_with_tip("cell", &cell.caption, |canvas| {
                draw(canvas, cell, place, &layout);
            });
        }
    }
    let rows = cells.len().div_ceil(columns);
    let height = top + total(rows, row_height) + MARGIN;
    canvas.finish(width + 2.0 * MARGIN, height, title)
}

/// How large the parts of a cell are.
struct Layout {
    /// Of the square that an image lies in.
    side: f64,
    /// Captions that are wider are shortened.
    caption_room: f64,
    column_width: f64,
}

impl Layout {
    /// The more columns, the smaller the images and the shorter the captions, within limits.
    fn of(cells: &[Cell], columns: usize) -> Self {
        // A multiple of 20, so that each pixel of a digit is as large as the next.
        let side = (780.0 / count(columns) - GAP) / 20.0;
        let side = (side.floor() * 20.0).clamp(20.0, 120.0);
        let caption_room = (4000.0 / count(columns) - GAP).clamp(30.0, 200.0);
        let captions = cells.iter().map(|cell| caption_width(cell, caption_room));
        Self {
            side,
            caption_room,
            column_width: captions.fold(side, f64::max).ceil(),
        }
    }
}

/// How far the part with this index begins after the first, for parts of a size with gaps between.
fn before(index: usize, size: f64) -> f64 {
    count(index) * (size + GAP)
}

/// The size of so many parts with the gaps between them.
fn total(parts: usize, size: f64) -> f64 {
    before(parts, size) - GAP
}

fn caption_style(cell: &Cell) -> TextStyle {
    let style = TextStyle::SMALL.painted(Paint::Ink);
    if !cell.wrong {
        return style;
    }
    TextStyle {
        weight: Weight::SemiBold,
        paint: Paint::Wrong,
        ..style
    }
}

/// The room that a caption takes, with the cross of a wrong one.
fn caption_width(cell: &Cell, room: f64) -> f64 {
    let style = caption_style(cell);
    let text = style.width(&style.fitted(&cell.caption, room));
    if cell.wrong { text + CROSS_ROOM } else { text }
}

/// Draws a cell below the middle of its upper edge: the caption, and below it the image.
fn draw(canvas: &mut Canvas, cell: &Cell, (middle, top): Point, layout: &Layout) {
    let style = caption_style(cell);
    let text = style.fitted(&cell.caption, layout.caption_room);
    let mut left = middle - caption_width(cell, layout.caption_room) / 2.0;
    let base_line = top + LETTERS;
    let square = Area {
        left: (middle - layout.side / 2.0).round(),
        top: (top + CAPTION_HEIGHT).round(),
        width: layout.side,
        height: layout.side,
    };
    if cell.wrong {
        canvas.group("wrong", |canvas| {
            let cross = (left + CROSS_RADIUS, base_line - CROSS_RADIUS);
            canvas.mark(Mark::Cross, cross, CROSS_RADIUS, Paint::Wrong);
            // A gap between image and frame keeps the frame visible around a dark image.
            canvas.outline(grown(square, 3.0), Stroke::solid(Paint::Wrong, 3.0));
        });
        left += CROSS_ROOM;
    }
    if !text.is_empty() {
        canvas.text(&text, (left, base_line), style);
    }
    canvas.image(inside(square, &cell.image), &cell.image.gray());
}

/// The largest area in the middle of the square that has the image's proportions.
fn inside(square: Area, image: &Bitmap) -> Area {
    let columns = image.columns.max(1);
    let rows = (image.values.len() / columns).max(1);
    let pixel = square.width / count(columns.max(rows));
    let (width, height) = (count(columns) * pixel, count(rows) * pixel);
    let (x, y) = square.center();
    Area {
        left: x - width / 2.0,
        top: y - height / 2.0,
        width,
        height,
    }
}

fn grown(area: Area, by: f64) -> Area {
    Area {
        left: area.left - by,
        top: area.top - by,
        width: area.width + 2.0 * by,
        height: area.height + 2.0 * by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{Written, count as groups, readable_texts};

    fn cell(caption: &str, wrong: bool) -> Cell {
        let mut values = vec![0.0; 400];
        // A one: the tenth column, from the third row to the seventeenth.
        for row in 2..17 {
            values[row * 20 + 9] = 1.0;
        }
        let image = Bitmap {
            columns: 20,
            values,
        };
        Cell {
            image,
            caption: caption.to_owned(),
            wrong,
        }
    }

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    #[test]
    fn the_notebooks_grid_has_eight_rows_of_eight() {
        let cells: Vec<Cell> = (0..64)
            .map(|index| cell(&format!("{}, {}", index % 2, index / 63), index == 63))
            .collect();
        let figure = grid("Digits", "label, prediction", &cells, 8);
        assert_eq!(groups(&figure, "cell"), 64);
        assert_eq!(groups(&figure, "wrong"), 1);
        let captions: Vec<Written> = readable_texts(&figure)
            .into_iter()
            .filter(|written| written.text.contains(", ") && written.text.len() == 4)
            .collect();
        assert_eq!(captions.len(), 64);
        // Row by row from the upper left, at equal distances.
        let corner = |index: usize| {
            let area = captions[index].area;
            (
                f64::from(area.left() + area.right()) / 2.0,
                f64::from(area.top()),
            )
        };
        let (across, down) = (corner(1).0 - corner(0).0, corner(8).1 - corner(0).1);
        for index in 0..63 {
            let (x, y) = corner(index);
            let (column, row) = (count(index % 8), count(index / 8));
            assert!((x - corner(0).0 - column * across).abs() < 1.0, "{index}");
            assert!((y - corner(0).1 - row * down).abs() < 1.0, "{index}");
        }
    }

    #[test]
    fn images_are_drawn_pixel_by_pixel_in_gray() {
        let figure = grid("One", "", &[cell("1", false)], 8);
        let png = image::load_from_memory(&figure.to_png().unwrap()).unwrap();
        let png = png.to_rgb8();
        // The image is 120 wide, so that a pixel of the digit is 6 wide and 12 in the PNG. The
        // light column is found by its color, in whichever place the page has it.
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
    fn columns_are_as_wide_as_captions_need() {
        let captions = |caption: &str| -> Vec<Cell> {
            (0..10).map(|index| cell(caption, index % 3 == 0)).collect()
        };
        let long = grid("Mistakes", "", &captions("row 512: 1, 0, P 0.03 or so"), 8);
        let all = texts(&long);
        let whole = all
            .iter()
            .filter(|text| *text == "row 512: 1, 0, P 0.03 or so");
        assert_eq!(whole.count(), 10);
        let endless = grid("Mistakes", "", &captions(&"row 512: ".repeat(99)), 8);
        assert!(
            texts(&endless)
                .iter()
                .filter(|text| text.contains('…'))
                .count()
                == 10
        );
        assert!(texts(&grid("Mistakes", "", &captions(""), 8)).len() == 2);
    }

    #[test]
    fn any_number_of_cells_has_a_page() {
        let nothing = grid("Mistakes", "all 1000 predictions are right", &[], 8);
        assert_eq!(groups(&nothing, "cell"), 0);
        assert_eq!(
            texts(&nothing),
            [
                "Mistakes",
                "all 1000 predictions are right",
                "Nothing to show."
            ]
        );
        let one = grid("Mistakes", "", &[cell("1, 0", true)], 0);
        assert_eq!((groups(&one, "cell"), groups(&one, "wrong")), (1, 1));
        readable_texts(&one);
        let many: Vec<Cell> = (0..10_000)
            .map(|index| cell("0, 1", index % 2 == 0))
            .collect();
        let many = grid("Digits", "", &many, 100);
        assert_eq!(groups(&many, "cell"), 10_000);
        readable_texts(&many);
    }

    #[test]
    fn images_that_are_not_square_or_empty_are_drawn_inside_their_cell() {
        let image = |columns, pixels| Bitmap {
            columns,
            values: vec![f32::NAN; pixels],
        };
        let cells = [image(10, 200), image(20, 0), image(0, 5), image(30, 90)].map(|image| Cell {
            image,
            ..cell("?", false)
        });
        let figure = grid("Broken", &"a very long note ".repeat(60), &cells, 4);
        readable_texts(&figure);
        figure.to_png().unwrap();
        let square = Area {
            left: 10.0,
            top: 10.0,
            width: 60.0,
            height: 60.0,
        };
        let tall = inside(square, &image(10, 200));
        assert_eq!(
            (tall.left, tall.top, tall.width, tall.height),
            (25.0, 10.0, 30.0, 60.0)
        );
        let wide = inside(square, &image(30, 90));
        assert_eq!(
            (wide.left, wide.top, wide.width, wide.height),
            (10.0, 37.0, 60.0, 6.0)
        );
    }
}
