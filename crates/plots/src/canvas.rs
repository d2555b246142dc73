//! What pictures are drawn with: shapes, text and small images, in pixels from the upper left.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use svg::Node;
use svg::node::element::{Circle, Group, Image, Line, Path, Polyline, Rectangle, SVG, Text, Title};

use crate::Figure;
use crate::font::{self, Weight};
use crate::style::{Dash, Mark, Paint, Stroke, size};

/// A point of the page.
pub(crate) type Point = (f64, f64);

/// A rectangle of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(crate) fn center(&self) -> Point {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

/// Which part of a text stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks. Its point lies on the base line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextStyle {
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) paint: Paint,
    pub(crate) anchor: Anchor,
}

impl TextStyle {
    /// The heading of a picture.
    pub(crate) const TITLE: Self = Self {
        size: size::TITLE,
        weight: Weight::SemiBold,
        paint: Paint::Ink,
        anchor: Anchor::Start,
    };
    /// The heading of a part of a picture.
    pub(crate) const HEADING: Self = Self {
        size: size::LABEL,
        ..Self::TITLE
    };
    /// Names of axes, entries of legends.
    pub(crate) const LABEL: Self = Self {
        size: size::LABEL,
        weight: Weight::Regular,
        ..Self::TITLE
    };
    /// Numbers along axes, remarks.
    pub(crate) const SMALL: Self = Self {
        size: size::SMALL,
        weight: Weight::Regular,
        paint: Paint::Muted,
        anchor: Anchor::Start,
    };

    pub(crate) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) fn painted(self, paint: Paint) -> Self {
        Self { paint, ..self }
    }

    /// The width of a text that looks so, in pixels.
    pub(crate) fn width(&self, text: &str) -> f64 {
        font::width(&printable(text), self.size, self.weight)
    }

    /// The text, shortened in its middle if it is wider than the room.
    pub(crate) fn fitted(&self, text: &str, room: f64) -> String {
        font::shortened(&printable(text), room, self.size, self.weight)
    }
}

/// Pixels in red, green and blue, row by row from the upper left.
pub(crate) struct Pixels {
    pub(crate) columns: usize,
    pub(crate) rgb: Vec<u8>,
}

/// A page that is being drawn.
pub(crate) struct Canvas {
    /// Open groups, the innermost last.
    groups: Vec<Group>,
}

impl Canvas {
    pub(crate) fn new() -> Self {
        Self {
            groups: vec![Group::new()],
        }
    }

    /// Draws what belongs together; `class` says what it is.
    pub(crate) fn group(&mut self, class: &str, draw: impl FnOnce(&mut Self)) {
        self.groups.push(Group::new().set("class", class));
        draw(self);
        if let Some(group) = self.groups.pop() {
            self.add(group);
        }
    }

    /// The same, with what browsers say when the pointer rests on it.
    pub(crate) fn group_with_tip(&mut self, class: &str, tip: &str, draw: impl FnOnce(&mut Self)) {
        self.group(class, |canvas| {
            canvas.add(Title::new(printable(tip)));
            draw(canvas);
        });
    }

    /// Draws what is seen through an area: what lies beyond it is cut off.
    pub(crate) fn window(&mut self, area: Area, draw: impl FnOnce(&mut Self)) {
        self.groups.push(Group::new());
        draw(self);
        if let Some(group) = self.groups.pop() {
            let sides = [area.left, area.top, area.width, area.height].map(rounded);
            let window = SVG::new()
                .set("x", sides[0])
                .set("y", sides[1])
                .set("width", sides[2])
                .set("height", sides[3])
                .set("viewBox", (sides[0], sides[1], sides[2], sides[3]))
                .set("overflow", "hidden");
            self.add(window.add(group));
        }
    }

    pub(crate) fn rectangle(&mut self, area: Area, fill: Paint) {
        let rectangle = rectangle(area)
            .set("fill", fill.light())
            .set("class", format!("fill-{}", fill.class()));
        self.add(rectangle);
    }

    /// A rectangle that lets through what lies below it; `opacity` from 0, not there, to 1.
    pub(crate) fn tint(&mut self, area: Area, fill: Paint, opacity: f64) {
        let tint = rectangle(area)
            .set("fill", fill.light())
            .set("class", format!("fill-{}", fill.class()));
        self.add(seen_through(tint, "fill-opacity", opacity));
    }

    pub(crate) fn outline(&mut self, area: Area, stroke: Stroke) {
        let outline = stroked(rectangle(area).set("fill", "none"), stroke);
        self.add(outline);
    }

