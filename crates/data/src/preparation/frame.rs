//! Frames and margins around a picture, which are no ink.

use super::plane::{Plane, quantile};

/// A part of a picture: its first column and row, and the ones after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The first column.
    pub left: usize,
    /// The first row.
    pub top: usize,
    /// The column after the last.
    pub right: usize,
    /// The row after the last.
    pub bottom: usize,
}

impl Area {
    /// The number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    /// The number of rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }

    pub(crate) fn longer_side(&self) -> usize {
        self.width().max(self.height())
    }

    /// The smallest area that holds both.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(crate) fn moved(&self, right: usize, down: usize) -> Self {
        Self {
            left: self.left + right,
            top: self.top + down,
            right: self.right + right,
            bottom: self.bottom + down,
        }
    }

    /// The area without a margin of that width; all of it if nothing would be left.
    pub(crate) fn shrunk(&self, margin: usize) -> Self {
        if self.width().min(self.height()) <= 2 * margin {
            return *self;
        }
        Self {
            left: self.left + margin,
            top: self.top + margin,
            right: self.right - margin,
            bottom: self.bottom - margin,
        }
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }
}

impl Plane {
    pub(crate) fn area(&self) -> Area {
        Area {
            left: 0,
            top: 0,
            right: self.width,
            bottom: self.height,
        }
    }

    /// As [`cut`](Self::cut), without a copy if the area is all.
    pub(crate) fn cut_to(self, area: Area) -> Self {
        if area == self.area() {
            return self;
        }
        self.cut(area)
    }

    pub(crate) fn cut(&self, area: Area) -> Self {
        let rows = self.values.chunks_exact(self.width);
        let rows = rows.take(area.bottom).skip(area.top);
        Self {
            width: area.width(),
            height: area.height(),
            values: rows
                .flat_map(|row| &row[area.left..area.right])
                .copied()
                .collect(),
        }
    }
}

/// Frames are looked for that far from the border, as a fraction of the shorter side.
const DEEPEST: f64 = 0.12;

/// The part of a picture within its frames: of one level each, on three or four sides, with a margin outside or without.
pub(crate) fn within_frames(signal: &Plane) -> Area {
    let range = signal.quantile(0.995) - signal.quantile(0.005);
    let mut area = signal.area();
    // A margin, a frame, and a second line.
    for _ in 0..3 {
        let inner = signal.cut(area);
        let Some([left, top, right, bottom]) = framed(&inner, range) else {
            break;
        };
        area = Area {
            left: area.left + left,
            top: area.top + top,
            right: area.right - right,
            bottom: area.bottom - bottom,
        };
    }
    area
}

/// How thick a frame is on each side: left, top, right, bottom.
fn framed(signal: &Plane, range: f32) -> Option<[usize; 4]> {
    if signal.side() < 12 {
        return None;
    }
    let turned = signal.transposed();
    let lines = [
        band(&turned, range, false),
        band(signal, range, false),
        band(&turned, range, true),
        band(signal, range, true),
    ];
    let bands = lines.iter().flatten();
    let levels: Vec<f32> = bands.clone().map(|band| band.level).collect();
    let darkest = levels.iter().copied().fold(f32::INFINITY, f32::min);
    let brightest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if levels.len() < 3 || brightest - darkest > 0.25 * range {
        return None;
    }
    Some(lines.map(|band| band.map_or(0, |band| band.thickness)))
}

struct Band {
    thickness: usize,
    level: f32,
}

/// Lines of one level from the first row, or the last, up to a change of level.
fn band(plane: &Plane, range: f32, from_end: bool) -> Option<Band> {
    let deepest = ((plane.side() as f64 * DEEPEST) as usize).max(2);
    let line = |at: usize| {
        let at = if from_end { plane.height - 1 - at } else { at };
        let mut values = plane.values[at * plane.width..][..plane.width].to_vec();
        let [low, level, high] = [0.1, 0.5, 0.9].map(|share| quantile(&mut values, share));
        (level, high - low)
    };
    let (level, spread) = line(0);
    if spread > 0.3 * range {
        return None;
    }
    for at in 1..=deepest {
        let (inner, spread) = line(at);
        if (inner - level).abs() > 0.3 * range {
            // The edge of a thick frame is blurred over some lines.
            let mut thickness = at;
            let mut before = inner;
            while thickness < deepest {
                let (next, _) = line(thickness + 1);
                if (next - before).abs() < 0.05 * range {
                    break;
                }
                (before, thickness) = (next, thickness + 1);
            }
            return Some(Band { thickness, level });
        }
        if spread > 0.3 * range {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::plane;

    /// White paper with a black stroke in the middle, and what else is black.
    fn framed_by(is_black: impl Fn(usize, usize) -> bool) -> Area {
        within_frames(&plane(60, 50, |x, y| {
            let is_stroke = (28..32).contains(&x) && (15..35).contains(&y);
            f32::from(u8::from(!is_stroke && !is_black(x, y)))
        }))
    }

    fn area(left: usize, top: usize, right: usize, bottom: usize) -> Area {
        Area {
            left,
            top,
            right,
            bottom,
        }
    }

    #[test]
    fn a_frame_is_cut_off_whatever_its_thickness() {
        for thickness in 1..5 {
            let is_frame = |x: usize, y: usize| {
                x < thickness || y < thickness || x >= 60 - thickness || y >= 50 - thickness
            };
            let expected = area(thickness, thickness, 60 - thickness, 50 - thickness);
            assert_eq!(framed_by(is_frame), expected);
        }
    }

    #[test]
    fn a_frame_with_a_margin_outside_is_cut_off_with_the_margin() {
        let is_frame = |x: usize, y: usize| {
            let inside = (3..57).contains(&x) && (3..47).contains(&y);
            inside && (x == 3 || y == 3 || x == 56 || y == 46)
        };
        assert_eq!(framed_by(is_frame), area(4, 4, 56, 46));
    }

    #[test]
    fn without_a_frame_on_three_sides_everything_is_kept() {
        let all = area(0, 0, 60, 50);
        assert_eq!(framed_by(|_, _| false), all);
        assert_eq!(framed_by(|x, _| !(2..58).contains(&x)), all);
        // A stroke that begins at the border is no frame.
        assert_eq!(framed_by(|x, y| y < 2 && (20..30).contains(&x)), all);
    }

    #[test]
    fn a_part_is_cut_with_its_values() {
        let numbered = plane(5, 4, |x, y| (10 * y + x) as f32);
        let part = numbered.cut(area(1, 2, 3, 4));
        assert_eq!((part.width, part.height), (2, 2));
        assert_eq!(part.values, [21.0, 22.0, 31.0, 32.0]);
    }
}
