//! Charts of a metric by epoch, as text for a terminal.
//!
//! ratatui's chart draws the curves and the axes into a buffer, which is converted to text. The
//! legend and the numbers along the axes are drawn by this module.

mod axes;
mod curve;
mod legend;
mod plot_area;
pub(crate) mod series;
#[cfg(test)]
mod test_support;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Modifier, Style};
use ratatui_core::text::Line;
use ratatui_core::widgets::Widget;

use crate::terminal::buffer::to_text;
use crate::terminal::chart::curve::{Curve, curves};
use crate::terminal::chart::legend::legend;
use crate::terminal::chart::plot_area::draw_plot_area;
use crate::terminal::chart::series::{Series, Spacing, ValueAxis};
use crate::terminal::color_mode::ColorMode;
use crate::terminal::truncate::truncate;

/// Columns of the smallest readable plot area.
const MIN_COLUMNS: u16 = 16;

/// Lines of the smallest readable plot area.
const MIN_LINES: u16 = 5;

/// Draws series as text of at most `lines` lines and `columns` columns.
///
/// Series are in the order of their runs; the training series of a run comes before its validation
/// series. Training metrics are lines, and validation metrics have a marker at each epoch. The two
/// series of a single run differ in colour; each of several runs has its own colour, marker, and
/// number on its line.
pub(crate) fn chart(
    title: &str,
    axis: ValueAxis<'_>,
    series: &[Series],
    columns: u16,
    lines: u16,
    color_mode: ColorMode,
) -> String {
    let series: Vec<Series> = series.iter().map(|one| one.drawn(axis.spacing)).collect();
    let curves = curves(&series);
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut header = vec![Line::styled(truncate(title, columns.into()), bold)];
    let max_legend_lines = usize::from(lines / 4).max(1);
    header.extend(legend(axis.name, &curves, columns.into(), max_legend_lines));

    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
    for (row, line) in buffer.area.rows().zip(&header) {
        line.render(row, &mut buffer);
    }
    let mut area = buffer.area;
    area.y = u16::try_from(header.len()).map_or(lines, |header| header.min(lines));
    area.height = lines - area.y;
    draw_body(&mut buffer, area, &curves, axis.spacing);
    to_text(&buffer, color_mode)
}

/// Draws the curves, or a message if there are none.
fn draw_body(buffer: &mut Buffer, area: Rect, curves: &[Curve], spacing: Spacing) {
    if curves.is_empty() {
        let missing = match spacing {
            Spacing::Linear => "no epochs yet",
            Spacing::Logarithmic => "no values above 0 yet",
        };
        Line::from(missing).render(area, buffer);
    } else if area.width < MIN_COLUMNS || area.height < MIN_LINES {
        Line::from("terminal too small").render(area, buffer);
    } else {
        draw_plot_area(buffer, area, curves, spacing);
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::terminal::chart::test_support::{is_braille, runs, series};

    const NATS: ValueAxis<'_> = ValueAxis {
        name: "nats",
        spacing: Spacing::Linear,
    };

    /// The lines of a chart without colours.
    fn plain(series: &[Series], columns: u16, lines: u16) -> Vec<String> {
        let text = chart("Loss", NATS, series, columns, lines, ColorMode::Plain);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_title_and_the_legend_are_above_the_curves() {
        let lines = plain(&runs(1, 20), 80, 20);
        assert_eq!(lines[0], "Loss");
        assert_eq!(lines[1], "nats   ⠤⠤ run-0 loss   • run-0 val_loss");
        assert!(lines[2..].iter().all(|line| !line.contains("loss")));
        assert!(lines[2..].concat().contains(is_braille));
        assert_eq!(lines[2..].concat().matches('•').count(), 20);
    }

    #[test]
    fn colours_are_in_the_legend_and_in_the_curves() {
        let text = chart("Loss", NATS, &runs(1, 20), 80, 20, ColorMode::Ansi256);
        assert!(text.starts_with("\x1b[0;1mLoss\x1b[0m\n"));
        assert!(text.contains("\x1b[0;38;5;32m⠤⠤ \x1b[0mrun-0 loss"));
        assert!(text.contains("\x1b[0;38;5;166m• \x1b[0mrun-0 val_loss"));
        let curves = text.splitn(3, '\n').last().unwrap();
        assert!(curves.contains("\x1b[0;38;5;32m"));
        assert!(curves.contains("\x1b[0;38;5;166m•"));
    }

    #[test]
    fn the_legend_takes_at_most_a_quarter_of_the_lines() {
        let lines = plain(&runs(7, 20), 40, 24);
        let last = lines.iter().rposition(|line| line.contains("run-"));
        assert_eq!(last, Some(6));
        assert!(lines[6].ends_with(" …"));
        assert!(lines[7..].iter().all(|line| !line.contains("loss")));
        assert!(lines[7].contains('┤'));
        let whole = plain(&runs(3, 20), 60, 24).concat();
        assert_eq!(whole.matches("run-").count(), 6);
        assert!(!whole.contains('…'));
    }

    #[test]
    fn a_small_terminal_has_axes_and_curves() {
        let mut both = runs(1, 20);
        both[1].name = "val_loss".to_owned();
        let lines = plain(&both, 40, 10);
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[9], "epoch 1              10               20");
        let rows = lines[2..8].iter().map(|line| line.chars().skip(5));
        let is_axis = |c| matches!(c, Some('│' | '┤'));
        assert!(rows.clone().all(|mut row| is_axis(row.next())));
        let curves = rows.flat_map(|row| row.skip(1));
        assert!(curves.filter(|c| is_braille(*c) || *c == '•').count() > 20);
    }

    #[test]
    fn a_chart_without_epochs_says_so() {
        let expected = ["Loss", "nats", "no epochs yet"];
        for nothing in [vec![], runs(1, 0), vec![series("loss", &[(1.0, f64::NAN)])]] {
            assert_eq!(plain(&nothing, 60, 12), expected);
        }
    }

    #[test]
    fn a_chart_never_exceeds_its_size() {
        let mut all = runs(7, 30);
        all[0].name = "数字の図".repeat(30);
        all[1].name = "a\u{1b}[2J\n".to_owned();
        all[2].points[0] = (1.0, 1e300);
        all[3].points[0] = (1e6, -1e-300);
        let title = "数字の図 ".repeat(9);
        for columns in (0..50).chain([80, 500]) {
            for lines in (0..16).chain([24, 99]) {
                for series in [&all[..], &all[..2], &[]] {
                    for spacing in [Spacing::Linear, Spacing::Logarithmic] {
                        let axis = ValueAxis { name: "y", spacing };
                        let text = chart(&title, axis, series, columns, lines, ColorMode::Plain);
                        assert!(text.lines().count() <= lines.into());
                        assert!(text.lines().all(|line| line.width() <= columns.into()));
                        assert!(!text.contains('\x1b'));
                    }
                }
            }
        }
    }
}
