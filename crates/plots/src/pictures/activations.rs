//! The activations of all units for one image, and the connections that contribute most.

mod connections;
pub(crate) mod data;
#[cfg(test)]
mod fixtures;
mod key;
mod prediction;
mod unit_column;

use crate::base::area::Area;
use crate::base::bitmap::Bitmap;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::number_format::grouped;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use data::Activations;
use unit_column::{CELL_HEIGHT, CELL_WIDTH, HEADS, Outputs, UnitColumn};

/// Between two columns of cells, where the connections are.
const GAP: f64 = 180.0;
/// Between the image and the first column.
const FAN: f64 = 84.0;

const IMAGE_SIDE: f64 = 120.0;
const MIN_WIDTH: f64 = 700.0;

/// Draws the image at the left, a column of cells for each layer, and the prediction at the right.
///
/// The darker a cell, the more active is its unit; it contains the unit's number, from 1, and its
/// activation. Of several outputs, one for each digit, it contains the digit, and the largest has a thick
/// frame. Between two layers are the connections that contribute most to each unit's input:
/// activation times weight. The connections from all pixels to the first layer are not drawn.
#[must_use]
pub fn activations(title: &str, note: &str, shown: &Activations) -> Figure {
    let first = MARGIN + IMAGE_SIDE + FAN;
    let column_left = |index: usize| first + real(index) * (CELL_WIDTH + GAP);
    let prediction_left = (column_left(shown.layers.len()) - GAP + prediction::ARROW).max(first);
    let width = (prediction_left + prediction::WIDTH + MARGIN).max(MIN_WIDTH);

    let mut canvas = Canvas::new();
    let top = heading(&mut canvas, title, note, width - 2.0 * MARGIN) + HEADS;
    let height = unit_column::height(&shown.layers);
    let middle = top + height / 2.0;
    let layers = shown.layers.iter().enumerate();
    let outputs = shown.outputs().map(|_| Outputs {
        digits: &shown.digits,
        largest: shown.largest_output(),
    });
    let columns: Vec<UnitColumn<'_>> = layers
        .map(|(index, layer)| {
            let column = UnitColumn::new(layer, column_left(index), middle, height);
            let is_last = index + 1 == shown.layers.len();
            column.with_outputs(outputs.filter(|_| is_last))
        })
        .collect();

    draw_image(&mut canvas, &shown.image, middle, columns.first());
    let strongest = connections::draw(&mut canvas, &columns, top);
    for column in &columns {
        column.draw(&mut canvas, top, CELL_WIDTH + GAP - 20.0);
    }
    prediction::draw(&mut canvas, shown, (prediction_left, middle));
    let all_shown = columns.iter().all(UnitColumn::is_complete);
    let remark = (!all_shown).then_some("large layers: only the most active units");
    let key_top = top + height + 24.0;
    let corner = (MARGIN, key_top);
    let key_height = key::draw(&mut canvas, strongest, remark, corner, width - 2.0 * MARGIN);
    canvas.finish(width, key_top + key_height + MARGIN, title)
}

