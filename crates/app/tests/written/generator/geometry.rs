//! Points, rectangles and affine maps; y points down.

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Size {
    pub(crate) const fn new(width: usize, height: usize) -> Self {
        Self { width, height }
    }

    pub(crate) const fn square(side: usize) -> Self {
        Self::new(side, side)
    }

    pub(crate) fn pixels(self) -> usize {
        self.width * self.height
    }

    pub(crate) fn wide(self) -> f32 {
        self.width as f32
    }

    pub(crate) fn high(self) -> f32 {
        self.height as f32
    }

    /// The shorter side.
    pub(crate) fn short(self) -> f32 {
        self.wide().min(self.high())
    }

    pub(crate) fn centre(self) -> Point {
        Point::new(self.wide() / 2.0, self.high() / 2.0)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Rect {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Rect {
    pub(crate) const EMPTY: Self = Self {
        left: f32::MAX,
        top: f32::MAX,
        right: f32::MIN,
        bottom: f32::MIN,
    };

    pub(crate) fn square(centre: Point, side: f32) -> Self {
        Self {
            left: centre.x - side / 2.0,
            top: centre.y - side / 2.0,
            right: centre.x + side / 2.0,
            bottom: centre.y + side / 2.0,
        }
    }

    pub(crate) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f32 {
        self.bottom - self.top
    }

    pub(crate) fn centre(self) -> Point {
        Point::new(
            self.left.midpoint(self.right),
            self.top.midpoint(self.bottom),
        )
    }

    /// Grows to hold a disc.
    pub(crate) fn hold(&mut self, at: Point, radius: f32) {
        self.left = self.left.min(at.x - radius);
        self.top = self.top.min(at.y - radius);
        self.right = self.right.max(at.x + radius);
        self.bottom = self.bottom.max(at.y + radius);
    }
}

/// `x' = a x + b y + e` and `y' = c x + d y + f`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Affine {
    pub(crate) a: f32,
    pub(crate) b: f32,
    pub(crate) c: f32,
    pub(crate) d: f32,
    pub(crate) e: f32,
    pub(crate) f: f32,
}

impl Affine {
    pub(crate) const IDENTITY: Self = Self::linear(1.0, 0.0, 0.0, 1.0);

    pub(crate) const fn linear(a: f32, b: f32, c: f32, d: f32) -> Self {
        Self {
            a,
            b,
            c,
            d,
            e: 0.0,
            f: 0.0,
        }
    }

    /// Clockwise.
    pub(crate) fn turn(radians: f32) -> Self {
        let (sin, cos) = radians.sin_cos();
        Self::linear(cos, -sin, sin, cos)
    }

    pub(crate) fn shift(x: f32, y: f32) -> Self {
        Self {
            e: x,
            f: y,
            ..Self::IDENTITY
        }
    }

    /// This map, and then the next.
    pub(crate) fn then(self, next: Self) -> Self {
        let origin = next.apply(Point::new(self.e, self.f));
        Self {
            a: next.a * self.a + next.b * self.c,
            b: next.a * self.b + next.b * self.d,
            c: next.c * self.a + next.d * self.c,
            d: next.c * self.b + next.d * self.d,
            e: origin.x,
            f: origin.y,
        }
    }

    pub(crate) fn apply(self, at: Point) -> Point {
        Point::new(
            self.a * at.x + self.b * at.y + self.e,
            self.c * at.x + self.d * at.y + self.f,
        )
    }

    /// The factor by which lengths grow on average.
    pub(crate) fn factor(self) -> f32 {
        (self.a * self.d - self.b * self.c).abs().sqrt()
    }

    pub(crate) fn inverse(self) -> Self {
        let determinant = self.a * self.d - self.b * self.c;
        let back = Self::linear(
            self.d / determinant,
            -self.b / determinant,
            -self.c / determinant,
            self.a / determinant,
        );
        let origin = back.apply(Point::new(self.e, self.f));
        Self {
            e: -origin.x,
            f: -origin.y,
            ..back
        }
    }
}
