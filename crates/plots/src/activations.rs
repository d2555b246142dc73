//! One image's way through the network: what each unit answers, and which connections count most.

use crate::axes::{Entry, legend, number};
use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::compact::compact;
use crate::connections::{Connection, contribution, most_per_unit, stroke, strongest};
use crate::heading::{MARGIN, heading};
use crate::model_diagram::grouped;
use crate::scale::count;
use crate::style::{Mark, Paint, Stroke};
use crate::unit_column::{
    self, CELL_HEIGHT, CELL_WIDTH, HEADS, SECOND_HEAD, UnitColumn, draw_cell,
};
use crate::wording::unit as probability;
use crate::{Bitmap, Figure};

/// What a layer answers to an image.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// What the layer is called.
    pub name: String,
    /// `[units]`, after the sigmoid: in [0, 1].
    pub values: Vec<f32>,
    /// `[inputs, units]` row by row, as in Keras: the weights that lead into it.
    pub kernel: Vec<f32>,
}

/// An image, and what the network makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    /// Upright, in [0, 1] from ground to ink.
    pub image: Bitmap,
    /// From the first layer to the last, whose first value is the probability of the positive
    /// digit.
    pub layers: Vec<LayerActivations>,
    /// The negative and the positive digit.
    pub digits: [u8; 2],
    /// The digit that it is, where that is known.
    pub label: Option<u8>,
    /// The digit that the network says it is.
    pub answer: u8,
}

/// Between two columns of cells, where the connections are; between the image and the first
/// column; from the last column to the answer.
const GAP: f64 = 180.0;
const FAN: f64 = 84.0;
const ARROW: f64 = 44.0;

const IMAGE_SIDE: f64 = 120.0;
const ANSWER_WIDTH: f64 = 150.0;
const LEAST_WIDTH: f64 = 700.0;

/// Draws the image at the left, a column of cells for each layer, and the answer at the right.
///
/// A cell is as dark as its unit is active, and has the unit's number, from 1, and its activation.
/// Between two layers stand the connections that add most to each unit's sum or take most from it:
/// the activation that they come from times their weight. All pixels lead into each unit of the
/// first layer; they are not drawn one by one.
#[must_use]
pub fn activations(title: &str, note: &str, shown: &Activations) -> Figure {
    let first = MARGIN + IMAGE_SIDE + FAN;
    let answer_left = first + count(shown.layers.len()) * (CELL_WIDTH + GAP) - GAP + ARROW;
    let answer_left = answer_left.max(first);
    let width = (answer_left + ANSWER_WIDTH + MARGIN).max(LEAST_WIDTH);

    let mut canvas = Canvas::new();
    let top = heading(&mut canvas, title, note, width - 2.0 * MARGIN) + HEADS;
    let height = unit_column::height(&shown.layers);
    let middle = top + height / 2.0;
    let placed = shown.layers.iter().enumerate();
    let columns: Vec<UnitColumn<'_>> = placed
        .map(|(index, layer)| {
            let left = first + count(index) * (CELL_WIDTH + GAP);
            UnitColumn::new(layer, left, middle, height)
        })
        .collect();

    draw_image(&mut canvas, &shown.image, middle, columns.first());
    let widest = draw_connections(&mut canvas, &columns, top);
    for column in &columns {
        column.draw(&mut canvas, top, CELL_WIDTH + GAP - 20.0);
    }
    draw_answer(&mut canvas, shown, (answer_left, middle));
    let all_shown = columns.iter().all(UnitColumn::is_whole);
    let remark = (!all_shown).then_some("of larger layers the most active units are shown");
    let bottom = draw_key(&mut canvas, widest, remark, (top + height + 24.0, width));
    canvas.finish(width, bottom, title)
}

/// Draws the image, and how its pixels spread over the first layer.
fn draw_image(canvas: &mut Canvas, image: &Bitmap, middle: f64, first: Option<&UnitColumn<'_>>) {
    let columns = image.columns.max(1);
    let rows = image.values.len() / columns;
    let pixel = IMAGE_SIDE / count(columns.max(rows));
    let (width, height) = (pixel * count(columns), pixel * count(rows));
    let area = Area {
        left: MARGIN + (IMAGE_SIDE - width) / 2.0,
        top: middle - height / 2.0,
        width,
        height,
    };
    let cells = first.map(|column| (column.left, column.cells.first(), column.cells.last()));
    if let Some((left, Some((_, upper)), Some((_, lower)))) = cells {
        let ends = [
            (area.top, upper - CELL_HEIGHT / 2.0),
            (area.bottom(), lower + CELL_HEIGHT / 2.0),
        ];
        for (from, to) in ends {
            let stroke = Stroke::solid(Paint::Grid, 1.5);
            canvas.line((area.right() + 4.0, from), (left - 4.0, to), stroke);
        }
    }
    canvas.group("image", |canvas| canvas.image(area, &image.gray()));
    let style = TextStyle::SMALL.anchored(Anchor::Middle);
    let pixels = format!("{} pixels", grouped(image.values.len()));
    canvas.text(&pixels, (area.center().0, area.bottom() + 18.0), style);
}

