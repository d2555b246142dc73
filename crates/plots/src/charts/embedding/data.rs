//! The input of the embedding chart.

/// An image as a point in two dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedImage {
    /// Its two components; an image with a non-finite component is not drawn.
    pub at: [f64; 2],
    /// The index of its digit among those of the chart; of two digits, 0 is the negative one.
    pub class: usize,
    /// Whether the prediction is wrong.
    pub wrong: bool,
    /// Its name, such as "row 512: 1"; the label of wrong predictions.
    pub name: String,
}

impl EmbeddedImage {
    pub(super) fn is_finite(&self) -> bool {
        self.at.iter().all(|component| component.is_finite())
    }
}
