//! How much images are changed.

/// The largest change of each kind; 0 is none. What an image gets is drawn for each image and epoch.
///
/// Angles are in degrees and lengths in pixels, of which an image has 20 x 20.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Augment {
    /// Replaces this fraction of the images by the same digit of a font, which is then changed as the others are.
    pub fonts: f32,
    /// Shifts the image by up to so many pixels, horizontally and vertically.
    pub shift: f32,
    /// Turns it by up to so many degrees, either way.
    pub rotate: f32,
    /// Stretches or shrinks its width by up to this fraction, and independently its height.
    pub scale: f32,
    /// Slants its vertical lines by up to so many degrees, either way.
    pub shear: f32,
    /// Thickens or thins strokes: 1 moves each of their edges by a pixel.
    pub thickness: f32,
    /// Bends strokes: the standard deviation of the displacement of a pixel, in each direction.
    pub elastic: f32,
    /// The standard deviation of the noise of each pixel.
    pub noise: f32,
    /// Multiplies the pixels by up to 1 plus this fraction, or 1 minus it.
    pub contrast: f32,
}

impl Augment {
    /// Says whether nothing is changed.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}