/// Draws the strongest connections into each unit, the weakest of all first; gives the size of the
/// strongest.
fn draw_connections(canvas: &mut Canvas, columns: &[UnitColumn<'_>], top: f64) -> f64 {
    let mut drawn = Vec::new();
    for pair in columns.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let (ends, most) = (
            (before.left + CELL_WIDTH, after.left),
            most_per_unit(after.cells.len()),
        );
        for &(to, lower) in &after.cells {
            let all = before.cells.iter().map(|&(from, upper)| Connection {
                from,
                to,
                contribution: contribution(before.layer, after.layer, from, to),
                points: [(ends.0, upper), (ends.1, lower)],
            });
            drawn.extend(strongest(all, most));
        }
        let caption = match (most, after.cells.len()) {
            (_, 1) => format!("the {most} strongest"),
            (1, _) => "the strongest per unit".to_owned(),
            _ => format!("the {most} strongest per unit"),
        };
        let style = TextStyle::SMALL.anchored(Anchor::Middle);
        let place = (f64::midpoint(ends.0, ends.1), top - SECOND_HEAD);
        canvas.text(&caption, place, style);
    }
    drawn.sort_by(|one, other| one.size().total_cmp(&other.size()));
    let widest = drawn.last().map_or(0.0, Connection::size);
    for connection in &drawn {
        let (from, to) = (connection.from + 1, connection.to + 1);
        let tip = format!(
            "unit {from} to unit {to}: {}",
            compact(connection.contribution)
        );
        canvas.group_with_tip("connection", &tip, |canvas| {
            let [from, to] = connection.points;
            canvas.line(from, to, stroke(connection.contribution, widest));
        });
    }
    widest
}

/// Draws an arrow to what the network says, and whether that is right.
fn draw_answer(canvas: &mut Canvas, shown: &Activations, (left, middle): Point) {
    const LINE: f64 = 22.0;
    let value = shown.layers.last().and_then(|layer| layer.values.first());
    let wrong = shown.label.is_some_and(|label| label != shown.answer);
    canvas.group("answer", |canvas| {
        let mut y = middle - 1.5 * LINE + 4.5;
        if let Some(value) = value {
            let stroke = Stroke::solid(Paint::Ink, 1.5);
            let tip = left - 8.0;
            canvas.line((left - ARROW + 4.0, middle), (tip, middle), stroke);
            let head = [
                (tip - 6.0, middle - 5.0),
                (tip, middle),
                (tip - 6.0, middle + 5.0),
            ];
            canvas.polyline(&head, stroke);
            let probability = probability(f64::from(*value));
            let text = format!("P({}) = {probability}", shown.digits[1]);
            canvas.text(&text, (left, y), TextStyle::HEADING);
        } else {
            canvas.text("no activations", (left, y), TextStyle::HEADING);
        }
        y += LINE;
        let answer = format!("answer {}", shown.answer);
        canvas.text(&answer, (left, y), TextStyle::LABEL);
        y += LINE;
        let label = shown
            .label
            .map_or("label unknown".to_owned(), |label| format!("label {label}"));
        canvas.text(&label, (left, y), TextStyle::LABEL);
        y += LINE;
        if wrong {
            canvas.mark(Mark::Cross, (left + 5.0, y - 4.5), 5.0, Paint::Wrong);
            let style = TextStyle::HEADING.painted(Paint::Wrong);
            canvas.text("wrong", (left + 18.0, y), style);
        } else if shown.label.is_some() {
            canvas.text("right", (left, y), TextStyle::LABEL);
        }
    });
}

