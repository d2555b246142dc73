//! A cell of a grid, and its caption as far as it fits.

use crate::base::bitmap::Bitmap;
use crate::base::style::Paint;
use crate::base::text::TextStyle;

/// A digit in a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCell {
    /// The digit, drawn as white ink on black.
    pub image: Bitmap,
    /// What names the image at the start of the text above it, such as a row or a file; may be empty.
    pub name: String,
    /// The text above it, such as label and prediction: "7, 9".
    pub caption: String,
    /// Whether it is framed as a wrong prediction.
    pub wrong: bool,
}

/// The cross before the caption of a wrong prediction, and its width with the gap to the caption.
pub(super) const CROSS_RADIUS: f64 = 4.0;
pub(super) const CROSS_WIDTH: f64 = 2.0 * CROSS_RADIUS + 4.0;

impl GridCell {
    pub(super) fn caption_style(&self) -> TextStyle {
        if self.wrong {
            TextStyle::SMALL.painted(Paint::Wrong).bold()
        } else {
            TextStyle::SMALL.painted(Paint::Ink)
        }
    }

    /// The caption after the name.
    pub(super) fn named_caption(&self) -> String {
        self.named(&self.name)
    }

    /// The caption after a name.
    fn named(&self, name: &str) -> String {
        if name.is_empty() {
            self.caption.clone()
        } else {
            format!("{name}: {}", self.caption)
        }
    }

    /// The caption after the name, of which as much is kept as fits.
    pub(super) fn fitted_caption(&self, max_width: f64) -> String {
        let style = self.caption_style();
        let caption = style.width(&self.named("…")) - style.width("…");
        let name = style.fitted(&self.name, max_width - caption);
        style.fitted(&self.named(&name), max_width)
    }

    /// The width of a caption, with the cross of a wrong prediction.
    pub(super) fn caption_width(&self, max_width: f64) -> f64 {
        let style = self.caption_style();
        let text = style.width(&self.fitted_caption(max_width));
        if self.wrong { text + CROSS_WIDTH } else { text }
    }
}

/// For tests: a one, from the third row to the seventeenth of the tenth column.
#[cfg(test)]
pub(super) fn cell(caption: &str, wrong: bool) -> GridCell {
    let mut values = vec![0.0; 400];
    // A one: the tenth column, from the third row to the seventeenth.
    for row in 2..17 {
        values[row * 20 + 9] = 1.0;
    }
    let image = Bitmap {
        columns: 20,
        values,
    };
    GridCell {
        image,
        name: String::new(),
        caption: caption.to_owned(),
        wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::grid::grid;
    use crate::test_support::{texts, tips};

    #[test]
    fn columns_are_as_wide_as_captions_need() {
        let captions = |caption: &str| -> Vec<GridCell> {
            (0..10).map(|index| cell(caption, index % 3 == 0)).collect()
        };
        let long = grid("Mistakes", "", &captions("row 512: 1, 0, P 0.03 or so"), 8);
        let all = texts(&long);
        let whole = all
            .iter()
            .filter(|text| *text == "row 512: 1, 0, P 0.03 or so");
        assert_eq!(whole.count(), 10);
        let endless = grid("Mistakes", "", &captions(&"row 512: ".repeat(99)), 8);
        let shortened = texts(&endless)
            .into_iter()
            .filter(|text| text.contains('…'));
        assert_eq!(shortened.count(), 10);
        assert!(texts(&grid("Mistakes", "", &captions(""), 8)).len() == 2);
    }

    #[test]
    fn a_long_name_is_shortened_and_its_caption_is_complete() {
        let mut cells = vec![cell("1, 0, P 0.0312", true); 10];
        let name = format!("7/{}0042.png", "photo-of-a-digit-".repeat(9));
        cells[0].name.clone_from(&name);
        cells[1].name = "row 5".to_owned();
        let figure = grid("Mistakes", "", &cells, 8);
        let texts = texts(&figure);
        let shortened = texts.iter().find(|text| text.contains('…')).unwrap();
        assert!(shortened.starts_with("7/ph") && shortened.ends_with(".png: 1, 0, P 0.0312"));
        assert!(texts.iter().any(|text| text == "row 5: 1, 0, P 0.0312"));
        let svg = figure.to_inline_svg();
        assert_eq!(tips(&svg, "cell")[0], format!("{name}: 1, 0, P 0.0312"));
    }
}
