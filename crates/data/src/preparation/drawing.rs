//! Strokes of a pen, drawn as ink.

use super::components::pieces;
use super::digits::{Group, groups, is_scattered};
use super::frame::Area;
use super::plane::Plane;
use super::{InkedDigit, NoInk};

/// Pixels of a drawing, at most: high, and wide.
const MOST: [f64; 2] = [140.0, 1400.0];
/// Ground around the ink, in pixels.
const MARGIN: f64 = 2.0;
/// Without a width of the pen, it is the longer side divided by that: MNIST's pens are 2 to 4 of 20 pixels wide.
const SIDE_OF_PENS: f64 = 12.0;
/// Pixels that may be computed for all strokes together. Of more, such as of thousands of strokes across the whole drawing,
/// the drawing is made smaller.
const MOST_COMPUTED: f64 = 2e7;

/// The digits in a drawing.
#[derive(Debug, Clone)]
pub struct PreparedDrawing {
    /// The digits from left to right, or why there are none; their areas are in pixels.
    pub digits: Result<Vec<InkedDigit>, NoInk>,
    /// Where the first pixel is, in units of the strokes.
    origin: [f64; 2],
    /// The side of a pixel, in units of the strokes.
    pixel: f64,
}

impl PreparedDrawing {
    /// Where an area is in the drawing: left, top, right and bottom, in units of the strokes.
    #[must_use]
    pub fn bounds(&self, area: &Area) -> [f64; 4] {
        let sides = [area.left, area.top, area.right, area.bottom];
        let mut axes = self.origin.iter().cycle();
        sides.map(|side| side as f64 * self.pixel + axes.next().unwrap_or(&0.0))
    }
}

/// Finds the digits in strokes, each of points `[x, y]` with y growing downwards, in any unit; `pen_width` is in that unit,
/// `None` is a usual one. A stroke of one point is a dot.
///
/// The time that it takes is limited, whatever the strokes are. Points that are not finite are left out.
#[must_use]
pub fn prepare_drawing(strokes: &[Vec<[f32; 2]>], pen_width: Option<f32>) -> PreparedDrawing {
    let Some(sheet) = Sheet::around(strokes, pen_width) else {
        return PreparedDrawing {
            digits: Err(NoInk::Blank),
            origin: [0.0; 2],
            pixel: 1.0,
        };
    };
    let ink = sheet.ink(strokes);
    let pieces = pieces(&ink);
    let digits = if pieces.is_empty() {
        Err(NoInk::Blank)
    } else if is_scattered(&pieces) {
        Err(NoInk::Noise)
    } else {
        let groups = groups(&ink, pieces);
        let digit = |group: &Group| {
            let strokes = sheet.strokes_in(strokes, &group.area);
            InkedDigit::drawn(&ink, group, strokes)
        };
        Ok(groups.iter().map(digit).collect())
    };
    PreparedDrawing {
        digits,
        origin: sheet.origin,
        pixel: sheet.pixel,
    }
}

/// Where strokes are drawn, and how large.
struct Sheet {
    origin: [f64; 2],
    /// The side of a pixel, in units of the strokes.
    pixel: f64,
    /// Half the width of the pen, in pixels.
    radius: f64,
    width: usize,
    height: usize,
}

