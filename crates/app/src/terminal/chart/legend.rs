//! The legend of a chart. It is above the plot area; ratatui's own legend covers the curves.

use ratatui_core::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::terminal::chart::curve::Curve;
use crate::terminal::truncate::truncate;

/// Columns between two entries.
const GAP: usize = 3;

/// The name of the y axis and an entry for each curve. If they take more than `max_lines`, the rest
/// is omitted and the last line ends in "…".
pub(crate) fn legend<'a>(
    y_name: &str,
    curves: &[Curve],
    columns: usize,
    max_lines: usize,
) -> Vec<Line<'a>> {
    // Two columns are reserved for " …".
    let room = columns.saturating_sub(2);
    let y_name = Some(truncate(y_name, room)).filter(|name| !name.is_empty());
    let mut lines: Vec<Line> = y_name.map(Line::from).into_iter().collect();
    for curve in curves {
        let key = curve.legend_key() + " ";
        let name = truncate(&curve.series.name, room.saturating_sub(key.width()));
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
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            last.push_span(" …");
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use ratatui_core::style::Color;

    use super::*;
    use crate::terminal::chart::curve::curves;
    use crate::terminal::chart::test_support::runs;

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::to_string).collect()
    }

    /// The key of each entry and its colour.
    fn keys(lines: &[Line]) -> Vec<(String, Color)> {
        let spans = lines.iter().flat_map(|line| &line.spans);
        spans
            .filter_map(|span| Some((span.content.trim_end().to_owned(), span.style.fg?)))
            .collect()
    }

    fn key(key: &str, color: u8) -> (String, Color) {
        (key.to_owned(), Color::Indexed(color))
    }

    #[test]
    fn the_two_series_of_a_single_run_differ_in_key_and_colour() {
        let series = runs(1, 20);
        let lines = legend("nats", &curves(&series), 80, 6);
        let expected = "nats   ⠤⠤ run-0 loss   • run-0 val_loss";
        assert_eq!(texts(&lines), [expected]);
        assert_eq!(keys(&lines), [key("⠤⠤", 32), key("•", 166)]);
    }

    #[test]
    fn each_of_several_runs_has_its_own_colour_number_and_marker() {
        let series = runs(3, 20);
        let found = keys(&legend("nats", &curves(&series), 80, 6));
        let first = [key("⠤1⠤", 32), key("•", 32)];
        let second = [key("⠤2⠤", 166), key("x", 166)];
        let third = [key("⠤3⠤", 36), key("+", 36)];
        assert_eq!(found, [first, second, third].concat());
    }

    #[test]
    fn the_last_line_shows_that_entries_are_missing() {
        let series = runs(7, 20);
        let lines = texts(&legend("nats", &curves(&series), 40, 6));
        assert_eq!(lines.len(), 6);
        assert!(lines[5].ends_with(" …"));
        for columns in 8..80 {
            let lines = legend("nats", &curves(&series), columns, 1);
            assert!(lines[0].to_string().ends_with(" …"));
            assert!(lines[0].width() <= columns, "{columns}");
        }
        let series = runs(3, 20);
        let whole = texts(&legend("nats", &curves(&series), 60, 6)).concat();
        assert_eq!(whole.matches("run-").count(), 6);
        assert!(!whole.contains('…'));
    }
}
