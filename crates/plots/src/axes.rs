//! Two axes around a plot: from values to places on the page, with ticks at round numbers.

use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::style::{Mark, Paint, Stroke};

/// Room that the numbers and the name of an axis need beside the plot, in pixels.
pub(crate) const LEFT_MARGIN: f64 = 58.0;
pub(crate) const BOTTOM_MARGIN: f64 = 46.0;

/// A range of values along an axis, with the numbers that stand there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    from: f64,
    to: f64,
    ticks: Vec<f64>,
    decimals: usize,
}

impl Scale {
    /// Holds all values, from a round number to a round number; `most` is how many ticks there is
    /// room for. Values that are not finite are left out; without any, it is 0 to 1.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>, most: usize) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self::between(0.0, 1.0, most);
        }
        if low < high {
            return Self::between(low, high, most);
        }
        let half = if low == 0.0 { 0.5 } else { low.abs() / 2.0 };
        Self::between(low - half, high + half, most)
    }

    /// From a round number at or below `low` to one at or above `high`.
    pub(crate) fn between(low: f64, high: f64, most: usize) -> Self {
        let step = round_step((high - low) / count(most.max(1)));
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        Self::with_step(first * step, last * step, step)
    }

    /// Whole numbers from `first` to `last`, which are the ends.
    pub(crate) fn whole(first: usize, last: usize, most: usize) -> Self {
        let (from, to) = (count(first), count(last.max(first + 1)));
        let step = round_step((to - from) / count(most.max(1))).max(1.0);
        let mut scale = Self::with_step(from, to, step);
        // Round numbers, and the first one: 1, 5, 10 and not 1, 6, 11.
        let round = (1..).map(|index| f64::from(index) * step);
        scale.ticks = std::iter::once(from)
            .chain(round.skip_while(|tick| *tick < from + step / 2.0))
            .take_while(|tick| *tick <= to + step * 1e-9)
            .collect();
        scale
    }

    fn with_step(from: f64, to: f64, step: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few ticks"
        )]
        let steps = ((to - from) / step).round() as u32;
        let ticks = (0..=steps).map(|index| from + f64::from(index) * step);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "few decimals"
        )]
        let decimals = (-(step * 1.000_001).log10().floor()).clamp(0.0, 12.0) as usize;
        Self {
            from,
            to,
            ticks: ticks.collect(),
            decimals,
        }
    }

    /// Where a value lies, from 0 at the scale's beginning to 1 at its end.
    fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    fn label(&self, tick: f64) -> String {
        number(tick, self.decimals)
    }
}

/// A number as text, with a real minus sign.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text
        .chars()
        .all(|character| matches!(character, '-' | '0' | '.'));
    let text = if is_zero { text.replace('-', "") } else { text };
    text.replace('-', "−")
}

/// The smallest of 1, 2, 5, 10, ... times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A plot's area with the two scales around it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axes {
    pub(crate) area: Area,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Axes {
    /// Where a pair of values lies on the page.
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        (
            self.area.left + self.x.share(x) * self.area.width,
            self.area.bottom() - self.y.share(y) * self.area.height,
        )
    }

    /// Draws grid, numbers and the names of both axes, which say the unit too; left of the area
    /// and below it, within [`LEFT_MARGIN`] and [`BOTTOM_MARGIN`].
    pub(crate) fn draw(&self, canvas: &mut Canvas, x_name: &str, y_name: &str) {
        let area = self.area;
        canvas.group("axes", |canvas| {
            let grid = Stroke::solid(Paint::Grid, 1.0);
            for &tick in &self.y.ticks {
                let (_, y) = self.point(self.x.from, tick);
                canvas.line((area.left, y), (area.right(), y), grid);
                let label = TextStyle::SMALL.anchored(Anchor::End);
                canvas.text(&self.y.label(tick), (area.left - 8.0, y + 4.0), label);
            }
            for &tick in &self.x.ticks {
                let (x, _) = self.point(tick, self.y.from);
                canvas.line((x, area.bottom()), (x, area.bottom() + 4.0), grid);
                let label = TextStyle::SMALL.anchored(Anchor::Middle);
                canvas.text(&self.x.label(tick), (x, area.bottom() + 18.0), label);
            }
            let (left, bottom) = (area.left, area.bottom());
            canvas.line(
                (left, bottom),
                (area.right(), bottom),
                Stroke::solid(Paint::Muted, 1.0),
            );
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let (x, y) = area.center();
            canvas.text(x_name, (x, bottom + 38.0), name);
            canvas.text_upwards(y_name, (left - 44.0, y), name);
        });
    }
}