    pub(crate) fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        let line = Line::new()
            .set("x1", rounded(from.0))
            .set("y1", rounded(from.1))
            .set("x2", rounded(to.0))
            .set("y2", rounded(to.1));
        self.add(stroked(line, stroke));
    }

    pub(crate) fn polyline(&mut self, points: &[Point], stroke: Stroke) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", rounded(*x), rounded(*y)))
            .collect();
        let line = Polyline::new()
            .set("points", points.join(" "))
            .set("fill", "none")
            .set("stroke-linejoin", "round");
        self.add(stroked(line, stroke));
    }

    /// A circle, open in its middle.
    pub(crate) fn ring(&mut self, center: Point, radius: f64, stroke: Stroke) {
        let ring = circle(center, radius).set("fill", "none");
        self.add(stroked(ring, stroke));
    }

    /// A mark of a series: all shapes look equally large at one radius.
    pub(crate) fn mark(&mut self, mark: Mark, place: Point, radius: f64, paint: Paint) {
        self.marks(mark, [place], radius, paint, 1.0);
    }

    /// Marks of one kind as one shape, which keeps files small; as opaque where they overlap as
    /// elsewhere, from 0, not there, to 1.
    pub(crate) fn marks(
        &mut self,
        mark: Mark,
        points: impl IntoIterator<Item = Point>,
        radius: f64,
        paint: Paint,
        opacity: f64,
    ) {
        let outline = Outline::of(mark, radius);
        let (dx, dy) = outline.start;
        let placed = points.into_iter().map(|(x, y)| {
            let (x, y) = (rounded(x + dx * radius), rounded(y + dy * radius));
            format!("M{x} {y}{}", outline.steps)
        });
        let path = Path::new().set("d", placed.collect::<String>());
        if let Some(width) = outline.line {
            let stroke = Stroke {
                opacity,
                ..Stroke::solid(paint, rounded(width * radius))
            };
            self.add(stroked(path.set("fill", "none"), stroke));
        } else {
            let class = format!("fill-{}", paint.class());
            let path = path.set("fill", paint.light()).set("class", class);
            self.add(seen_through(path, "fill-opacity", opacity));
        }
    }

    pub(crate) fn text(&mut self, text: &str, at: Point, style: TextStyle) {
        self.add(written(text, at, style));
    }

    /// A text that reads upwards.
    pub(crate) fn text_upwards(&mut self, text: &str, (x, y): Point, style: TextStyle) {
        let turn = format!("rotate(-90 {} {})", rounded(x), rounded(y));
        self.add(written(text, (x, y), style).set("transform", turn));
    }

    /// An image, each of its pixels a sharp rectangle; nothing if it has no whole row.
    pub(crate) fn image(&mut self, area: Area, pixels: &Pixels) {
        if pixels.rgb.len() / 3 < pixels.columns.max(1) {
            return;
        }
        let data = BASE64_STANDARD.encode(encode_png(pixels));
        let image = Image::new()
            .set("x", rounded(area.left))
            .set("y", rounded(area.top))
            .set("width", rounded(area.width))
            .set("height", rounded(area.height))
            .set("preserveAspectRatio", "none")
            .set("style", "image-rendering:pixelated")
            .set("href", format!("data:image/png;base64,{data}"));
        self.add(image);
    }

    /// Ends the page.
    pub(crate) fn finish(mut self, width: f64, height: f64, title: &str) -> Figure {
        let body = self.groups.swap_remove(0);
        Figure::new(width, height, &printable(title), body)
    }

    fn add(&mut self, node: impl Node) {
        if let Some(group) = self.groups.last_mut() {
            group.append(node);
        }
    }
}

fn rectangle(area: Area) -> Rectangle {
    Rectangle::new()
        .set("x", rounded(area.left))
        .set("y", rounded(area.top))
        .set("width", rounded(area.width))
        .set("height", rounded(area.height))
}

fn circle((x, y): Point, radius: f64) -> Circle {
    Circle::new()
        .set("cx", rounded(x))
        .set("cy", rounded(y))
        .set("r", rounded(radius))
}

fn written(text: &str, (x, y): Point, style: TextStyle) -> Text {
    Text::new(printable(text))
        .set("x", rounded(x))
        .set("y", rounded(y))
        .set("font-size", style.size)
        .set("font-weight", style.weight.number())
        .set("fill", style.paint.light())
        .set("class", format!("fill-{}", style.paint.class()))
        .set(
            "text-anchor",
            match style.anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            },
        )
}

fn stroked<N: Node>(mut node: N, stroke: Stroke) -> N {
    node.assign("stroke", stroke.paint.light());
    node.assign("class", format!("stroke-{}", stroke.paint.class()));
    node.assign("stroke-width", stroke.width);
    match stroke.dash {
        Dash::None => {}
        Dash::Long => node.assign("stroke-dasharray", "6 4"),
        Dash::Dots => node.assign("stroke-dasharray", "1.5 3"),
    }
    seen_through(node, "stroke-opacity", stroke.opacity)
}

fn seen_through<N: Node>(mut node: N, attribute: &str, opacity: f64) -> N {
    if opacity < 1.0 {
        node.assign(attribute, rounded(opacity));
    }
    node
}

/// The shape of a mark as the steps of an SVG path.
struct Outline {
    /// Where the path begins, from the mark's middle, in radii.
    start: Point,
    /// The rest, relative to the beginning.
    steps: String,
    /// The width of its line in radii; without one, it is filled.
    line: Option<f64>,
}

