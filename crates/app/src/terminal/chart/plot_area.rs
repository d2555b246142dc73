//! The plot area of a chart: curves and axes.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::widgets::Widget;
use ratatui_widgets::chart::Chart;

use crate::support::split::Split;
use crate::terminal::chart::axes::Axes;
use crate::terminal::chart::curve::Curve;
use crate::terminal::chart::series::{Point, Spacing};

/// Draws curves with their axes into an area at the left edge of the buffer. Markers cover lines,
/// and run numbers cover both.
pub(crate) fn draw_plot_area(buffer: &mut Buffer, area: Rect, curves: &[Curve], spacing: Spacing) {
    let segments = curves.iter().flat_map(|curve| &curve.segments);
    let points: Vec<Point> = segments.copied().flatten().copied().collect();
    let axes = Axes::new(area, &points, spacing);
    let (training, validation): (Vec<_>, Vec<_>) = curves
        .iter()
        .partition(|curve| curve.series.split == Split::Training);
    let datasets = training
        .iter()
        .chain(&validation)
        .flat_map(|curve| curve.datasets());
    let run_numbers = training
        .iter()
        .filter_map(|curve| curve.run_number_dataset());
    Chart::new(datasets.chain(run_numbers).collect())
        .x_axis(axes.x_axis())
        .y_axis(axes.y_axis())
        .legend_position(None)
        .render(area, buffer);
    axes.write_numbers(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::chart::curve::curves;
    use crate::terminal::chart::series::Series;
    use crate::terminal::chart::test_support::{
        characters, is_braille, runs, series, tick_columns,
    };

    /// The plot area without colours, as lines of characters.
    fn drawn(series: &[Series], columns: u16, lines: u16) -> Vec<Vec<char>> {
        drawn_with(Spacing::Linear, series, columns, lines)
    }

    fn drawn_with(spacing: Spacing, series: &[Series], columns: u16, lines: u16) -> Vec<Vec<char>> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
        let area = buffer.area;
        let series: Vec<Series> = series.iter().map(|one| one.drawn(spacing)).collect();
        draw_plot_area(&mut buffer, area, &curves(&series), spacing);
        characters(&buffer)
    }

    /// The index of the line with this number on the y axis.
    fn row(lines: &[Vec<char>], number: &str) -> usize {
        let number = format!("{number}┤");
        let mut lines = lines.iter().map(|line| line.iter().collect::<String>());
        lines.position(|line| line.contains(&number)).unwrap()
    }

    fn count(lines: &[Vec<char>], character: char) -> usize {
        lines.iter().flatten().filter(|c| **c == character).count()
    }

    #[test]
    fn points_are_drawn_where_the_numbers_of_the_axes_say() {
        let values = [(1.0, 0.0), (2.0, 1.0), (3.0, 0.5), (4.0, 0.25), (5.0, 0.75)];
        // With seven lines for the curves, and one column more than a multiple of four, no value
        // lies between two cells.
        for width in [67, 79, 83, 203] {
            let lines = drawn(&[series("val_loss", &values)], width, 9);
            let at = tick_columns(&lines);
            assert_eq!(at.len(), 5, "{width}");
            for (value, row) in [(0, row(&lines, "0.0")), (1, row(&lines, "1.0"))] {
                assert_eq!(lines[row][at[value]], '•', "{width}");
            }
            assert_eq!(lines[row(&lines, "0.0")].len(), at[0] + 1, "{width}");
            assert_eq!(row(&lines, "0.0") - row(&lines, "1.0"), 6);
            assert_eq!(lines[row(&lines, "1.0") + 3][at[2]], '•', "{width}");
            let labels: String = lines[8].iter().collect();
            let labels: Vec<&str> = labels.split_whitespace().collect();
            assert_eq!(labels, ["epoch", "1", "2", "3", "4", "5"], "{width}");
            for (column, label) in at.iter().zip('1'..='5') {
                assert_eq!(lines[8][*column], label, "{width}");
            }
        }
    }

    #[test]
    fn on_a_logarithmic_axis_equal_ratios_have_equal_distances() {
        let values = [(1.0, 10.0), (2.0, 1.0), (3.0, 0.1), (4.0, 0.0), (5.0, 0.01)];
        let series = [series("val_loss", &values)];
        let lines = drawn_with(Spacing::Logarithmic, &series, 67, 15);
        let at = tick_columns(&lines);
        // From 0.01 to 10 in 13 lines: a factor of 10 is four of them. 0 is nowhere.
        let marked = |column: usize| {
            let rows = (0..13).filter(|row| lines[*row].get(at[column]) == Some(&'•'));
            rows.collect::<Vec<_>>()
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(marked),
            [vec![0], vec![4], vec![8], vec![], vec![12]]
        );
        let numbers = [(0, "10"), (4, "1"), (8, "0.1"), (12, "0.01")];
        assert!(
            numbers
                .iter()
                .all(|(line, number)| row(&lines, number) == *line)
        );
    }

    #[test]
    fn a_training_metric_is_a_line_from_its_first_point_to_its_last() {
        let lines = drawn(&[series("loss", &[(1.0, 0.0), (10.0, 1.0)])], 60, 18);
        let at = tick_columns(&lines);
        let (first, last) = (at[0], *at.last().unwrap());
        assert_eq!(last, 59);
        let (bottom, top) = (row(&lines, "0.0"), row(&lines, "1.0"));
        // The lower left dot of the first cell and the upper right dot of the last one.
        let dots = |x: usize, y: usize| u32::from(lines[y][x]) - 0x2800;
        assert_ne!(dots(first, bottom) & 0x40, 0);
        assert_ne!(dots(last, top) & 0x08, 0);
        for x in first..=last {
            let mut column = (top..=bottom).filter_map(|y| lines[y].get(x));
            assert!(column.any(|c| is_braille(*c)), "{x}");
        }
    }

    #[test]
    fn a_value_that_is_not_finite_interrupts_the_line() {
        for odd in [f64::NAN, f64::INFINITY] {
            let values = [0.0, 0.0, odd, 0.0, 0.0, 1.0];
            let points: Vec<_> = (1..=6).map(f64::from).zip(values).collect();
            let lines = drawn(&[series("loss", &points)], 66, 10);
            let at = tick_columns(&lines);
            let bottom = &lines[row(&lines, "0.0")];
            assert!((at[0]..=at[1]).all(|x| is_braille(bottom[x])));
            assert!((at[1] + 1..at[3]).all(|x| bottom[x] == ' '));
            assert!((at[3]..=at[4]).all(|x| is_braille(bottom[x])));
        }
    }

    #[test]
    fn a_validation_metric_has_a_marker_at_each_epoch() {
        let lines = drawn(&runs(1, 20), 80, 18);
        assert_eq!(count(&lines, '•'), 20);
        assert!(lines.iter().flatten().any(|c| is_braille(*c)));
    }

    #[test]
    fn each_of_several_runs_has_a_marker_and_one_number_on_its_line() {
        let lines = drawn(&runs(3, 20), 80, 19);
        // Without the numbers of the axes.
        let curves: Vec<Vec<char>> = lines[..17]
            .iter()
            .map(|line| line[6.min(line.len())..].to_vec())
            .collect();
        for (number, marker) in ['1', '2', '3'].into_iter().zip(['•', 'x', '+']) {
            assert_eq!(count(&curves, number), 1, "{number}");
            assert!(count(&curves, marker) > 0, "{marker}");
        }
    }

    #[test]
    fn a_single_epoch_is_visible() {
        let loss = series("loss", &[(1.0, 0.5)]);
        let val_loss = series("val_loss", &[(1.0, 0.7)]);
        let lines = drawn(&[loss, val_loss], 60, 10);
        assert_eq!((count(&lines, '⠶'), count(&lines, '•')), (1, 1));
    }

    #[test]
    fn a_value_at_the_end_of_an_axis_is_drawn_despite_rounding() {
        // In f64, 3 times 0.1 is more than 0.3.
        for lines in 8..28 {
            let val_loss = series("val_loss", &[(1.0, 0.3), (2.0, 0.6)]);
            assert_eq!(count(&drawn(&[val_loss], 60, lines), '•'), 2, "{lines}");
        }
    }
}
