//! A digit or another shape before it is placed: strokes, an outline, or pixels.

use super::geometry::{Affine, Point, Rect, Size};
use super::mask::{Dot, Mask};

/// Pixels with at least this belong to the ink.
const INK: f32 = 0.3;

#[derive(Clone)]
pub(crate) enum Form {
    Strokes(Vec<Vec<Dot>>),
    Outline(Vec<Vec<Point>>),
    /// Ink on nothing.
    Raster(Mask),
}

#[derive(Clone)]
pub(crate) struct Glyph {
    form: Form,
    /// Who made it, for the name of a file.
    pub(crate) source: String,
    linear: Affine,
}

impl Glyph {
    pub(crate) fn new(form: Form, source: String) -> Self {
        Self {
            form,
            source,
            linear: Affine::IDENTITY,
        }
    }

    /// Clockwise.
    pub(crate) fn turned(self, radians: f32) -> Self {
        self.mapped(Affine::turn(radians))
    }

    pub(crate) fn mapped(mut self, map: Affine) -> Self {
        self.linear = self.linear.then(map);
        self
    }

    /// Strokes with a pen of this mean radius, of a height of 1; other forms as they are.
    pub(crate) fn with_pen(mut self, radius: f32) -> Self {
        if let Form::Strokes(strokes) = &mut self.form {
            let dots = strokes.iter().flatten();
            let mean = dots.clone().map(|dot| dot.radius).sum::<f32>() / dots.count() as f32;
            for dot in strokes.iter_mut().flatten() {
                dot.radius *= radius / mean;
            }
        }
        self
    }

    /// Where its ink is.
    pub(crate) fn bounds(&self) -> Rect {
        let mut bounds = Rect::EMPTY;
        let map = self.linear;
        match &self.form {
            Form::Strokes(strokes) => {
                for dot in strokes.iter().flatten() {
                    bounds.hold(map.apply(dot.at), dot.radius);
                }
            }
            Form::Outline(outlines) => {
                for &at in outlines.iter().flatten() {
                    bounds.hold(map.apply(at), 0.0);
                }
            }
            Form::Raster(mask) => {
                for (index, _) in mask
                    .values
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| **value >= INK)
                {
                    let x = (index % mask.size.width) as f32 + 0.5;
                    let y = (index / mask.size.width) as f32 + 0.5;
                    bounds.hold(map.apply(Point::new(x, y)), 0.5 * map.factor());
                }
            }
        }
        bounds
    }

    /// Draws it as large as fits into a rectangle, in its middle.
    pub(crate) fn in_box(&self, size: Size, target: Rect) -> Mask {
        let bounds = self.bounds();
        let scale = (target.width() / bounds.width()).min(target.height() / bounds.height());
        let (from, to) = (bounds.centre(), target.centre());
        let place = Affine::shift(-from.x, -from.y)
            .then(Affine::linear(scale, 0.0, 0.0, scale))
            .then(Affine::shift(to.x, to.y));
        self.draw(size, place)
    }

    /// Draws it through a map.
    pub(crate) fn draw(&self, size: Size, place: Affine) -> Mask {
        let map = self.linear.then(place);
        let mut mask = Mask::empty(size);
        match &self.form {
            Form::Strokes(strokes) => {
                for stroke in strokes {
                    let dots: Vec<Dot> = stroke
                        .iter()
                        .map(|dot| Dot {
                            at: map.apply(dot.at),
                            radius: dot.radius * map.factor(),
                        })
                        .collect();
                    mask.stroke(&dots);
                }
            }
            Form::Outline(outlines) => {
                let outlines: Vec<Vec<Point>> = outlines
                    .iter()
                    .map(|outline| outline.iter().map(|&at| map.apply(at)).collect())
                    .collect();
                mask.fill(&outlines);
            }
            Form::Raster(raster) => sample(raster, map, &mut mask),
        }
        mask
    }

    /// MNIST's framing: in 20 x 20 pixels, centred by mass in 28 x 28. What is from MNIST is in it already.
    pub(crate) fn framed(&self) -> Mask {
        const FRAME: Size = Size::square(28);
        if let Form::Raster(mask) = &self.form
            && mask.size == FRAME
        {
            return mask.clone();
        }
        let middle = FRAME.centre();
        let mass = self.in_box(FRAME, Rect::square(middle, 20.0)).centre();
        let centre = Point::new(2.0 * middle.x - mass.x, 2.0 * middle.y - mass.y);
        self.in_box(FRAME, Rect::square(centre, 20.0))
    }
}

/// Samples pixels: enlarged they get sharp edges, as if a pen had drawn them.
fn sample(raster: &Mask, map: Affine, mask: &mut Mask) {
    let (back, enlarged) = (map.inverse(), map.factor());
    for y in 0..mask.size.height {
        for x in 0..mask.size.width {
            let at = back.apply(Point::new(x as f32 + 0.5, y as f32 + 0.5));
            let value = cubic(raster, at);
            mask.values[y * mask.size.width + x] = if enlarged < 1.5 {
                value.clamp(0.0, 1.0)
            } else {
                ((value - INK) * enlarged * 0.8 + 0.5).clamp(0.0, 1.0)
            };
        }
    }
}

/// Pixels interpolated by cubic B-splines, which make smooth edges.
fn cubic(raster: &Mask, at: Point) -> f32 {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let reaches = |at: f32, end: usize| at > -2.0 && at < end as f32 + 1.0;
    if !reaches(x, raster.size.width) || !reaches(y, raster.size.height) {
        return 0.0;
    }
    let weights = |t: f32| {
        let u = 1.0 - t;
        [
            u * u * u / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (3.0 * u * u * u - 6.0 * u * u + 4.0) / 6.0,
            t * t * t / 6.0,
        ]
    };
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights(x - left), weights(y - top));
    let mut sum = 0.0;
    for (dy, wy) in down.iter().enumerate() {
        for (dx, wx) in across.iter().enumerate() {
            sum += wx
                * wy
                * raster.at(
                    left as isize + dx as isize - 1,
                    top as isize + dy as isize - 1,
                );
        }
    }
    sum
}
