//! Letters, punctuation, words, and several digits where one was asked for.

use super::{Painted, inked, middle, sheet};
use crate::generator::geometry::{Rect, Size};
use crate::generator::glyph::Glyph;
use crate::generator::random::Random;
use crate::generator::rows::{Heights, one_source, side_by_side};
use crate::generator::skeletons::{LETTERS, LETTERS_LIKE_DIGITS};
use crate::generator::sources::Sources;

const PUNCTUATION: &[char] = &[
    '?', '!', '@', '#', '&', '%', '+', '=', '*', '$', ';', '{', '~', '"',
];

/// Punctuation of hands, in the words of `strokes`.
const SIGNS: &[&str] = &[
    "10,22 20,2 44,4 46,30 28,50 28,72! / 28,96! 29,97!",
    "20,0! 8,100! / 46,0! 34,100! / 0,32! 58,32! / 0,66! 56,66!",
    "30,10! 30,90! / 0,50! 60,50!",
    "0,30! 60,30! / 0,65! 60,65!",
    "60,0! 0,100! / 14,4 2,14 14,26 24,14 14,4 / 48,74 36,86 48,98 58,86 48,74",
    "56,96! 14,26 20,4 36,6 36,26 6,62 10,94 34,96 56,60",
];

const WORDS: &[&str] = &[
    "the", "and", "hello", "paper", "water", "yes", "name", "mix", "word", "line", "east", "page",
    "they", "quick", "brown", "fox", "jumps", "lazy", "dog", "next",
];

pub(super) fn letters(sources: &Sources, random: &mut Random) -> Painted {
    letter_of(LETTERS, sources, random)
}

pub(super) fn letters_like_digits(sources: &Sources, random: &mut Random) -> Painted {
    letter_of(LETTERS_LIKE_DIGITS, sources, random)
}

fn letter_of(letters: &[(char, &str)], sources: &Sources, random: &mut Random) -> Painted {
    let (letter, _) = *random.pick(letters);
    let glyph = if random.chance(0.6) {
        random.pick(&sources.hands).letter(letter, random)
    } else {
        of_a_font(letter, sources, random)
    };
    alone(&glyph, random)
}

/// Every font has the letters, few signs are missing in some: then the next font is asked.
fn of_a_font(character: char, sources: &Sources, random: &mut Random) -> Glyph {
    let first = random.whole(0, sources.fonts.len() - 1);
    let mut fonts = sources.fonts[first..].iter().chain(&sources.fonts[..first]);
    fonts
        .find_map(|font| font.character(character))
        .expect("a font with the character")
}

fn alone(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let target = middle(size, random);
    inked(&glyph.in_box(size, target), random)
}

pub(super) fn punctuation(sources: &Sources, random: &mut Random) -> Painted {
    let glyph = if random.chance(0.5) {
        let sign = random.pick(SIGNS);
        random.pick(&sources.hands).write(sign, random)
    } else {
        let sign = *random.pick(PUNCTUATION);
        of_a_font(sign, sources, random)
    };
    alone(&glyph, random)
}

pub(super) fn words(sources: &Sources, random: &mut Random) -> Painted {
    let word = *random.pick(WORDS);
    let glyphs: Vec<Glyph> = if random.chance(0.6) {
        let hand = random.pick(&sources.hands);
        word.chars()
            .map(|letter| hand.letter(letter, random))
            .collect()
    } else {
        let font = random.pick(&sources.fonts);
        word.chars()
            .map(|letter| font.character(letter).expect("fonts have letters"))
            .collect()
    };
    beside(&glyphs, Heights::AsTheyAre, (0.04, 0.1), random)
}

pub(super) fn several_digits(sources: &Sources, random: &mut Random) -> Painted {
    let count = random.whole(2, 3);
    let digits: Vec<usize> = (0..count).map(|_| random.whole(0, 9)).collect();
    let glyphs = one_source(&digits, sources, random);
    beside(&glyphs, Heights::Equal, (0.1, 0.45), random)
}

fn beside(glyphs: &[Glyph], heights: Heights, gaps: (f32, f32), random: &mut Random) -> Painted {
    let high = random.between(90.0, 260.0);
    let size = Size::new((high * random.between(1.0, 2.2)) as usize, high as usize);
    let row = side_by_side(glyphs, heights, || random.between(gaps.0, gaps.1));
    let margin = size.short() * 0.1;
    let inner = Rect {
        left: margin,
        top: margin,
        right: size.wide() - margin,
        bottom: size.high() - margin,
    };
    inked(&row.draw(glyphs, size, inner), random)
}