impl Sheet {
    /// `None` if there is no point.
    fn around(strokes: &[Vec<[f32; 2]>], pen_width: Option<f32>) -> Option<Self> {
        let mut box_of: Option<[[f64; 2]; 2]> = None;
        for point in strokes.iter().flat_map(|stroke| finite(stroke)) {
            let [least, most] = box_of.get_or_insert([point; 2]);
            for axis in 0..2 {
                least[axis] = least[axis].min(point[axis]);
                most[axis] = most[axis].max(point[axis]);
            }
        }
        let [least, most] = box_of?;
        let sides = [most[0] - least[0], most[1] - least[1]];
        let usual = (sides[0].max(sides[1]) / SIDE_OF_PENS).max(f64::from(f32::MIN_POSITIVE));
        let pen = match pen_width.map(f64::from) {
            Some(width) if width.is_finite() && width > 0.0 => width,
            _ => usual,
        };
        let [wide, high] = sides.map(|side| side + pen);
        // Pixels per unit.
        let mut scale = (MOST[0] / high).min(MOST[1] / wide);
        let computed = computed_pixels(strokes, pen, scale);
        if computed > MOST_COMPUTED {
            scale *= (MOST_COMPUTED / computed).sqrt();
        }
        let pixel = 1.0 / scale;
        Some(Self {
            origin: least.map(|least| least - pen / 2.0 - MARGIN * pixel),
            pixel,
            radius: pen / 2.0 * scale,
            width: (wide * scale + 2.0 * MARGIN).ceil() as usize,
            height: (high * scale + 2.0 * MARGIN).ceil() as usize,
        })
    }

    fn ink(&self, strokes: &[Vec<[f32; 2]>]) -> Plane {
        let mut ink = Plane::filled(self.width, self.height, 0.0);
        for stroke in strokes {
            let mut before = None;
            for point in finite(stroke) {
                let at = [0, 1].map(|axis| (point[axis] - self.origin[axis]) / self.pixel);
                self.draw_line(&mut ink, before.unwrap_or(at), at);
                before = Some(at);
            }
        }
        ink
    }

    /// From which column of an area to which each stroke goes whose middle is in it.
    fn strokes_in(&self, strokes: &[Vec<[f32; 2]>], area: &Area) -> Vec<[f64; 2]> {
        let sides = |axis: usize, stroke: &[[f32; 2]]| {
            let places = finite(stroke).map(|point| (point[axis] - self.origin[axis]) / self.pixel);
            places.fold([f64::MAX, f64::MIN], |[least, most], place| {
                [least.min(place), most.max(place)]
            })
        };
        let is_in = |[least, most]: [f64; 2], from: usize, to: usize| {
            (from as f64..to as f64).contains(&f64::midpoint(least, most))
        };
        let found = strokes.iter().filter_map(|stroke| {
            let [across, down] = [0, 1].map(|axis| sides(axis, stroke));
            let is_of_area =
                is_in(across, area.left, area.right) && is_in(down, area.top, area.bottom);
            is_of_area.then(|| across.map(|place| place - area.left as f64))
        });
        found.collect()
    }