/// Draws the image and two lines that indicate its connections to all units of the first layer.
fn draw_image(canvas: &mut Canvas, image: &Bitmap, middle: f64, first: Option<&UnitColumn<'_>>) {
    let half = IMAGE_SIDE / 2.0;
    let area = image.centered_in(Area::around((MARGIN + half, middle), half));
    let cells = first.map(|column| (column.left, column.cells.first(), column.cells.last()));
    if let Some((left, Some((_, upper)), Some((_, lower)))) = cells {
        for (from, to) in [
            (area.top, upper - CELL_HEIGHT / 2.0),
            (area.bottom(), lower + CELL_HEIGHT / 2.0),
        ] {
            let stroke = Stroke::solid(Paint::Grid, 1.5);
            canvas.line((area.right() + 4.0, from), (left - 4.0, to), stroke);
        }
    }
    canvas.group("image", |canvas| canvas.image(area, &image.gray()));
    let style = TextStyle::SMALL.anchored(Anchor::Middle);
    let pixels = format!("{} pixels", grouped(image.values.len()));
    canvas.text(&pixels, (area.center().0, area.bottom() + 18.0), style);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{
        area, assert_near, assert_texts, count, groups, image_color, numbers, texts, tips,
    };
    use fixtures::{classic, layer, shown};

    #[test]
    fn each_unit_of_the_classic_network_has_a_cell_and_the_prediction_is_at_the_end() {
        let figure = activations("Row 17", "a note", &shown(classic(), Some(1)));
        assert_eq!(count(&figure, "layer"), 3);
        assert_eq!(count(&figure, "unit"), 25 + 15 + 1);
        // Three for each of 15 units, and eight for the last.
        assert_eq!(count(&figure, "connection"), 3 * 15 + 8);
        let expected = [
            "0.96",
            "400 pixels",
            "P(1) = 0.9987",
            "predicted 1",
            "label 1",
            "correct",
        ];
        assert_texts(&figure, &expected);
        assert!(!texts(&figure).contains(&"wrong".to_owned()));
    }

    #[test]
    fn any_numbers_and_sizes_give_a_readable_picture() {
        let long = "a name that is longer than there is room for ".repeat(3);
        let odd = vec![f32::NAN, f32::INFINITY, -3.0, f32::MAX, 1e-45, -1.5e-7];
        let layers = vec![
            layer(&long, vec![0.5; 2000], vec![1.0; 3]),
            layer(&long, odd.clone(), vec![f32::MAX; 12_000]),
            layer(&long, odd, vec![f32::NAN; 36]),
            layer("nothing", Vec::new(), Vec::new()),
            layer(&long, vec![f32::NAN], Vec::new()),
        ];
        let extreme = activations(&long.repeat(9), &long.repeat(9), &shown(layers, Some(255)));
        assert!(texts(&extreme).contains(&"P(1) = NaN".to_owned()));
        assert_eq!(count(&extreme, "unit"), 30 + 6 + 6 + 1);

        let mut nothing = shown(Vec::new(), None);
        nothing.image = Bitmap {
            columns: 0,
            values: Vec::new(),
        };
        assert!(texts(&activations("", "", &nothing)).contains(&"no activations".to_owned()));
    }

    #[test]
    fn cells_are_as_dark_as_their_activations_and_lines_connect_them() {
        let layers = vec![
            layer("first", vec![0.5, 1.0], Vec::new()),
            layer("second", vec![0.0, 0.2], vec![2.0, 0.0, -2.0, 4.0]),
        ];
        let svg = activations("", "", &shown(layers, None)).to_inline_svg();
        // The image's pixels of 0.5 are gray.
        assert_eq!(image_color(groups(&svg, "image").next().unwrap()), [128; 3]);
        let units: Vec<&str> = groups(&svg, "unit").collect();
        // 0.55 times the activation; an activation of 0 has no shade.
        assert!(units[0].contains("fill-opacity=\"0.28\""), "{}", units[0]);
        assert!(units[1].contains("fill-opacity=\"0.55\""), "{}", units[1]);
        assert!(!units[2].contains("fill-opacity"), "{}", units[2]);
        assert_eq!(
            tips(&svg, "unit")[1..3],
            ["first, unit 2: 1", "second, unit 1 (digit 0): 0"]
        );
        let cells: Vec<[f64; 4]> = units.iter().map(|unit| area(unit)).collect();
        let [left, top, width, height] = cells[0];
        assert_near(&cells[1], &[left, top + 42.0, width, height]);
        assert_near(&cells[2], &[left + 66.0 + 180.0, top, width, height]);
        // Into unit 1: 1 and −2; into unit 2: 0, which is not drawn, and 4.
        let lines: Vec<(Vec<f64>, &str)> = groups(&svg, "connection")
            .map(|line| {
                let ends = ["x1", "y1", "x2", "y2", "stroke-width"];
                let numbers = ends.iter().map(|name| numbers(line, name)[0]);
                let (_, class) = line.split_once("class=\"stroke-").unwrap();
                (numbers.collect(), class.split('"').next().unwrap())
            })
            .collect();
        let (from, to, center) = (left + width, left + 246.0, top + height / 2.0);
        // Wider for larger contributions: 0.8 plus 3.2 times the part of the largest.
        let expected = [
            ([from, center, to, center, 1.6], "positive"),
            ([from, center + 42.0, to, center, 2.4], "negative"),
            ([from, center + 42.0, to, center + 42.0, 4.0], "positive"),
        ];
        assert_eq!(lines.len(), expected.len());
        for ((found, class), (numbers, expected)) in lines.iter().zip(&expected) {
            assert_near(found, numbers);
            assert_eq!(class, expected);
        }
    }

    #[test]
    fn the_prediction_names_the_positive_digit_and_the_key_its_largest_contribution() {
        let layers = vec![
            layer("first", vec![0.5, 1.0], Vec::new()),
            layer("second", vec![0.75], vec![2.0, -4.0]),
        ];
        let shown = Activations {
            digits: vec![3, 8],
            label: Some(3),
            prediction: Some(8),
            ..shown(layers, None)
        };
        let figure = activations("", "", &shown);
        let expected = [
            "P(8) = 0.75",
            "predicted 8",
            "label 3",
            "wrong",
            "width: |activation × weight|, at most 4.00",
        ];
        assert_texts(&figure, &expected);
        let svg = figure.to_inline_svg();
        let legend = groups(&svg, "legend").last().unwrap();
        let order = [
            "stroke-positive",
            "raises the activation",
            "stroke-negative",
            "lowers it",
        ];
        assert!(order.map(|part| legend.find(part).unwrap()).is_sorted());
    }
}
