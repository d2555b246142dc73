//! Loss and accuracy by epoch, drawn in a terminal.
//!
//! ratatui's chart draws the curves and the axes into a buffer, which becomes text. The numbers
//! along the axes and the legend are placed here: the chart's own numbers do not stand where their
//! values are, and its legend covers the curves.

use std::fmt::Write;

use plots::Scale;
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::symbols::Marker;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget;
use ratatui_widgets::chart::{Axis, Chart, Dataset, GraphType};
use unicode_width::UnicodeWidthStr;

use crate::columns::cut;
use crate::half_blocks::Shades;

/// One figure of one run, epoch by epoch.
pub(crate) struct Series {
    pub(crate) name: String,
    /// Epochs and the figure after each; where one of the two is not finite, the curve is broken.
    pub(crate) points: Vec<(f64, f64)>,
    /// Whether the figure is of the held-out images.
    pub(crate) is_validation: bool,
}

/// The colours of the pictures' series, as near as the 256 colours of a terminal come.
const COLORS: [u8; 7] = [32, 166, 36, 133, 136, 74, 245];

/// The marks of the runs' validation figures.
const MARKS: [char; 7] = ['•', 'x', '+', 'o', '*', '#', '%'];

/// Lines of the terminal for each number beside the y axis, and columns for each below the x axis.
const LINES_A_TICK: u16 = 3;
const COLUMNS_A_TICK: u16 = 10;

/// What is written below the y axis.
const X_NAME: &str = "epoch";

/// The smallest area in which curves can be seen, with axes and numbers.
const SMALLEST: (u16, u16) = (16, 5);

/// Draws series as lines of text: `lines` of them at most, none wider than `columns`.
///
/// Series stand in the order of their runs, each run's training figure before the one of
/// validation. Training is a line, validation a mark at each epoch. One run's two series differ in
/// colour; of several runs each has its colour, its mark and its number, which stands on its line.
pub(crate) fn chart(
    title: &str,
    y_name: &str,
    series: &[Series],
    columns: u16,
    lines: u16,
    shades: Shades,
) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
    let curves = curves(series);
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut head = vec![Line::styled(cut(title, columns.into()), bold)];
    let room = usize::from(lines / 3).max(1);
    head.extend(legend(y_name, &curves, columns.into(), room));
    for (y, line) in (0..lines).zip(&head) {
        buffer.set_line(0, y, line, columns);
    }
    let mut area = buffer.area;
    area.y = area
        .height
        .min(u16::try_from(head.len()).unwrap_or(u16::MAX));
    area.height -= area.y;
    let nothing = if curves.is_empty() {
        Some("no epochs yet")
    } else if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        Some("no room for curves")
    } else {
        None
    };
    match nothing {
        Some(nothing) if area.height > 0 => {
            buffer.set_stringn(0, area.y, nothing, columns.into(), Style::new());
        }
        Some(_) => {}
        None => draw(&mut buffer, area, &curves),
    }
    text(&buffer, shades)
}

/// A series and how it looks.
struct Curve<'a> {
    series: &'a Series,
    /// The points between gaps; there is at least one.
    stretches: Vec<&'a [(f64, f64)]>,
    color: Color,
    /// Of a validation figure.
    mark: char,
    /// Of several runs: the run's number, and where on the line it stands.
    number: Option<(char, [(f64, f64); 1])>,
}

/// Decides how series look; those without a point are left out.
fn curves(series: &[Series]) -> Vec<Curve<'_>> {
    let runs = series.iter().filter(|series| !series.is_validation).count();
    let mut runs_before = 0;
    let mut curves = Vec::new();
    for (index, series) in series.iter().enumerate() {
        let is_gap = |(x, y): &(f64, f64)| !(x.is_finite() && y.is_finite());
        let stretches = series.points.split(is_gap);
        let stretches: Vec<_> = stretches.filter(|points| !points.is_empty()).collect();
        runs_before += usize::from(!series.is_validation);
        let run = runs_before.saturating_sub(1);
        let points = stretches.concat();
        // Each run's number at another epoch, so that none covers another where curves meet.
        let place = points.get(points.len() * (2 * run + 1) / (2 * runs).max(1));
        let number = char::from_digit(run as u32 + 1, 36).zip(place.map(|place| [*place]));
        let color = if runs > 1 { run } else { index };
        if !stretches.is_empty() {
            curves.push(Curve {
                series,
                stretches,
                color: Color::Indexed(COLORS[color % COLORS.len()]),
                mark: MARKS[run % MARKS.len()],
                number: number.filter(|_| runs > 1 && !series.is_validation),
            });
        }
    }
    curves
}

