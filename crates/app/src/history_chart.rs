//! Loss and accuracy by epoch, drawn in a terminal.
//!
//! ratatui's chart draws the curves and the axes into a buffer, which becomes text. The numbers
//! along the axes and the legend are placed here: the chart's own numbers do not stand where their
//! values are, and its legend covers the curves.

use plots::Scale;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::symbols::Marker;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget;
use ratatui_widgets::chart::{Axis, Chart, Dataset, GraphType};
use unicode_width::UnicodeWidthStr;

use crate::buffer_text::text;
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

/// The colours that series have in pictures, as near as the 256 of a terminal come to them.
const COLORS: [u8; 7] = [32, 166, 36, 133, 136, 74, 245];

/// How the validation figures of each run are marked.
const MARKS: [char; 7] = ['•', 'x', '+', 'o', '*', '#', '%'];

/// What stands on the training line of each run.
const NUMBERS: [char; 7] = ['1', '2', '3', '4', '5', '6', '7'];

/// Lines of the terminal for each number along the y axis, and columns for each along the x axis.
const LINES_A_TICK: u16 = 2;
const COLUMNS_A_TICK: u16 = 10;

/// The name of the x axis, which stands before its numbers.
const X_NAME: &str = "epoch";

/// Columns and lines of the smallest area in which curves can be seen with their axes.
const SMALLEST: (u16, u16) = (16, 5);

/// Draws series as lines of text: `lines` of them at most, none wider than `columns`.
///
/// Series stand in the order of their runs, each run's training figure before the one of
/// validation. Training is a line, and validation a mark at each epoch. One run's two series differ
/// in colour; of several runs each has its colour, its mark, and its number on its line.
pub(crate) fn chart(
    title: &str,
    y_name: &str,
    series: &[Series],
    columns: u16,
    lines: u16,
    shades: Shades,
) -> String {
    let curves = curves(series);
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut head = vec![Line::styled(cut(title, columns.into()), bold)];
    let most = usize::from(lines / 4).max(1);
    head.extend(legend(y_name, &curves, columns.into(), most));

    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
    let rows = buffer.area.rows();
    for (row, line) in rows.zip(&head) {
        line.render(row, &mut buffer);
    }
    let mut area = buffer.area;
    area.y = u16::try_from(head.len()).map_or(lines, |head| head.min(lines));
    area.height = lines - area.y;
    if curves.is_empty() {
        Line::from("no epochs yet").render(area, &mut buffer);
    } else if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        Line::from("no room").render(area, &mut buffer);
    } else {
        draw(&mut buffer, area, &curves);
    }
    text(&buffer, shades)
}

/// A series and how it looks.
struct Curve<'a> {
    series: &'a Series,
    /// The points between gaps; there is at least one.
    stretches: Vec<&'a [(f64, f64)]>,
    color: Color,
    /// At each epoch, of a validation figure.
    mark: char,
    /// On the line, at this one point, of one run of several.
    number: Option<(char, &'a [(f64, f64)])>,
}

/// Decides how series look; those without a point are left out.
fn curves(series: &[Series]) -> Vec<Curve<'_>> {
    let runs = series.iter().filter(|series| !series.is_validation).count();
    let mut runs_begun: usize = 0;
    let mut curves = Vec::new();
    for (index, series) in series.iter().enumerate() {
        runs_begun += usize::from(!series.is_validation);
        let run = runs_begun.saturating_sub(1);
        let is_gap = |(x, y): &(f64, f64)| !(x.is_finite() && y.is_finite());
        let stretches = series.points.split(is_gap);
        let stretches: Vec<_> = stretches.filter(|points| !points.is_empty()).collect();
        if stretches.is_empty() {
            continue;
        }
        let color = if runs > 1 { run } else { index };
        let number = (runs > 1 && !series.is_validation).then(|| {
            // Each run's at another epoch, so that none covers another where curves meet.
            let points: usize = stretches.iter().map(|points| points.len()).sum();
            let place = points * (2 * run + 1) / (2 * runs);
            let mut places = stretches.iter().flat_map(|points| points.chunks(1));
            Some((NUMBERS[run % NUMBERS.len()], places.nth(place)?))
        });
        curves.push(Curve {
            series,
            stretches,
            color: Color::Indexed(COLORS[color % COLORS.len()]),
            mark: MARKS[run % MARKS.len()],
            number: number.flatten(),
        });
    }
    curves
}

