//! What the tests of the embedding chart draw, and read from it.

use super::data::EmbeddedImage;
use super::embedding;
use crate::base::figure::Figure;
use crate::test_support::{Written, group};

pub(super) fn point(x: f64, y: f64) -> EmbeddedImage {
    EmbeddedImage {
        at: [x, y],
        class: 0,
        wrong: false,
        name: format!("row {x}: 0"),
    }
}

pub(super) fn drawn(points: &[EmbeddedImage]) -> Figure {
    embedding("Second layer", "six images", &[3, 8], points, [0.934, 0.05])
}

pub(super) fn contains(texts: &[Written], text: &str) -> bool {
    texts.iter().any(|written| written.text == text)
}

/// The starts of the marks, in the order in which they are drawn.
pub(super) fn marks(figure: &Figure) -> Vec<(f64, f64)> {
    let svg = figure.to_inline_svg();
    let cloud = group(&svg, "points");
    let starts = cloud.split('M').skip(1).map(|mark| {
        let numbers: Vec<&str> = mark.split([' ', 'a', 'l']).take(2).collect();
        (numbers[0].parse().unwrap(), numbers[1].parse().unwrap())
    });
    starts.collect()
}
