//! The kinds of pictures of one digit.

mod colour;
mod framing;
mod further;
mod light;
mod mixed;
mod paper;
mod place;

use super::Made;
use super::file::File;
use super::geometry::{Point, Rect, Size};
use super::glyph::Glyph;
use super::mask::Mask;
use super::picture::{Colour, Picture};
use super::random::Random;
use super::sources::{Origin, Sources};

/// A picture and how it is stored.
type Painted = (Picture, File);

pub(crate) struct Kind {
    pub(crate) name: &'static str,
    origin: Origin,
    paint: fn(&Glyph, &mut Random) -> Painted,
}

impl Kind {
    /// Makes one of the pictures of a digit.
    pub(crate) fn make(&self, sources: &Sources, seed: u64, digit: usize, index: usize) -> Made {
        let mut random = Random::named(seed, &format!("{}/{digit}/{index}", self.name));
        let glyph = sources.digit(digit, self.origin, &mut random);
        let (picture, file) = (self.paint)(&glyph, &mut random);
        Made {
            name: format!("{index:03}-{}", glyph.source),
            picture,
            file,
        }
    }
}

const fn kind(
    name: &'static str,
    origin: Origin,
    paint: fn(&Glyph, &mut Random) -> Painted,
) -> Kind {
    Kind {
        name,
        origin,
        paint,
    }
}

use Origin::{All, Fonts, Hands, Images};

pub(crate) const KINDS: &[Kind] = &[
    // In MNIST's framing.
    kind("mnist", Images, framing::as_it_is),
    kind("thin", Images, framing::thin),
    kind("thick", Images, framing::thick),
    kind("inverted", Images, framing::inverted),
    kind("16-bit", Images, framing::sixteen_bits),
    kind("palette", Images, framing::palette),
    kind("exif-turned", Images, framing::exif_turned),
    kind("hands", Hands, framing::as_it_is),
    kind("fonts", Fonts, framing::as_it_is),
    // Elsewhere in the picture.
    kind("shifted", All, place::shifted),
    kind("half-size", All, place::half_size),
    kind("canvas-40", All, place::canvas_40),
    kind("canvas-15", All, place::canvas_15),
    kind("edge", All, place::edge),
    kind("corner", All, place::corner),
    kind("clipped", All, place::clipped),
    kind("turned-15", All, place::turned_15),
    kind("turned-45", All, place::turned_45),
    kind("turned-90", All, place::turned_90),
    kind("tight", All, place::tight),
    kind("wide", All, place::wide),
    kind("tall", All, place::tall),
    kind("large-canvas", All, place::large_canvas),
    kind("pixel-art", All, place::pixel_art),
    kind("frame", All, place::frame),
    kind("frame-inset", All, place::frame_inset),
    kind("frame-opposite", All, place::frame_opposite),
    kind("screenshot", All, place::screenshot),
    // In other light.
    kind("photo", All, light::photo),
    kind("low-contrast", All, light::low_contrast),
    kind("shadow", All, light::shadow),
    kind("vignette", All, light::vignette),
    kind("dark-room", All, light::dark_room),
    kind("overexposed", All, light::overexposed),
    kind("blur", All, light::blur),
    kind("noise", All, light::noise),
    kind("salt-pepper", All, light::salt_pepper),
    kind("jpeg-20", All, light::jpeg_20),
    // In colour.
    kind("red-on-green", All, colour::red_on_green),
    kind("equal-luminance", All, colour::equal_luminance),
    kind("coloured", All, colour::coloured),
    kind("gradient-ink", All, colour::gradient_ink),
    kind("white-transparent", All, colour::white_transparent),
    kind("black-transparent", All, colour::black_transparent),
    kind("sticker", All, colour::sticker),
    // On paper and boards.
    kind("ruled", All, paper::ruled),
    kind("ruled-margin", All, paper::ruled_margin),
    kind("squared", All, paper::squared),
    kind("texture", All, paper::texture),
    kind("specks", All, paper::specks),
    kind("pencil", Hands, paper::pencil),
    kind("ball-pen", Hands, paper::ball_pen),
    kind("marker", Hands, paper::marker),
    kind("blackboard", All, paper::blackboard),
    // With something else.
    kind("circled", All, further::circled),
    kind("underlined", All, further::underlined),
    kind("sheared", All, further::sheared),
    kind("perspective", All, further::perspective),
    kind("crease", All, further::crease),
    kind("glare", All, further::glare),
    kind("outlined", All, further::outlined),
    kind("neighbour", All, further::neighbour),
    kind("show-through", All, further::show_through),
    kind("coffee", All, further::coffee),
    kind("whiteboard", All, further::whiteboard),
    kind("checkerboard", All, further::checkerboard),
    kind("half-transparent", All, further::half_transparent),
    kind("screen", All, further::screen),
    // Several of these at once.
    kind("mixed", All, mixed::mixed),
];

/// A sheet of a hundred to a few hundred pixels, about square.
fn sheet(random: &mut Random) -> Size {
    let side = random.between(120.0, 420.0);
    Size::new(side as usize, (side * random.between(0.85, 1.18)) as usize)
}

/// Draws a digit about in the middle, with room around it.
fn centred(glyph: &Glyph, size: Size, random: &mut Random) -> Mask {
    let height = size.short() * random.between(0.55, 0.8);
    let room = (size.short() - height) * 0.25;
    let middle = size.centre();
    let centre = Point::new(
        middle.x + room * random.between(-1.0, 1.0),
        middle.y + room * random.between(-1.0, 1.0),
    );
    glyph.in_box(size, Rect::square(centre, height))
}

/// Dark on light or light on dark: ink and ground.
fn either_way(random: &mut Random) -> (Colour, Colour) {
    let (dark, light) = dark_on_light(random);
    if random.chance(0.5) {
        (dark, light)
    } else {
        (light, dark)
    }
}

/// Ink and paper, nearly without colour.
fn dark_on_light(random: &mut Random) -> (Colour, Colour) {
    let (dark, light) = (random.between(0.0, 0.25), random.between(0.82, 1.0));
    let warm = random.between(0.0, 0.05);
    ([dark; 3], [light, light - warm / 2.0, light - warm])
}

/// An ink of ball pens and felt pens: black, blue, red, green.
fn pen_colour(random: &mut Random) -> Colour {
    let inks = [
        [0.08, 0.08, 0.1],
        [0.1, 0.16, 0.55],
        [0.05, 0.1, 0.35],
        [0.7, 0.1, 0.12],
        [0.08, 0.4, 0.2],
    ];
    *random.pick(&inks)
}
