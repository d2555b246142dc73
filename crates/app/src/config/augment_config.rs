//! How training images are changed: the table `[augment]` of a configuration file.

use clap::Args;
use data::{Augment, Augmenter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::support::parse::value;

/// The heading of the settings in the help.
pub(crate) const AUGMENTATION: &str = "Augmentation";

/// How much training images are changed at most; 0 means not at all.
///
/// Each field is a key of the table `[augment]`, and with the prefix `augment_` the name of a flag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Args, Serialize, Deserialize, JsonSchema)]
#[group(skip)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentConfig {
    /// Draw a part in other fonts
    ///
    /// 0.2: one in five images becomes its digit in one of 42 fonts. This and the other changes are drawn for each
    /// training image and epoch, with the seed; validation images are not changed.
    #[arg(id = "augment_fonts", long = "augment-fonts", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number, such as 0.2"))]
    pub fonts: f64,
    /// Shift images by up to N pixels
    ///
    /// Of 20, to each side, upwards and downwards.
    #[arg(id = "augment_shift", long = "augment-shift", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number of pixels, such as 1"))]
    pub shift: f64,
    /// Turn them by up to N degrees
    #[arg(id = "augment_rotate", long = "augment-rotate", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number of degrees, such as 10"))]
    pub rotate: f64,
    /// Stretch, shrink them by a fraction
    ///
    /// Width and height independently: 0.1 gives 0.9 to 1.1 of each.
    #[arg(id = "augment_scale", long = "augment-scale", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number, such as 0.1"))]
    pub scale: f64,
    /// Slant them by up to N degrees
    #[arg(id = "augment_shear", long = "augment-shear", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number of degrees, such as 10"))]
    pub shear: f64,
    /// Thicken, thin strokes by N pixels
    #[arg(id = "augment_thickness", long = "augment-thickness", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number of pixels, such as 0.5"))]
    pub thickness: f64,
    /// Bend strokes by about N pixels
    ///
    /// The standard deviation of smooth random displacements, in each direction.
    #[arg(id = "augment_elastic", long = "augment-elastic", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number of pixels, such as 0.5"))]
    pub elastic: f64,
    /// Add noise of this deviation
    #[arg(id = "augment_noise", long = "augment-noise", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number, such as 0.05"))]
    pub noise: f64,
    /// Change the contrast by a fraction
    #[arg(id = "augment_contrast", long = "augment-contrast", help_heading = AUGMENTATION, value_name = "N", value_parser = value::<f64>("a number, such as 0.2"))]
    pub contrast: f64,
}

impl AugmentConfig {
    /// Every number with the name of its setting.
    pub(crate) fn numbers(&self) -> [(&'static str, f64); 9] {
        [
            ("augment_fonts", self.fonts),
            ("augment_shift", self.shift),
            ("augment_rotate", self.rotate),
            ("augment_scale", self.scale),
            ("augment_shear", self.shear),
            ("augment_thickness", self.thickness),
            ("augment_elastic", self.elastic),
            ("augment_noise", self.noise),
            ("augment_contrast", self.contrast),
        ]
    }

    /// Says whether training images are changed.
    pub(crate) fn is_on(&self) -> bool {
        !self.in_f32().is_off()
    }

    /// What changes the images of a training with this seed; none if nothing does.
    #[must_use]
    pub fn augmenter(&self, seed: u32) -> Option<Augmenter> {
        Augmenter::new(self.in_f32(), seed.into())
    }

    fn in_f32(&self) -> Augment {
        #[expect(clippy::cast_possible_truncation, reason = "pixels are f32")]
        let number = |number: f64| number as f32;
        Augment {
            fonts: number(self.fonts),
            shift: number(self.shift),
            rotate: number(self.rotate),
            scale: number(self.scale),
            shear: number(self.shear),
            thickness: number(self.thickness),
            elastic: number(self.elastic),
            noise: number(self.noise),
            contrast: number(self.contrast),
        }
    }
}