impl Outline {
    fn of(mark: Mark, radius: f64) -> Self {
        let filled = |start, steps| Self {
            start,
            steps,
            line: None,
        };
        let long = |radii: f64| rounded(radii * radius);
        let circle = |radii: f64| {
            let (r, across) = (long(radii), long(2.0 * radii));
            format!("a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z")
        };
        match mark {
            Mark::Circle => filled((-1.0, 0.0), circle(1.0)),
            Mark::Square => filled((-0.9, -0.9), format!("h{0}v{0}h-{0}z", long(1.8))),
            Mark::Triangle => {
                let steps = format!("l{} {}h-{}z", long(1.1), long(2.0), long(2.2));
                filled((0.0, -1.15), steps)
            }
            Mark::Diamond => {
                let steps = format!("l{0} {0}l-{0} {0}l-{0}-{0}z", long(1.25));
                filled((0.0, -1.25), steps)
            }
            Mark::Cross => Self {
                start: (-0.85, -0.85),
                steps: format!("l{0} {0}m0-{0}l-{0} {0}", long(1.7)),
                line: Some(0.55),
            },
            Mark::Plus => Self {
                start: (-1.15, 0.0),
                steps: format!("h{0}m-{1}-{1}v{0}", long(2.3), long(1.15)),
                line: Some(0.55),
            },
            Mark::Wedge => {
                let steps = format!("h{2}l-{0} {1}z", long(1.1), long(2.0), long(2.2));
                filled((-1.1, -0.85), steps)
            }
            Mark::Ring => Self {
                start: (-0.85, 0.0),
                steps: circle(0.85),
                line: Some(0.45),
            },
        }
    }
}

/// A hundredth of a pixel is more than can be seen, and keeps files small.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// XML 1.0 has no place for control characters, which names of files may hold; the font has no sign
/// for what cannot be shown.
fn printable(text: &str) -> String {
    let printable =
        |character: char| !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(
            |character| {
                if printable(character) { character } else { '?' }
            },
        )
        .collect()
}

fn encode_png(pixels: &Pixels) -> Vec<u8> {
    let columns = pixels.columns.max(1);
    let rows = pixels.rgb.len() / (3 * columns);
    let whole_rows = &pixels.rgb[..rows * 3 * columns];
    let mut bytes = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut bytes, side(columns), side(rows));
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(whole_rows))
        .expect("writing to memory, as many bytes as the header says");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::usvg::{self, Node};

    #[test]
    fn marks_lie_around_their_points_at_any_number() {
        let marks = [
            Mark::Circle,
            Mark::Square,
            Mark::Triangle,
            Mark::Diamond,
            Mark::Cross,
            Mark::Plus,
            Mark::Wedge,
            Mark::Ring,
        ];
        for mark in marks {
            let mut canvas = Canvas::new();
            canvas.marks(mark, [(20.0, 30.0), (80.0, 30.0)], 4.0, Paint::Ink, 0.5);
            canvas.marks(mark, [], 4.0, Paint::Ink, 1.0);
            let svg = canvas.finish(100.0, 60.0, "marks").to_inline_svg();
            let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
            let area = tree.root().abs_stroke_bounding_box();
            // From one middle to the other it is 60; on each side less than 1.4 radii are added.
            assert!((66.0..=71.2).contains(&area.width()), "{mark:?}: {area:?}");
            assert!((6.0..=11.2).contains(&area.height()), "{mark:?}: {area:?}");
            let (x, y) = (area.left() + area.right(), area.top() + area.bottom());
            assert!((x / 2.0 - 50.0).abs() < 0.1 && (y / 2.0 - 30.0).abs() < 0.7);
        }
    }

    #[test]
    fn a_window_cuts_off_what_lies_beyond_it() {
        let mut canvas = Canvas::new();
        let square = |left| Area {
            left,
            top: 10.0,
            width: 10.0,
            height: 10.0,
        };
        canvas.window(square(10.0), |canvas| {
            canvas.rectangle(square(15.0), Paint::Ink);
        });
        let png = canvas.finish(30.0, 30.0, "window").to_png().unwrap();
        let pixels = image::load_from_memory(&png).unwrap().to_luma8();
        // Two pixels for each of the page: the ink goes from 15 to 20.
        let dark = |x: u32| pixels.get_pixel(2 * x, 30).0[0] < 100;
        assert_eq!(
            [14, 15, 19, 20, 24].map(dark),
            [false, true, true, false, false]
        );
    }

    #[test]
    fn what_lets_through_says_so() {
        let mut canvas = Canvas::new();
        let area = Area {
            left: 0.0,
            top: 0.0,
            width: 9.0,
            height: 9.0,
        };
        canvas.tint(area, Paint::Ink, 0.25);
        canvas.tint(area, Paint::Ink, 1.0);
        let svg = canvas.finish(9.0, 9.0, "tints").to_inline_svg();
        let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
        let mut opacities = Vec::new();
        let mut groups = vec![tree.root()];
        while let Some(group) = groups.pop() {
            for node in group.children() {
                match node {
                    Node::Group(group) => groups.push(group),
                    Node::Path(path) => opacities.push(path.fill().unwrap().opacity().get()),
                    _ => {}
                }
            }
        }
        assert_eq!(opacities, [0.25, 1.0]);
    }
}
