//! One image's way through the network: what each unit answers, and which connections count most.

use crate::axes::{Entry, legend};
use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::compact::compact;
use crate::connections::{Connection, contribution, most_per_unit, stroke, strongest};
use crate::font::Weight;
use crate::heading::{MARGIN, heading};
use crate::model_diagram::grouped;
use crate::rounding::unit as probability;
use crate::scale::{count, number};
use crate::style::{Mark, Paint, Stroke};
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

/// Of a unit's cell, and from one cell to the next, in pixels; cells stand further apart where
/// there is room.
const CELL_WIDTH: f64 = 66.0;
const CELL_HEIGHT: f64 = 20.0;
const PITCH: f64 = 24.0;
const WIDEST_PITCH: f64 = 42.0;

/// Between two columns of cells, where the connections are; between the image and the first
/// column; from the last column to the answer.
const GAP: f64 = 180.0;
const FAN: f64 = 84.0;
const ARROW: f64 = 44.0;

const IMAGE_SIDE: f64 = 120.0;
const ANSWER_WIDTH: f64 = 150.0;
const LEAST_WIDTH: f64 = 700.0;

/// Above the columns: the name of a layer, and its size below that; where their base lines are.
const HEADS: f64 = 44.0;
const FIRST_HEAD: f64 = 30.0;
const SECOND_HEAD: f64 = 14.0;

/// As many units as a column has room for; of larger layers it holds the most active ones.
const MOST_UNITS: usize = 30;
const LEAST_UNITS: usize = 8;

/// How dark an activation of 1 is: ink can be read on it, in light and in the dark.
const DARKEST: f64 = 0.55;

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
    let most = shown.layers.iter().map(|layer| layer.values.len()).max();
    let height = PITCH * count(most.unwrap_or(0).clamp(LEAST_UNITS, MOST_UNITS));
    let middle = top + height / 2.0;
    let placed = shown.layers.iter().enumerate();
    let columns: Vec<Column<'_>> = placed
        .map(|(index, layer)| {
            let left = first + count(index) * (CELL_WIDTH + GAP);
            Column::new(layer, left, middle, height)
        })
        .collect();

    draw_image(&mut canvas, &shown.image, middle, columns.first());
    let widest = draw_connections(&mut canvas, &columns, top);
    for column in &columns {
        draw_column(&mut canvas, column, top);
    }
    draw_answer(&mut canvas, shown, (answer_left, middle));
    let bottom = draw_key(&mut canvas, widest, top + height + 24.0, width);
    canvas.finish(width, bottom, title)
}

/// A layer as it stands on the page.
struct Column<'a> {
    layer: &'a LayerActivations,
    /// The left edge of its cells.
    left: f64,
    /// Its units that are shown, from 0, with the middle of their cells from the top.
    cells: Vec<(usize, f64)>,
}

impl<'a> Column<'a> {
    fn new(layer: &'a LayerActivations, left: f64, middle: f64, height: f64) -> Self {
        let units = most_active(&layer.values);
        let pitch = (height / count(units.len().max(1))).clamp(PITCH, WIDEST_PITCH);
        let top = middle - pitch * count(units.len()) / 2.0;
        let middles = (0..units.len()).map(|place| top + pitch * (count(place) + 0.5));
        Self {
            layer,
            left,
            cells: units.iter().copied().zip(middles).collect(),
        }
    }
}

/// The units that a column has room for, in their order.
fn most_active(values: &[f32]) -> Vec<usize> {
    let mut units: Vec<usize> = (0..values.len()).collect();
    if units.len() > MOST_UNITS {
        // What is not a number stands out as much as the largest does.
        units.sort_by(|one, other| values[*other].abs().total_cmp(&values[*one].abs()));
        units.truncate(MOST_UNITS);
        units.sort_unstable();
    }
    units
}

/// Draws the image, and how its pixels spread over the first layer.
fn draw_image(canvas: &mut Canvas, image: &Bitmap, middle: f64, first: Option<&Column<'_>>) {
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
fn draw_connections(canvas: &mut Canvas, columns: &[Column<'_>], top: f64) -> f64 {
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
        let caption = format!("the {most} strongest per unit");
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

fn draw_column(canvas: &mut Canvas, column: &Column<'_>, top: f64) {
    let middle = column.left + CELL_WIDTH / 2.0;
    let (units, cells) = (column.layer.values.len(), column.cells.len());
    canvas.group("layer", |canvas| {
        let name = TextStyle::HEADING.fitted(&column.layer.name, CELL_WIDTH + GAP - 20.0);
        let style = TextStyle::HEADING.anchored(Anchor::Middle);
        canvas.text(&name, (middle, top - FIRST_HEAD), style);
        let size = match units {
            1 => "1 unit".to_owned(),
            _ if cells < units => format!("{cells} of {} units", grouped(units)),
            _ => format!("{units} units"),
        };
        let style = TextStyle::SMALL.anchored(Anchor::Middle);
        canvas.text(&size, (middle, top - SECOND_HEAD), style);
        for &(unit, y) in &column.cells {
            let value = f64::from(column.layer.values[unit]);
            let tip = format!("{}, unit {}: {value}", column.layer.name, unit + 1);
            canvas.group_with_tip("unit", &tip, |canvas| {
                let cell = Area {
                    left: column.left,
                    top: y - CELL_HEIGHT / 2.0,
                    width: CELL_WIDTH,
                    height: CELL_HEIGHT,
                };
                draw_cell(canvas, cell, value);
                let number = grouped(unit + 1);
                let style = TextStyle::SMALL.painted(Paint::Ink);
                canvas.text(&number, (cell.left + 6.0, y + 4.0), style);
                let style = TextStyle {
                    weight: Weight::SemiBold,
                    ..style.anchored(Anchor::End)
                };
                canvas.text(&activation(value), (cell.right() - 6.0, y + 4.0), style);
            });
        }
    });
}

/// Draws a cell as dark as the activation is large.
fn draw_cell(canvas: &mut Canvas, cell: Area, value: f64) {
    canvas.rectangle(cell, Paint::Paper);
    if value > 0.0 {
        canvas.tint(cell, Paint::Muted, DARKEST * value.min(1.0));
    }
    canvas.outline(cell, Stroke::solid(Paint::Muted, 1.0));
}

/// An activation to two decimals; outside of [0, 1], where a sigmoid gives none, to its first
/// digits.
fn activation(value: f64) -> String {
    if (0.0..=1.0).contains(&value) {
        number(value, 2)
    } else {
        compact(value)
    }
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
fn draw_key(canvas: &mut Canvas, widest: f64, top: f64, width: f64) -> f64 {
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
    if widest == 0.0 {
        return top + CELL_HEIGHT + MARGIN;
    }
    let line = |sign: f64, name: String| Entry {
        line: Some(stroke(sign, 1.0)),
        mark: None,
        name,
    };
    let entries = [
        line(1.0, "adds to the unit's sum".to_owned()),
        line(-1.0, "takes from it".to_owned()),
        Entry {
            line: None,
            mark: None,
            name: format!("width: activation × weight, at most {}", compact(widest)),
        },
    ];
    let height = legend(canvas, &entries, left, base_line, width - MARGIN - left);
    top + height + MARGIN
}
