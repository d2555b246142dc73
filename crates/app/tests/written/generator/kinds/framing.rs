//! MNIST's own framing: 28 x 28 pixels, white on black.

use super::Painted;
use crate::generator::file::File;
use crate::generator::geometry::{Affine, Size};
use crate::generator::glyph::{Form, Glyph};
use crate::generator::mask::Mask;
use crate::generator::picture::{BLACK, Picture, WHITE};
use crate::generator::random::Random;

/// Pixels of a pixel in which thickness is changed.
const FINE: usize = 4;

pub(super) fn as_it_is(glyph: &Glyph, _: &mut Random) -> Painted {
    (Picture::of_ink(&glyph.framed(), WHITE, BLACK), File::Png)
}

pub(super) fn thin(glyph: &Glyph, random: &mut Random) -> Painted {
    let (radius, framed) = (random.between(2.0, 3.2), glyph.framed());
    let mut thin = fine(&framed).spread(radius, f32::min).reduced(FINE);
    // A stroke of one pixel must not disappear.
    for (value, old) in thin.values.iter_mut().zip(&framed.values) {
        *value = value.max(if *old > 0.6 { 0.6 * old } else { 0.0 });
    }
    (Picture::of_ink(&thin, WHITE, BLACK), File::Png)
}

pub(super) fn thick(glyph: &Glyph, random: &mut Random) -> Painted {
    let radius = random.between(2.0, 4.5);
    let thick = fine(&glyph.framed()).spread(radius, f32::max).reduced(FINE);
    (Picture::of_ink(&thick, WHITE, BLACK), File::Png)
}

fn fine(mask: &Mask) -> Mask {
    let glyph = Glyph::new(Form::Raster(mask.clone()), String::new());
    let scale = FINE as f32;
    glyph.draw(
        Size::square(28 * FINE),
        Affine::linear(scale, 0.0, 0.0, scale),
    )
}

pub(super) fn inverted(glyph: &Glyph, _: &mut Random) -> Painted {
    (Picture::of_ink(&glyph.framed(), BLACK, WHITE), File::Png)
}

pub(super) fn sixteen_bits(glyph: &Glyph, _: &mut Random) -> Painted {
    (Picture::of_ink(&glyph.framed(), WHITE, BLACK), File::Png16)
}

pub(super) fn palette(glyph: &Glyph, random: &mut Random) -> Painted {
    let (ink, ground) = if random.chance(0.5) {
        (BLACK, WHITE)
    } else {
        (WHITE, BLACK)
    };
    (Picture::of_ink(&glyph.framed(), ink, ground), File::Palette)
}

pub(super) fn exif_turned(glyph: &Glyph, random: &mut Random) -> Painted {
    let orientation = random.whole(2, 8) as u8;
    let picture = Picture::of_ink(&glyph.framed(), BLACK, WHITE).enlarged(8);
    (picture, File::Turned(orientation))
}
