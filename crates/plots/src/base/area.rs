//! Points and rectangles on the page, in pixels from the upper left corner.

/// A point on the page: x and y.
pub(crate) type Point = (f64, f64);

/// A rectangle on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// The square with this center whose sides are `radius` away from it.
    pub(crate) fn around((x, y): Point, radius: f64) -> Self {
        Self {
            left: x - radius,
            top: y - radius,
            width: 2.0 * radius,
            height: 2.0 * radius,
        }
    }

    /// The area between two opposite corners.
    pub(crate) fn between((left, top): Point, (right, bottom): Point) -> Self {
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(crate) fn center(&self) -> Point {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// The same area with a border of this width added on all sides.
    pub(crate) fn grown(&self, border: f64) -> Self {
        Self {
            left: self.left - border,
            top: self.top - border,
            width: self.width + 2.0 * border,
            height: self.height + 2.0 * border,
        }
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right()
            && other.left < self.right()
            && self.top < other.bottom()
            && other.top < self.bottom()
    }

    pub(crate) fn contains(&self, (x, y): Point) -> bool {
        (self.left..self.right()).contains(&x) && (self.top..self.bottom()).contains(&y)
    }
}