impl Curve<'_> {
    /// How it looks, for the legend.
    fn key(&self) -> String {
        match self.number {
            _ if self.series.is_validation => self.mark.to_string(),
            Some((number, _)) => format!("⠤{number}⠤"),
            None => "⠤⠤".to_owned(),
        }
    }

    fn datasets(&self) -> impl Iterator<Item = Dataset<'_>> {
        self.stretches.iter().map(|points| {
            let (kind, marker) = match points.len() {
                _ if self.series.is_validation => (GraphType::Scatter, Marker::Custom(self.mark)),
                // A single dot would hardly be seen.
                1 => (GraphType::Scatter, Marker::Custom('⠶')),
                _ => (GraphType::Line, Marker::Braille),
            };
            self.dataset(points).graph_type(kind).marker(marker)
        })
    }

    fn dataset<'a>(&self, points: &'a [(f64, f64)]) -> Dataset<'a> {
        Dataset::default().data(points).style(self.color)
    }
}

/// The name of the y axis and the curves' names, in `most` lines at most; … where some are missing.
fn legend<'a>(y_name: &str, curves: &[Curve], columns: usize, most: usize) -> Vec<Line<'a>> {
    const GAP: usize = 3;
    // Behind them there is room for the mark that says that some are missing.
    let room = columns.saturating_sub(2);
    let mut lines = vec![Line::from(cut(y_name, room))];
    for curve in curves {
        let key = curve.key();
        let name = cut(&curve.series.name, room.saturating_sub(key.width() + 1));
        let entry = [
            Span::styled(key, curve.color),
            Span::raw(format!(" {name}")),
        ];
        let width: usize = entry.iter().map(Span::width).sum();
        let used = lines.last().map_or(0, Line::width);
        if used > 0 && used + GAP + width > room {
            lines.push(Line::default());
        } else if used > 0 {
            lines
                .last_mut()
                .into_iter()
                .for_each(|line| line.push_span(" ".repeat(GAP)));
        }
        lines
            .last_mut()
            .into_iter()
            .for_each(|line| line.extend(entry.clone()));
    }
    if lines.len() > most {
        lines.truncate(most);
        lines
            .last_mut()
            .into_iter()
            .for_each(|line| line.push_span(" …"));
    }
    lines
}

/// Draws axes and curves.
fn draw(buffer: &mut Buffer, area: Rect, curves: &[Curve]) {
    let points = || curves.iter().flat_map(|curve| curve.stretches.concat());
    // Below the curves there are the x axis and its numbers.
    let height = area.height - 2;
    let y_scale = Scale::around(points().map(|(_, y)| y), ticks(height, LINES_A_TICK));
    let widths = y_scale.ticks().map(|(_, label)| label.width());
    let margin = widths.chain([X_NAME.width()]).max().unwrap_or(0);
    // No more than ratatui's chart leaves for it.
    let margin = u16::try_from(margin)
        .unwrap_or(u16::MAX)
        .min(area.width / 3);
    let graph = Rect {
        x: margin + 1,
        width: area.width - margin - 1,
        height,
        ..area
    };
    let first = points().fold(f64::INFINITY, |first, (x, _)| first.min(x));
    let last = points().fold(0.0_f64, |last, (x, _)| last.max(x));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of epochs"
    )]
    let (first, last) = (first.floor() as usize, last.ceil() as usize);
    let x_scale = Scale::whole(first, last, ticks(graph.width, COLUMNS_A_TICK));

    let (marks, lines): (Vec<_>, Vec<_>) =
        curves.iter().partition(|curve| curve.series.is_validation);
    let numbers = lines.iter().filter_map(|curve| {
        let (number, point) = curve.number.as_ref()?;
        Some(curve.dataset(point).marker(Marker::Custom(*number)))
    });
    let curves = lines
        .iter()
        .chain(&marks)
        .flat_map(|curve| curve.datasets());
    // Axes are drawn only with numbers: these are blank, and as wide as ours.
    let blank = " ".repeat(margin.into());
    Chart::new(curves.chain(numbers).collect())
        .x_axis(axis(&x_scale).labels([" ", " "]))
        .y_axis(axis(&y_scale).labels([blank.as_str(), &blank]))
        .legend_position(None)
        .render(area, buffer);
    y_numbers(buffer, graph, &y_scale);
    x_numbers(buffer, graph, &x_scale);
}

