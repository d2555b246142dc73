//! Photographs and scans: uneven light, noise, little contrast.

use super::{Painted, centred, dark_on_light, either_way, sheet};
use crate::generator::file::File;
use crate::generator::glyph::Glyph;
use crate::generator::picture::{Picture, grey};
use crate::generator::random::Random;
use crate::generator::surface;

fn on_paper(glyph: &Glyph, random: &mut Random) -> Picture {
    let size = sheet(random);
    let (ink, ground) = dark_on_light(random);
    Picture::of_ink(&centred(glyph, size, random), ink, ground)
}

/// Light from one side, and the noise of a small sensor.
pub(super) fn photo(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let darkest = random.between(0.3, 0.6);
    picture.light(surface::gradient(picture.size, darkest, random));
    let mut picture = picture.blurred(1);
    picture.noise(random.between(0.02, 0.07), random);
    (picture, File::Jpeg(90))
}

/// Ink and ground differ by 4 to 10 % of the range.
pub(super) fn low_contrast(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mask = centred(glyph, size, random);
    let ground = random.between(0.2, 0.8);
    let ink = ground + random.sign() * random.between(0.04, 0.1);
    (Picture::of_ink(&mask, grey(ink), grey(ground)), File::Png)
}

pub(super) fn shadow(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let dark = random.between(0.45, 0.7);
    picture.light(surface::shadow(picture.size, dark, random));
    picture.noise(0.01, random);
    (picture, File::Jpeg(90))
}

pub(super) fn vignette(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    picture.light(surface::vignette(picture.size, random.between(0.2, 0.5)));
    picture.noise(0.015, random);
    (picture, File::Jpeg(90))
}

/// Nothing is brighter than a quarter.
pub(super) fn dark_room(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let brightest = random.between(0.1, 0.21);
    picture.light(|_, _| brightest);
    picture.noise(0.008, random);
    picture.change(|_, _, colour| colour.map(|value| value.min(0.245)));
    (picture, File::Png)
}

/// The paper is white and the ink pale.
pub(super) fn overexposed(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let lift = random.between(0.55, 0.75);
    picture.change(|_, _, colour| colour.map(|value| (value * 0.7 + lift).min(1.0)));
    (picture, File::Jpeg(85))
}

pub(super) fn blur(glyph: &Glyph, random: &mut Random) -> Painted {
    let picture = on_paper(glyph, random);
    let radius = picture.size.short() * random.between(0.015, 0.04);
    (picture.blurred(radius.round().max(1.0) as usize), File::Png)
}

pub(super) fn noise(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (ink, ground) = either_way(random);
    let mut picture = Picture::of_ink(&centred(glyph, size, random), ink, ground);
    picture.noise(random.between(0.1, 0.25), random);
    (picture, File::Png)
}

pub(super) fn salt_pepper(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (ink, ground) = either_way(random);
    let mut picture = Picture::of_ink(&centred(glyph, size, random), ink, ground);
    surface::salt_and_pepper(&mut picture, random.between(0.02, 0.08), random);
    (picture, File::Png)
}

pub(super) fn jpeg_20(glyph: &Glyph, random: &mut Random) -> Painted {
    (on_paper(glyph, random), File::Jpeg(20))
}