/// A legend's entry: how the series is drawn, and its name.
pub(crate) struct Entry {
    pub(crate) line: Option<Stroke>,
    pub(crate) mark: Option<(Mark, Paint)>,
    pub(crate) name: String,
}

/// Draws entries in lines from the left, as many as fit between `left` and `left + room`, the
/// first base line at `y`; gives the height that they take.
pub(crate) fn legend(canvas: &mut Canvas, entries: &[Entry], left: f64, y: f64, room: f64) -> f64 {
    const KEY: f64 = 26.0;
    const GAP: f64 = 22.0;
    const LINE: f64 = 20.0;
    let style = TextStyle::LABEL;
    let (mut x, mut line) = (left, 0.0);
    canvas.group("legend", |canvas| {
        for entry in entries {
            let name = style.fitted(&entry.name, room - KEY - 8.0);
            let width = KEY + 8.0 + style.width(&name);
            if x > left && x + width > left + room {
                (x, line) = (left, line + LINE);
            }
            let middle = y + line - 4.5;
            if let Some(stroke) = entry.line {
                canvas.line((x, middle), (x + KEY, middle), stroke);
            }
            if let Some((mark, paint)) = entry.mark {
                canvas.mark(mark, (x + KEY / 2.0, middle), 4.0, paint);
            }
            canvas.text(&name, (x + KEY + 8.0, y + line), style);
            x += width + GAP;
        }
    });
    line + LINE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks.iter().map(|tick| scale.label(*tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers_that_hold_all_values() {
        let losses = Scale::around([0.0209, 0.6254], 5);
        assert_eq!(labels(&losses), ["0.0", "0.2", "0.4", "0.6", "0.8"]);
        let weights = Scale::around([-1.3, 0.9, f64::NAN], 5);
        assert_eq!(
            labels(&weights),
            ["−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(&Scale::around([0.999, 1.0], 5)).last().unwrap(),
            "1.0000"
        );
    }

    #[test]
    fn epochs_are_whole_numbers_from_the_first_to_the_last() {
        assert_eq!(
            labels(&Scale::whole(1, 20, 5)),
            ["1", "5", "10", "15", "20"]
        );
        assert_eq!(labels(&Scale::whole(1, 3, 8)), ["1", "2", "3"]);
        // A single epoch has a scale too.
        assert_eq!(labels(&Scale::whole(1, 1, 8)), ["1", "2"]);
    }

    #[test]
    fn one_value_or_none_has_a_scale_with_room_around_it() {
        let (from, to) = Scale::around([0.25], 5).ends();
        assert!(from < 0.25 && to > 0.25);
        assert_eq!(Scale::around([], 5).ends(), (0.0, 1.0));
        assert_eq!(Scale::around([2.0, 2.0], 5).ends(), (1.0, 3.0));
        let (from, to) = Scale::around([0.0], 5).ends();
        assert!(from < 0.0 && to > 0.0);
    }

    #[test]
    fn values_are_placed_from_the_lower_left() {
        let axes = Axes {
            area: Area {
                left: 10.0,
                top: 20.0,
                width: 100.0,
                height: 50.0,
            },
            x: Scale::between(0.0, 1.0, 5),
            y: Scale::between(0.0, 2.0, 2),
        };
        assert_eq!(axes.point(0.0, 0.0), (10.0, 70.0));
        assert_eq!(axes.point(0.5, 2.0), (60.0, 20.0));
    }
}
