//! What tests read from a picture: its texts and where they are, its groups and its numbers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use resvg::usvg::{self, Node, Rect};

use crate::Figure;
use crate::base::font;

/// A text of a picture, and the area that it covers.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) area: Rect,
}

/// The texts of a picture, after a check that each is inside the page and no two overlap.
pub(crate) fn readable_texts(figure: &Figure) -> Vec<Written> {
    let tree = tree(figure);
    let mut texts = Vec::new();
    collect(tree.root(), &mut texts);
    let page = tree.size();
    for (index, one) in texts.iter().enumerate() {
        let area = one.area;
        assert!(
            area.left() >= 0.0
                && area.top() >= 0.0
                && area.right() <= page.width()
                && area.bottom() <= page.height(),
            "{one:?} is not inside the page"
        );
        for other in &texts[..index] {
            // The boxes of letters may touch; the letters in them do not.
            let across = area.right().min(other.area.right()) - area.left().max(other.area.left());
            let down = area.bottom().min(other.area.bottom()) - area.top().max(other.area.top());
            assert!(across < 1.0 || down < 1.0, "{one:?} overlaps {other:?}");
        }
    }
    texts
}

/// The same, without their areas.
pub(crate) fn texts(figure: &Figure) -> Vec<String> {
    let texts = readable_texts(figure).into_iter();
    texts.map(|written| written.text).collect()
}

/// Checks that a picture has these texts, each as a whole.
pub(crate) fn assert_texts(figure: &Figure, expected: &[&str]) {
    let found = texts(figure);
    for text in expected {
        assert!(found.iter().any(|found| found == text), "{text}: {found:?}");
    }
}

/// The first text that reads so.
pub(crate) fn find<'a>(texts: &'a [Written], text: &str) -> &'a Written {
    let found = texts.iter().find(|written| written.text == text);
    found.unwrap_or_else(|| panic!("{text}: {texts:?}"))
}

impl Written {
    /// The center of the text's area.
    pub(crate) fn center(&self) -> (f64, f64) {
        let (left, right) = (self.area.left().into(), self.area.right().into());
        let (top, bottom) = (self.area.top().into(), self.area.bottom().into());
        (f64::midpoint(left, right), f64::midpoint(top, bottom))
    }
}

/// The number of groups of a class.
pub(crate) fn count(figure: &Figure, class: &str) -> usize {
    figure
        .to_svg()
        .matches(&format!("<g class=\"{class}\""))
        .count()
}

/// The SVG inside the first group of a class.
pub(crate) fn group<'a>(svg: &'a str, class: &str) -> &'a str {
    groups(svg, class).next().unwrap()
}

/// The SVG inside each group of a class, in the order in which they are drawn.
pub(crate) fn groups<'a>(svg: &'a str, class: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!("<g class=\"{class}\"");
    let starts: Vec<usize> = svg.match_indices(&begin).map(|(start, _)| start).collect();
    starts.into_iter().map(|start| {
        let group = &svg[start..];
        &group[..group.find("</g>").unwrap()]
    })
}

/// The tooltips of the groups of a class.
pub(crate) fn tips<'a>(svg: &'a str, class: &str) -> Vec<&'a str> {
    let tip = |group: &'a str| {
        let (_, tip) = group.split_once("<title>").unwrap();
        tip.split_once("</title>").unwrap().0.trim()
    };
    groups(svg, class).map(tip).collect()
}

/// Left, top, width and height of the first rectangle or image in a part of an SVG.
pub(crate) fn area(svg: &str) -> [f64; 4] {
    let start = svg.find("<rect").or_else(|| svg.find("<image")).unwrap();
    ["x", "y", "width", "height"].map(|name| numbers(&svg[start..], name)[0])
}

/// Left, top, width and height of the first image in a part of an SVG.
pub(crate) fn image_area(svg: &str) -> [f64; 4] {
    let (_, image) = svg.split_once("<image").unwrap();
    ["x", "y", "width", "height"].map(|name| numbers(image, name)[0])
}

/// The PNG of the first image in a part of an SVG.
pub(crate) fn image_bytes(svg: &str) -> Vec<u8> {
    let (_, data) = svg.split_once("base64,").unwrap();
    let png = BASE64_STANDARD.decode(data.split('"').next().unwrap());
    png.unwrap()
}

/// The color of the first pixel of the first image in a part of an SVG.
pub(crate) fn image_color(svg: &str) -> [u8; 3] {
    let pixels = image::load_from_memory(&image_bytes(svg)).unwrap();
    let pixels = pixels.to_rgb8();
    pixels.get_pixel(0, 0).0
}

/// The ends of each dashed line that is outside the legend: x1, y1, x2, y2.
pub(crate) fn dashed_lines(svg: &str) -> Vec<[f64; 4]> {
    let (_, plot) = svg.split_once("class=\"axes\"").unwrap();
    let lines = plot.split("<line ").skip(1);
    let lines = lines.map(|line| line.split('>').next().unwrap());
    lines
        .filter(|line| line.contains("stroke-dasharray"))
        .map(|line| ["x1", "y1", "x2", "y2"].map(|name| numbers(&format!(" {line}"), name)[0]))
        .collect()
}

/// Checks numbers to a twentieth of a pixel, by which marks that are rounded twice may differ.
pub(crate) fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?} for {expected:?}");
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < 0.05, "{found:?} for {expected:?}");
    }
}

/// The numbers in the first attribute with this name.
pub(crate) fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
    let start = svg.find(&format!(" {attribute}=\"")).unwrap() + attribute.len() + 3;
    let value = &svg[start..];
    let value = &value[..value.find('"').unwrap()];
    let words = value.split(|character: char| !matches!(character, '0'..='9' | '.'));
    words.filter_map(|word| word.parse().ok()).collect()
}

fn tree(figure: &Figure) -> usvg::Tree {
    let options = usvg::Options {
        fontdb: font::database(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(&figure.to_svg(), &options).unwrap()
}

fn collect(group: &usvg::Group, texts: &mut Vec<Written>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, texts),
            Node::Text(text) => {
                let written: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
                texts.push(Written {
                    text: written,
                    area: text.abs_bounding_box(),
                });
            }
            _ => {}
        }
    }
}