/// Says what cells and lines mean; gives the page's lower edge.
fn draw_key(
    canvas: &mut Canvas,
    widest: f64,
    remark: Option<&str>,
    (top, width): (f64, f64),
) -> f64 {
    let mut cell = Area {
        left: MARGIN,
        top,
        width: 34.0,
        height: CELL_HEIGHT,
    };
    let base_line = top + 14.5;
    canvas.group("key", |canvas| {
        for value in [0.0, 0.5, 1.0] {
            draw_cell(canvas, cell, value);
            let style = TextStyle::SMALL
                .painted(Paint::Ink)
                .anchored(Anchor::Middle);
            let middle = cell.center().0;
            canvas.text(&number(value, 1), (middle, base_line - 0.5), style);
            cell.left += cell.width;
        }
        let at = (cell.left + 8.0, base_line);
        canvas.text("activation", at, TextStyle::LABEL);
    });
    let left = cell.left + 100.0;
    let line = |sign: f64, name: &str| Entry {
        line: Some(stroke(sign, 1.0)),
        mark: None,
        name: name.to_owned(),
    };
    let words = |name: String| Entry {
        line: None,
        mark: None,
        name,
    };
    let mut entries = Vec::new();
    if widest > 0.0 {
        let width = format!("width: activation × weight, at most {}", compact(widest));
        entries.push(line(1.0, "adds to the unit's sum"));
        entries.push(line(-1.0, "takes from it"));
        entries.push(words(width));
    }
    entries.extend(remark.map(|remark| words(remark.to_owned())));
    let height = legend(canvas, &entries, left, base_line, width - MARGIN - left);
    top + height + MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{count as groups, readable_texts};

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
            digits: [0, 1],
            label,
            answer: 1,
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

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    #[test]
    fn each_unit_of_the_classic_network_has_a_cell_and_its_answer_stands_at_the_end() {
        let figure = activations("Row 17", "a note", &shown(classic(), Some(1)));
        assert_eq!(groups(&figure, "layer"), 3);
        assert_eq!(groups(&figure, "unit"), 25 + 15 + 1);
        // Three for each of 15 units, and eight for the last.
        assert_eq!(groups(&figure, "connection"), 3 * 15 + 8);
        let texts = texts(&figure);
        for expected in [
            "0.96",
            "400 pixels",
            "P(1) = 0.9987",
            "answer 1",
            "label 1",
            "right",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
        assert!(!texts.contains(&"wrong".to_owned()));
    }

    #[test]
    fn a_wrong_answer_is_marked_and_an_unknown_label_is_neither_right_nor_wrong() {
        let wrong = texts(&activations("", "", &shown(classic(), Some(0))));
        assert!(wrong.contains(&"wrong".to_owned()) && wrong.contains(&"label 0".to_owned()));
        let unknown = texts(&activations("", "", &shown(classic(), None)));
        assert!(unknown.contains(&"label unknown".to_owned()));
        assert!(!unknown.contains(&"wrong".to_owned()) && !unknown.contains(&"right".to_owned()));
    }

    #[test]
    fn connections_begin_and_end_at_their_units() {
        // Into unit 1: 0.5 × 2 = 1 and 0.25 × −8 = −2; into unit 2: 0.5 × 0 and 0.25 × 4 = 1.
        let layers = vec![
            layer("first", vec![0.5, 0.25], Vec::new()),
            layer("second", vec![0.1, 0.2], vec![2.0, 0.0, -8.0, 4.0]),
        ];
        let svg = activations("", "", &shown(layers, None)).to_svg();
        let tips: Vec<&str> = svg
            .split("class=\"connection\">")
            .skip(1)
            .map(|group| group.split("<title>").nth(1).unwrap())
            .map(|tip| tip.split("</title>").next().unwrap().trim())
            .collect();
        assert_eq!(
            tips,
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
    fn of_a_large_layer_a_part_is_shown_and_said_to_be() {
        let layers = vec![layer("wide", vec![0.5; 100], Vec::new())];
        let figure = activations("", "", &shown(layers, None));
        assert_eq!(groups(&figure, "unit"), 30);
        let texts = texts(&figure);
        assert!(texts.contains(&"30 of 100 units".to_owned()));
        assert!(texts.iter().any(|text| text.contains("most active")));
    }

    #[test]
    fn any_numbers_and_sizes_can_be_read() {
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
        assert!(texts(&extreme).contains(&"P(1) = not a number".to_owned()));
        assert_eq!(groups(&extreme, "unit"), 30 + 6 + 6 + 1);

        let mut nothing = shown(Vec::new(), None);
        nothing.image = Bitmap {
            columns: 0,
            values: Vec::new(),
        };
        assert!(texts(&activations("", "", &nothing)).contains(&"no activations".to_owned()));
    }
}
