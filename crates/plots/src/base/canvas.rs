//! The page that a picture is drawn on: shapes, text and small images.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use svg::Node;
use svg::node::element::{Circle, Group, Image, Line, Path, Polyline, Rectangle, SVG, Text, Title};

use super::area::{Area, Point};
use super::figure::{Figure, Heading};
use super::mark::{Mark, rounded};
use super::raster::Pixels;
use super::style::{Paint, Stroke};
use super::text::{TextStyle, left_to_right, printable};

/// A page that is being drawn.
pub(crate) struct Canvas {
    /// Open groups, the innermost last.
    groups: Vec<Group>,
    heading: Option<Heading>,
}

impl Canvas {
    pub(crate) fn new() -> Self {
        Self {
            groups: vec![Group::new()],
            heading: None,
        }
    }

    /// Draws title and note above the rest of the picture; `draw` returns where they end.
    pub(crate) fn heading(&mut self, note: &str, draw: impl FnOnce(&mut Self) -> f64) -> f64 {
        self.groups.push(Group::new().set("class", "heading"));
        let bottom = draw(self);
        // Pushed above; drawing closes the groups that it opens.
        if let Some(group) = self.groups.pop() {
            let note = printable(note);
            self.heading = Some(Heading {
                group,
                note,
                bottom,
            });
        }
        bottom
    }

    /// Draws a group of shapes with a class that names it.
    pub(crate) fn group(&mut self, class: &str, draw: impl FnOnce(&mut Self)) {
        let group = self.inside(Group::new().set("class", class), draw);
        self.add(group);
    }

    /// Draws a group with a tooltip, which browsers show when the pointer is over it.
    pub(crate) fn group_with_tip(&mut self, class: &str, tip: &str, draw: impl FnOnce(&mut Self)) {
        self.group(class, |canvas| {
            canvas.add(Title::new(printable(tip)));
            draw(canvas);
        });
    }

    /// Draws inside an area and clips what is outside it.
    pub(crate) fn clipped(&mut self, area: Area, draw: impl FnOnce(&mut Self)) {
        let group = self.inside(Group::new(), draw);
        let [x, y, width, height] = [area.left, area.top, area.width, area.height].map(rounded);
        let window = SVG::new()
            .set("x", x)
            .set("y", y)
            .set("width", width)
            .set("height", height)
            .set("viewBox", (x, y, width, height))
            .set("overflow", "hidden");
        self.add(window.add(group));
    }

    pub(crate) fn rectangle(&mut self, area: Area, fill: Paint) {
        self.tint(area, fill, 1.0);
    }

    /// A translucent rectangle; `opacity` is in [0, 1].
    pub(crate) fn tint(&mut self, area: Area, fill: Paint, opacity: f64) {
        self.add(filled(rectangle(area), fill, opacity));
    }

    pub(crate) fn outline(&mut self, area: Area, stroke: Stroke) {
        self.add(stroked(rectangle(area), stroke));
    }

