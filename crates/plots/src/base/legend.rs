//! Legends: what lines and marks mean.

use super::area::Point;
use super::canvas::Canvas;
use super::mark::Mark;
use super::style::{Paint, Stroke};
use super::text::TextStyle;

/// An entry of a legend: how the series is drawn, and its name.
pub(crate) struct Entry {
    pub(crate) line: Option<Stroke>,
    pub(crate) mark: Option<(Mark, Paint)>,
    pub(crate) name: String,
}

impl Entry {
    /// The entry of a line.
    pub(crate) fn line(stroke: Stroke, name: impl Into<String>) -> Self {
        Self {
            line: Some(stroke),
            mark: None,
            name: name.into(),
        }
    }

    /// The entry of a mark.
    pub(crate) fn mark(mark: Mark, paint: Paint, name: impl Into<String>) -> Self {
        Self {
            line: None,
            mark: Some((mark, paint)),
            name: name.into(),
        }
    }

    /// A remark among the entries.
    pub(crate) fn text(name: impl Into<String>) -> Self {
        Self {
            line: None,
            mark: None,
            name: name.into(),
        }
    }
}

/// Draws the entries in as many lines of this width as needed and returns their height.
///
/// `baseline` is the start of the baseline of the first line.
pub(crate) fn legend(
    canvas: &mut Canvas,
    entries: &[Entry],
    baseline: Point,
    max_width: f64,
) -> f64 {
    const GAP: f64 = 22.0;
    const LINE: f64 = 20.0;
    let style = TextStyle::LABEL;
    let (left, y) = baseline;
    let (mut x, mut line) = (left, 0.0);
    canvas.group("legend", |canvas| {
        for entry in entries {
            let key = match (entry.line, entry.mark) {
                (Some(_), _) => 26.0,
                (None, Some(_)) => 10.0,
                (None, None) => 0.0,
            };
            let indent = if key > 0.0 { key + 8.0 } else { 0.0 };
            let name = style.fitted(&entry.name, max_width - indent);
            let width = indent + style.width(&name);
            if x > left && x + width > left + max_width {
                (x, line) = (left, line + LINE);
            }
            let middle = y + line - 4.5;
            if let Some(stroke) = entry.line {
                canvas.line((x, middle), (x + key, middle), stroke);
            }
            if let Some((mark, paint)) = entry.mark {
                canvas.mark(mark, (x + key / 2.0, middle), 4.0, paint);
            }
            canvas.text(&name, (x + indent, y + line), style);
            x += width + GAP;
        }
    });
    line + LINE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{find, readable_texts};

    #[test]
    fn entries_are_close_to_their_keys_and_inside_the_width() {
        let paint = Paint::Series(0);
        let entries = [
            Entry::line(Stroke::solid(paint, 2.0), "line"),
            Entry::mark(Mark::Circle, paint, "mark"),
            Entry::text("neither"),
            Entry::mark(
                Mark::Ring,
                paint,
                "a name that is wider than the whole legend is",
            ),
        ];
        let mut canvas = Canvas::new();
        let height = legend(&mut canvas, &entries, (20.0, 20.0), 200.0);
        assert!((height - 2.0 * 20.0).abs() < 1e-9);
        let texts = readable_texts(&canvas.finish(220.0, 60.0, "legend"));
        let left = |text| find(&texts, text).area.left();
        assert!((left("line") - (20.0 + 26.0 + 8.0)).abs() < 1.0);
        let gap_before_mark = left("mark") - find(&texts, "line").area.right();
        assert!(
            (gap_before_mark - (22.0 + 10.0 + 8.0)).abs() < 2.0,
            "{gap_before_mark}"
        );
        assert!((left("neither") - find(&texts, "mark").area.right() - 22.0).abs() < 2.0);
        let long = texts.last().unwrap();
        assert!(long.text.contains('…') && long.area.right() <= 221.0);
    }
}
