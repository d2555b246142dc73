//! Characters of fonts: digits to accept, and letters and signs to refuse.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider};

use crate::canvas::{CANVAS, Canvas, Point};
use crate::dice::Dice;

/// What is no digit in any hand. Left out are those that many write like a digit: b, B, D, g, I, l, O, o, q, S, s, Z and
/// z, and strokes like 1, such as | and /.
const NO_DIGITS: &str = "aAcCdeEfFGhHijJkKLmMnNpPQrRtTuUvVwWxXyY&@#%$?!+=*^<>{}~ÄÖÜäöüßÇÉèñæøΔΘΛΞΠΣΦΨΩαβδεθλμπφψωДЖИЛФЦЧШЩЪЫЭЮЯ€£¥§¶©®†±÷×";

/// Letters get most of the pictures: they are what people write where a digit is asked for.
const LETTERS: &str = "aAcCdeEfFGhHijJkKLmMnNpPQrRtTuUvVwWxXyY";

/// The families of fonts to draw with: the files of each.
pub(crate) struct Fonts(Vec<Vec<Vec<u8>>>);

impl Fonts {
    /// Reads the fonts below a folder of the families that are wanted; a file's name starts with its family's.
    pub(crate) fn read(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let mut families: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs_err::read_dir(&folder)? {
                let path = entry?.path();
                let name = path
                    .file_stem()
                    .map(|name| name.to_string_lossy().into_owned());
                let family = name.unwrap_or_default();
                let family = family
                    .split(['_', '-'])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if path
                    .extension()
                    .is_some_and(|end| end == "ttf" || end == "otf")
                    && wanted(&family)
                {
                    families
                        .entry(family)
                        .or_default()
                        .push(fs_err::read(&path)?);
                }
            }
        }
        let mut families: Vec<Vec<Vec<u8>>> = families.into_values().collect();
        for files in &mut families {
            files.sort();
        }
        ensure!(!families.is_empty(), "{}: no fonts", folder.display());
        for file in families.iter().flatten() {
            FontRef::new(file).context("a font cannot be read")?;
        }
        Ok(Self(families))
    }

    /// Draws a digit.
    pub(crate) fn digit(&self, digit: u8, dice: &mut Dice) -> Option<Canvas> {
        self.draw(char::from(b'0' + digit), dice)
    }

    /// Draws a letter or a sign that is no digit.
    pub(crate) fn no_digit(&self, dice: &mut Dice) -> Option<Canvas> {
        let of = if dice.chance(0.8) { LETTERS } else { NO_DIGITS };
        let characters: Vec<char> = of.chars().collect();
        self.draw(*dice.one(&characters), dice)
    }

    /// Draws any letter or digit, to stand beside another.
    pub(crate) fn any(&self, dice: &mut Dice) -> Option<Canvas> {
        let characters: Vec<char> = ('0'..='9').chain('a'..='z').chain('A'..='Z').collect();
        self.draw(*dice.one(&characters), dice)
    }

    fn draw(&self, character: char, dice: &mut Dice) -> Option<Canvas> {
        let family = dice.one(&self.0);
        let font = FontRef::new(dice.one::<Vec<u8>>(family)).ok()?;
        let glyph = font.outline_glyphs().get(font.charmap().map(character)?)?;
        let mut outlines = Outlines::default();
        let settings = DrawSettings::unhinted(Size::new(100.0), LocationRef::default());
        glyph.draw(settings, &mut outlines).ok()?;
        let mut outlines = outlines.closed;
        let points = || outlines.iter().flatten();
        let least = |axis: usize| points().map(|point| point[axis]).reduce(f32::min);
        let most = |axis: usize| points().map(|point| point[axis]).reduce(f32::max);
        let (left, top, right, bottom) = (least(0)?, least(1)?, most(0)?, most(1)?);
        let scale = 46.0 / (right - left).max(bottom - top).max(1.0);
        let middle = (CANVAS - 1) as f32 / 2.0;
        for point in outlines.iter_mut().flatten() {
            point[0] = middle + (point[0] - f32::midpoint(left, right)) * scale;
            point[1] = middle + (point[1] - f32::midpoint(top, bottom)) * scale;
        }
        let mut canvas = Canvas::empty();
        canvas.fill(&outlines);
        Some(canvas)
    }
}

/// Collects outlines as polygons, y down.
#[derive(Default)]
struct Outlines {
    open: Vec<Point>,
    closed: Vec<Vec<Point>>,
}

impl Outlines {
    /// Adds points of a curve, given by its value at a part of its way.
    fn curve(&mut self, point: impl Fn(f32) -> Point) {
        self.open
            .extend((1..=6).map(|step| point(step as f32 / 6.0)));
    }

    fn last(&self) -> Point {
        self.open.last().copied().unwrap_or_default()
    }
}

impl OutlinePen for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        self.open = vec![[x, -y]];
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.open.push([x, -y]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, over, to) = (self.last(), [x1, -y1], [x, -y]);
        self.curve(|t| mixed(mixed(from, over, t), mixed(over, to, t), t));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (from, first, second, to) = (self.last(), [x1, -y1], [x2, -y2], [x, -y]);
        self.curve(|t| {
            let early = mixed(mixed(from, first, t), mixed(first, second, t), t);
            let late = mixed(mixed(first, second, t), mixed(second, to, t), t);
            mixed(early, late, t)
        });
    }

    fn close(&mut self) {
        self.closed.push(std::mem::take(&mut self.open));
    }
}

fn mixed(from: Point, to: Point, part: f32) -> Point {
    [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * part)
}
