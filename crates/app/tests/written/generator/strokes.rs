//! How a pen runs: strokes as text. A stroke is `x,y` points on a grid of 60 x 100, through which a smooth curve
//! goes; a point with `!` is a corner; `/` lifts the pen.

use super::geometry::Point;

/// Points of a curve between two control points.
const STEPS: usize = 10;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Control {
    pub(crate) at: Point,
    pub(crate) corner: bool,
}

/// Reads strokes; the height of the grid becomes 1.
pub(crate) fn read(text: &str) -> Vec<Vec<Control>> {
    let control = |word: &str| {
        let corner = word.ends_with('!');
        let (x, y) = word.trim_end_matches('!').split_once(',').expect("x,y");
        let number = |text: &str| text.parse::<f32>().expect("a number") / 100.0;
        Control {
            at: Point::new(number(x), number(y)),
            corner,
        }
    };
    let stroke = |part: &str| part.split_whitespace().map(control).collect();
    text.split('/').map(stroke).collect()
}

/// The curve through control points, by Catmull and Rom; straight at corners.
pub(crate) fn curve(controls: &[Control]) -> Vec<Point> {
    let mut points = vec![controls[0].at];
    for index in 1..controls.len() {
        let (from, to) = (controls[index - 1], controls[index]);
        let before = if from.corner || index < 2 {
            from.at
        } else {
            controls[index - 2].at
        };
        let after = if to.corner {
            to.at
        } else {
            controls.get(index + 1).map_or(to.at, |next| next.at)
        };
        for step in 1..=STEPS {
            let t = step as f32 / STEPS as f32;
            let blend = |p0: f32, p1: f32, p2: f32, p3: f32| {
                let cubic = 3.0 * (p1 - p2) + p3 - p0;
                let square = 2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3;
                0.5 * (2.0 * p1 + t * (p2 - p0 + t * (square + t * cubic)))
            };
            points.push(Point::new(
                blend(before.x, from.at.x, to.at.x, after.x),
                blend(before.y, from.at.y, to.at.y, after.y),
            ));
        }
    }
    points
}