    pub(crate) fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        let line = Line::new()
            .set("x1", rounded(from.0))
            .set("y1", rounded(from.1))
            .set("x2", rounded(to.0))
            .set("y2", rounded(to.1));
        self.add(with_stroke(line, stroke));
    }

    pub(crate) fn polyline(&mut self, points: &[Point], stroke: Stroke) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", rounded(*x), rounded(*y)))
            .collect();
        let line = Polyline::new()
            .set("points", points.join(" "))
            .set("stroke-linejoin", "round");
        self.add(stroked(line, stroke));
    }

    /// Draws lines of one kind as one path, to a tenth of a pixel, which keeps files small. Where they cross they are as
    /// opaque as elsewhere.
    pub(crate) fn polylines<'a>(
        &mut self,
        lines: impl IntoIterator<Item = &'a [Point]>,
        stroke: Stroke,
    ) {
        let tenth = |number: f64| (number * 10.0).round() / 10.0;
        let mut steps = String::new();
        for line in lines {
            for (index, (x, y)) in line.iter().enumerate() {
                let step = if index == 0 { 'M' } else { 'L' };
                steps.push(step);
                steps += &tenth(*x).to_string();
                steps.push(' ');
                steps += &tenth(*y).to_string();
            }
        }
        let path = Path::new().set("d", steps).set("stroke-linejoin", "round");
        self.add(stroked(path, stroke));
    }

    /// The outline of a circle.
    pub(crate) fn ring(&mut self, (x, y): Point, radius: f64, stroke: Stroke) {
        let circle = Circle::new()
            .set("cx", rounded(x))
            .set("cy", rounded(y))
            .set("r", rounded(radius));
        self.add(stroked(circle, stroke));
    }

    /// Draws one mark.
    pub(crate) fn mark(&mut self, mark: Mark, center: Point, radius: f64, paint: Paint) {
        self.marks(mark, [center], radius, paint, 1.0);
    }

    /// Draws marks of one kind as one path, which keeps files small. Where they overlap they are as
    /// opaque as elsewhere; `opacity` is in [0, 1].
    pub(crate) fn marks(
        &mut self,
        mark: Mark,
        centers: impl IntoIterator<Item = Point>,
        radius: f64,
        paint: Paint,
        opacity: f64,
    ) {
        let outline = mark.outline(radius);
        let (dx, dy) = outline.start;
        let placed = centers.into_iter().map(|(x, y)| {
            let (x, y) = (rounded(x + dx * radius), rounded(y + dy * radius));
            format!("M{x} {y}{}", outline.steps)
        });
        let path = Path::new().set("d", placed.collect::<String>());
        if let Some(width) = outline.line {
            let stroke = Stroke::solid(paint, rounded(width * radius));
            self.add(stroked(path, stroke.with_opacity(opacity)));
        } else {
            self.add(filled(path, paint, opacity));
        }
    }

    pub(crate) fn text(&mut self, text: &str, at: Point, style: TextStyle) {
        self.add(text_element(text, at, style));
    }

    /// A text rotated by 90 degrees, so that it reads upwards.
    pub(crate) fn text_upwards(&mut self, text: &str, (x, y): Point, style: TextStyle) {
        let turn = format!("rotate(-90 {} {})", rounded(x), rounded(y));
        self.add(text_element(text, (x, y), style).set("transform", turn));
    }

    /// An image whose pixels are drawn as sharp rectangles; nothing if it has no complete row.
    pub(crate) fn image(&mut self, area: Area, pixels: &Pixels) {
        if let Some(image) = image(area, pixels) {
            self.add(image.set("style", "image-rendering:pixelated"));
        }
    }

    /// An image without visible edges between its pixels, such as a photograph; nothing if it has no complete row.
    pub(crate) fn smooth_image(&mut self, area: Area, pixels: &Pixels) {
        if let Some(image) = image(area, pixels) {
            self.add(image);
        }
    }

    /// Finishes the page.
    pub(crate) fn finish(mut self, width: f64, height: f64, title: &str) -> Figure {
        let body = self.groups.swap_remove(0);
        Figure::new(width, height, &printable(title), self.heading, body)
    }

    /// Draws into a group and gives it back.
    fn inside(&mut self, group: Group, draw: impl FnOnce(&mut Self)) -> Group {
        self.groups.push(group);
        draw(self);
        self.groups
            .pop()
            .expect("pushed above; drawing closes the groups that it opens")
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

/// `None` if the image has no complete row.
fn image(area: Area, pixels: &Pixels) -> Option<Image> {
    let png = BASE64_STANDARD.encode(pixels.to_png()?);
    let image = Image::new()
        .set("x", rounded(area.left))
        .set("y", rounded(area.top))
        .set("width", rounded(area.width))
        .set("height", rounded(area.height))
        .set("preserveAspectRatio", "none");
    Some(image.set("href", format!("data:image/png;base64,{png}")))
}

fn text_element(text: &str, (x, y): Point, style: TextStyle) -> Text {
    let element = Text::new(left_to_right(&printable(text)))
        .set("x", rounded(x))
        .set("y", rounded(y))
        .set("font-size", style.size)
        .set("font-weight", style.weight.number())
        .set("text-anchor", style.anchor.name());
    filled(element, style.paint, 1.0)
}

fn filled<N: Node>(mut node: N, paint: Paint, opacity: f64) -> N {
    node.assign("fill", paint.light());
    node.assign("class", format!("fill-{}", paint.class()));
    with_opacity(node, "fill-opacity", opacity)
}

/// A shape that is drawn as a line around its empty inside.
fn stroked<N: Node>(mut node: N, stroke: Stroke) -> N {
    node.assign("fill", "none");
    with_stroke(node, stroke)
}

fn with_stroke<N: Node>(mut node: N, stroke: Stroke) -> N {
    node.assign("stroke", stroke.paint.light());
    node.assign("class", format!("stroke-{}", stroke.paint.class()));
    node.assign("stroke-width", stroke.width);
    if let Some(pattern) = stroke.dash.pattern() {
        node.assign("stroke-dasharray", pattern);
    }
    with_opacity(node, "stroke-opacity", stroke.opacity)
}

fn with_opacity<N: Node>(mut node: N, attribute: &str, opacity: f64) -> N {
    if opacity < 1.0 {
        node.assign(attribute, rounded(opacity));
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::numbers;

    #[test]
    fn what_is_outside_a_clipped_area_is_not_visible() {
        let mut canvas = Canvas::new();
        let square = |left| Area::around((left + 5.0, 15.0), 5.0);
        canvas.clipped(square(10.0), |canvas| {
            canvas.rectangle(square(15.0), Paint::Ink);
        });
        let png = canvas.finish(30.0, 30.0, "clipped").to_png().unwrap();
        let pixels = image::load_from_memory(&png).unwrap().to_luma8();
        // Two pixels for each of the page: the ink goes from 15 to 20.
        let dark = |x: u32| pixels.get_pixel(2 * x, 30).0[0] < 100;
        assert_eq!(
            [14, 15, 19, 20, 24].map(dark),
            [false, true, true, false, false]
        );
    }

    #[test]
    fn opacity_is_written_unless_it_is_1() {
        let mut canvas = Canvas::new();
        let area = Area::around((5.0, 5.0), 4.0);
        canvas.tint(area, Paint::Ink, 0.25);
        let svg = canvas.finish(9.0, 9.0, "translucent").to_inline_svg();
        assert_eq!(numbers(&svg, "fill-opacity"), [0.25]);

        let mut canvas = Canvas::new();
        canvas.tint(area, Paint::Ink, 1.0);
        let svg = canvas.finish(9.0, 9.0, "opaque").to_inline_svg();
        assert!(!svg.contains("opacity"), "{svg}");
    }

    #[test]
    fn shapes_have_the_color_of_their_paint_and_its_class() {
        let mut canvas = Canvas::new();
        canvas.rectangle(Area::around((5.0, 5.0), 4.0), Paint::Wrong);
        let stroke = Stroke::dashed(Paint::Series(1), 1.5);
        canvas.line((1.0, 2.0), (3.0, 4.0), stroke);
        let svg = canvas.finish(9.0, 9.0, "colors").to_inline_svg();
        for attributes in [
            "<rect class=\"fill-wrong\" fill=\"#c02a1c\" height=\"8\" width=\"8\" x=\"1\" y=\"1\"/>",
            "stroke=\"#d55e00\" stroke-dasharray=\"6 4\" stroke-width=\"1.5\" x1=\"1\" x2=\"3\" y1=\"2\" y2=\"4\"",
        ] {
            assert!(svg.contains(attributes), "{svg}");
        }
    }
}
