//! The activations of all units for one image, and the connections that contribute most.

mod connections;
pub(crate) mod data;
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
    use data::LayerActivations;

    fn layer(name: &str, values: Vec<f32>, kernel: Vec<f32>) -> LayerActivations {
        LayerActivations {
            name: name.to_owned(),
            values,
            kernel,
        }
    }

    fn shown(layers: Vec<LayerActivations>, label: Option<u8>) -> Activations {
        Activations {
            image: Bitmap {
                columns: 20,
                values: vec![0.5; 400],
            },
            layers,
            digits: vec![0, 1],
            label,
            prediction: 1,
        }
    }

    /// 25, 15 and 1 unit, with weights of both signs.
    fn classic() -> Vec<LayerActivations> {
        let wave = |numbers: u8| {
            (1..=numbers)
                .map(|number| f32::from(number).sin())
                .collect()
        };
        let values = |units: u8| (0..units).map(|unit| f32::from(unit) / 25.0).collect();
        vec![
            layer("layer1", values(25), Vec::new()),
            layer("layer2", values(15), [wave(250), wave(125)].concat()),
            layer("layer3", vec![0.998_74], wave(15)),
        ]
    }

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

    /// 15 units and one output for each of ten digits, of which that of the 7 is the largest.
    fn ten_digits() -> Activations {
        let mut outputs = vec![0.01; 10];
        outputs[7] = 0.91;
        let layers = vec![
            layer("layer2", vec![0.5; 15], Vec::new()),
            layer("layer3", outputs, vec![1.0; 150]),
        ];
        Activations {
            digits: (0..10).collect(),
            prediction: 7,
            ..shown(layers, Some(9))
        }
    }

    #[test]
    fn ten_outputs_have_their_digits_and_the_largest_is_framed() {
        let figure = activations("Row 17", "", &ten_digits());
        let expected = ["P(7) = 0.91", "predicted 7", "label 9", "wrong", "10 units"];
        assert_texts(&figure, &expected);
        let svg = figure.to_inline_svg();
        let outputs: Vec<&str> = groups(&svg, "unit").skip(15).collect();
        assert_eq!(outputs.len(), 10);
        for (digit, unit) in outputs.iter().enumerate() {
            assert!(unit.contains(&format!(">\n{digit}\n<")), "{unit}");
            assert_eq!(unit.contains("stroke-ink"), digit == 7, "{unit}");
        }
        assert_eq!(
            tips(&svg, "unit")[15 + 7],
            "layer3, unit 8 (digit 7): 0.9100000262260437"
        );
    }

    #[test]
    fn outputs_that_are_all_nan_have_no_largest_one() {
        let mut shown = ten_digits();
        shown.layers[1].values.fill(f32::NAN);
        let figure = activations("", "", &shown);
        assert_texts(&figure, &["P(7) = NaN"]);
        let svg = figure.to_inline_svg();
        assert!(groups(&svg, "unit").all(|unit| !unit.contains("stroke-ink")));
    }

    #[test]
    fn a_wrong_prediction_is_marked_and_one_without_label_is_neither_correct_nor_wrong() {
        let wrong = texts(&activations("", "", &shown(classic(), Some(0))));
        assert!(wrong.contains(&"wrong".to_owned()) && wrong.contains(&"label 0".to_owned()));
        let unknown = texts(&activations("", "", &shown(classic(), None)));
        assert!(unknown.contains(&"label unknown".to_owned()));
        assert!(!unknown.contains(&"wrong".to_owned()) && !unknown.contains(&"correct".to_owned()));
    }

    #[test]
    fn tips_of_connections_have_their_units_and_contributions() {
        // Into unit 1: 0.5 × 2 = 1 and 0.25 × −8 = −2; into unit 2: 0.5 × 0 and 0.25 × 4 = 1.
        let layers = vec![
            layer("first", vec![0.5, 0.25], Vec::new()),
            layer("second", vec![0.1, 0.2], vec![2.0, 0.0, -8.0, 4.0]),
        ];
        let svg = activations("", "", &shown(layers, None)).to_svg();
        assert_eq!(
            tips(&svg, "connection"),
            [
                "unit 1 to unit 1: 1.00",
                "unit 2 to unit 2: 1.00",
                "unit 2 to unit 1: −2.00"
            ]
        );
        assert_eq!(
            svg.matches("stroke-dasharray").count(),
            2,
            "one, and the key"
        );
    }

    #[test]
    fn the_most_active_units_of_a_large_layer_are_shown_and_counted() {
        let layers = vec![layer("wide", vec![0.5; 100], Vec::new())];
        let figure = activations("", "", &shown(layers, None));
        assert_eq!(count(&figure, "unit"), 30);
        let texts = texts(&figure);
        assert!(texts.contains(&"30 of 100 units".to_owned()));
        assert!(texts.iter().any(|text| text.contains("most active")));
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
            prediction: 8,
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