    /// Draws a line with round ends; a pixel that the edge runs through is part ink.
    fn draw_line(&self, ink: &mut Plane, from: [f64; 2], to: [f64; 2]) {
        let reach = self.radius + 0.5;
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = along[0].hypot(along[1]);
        let [left, right] = span(from[0], to[0], reach, self.width);
        let [top, bottom] = span(from[1], to[1], reach, self.height);
        for y in top..bottom {
            let dy = y as f64 + 0.5 - from[1];
            // The part of the row that is near the line, which may be a small part of its box.
            let [first, last] = if along[1].abs() > 1e-6 {
                let middle = from[0] + dy * along[0] / along[1];
                let half = reach * length / along[1].abs();
                [middle - half, middle + half]
            } else {
                [left as f64, right as f64]
            };
            let [first, last] = [
                (first.max(0.0) as usize).max(left),
                (last.max(0.0).ceil() as usize).min(right),
            ];
            for x in first..last {
                let dx = x as f64 + 0.5 - from[0];
                let share = if length > 0.0 {
                    ((dx * along[0] + dy * along[1]) / (length * length)).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let distance = (dx - share * along[0]).hypot(dy - share * along[1]);
                let covered = (reach - distance).clamp(0.0, 1.0) as f32;
                let pixel = &mut ink.values[y * self.width + x];
                *pixel = pixel.max(covered);
            }
        }
    }
}

fn finite(stroke: &[[f32; 2]]) -> impl Iterator<Item = [f64; 2]> {
    let points = stroke.iter().map(|point| point.map(f64::from));
    points.filter(|point| point.iter().all(|at| at.is_finite()))
}

/// The pixels along one axis that a line may reach.
fn span(from: f64, to: f64, reach: f64, length: usize) -> [usize; 2] {
    let first = (from.min(to) - reach).max(0.0) as usize;
    let last = (from.max(to) + reach).max(0.0).ceil() as usize;
    [first.min(length), last.min(length)]
}

/// About how many pixels are computed to draw the strokes.
fn computed_pixels(strokes: &[Vec<[f32; 2]>], pen: f64, scale: f64) -> f64 {
    let wide = (pen * scale).min(MOST[0]) + 2.0;
    let mut lines = 0.0;
    let mut long = 0.0;
    for stroke in strokes {
        let points: Vec<_> = finite(stroke).collect();
        lines += points.len() as f64;
        long += points
            .windows(2)
            .map(|line| (line[1][0] - line[0][0]).hypot(line[1][1] - line[0][1]))
            .sum::<f64>();
    }
    // The rows of a slanted line are cut obliquely, so twice its length.
    wide * (lines * wide + 2.0 * long * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(centre: [f32; 2], radius: f32) -> Vec<[f32; 2]> {
        let angle = |step: u8| f32::from(step) * std::f32::consts::TAU / 40.0;
        let point = |step: u8| {
            let (sine, cosine) = angle(step).sin_cos();
            [centre[0] + radius * cosine, centre[1] + radius * sine]
        };
        (0..=40).map(point).collect()
    }

    fn found(strokes: &[Vec<[f32; 2]>], pen_width: Option<f32>) -> PreparedDrawing {
        prepare_drawing(strokes, pen_width)
    }

    #[test]
    fn a_circle_is_a_ring_in_mnists_framing_wherever_and_however_large_it_is() {
        for (centre, radius, pen) in [
            ([50.0, 70.0], 30.0, Some(8.0)),
            ([-5000.0, 12.0], 300.0, Some(80.0)),
            ([0.3, 0.2], 0.01, None),
        ] {
            let drawing = found(&[circle(centre, radius)], pen);
            let digits = drawing.digits.as_ref().unwrap();
            assert_eq!(digits.len(), 1);
            let framed = |x: usize, y: usize| digits[0].framed[28 * y + x];
            assert!(framed(14, 14) < 0.05, "the hole");
            for (x, y) in [(5, 14), (22, 14), (14, 5), (14, 22)] {
                assert!(framed(x, y) > 0.7, "{radius}: {x} {y} {}", framed(x, y));
            }
            assert!(framed(1, 1) < 0.05 && framed(26, 26) < 0.05);
            // Its box, of the middle of the stroke and half a pen around it.
            let half = radius + pen.unwrap_or(radius / 6.0) / 2.0;
            let expected = [
                centre[0] - half,
                centre[1] - half,
                centre[0] + half,
                centre[1] + half,
            ];
            for (side, expected) in drawing.bounds(&digits[0].area).into_iter().zip(expected) {
                let difference = side - f64::from(expected);
                assert!(
                    difference.abs() < f64::from(radius) * 0.03,
                    "{side} {expected}"
                );
            }
        }
    }

    #[test]
    fn strokes_that_do_not_touch_are_one_digit_if_one_is_above_the_other() {
        // A 5: its top is a stroke of its own.
        let body = vec![
            [10.0, 8.0],
            [10.0, 40.0],
            [40.0, 45.0],
            [40.0, 80.0],
            [10.0, 85.0],
        ];
        let top = vec![[16.0, 0.0], [44.0, 0.0]];
        let drawing = found(&[body, top], Some(5.0));
        assert_eq!(drawing.digits.unwrap().len(), 1);
    }

    #[test]
    fn digits_side_by_side_are_found_from_left_to_right_in_whatever_order_they_are_drawn() {
        let line = |x: f32| vec![[x, 10.0], [x, 90.0]];
        let drawing = found(
            &[line(150.0), circle([80.0, 50.0], 35.0), line(10.0)],
            Some(9.0),
        );
        let digits = drawing.digits.as_ref().unwrap();
        let lefts: Vec<f64> = digits
            .iter()
            .map(|digit| drawing.bounds(&digit.area)[0])
            .collect();
        for (left, expected) in lefts.iter().zip([5.5, 40.5, 145.5]) {
            assert!((left - expected).abs() < 1.5, "{lefts:?}");
        }
        assert_eq!(lefts.len(), 3);
    }

    #[test]
    fn digits_that_touch_are_divided_between_their_strokes_and_no_stroke_is_cut_in_two() {
        let line = |x: f32| vec![[x, 10.0], [x, 90.0]];
        // Two rings that touch, and the same in one stroke.
        let rings = [circle([40.0, 50.0], 30.0), circle([104.0, 50.0], 30.0)];
        let cuts = |strokes: &[Vec<[f32; 2]>]| {
            let drawing = found(strokes, Some(6.0));
            let digits = drawing.digits.clone().unwrap();
            assert_eq!(digits.len(), 1);
            let left = drawing.bounds(&digits[0].area)[0];
            let cuts = digits[0].cuts().into_iter();
            cuts.map(|cut| left + cut as f64 * drawing.pixel)
                .collect::<Vec<_>>()
        };
        let between = cuts(&rings);
        assert!(
            between.iter().any(|cut| (cut - 72.0).abs() < 3.0),
            "{between:?}"
        );
        assert!(
            between.iter().all(|cut| !(35.0..45.0).contains(cut)),
            "{between:?}"
        );
        let in_one = [rings.concat()];
        assert!(cuts(&in_one).iter().all(|cut| !(45.0..100.0).contains(cut)));
        // A bar that crosses both keeps them together.
        let crossed = [line(20.0), line(60.0), vec![[15.0, 50.0], [65.0, 50.0]]];
        assert!(cuts(&crossed).iter().all(|cut| !(30.0..50.0).contains(cut)));
    }

    #[test]
    fn without_a_point_it_is_blank_and_points_that_are_no_place_are_left_out() {
        for strokes in [
            vec![],
            vec![vec![]],
            vec![vec![[f32::NAN, 1.0], [1.0, f32::INFINITY]]],
        ] {
            assert_eq!(found(&strokes, Some(3.0)).digits.unwrap_err(), NoInk::Blank);
        }
        let mut ring = circle([50.0, 50.0], 30.0);
        let as_it_is = found(&[ring.clone()], Some(8.0)).digits.unwrap();
        ring.insert(7, [f32::NAN; 2]);
        let with_another = found(&[ring], Some(8.0)).digits.unwrap();
        assert_eq!(as_it_is[0].pixels, with_another[0].pixels);
    }

    #[test]
    fn a_dot_is_ink_and_any_pen_and_place_is_taken() {
        for (point, pen) in [
            ([3.0, 3.0], None),
            ([f32::MAX, f32::MIN], Some(f32::MAX)),
            ([0.0; 2], Some(1e-30)),
        ] {
            assert_eq!(
                found(&[vec![point]], pen).digits.unwrap().len(),
                1,
                "{point:?}"
            );
        }
        let drawing = found(&[vec![[f32::MIN; 2], [f32::MAX; 2]]], Some(f32::NAN));
        assert_eq!(drawing.digits.unwrap().len(), 1);
    }

    /// A pen across the whole drawing, to and fro: minutes, if every line were drawn at the usual size.
    #[test]
    fn many_long_strokes_are_drawn_smaller() {
        let place = |index: u16| [f32::from(index % 2) * 1000.0, f32::from(index % 97)];
        let strokes = vec![(0..30_000).map(place).collect::<Vec<_>>()];
        let sheet = Sheet::around(&strokes, Some(100.0)).unwrap();
        assert!(sheet.width < 200, "{}", sheet.width);
        assert_eq!(
            prepare_drawing(&strokes, Some(100.0)).digits.unwrap().len(),
            1
        );
        // A usual drawing is not.
        let sheet = Sheet::around(&[circle([0.0; 2], 100.0)], Some(20.0)).unwrap();
        assert_eq!(sheet.height, 144);
    }
}