impl<'a> Curve<'a> {
    /// What it looks like, for the legend.
    fn key(&self) -> String {
        match self.number {
            _ if self.series.is_validation => self.mark.to_string(),
            Some((number, _)) => format!("⠤{number}⠤"),
            None => "⠤⠤".to_owned(),
        }
    }

    fn datasets(&self) -> impl Iterator<Item = Dataset<'a>> {
        self.stretches.iter().map(|points| match points.len() {
            _ if self.series.is_validation => self.marked(points, self.mark),
            // A single dot would hardly be seen.
            1 => self.marked(points, '⠶'),
            _ => self
                .marked(points, ' ')
                .marker(Marker::Braille)
                .graph_type(GraphType::Line),
        })
    }

    fn number_on_line(&self) -> Option<Dataset<'a>> {
        self.number
            .map(|(number, point)| self.marked(point, number))
    }

    fn marked(&self, points: &'a [(f64, f64)], mark: char) -> Dataset<'a> {
        let marks = Dataset::default().marker(Marker::Custom(mark));
        marks.data(points).style(self.color)
    }
}

/// The name of the y axis and those of the curves, in `most` lines at most; … where some are
/// missing.
fn legend<'a>(y_name: &str, curves: &[Curve], columns: usize, most: usize) -> Vec<Line<'a>> {
    const GAP: usize = 3;
    // Behind it is the room to say that some are missing.
    let room = columns.saturating_sub(2);
    let y_name = Some(cut(y_name, room)).filter(|name| !name.is_empty());
    let mut lines: Vec<Line> = y_name.map(Line::from).into_iter().collect();
    for curve in curves {
        let key = curve.key() + " ";
        let name = cut(&curve.series.name, room.saturating_sub(key.width()));
        let width = key.width() + name.width();
        let entry = [Span::styled(key, curve.color), Span::raw(name)];
        match lines.last_mut() {
            Some(line) if line.width() + GAP + width <= room => {
                line.push_span(" ".repeat(GAP));
                line.extend(entry);
            }
            _ => lines.push(Line::from_iter(entry)),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_span(" …");
        }
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
    let x_scale = Scale::integers(first, last, ticks(graph.width, COLUMNS_A_TICK));

    let (marks, lines): (Vec<_>, Vec<_>) =
        curves.iter().partition(|curve| curve.series.is_validation);
    let numbers = lines.iter().filter_map(|curve| curve.number_on_line());
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
        let y = graph.y + cell(1.0 - scale.fraction(value), graph.height, 4);
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
        let x = graph.x + cell(scale.fraction(value), graph.width, 2);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, points: &[(f64, f64)]) -> Series {
        Series {
            name: name.to_owned(),
            points: points.to_vec(),
            is_validation: name.contains("val_"),
        }
    }

    /// Falling losses of so many runs, as they stand in their histories.
    fn runs(runs: u32, epochs: u32) -> Vec<Series> {
        let points = |of: f64| {
            let epochs = (1..=epochs).map(f64::from);
            epochs.map(|epoch| (epoch, of / epoch)).collect::<Vec<_>>()
        };
        (0..runs)
            .flat_map(|run| {
                let [loss, val_loss] = ["loss", "val_loss"].map(|name| format!("run-{run} {name}"));
                let of = 0.5 + f64::from(run) / 10.0;
                [
                    series(&loss, &points(of)),
                    series(&val_loss, &points(of + 0.04)),
                ]
            })
            .collect()
    }

    /// A chart without colours, as lines of characters.
    fn plain(series: &[Series], columns: u16, lines: u16) -> Vec<Vec<char>> {
        let text = chart("Loss", "nats", series, columns, lines, Shades::Plain);
        text.lines().map(|line| line.chars().collect()).collect()
    }

    /// The line that has this number beside the y axis.
    fn row(chart: &[Vec<char>], number: &str) -> usize {
        let number = format!("{number}┤");
        let mut lines = chart.iter().map(|line| line.iter().collect::<String>());
        lines.position(|line| line.contains(&number)).unwrap()
    }

    /// The columns of the ticks below the x axis.
    fn columns(chart: &[Vec<char>]) -> Vec<usize> {
        let axis = chart[chart.len() - 2].iter().enumerate();
        axis.filter(|(_, c)| **c == '┬').map(|(x, _)| x).collect()
    }

    fn is_braille(c: char) -> bool {
        ('\u{2801}'..='\u{28ff}').contains(&c)
    }

    #[test]
    fn points_stand_where_the_numbers_of_the_axes_say() {
        let values = [(1.0, 0.0), (2.0, 1.0), (3.0, 0.5), (4.0, 0.25), (5.0, 0.75)];
        // Seven lines for the curves, and one column more than a multiple of four: no value lies
        // between two cells.
        for width in [67, 79, 83, 203] {
            let found = plain(&[series("val_loss", &values)], width, 11);
            let at = columns(&found);
            assert_eq!(at.len(), 5, "{width}");
            for (value, row) in [(0, row(&found, "0.0")), (1, row(&found, "1.0"))] {
                assert_eq!(found[row][at[value]], '•', "{width}");
            }
            assert_eq!(found[row(&found, "0.0")].len(), at[0] + 1, "{width}");
            assert_eq!(row(&found, "0.0") - row(&found, "1.0"), 6);
            assert_eq!(found[row(&found, "1.0") + 3][at[2]], '•', "{width}");
            let labels: String = found[10].iter().collect();
            let labels: Vec<&str> = labels.split_whitespace().collect();
            assert_eq!(labels, ["epoch", "1", "2", "3", "4", "5"], "{width}");
            for (column, label) in at.iter().zip('1'..='5') {
                assert_eq!(found[10][*column], label, "{width}");
            }
        }
    }

    #[test]
    fn training_is_a_line_from_its_first_point_to_its_last() {
        let found = plain(&[series("loss", &[(1.0, 0.0), (10.0, 1.0)])], 60, 20);
        let at = columns(&found);
        let (first, last) = (at[0], *at.last().unwrap());
        assert_eq!(last, 59);
        let (bottom, top) = (row(&found, "0.0"), row(&found, "1.0"));
        // The lower left dot of the one, and the upper right dot of the other.
        let dots = |x: usize, y: usize| u32::from(found[y][x]) - 0x2800;
        assert_ne!(dots(first, bottom) & 0x40, 0);
        assert_ne!(dots(last, top) & 0x08, 0);
        for x in first..=last {
            let lines = (top..=bottom).filter(|y| found[*y].get(x).is_some_and(|c| is_braille(*c)));
            assert!(lines.count() > 0, "{x}");
        }
    }

    #[test]
    fn a_curve_is_broken_where_a_figure_is_not_finite() {
        for odd in [f64::NAN, f64::INFINITY] {
            let points = [
                (1.0, 0.0),
                (2.0, 0.0),
                (3.0, odd),
                (4.0, 0.0),
                (5.0, 0.0),
                (6.0, 1.0),
            ];
            let found = plain(&[series("loss", &points)], 66, 12);
            let at = columns(&found);
            let bottom = &found[row(&found, "0.0")];
            assert!((at[0]..=at[1]).all(|x| is_braille(bottom[x])));
            assert!((at[1] + 1..at[3]).all(|x| bottom[x] == ' '));
            assert!((at[3]..=at[4]).all(|x| is_braille(bottom[x])));
        }
    }

    #[test]
    fn one_run_s_two_series_differ_without_colour_and_with() {
        let both = runs(1, 20);
        let found = plain(&both, 80, 20);
        assert_eq!(
            found[1].iter().collect::<String>(),
            "nats   ⠤⠤ run-0 loss   • run-0 val_loss"
        );
        assert_eq!(
            found[2..].iter().flatten().filter(|c| **c == '•').count(),
            20
        );
        assert!(found[2..].iter().flatten().any(|c| is_braille(*c)));
        let colored = chart("Loss", "nats", &both, 80, 20, Shades::Colors);
        assert!(colored.contains("\x1b[0;38;5;32m⠤⠤ \x1b[0mrun-0 loss"));
        assert!(colored.contains("\x1b[0;38;5;166m• \x1b[0mrun-0 val_loss"));
    }

    #[test]
    fn each_of_several_runs_has_a_colour_a_mark_and_a_number_on_its_line() {
        let found = plain(&runs(3, 20), 80, 24);
        let all: String = found[5..22].iter().flatten().collect();
        for (number, mark) in ['1', '2', '3'].into_iter().zip(['•', 'x', '+']) {
            let curves = found[5..22]
                .iter()
                .flat_map(|line| &line[6.min(line.len())..]);
            assert_eq!(curves.filter(|c| **c == number).count(), 1, "{number}");
            assert!(all.contains(mark));
        }
        let text = chart("Loss", "nats", &runs(3, 20), 80, 24, Shades::Colors);
        for (color, key) in [(32, "⠤1⠤"), (32, "•"), (166, "⠤2⠤"), (166, "x"), (36, "+")]
        {
            assert!(text.contains(&format!("\x1b[0;38;5;{color}m{key} \x1b[0mrun-")));
        }
    }

    #[test]
    fn the_legend_stands_above_the_curves_and_says_where_it_is_cut() {
        let found = plain(&runs(7, 20), 40, 24);
        let lines: Vec<String> = found.iter().map(|line| line.iter().collect()).collect();
        let last = lines
            .iter()
            .rposition(|line| line.contains("run-"))
            .unwrap();
        assert_eq!(last, 6);
        assert!(lines[last].ends_with(" …"));
        assert!(lines[last + 1..].iter().all(|line| !line.contains("loss")));
        assert!(lines[last + 1].contains('┤'));
        let whole = chart("Loss", "nats", &runs(3, 20), 60, 24, Shades::Plain);
        assert_eq!(whole.matches("run-").count(), 6);
        assert!(!whole.contains('…'));
    }

    #[test]
    fn a_small_terminal_has_axes_and_curves() {
        let mut both = runs(1, 20);
        both[1].name = "val_loss".to_owned();
        let found = plain(&both, 40, 10);
        assert_eq!(found.len(), 10);
        let labels: String = found[9].iter().collect();
        assert_eq!(labels, "epoch 1              10               20");
        assert!((2..8).all(|line| matches!(found[line][5], '│' | '┤')));
        let curves = (2..8).flat_map(|line| &found[line][6..]);
        assert!(curves.filter(|c| is_braille(**c) || **c == '•').count() > 20);
    }

    #[test]
    fn numbers_below_the_axis_never_run_together() {
        let found = plain(&[series("loss", &[(12345.0, 0.0), (12350.0, 1.0)])], 16, 10);
        assert_eq!(found[9].iter().collect::<String>(), "epoch 12345");
        assert_eq!(columns(&found), [6]);
    }

    #[test]
    fn a_value_at_the_end_of_an_axis_is_not_lost_by_rounding() {
        // As f64, 3 times 0.1 is more than 0.3.
        for lines in 10..30 {
            let found = plain(&[series("val_loss", &[(1.0, 0.3), (2.0, 0.6)])], 60, lines);
            let marks = found[2..].iter().flatten().filter(|c| **c == '•');
            assert_eq!(marks.count(), 2, "{lines}");
        }
    }

    #[test]
    fn no_epochs_are_said_and_one_is_seen() {
        let expected = "Loss\nnats\nno epochs yet\n";
        for nothing in [vec![], runs(1, 0), vec![series("loss", &[(1.0, f64::NAN)])]] {
            assert_eq!(
                chart("Loss", "nats", &nothing, 60, 12, Shades::Plain),
                expected
            );
        }
        let found = plain(
            &[
                series("loss", &[(1.0, 0.5)]),
                series("val_loss", &[(1.0, 0.7)]),
            ],
            60,
            12,
        );
        let count = |wanted| {
            found[2..]
                .iter()
                .flatten()
                .filter(|c| **c == wanted)
                .count()
        };
        assert_eq!((count('⠶'), count('•')), (1, 1));
    }

    #[test]
    fn no_size_is_exceeded_and_none_is_too_small() {
        let mut all = runs(7, 30);
        all[0].name = "数字の図".repeat(30);
        all[1].name = "a\u{1b}[2J\n".to_owned();
        all[2].points[0] = (1.0, 1e300);
        all[3].points[0] = (1e6, -1e-300);
        for columns in (0..50).chain([80, 500]) {
            for lines in (0..16).chain([24, 99]) {
                for series in [&all[..], &all[..2], &[]] {
                    let text = chart(
                        "数字の図 ".repeat(9).trim(),
                        "y",
                        series,
                        columns,
                        lines,
                        Shades::Plain,
                    );
                    assert!(text.lines().count() <= lines.into());
                    assert!(text.lines().all(|line| line.width() <= columns.into()));
                    assert!(!text.contains('\x1b'));
                }
            }
        }
    }
}
