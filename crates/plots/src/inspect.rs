//! What tests ask a picture: which texts stand where, and whether they can be read.

use resvg::usvg::{self, Node, Rect};

use crate::{Figure, font};

/// A text of a picture, with the room that it takes.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) area: Rect,
}

/// The texts of a picture, after a check that each lies inside the page and none on another.
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
            "{one:?} leaves the page"
        );
        for other in &texts[..index] {
            // Boxes of letters may touch; what is drawn in them does not.
            let across = area.right().min(other.area.right()) - area.left().max(other.area.left());
            let down = area.bottom().min(other.area.bottom()) - area.top().max(other.area.top());
            assert!(across < 1.0 || down < 1.0, "{one:?} lies on {other:?}");
        }
    }
    texts
}

/// How many groups of a class a picture has.
pub(crate) fn count(figure: &Figure, class: &str) -> usize {
    figure
        .to_svg()
        .matches(&format!("<g class=\"{class}\""))
        .count()
}

/// What the first group of a class holds, as SVG.
pub(crate) fn group<'a>(svg: &'a str, class: &str) -> &'a str {
    let start = svg.find(&format!("<g class=\"{class}\"")).unwrap();
    let group = &svg[start..];
    &group[..group.find("</g>").unwrap()]
}

/// The numbers in the first attribute of a name.
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