/// How many numbers there is room for along an axis.
fn ticks(cells: u16, each: u16) -> usize {
    usize::from(cells / each).max(1)
}

fn axis<'a>(scale: &Scale) -> Axis<'a> {
    let (from, to) = scale.ends();
    // A value at an end is not to be lost by rounding.
    let reach = (to - from) * 1e-9;
    Axis::default().bounds([from - reach, to + reach])
}

/// Writes the numbers left of the y axis.
fn y_numbers(buffer: &mut Buffer, graph: Rect, scale: &Scale) {
    let room = graph.x - 1;
    for (value, label) in scale.ticks() {
        let y = graph.y + cell(1.0 - scale.share(value), graph.height, 4);
        let label = cut(&label, room.into());
        let blanks = usize::from(room).saturating_sub(label.width());
        buffer.set_string(0, y, " ".repeat(blanks) + &label + "┤", Style::new());
    }
}

/// Writes the name and the numbers below the x axis, as many as there is room for.
fn x_numbers(buffer: &mut Buffer, graph: Rect, scale: &Scale) {
    let axis = graph.bottom();
    buffer.set_stringn(0, axis + 1, X_NAME, usize::from(graph.x) - 1, Style::new());
    let mut free = graph.x;
    for (value, label) in scale.ticks() {
        let x = graph.x + cell(scale.share(value), graph.width, 2);
        let width = u16::try_from(label.width()).unwrap_or(u16::MAX);
        let last = graph.right().saturating_sub(width);
        let start = (x - width.min(x) / 2).max(graph.x).min(last);
        if start >= free {
            buffer.set_string(start, axis + 1, label, Style::new());
            buffer[(x, axis)].set_symbol("┬");
            free = start + width + 1;
        }
    }
}

/// The cell in which a place lies, given as its share of the way through all cells, as ratatui
/// rounds it: each cell is so many dots wide or high.
fn cell(share: f64, cells: u16, dots: u16) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares of a few thousand cells"
    )]
    let dot = (share * (f64::from(cells) * f64::from(dots) - 1.0)).round() as u32;
    u16::try_from(dot / u32::from(dots)).map_or(0, |cell| cell.min(cells - 1))
}

/// Writes a buffer as lines without blanks at their ends.
fn text(buffer: &Buffer, shades: Shades) -> String {
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let end = row.iter().rposition(|cell| cell.symbol() != " ");
        let mut cells = row[..end.map_or(0, |end| end + 1)].iter();
        let mut codes = String::new();
        while let Some(cell) = cells.next() {
            let wanted = match shades {
                Shades::Colors => style_codes(cell),
                Shades::Plain => String::new(),
            };
            if wanted != codes {
                // A String takes all that is written.
                let _ = write!(text, "\x1b[0{wanted}m");
                codes = wanted;
            }
            text.push_str(cell.symbol());
            // A wide character stands in its first cell, and the next is blank.
            for _ in 1..cell.symbol().width() {
                cells.next();
            }
        }
        if !codes.is_empty() {
            text.push_str("\x1b[0m");
        }
        text.push('\n');
    }
    text
}

/// What follows the code that ends all styles: `;1` for bold, `;38;5;32` for the colour 32.
fn style_codes(cell: &Cell) -> String {
    let mut codes = String::new();
    if cell.modifier.contains(Modifier::BOLD) {
        codes.push_str(";1");
    }
    if let Color::Indexed(color) = cell.fg {
        let _ = write!(codes, ";38;5;{color}");
    }
    codes
}
