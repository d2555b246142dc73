//! The fonts of the machine, and those in `assets/fonts`: the outlines of their characters.

use std::path::{Path, PathBuf};

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider};

use super::geometry::Point;
use super::glyph::{Form, Glyph};

/// Lines for each curve.
const STEPS: usize = 8;

pub(crate) struct Font {
    name: String,
    bytes: Vec<u8>,
}

/// The fonts below folders that have all digits, by name.
pub(crate) fn find(folders: &[PathBuf]) -> Vec<Font> {
    let mut files = Vec::new();
    for folder in folders {
        list(folder, &mut files);
    }
    files.sort();
    let fonts = files.iter().filter_map(|file| {
        let name = file.file_stem()?.to_str()?.replace([' ', '_'], "-");
        let bytes = fs_err::read(file).ok()?;
        let font = Font { name, bytes };
        ('0'..='9')
            .all(|digit| font.character(digit).is_some())
            .then_some(font)
    });
    fonts.collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            list(&path, files);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "ttf" || ending == "otf")
        {
            files.push(path);
        }
    }
}

impl Font {
    /// The outline of a character, if the font has it.
    pub(crate) fn character(&self, character: char) -> Option<Glyph> {
        let font = FontRef::new(&self.bytes).ok()?;
        let glyph = font.outline_glyphs().get(font.charmap().map(character)?)?;
        let mut outlines = Outlines(Vec::new());
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        glyph.draw(settings, &mut outlines).ok()?;
        outlines.0.retain(|outline| outline.len() > 2);
        (!outlines.0.is_empty())
            .then(|| Glyph::new(Form::Outline(outlines.0), format!("font-{}", self.name)))
    }
}

struct Outlines(Vec<Vec<Point>>);

impl Outlines {
    fn curve(&mut self, point: impl Fn(f32) -> Point) {
        let outline = self.0.last_mut().expect("a curve follows move_to");
        outline.extend((1..=STEPS).map(|step| point(step as f32 / STEPS as f32)));
    }

    fn last(&self) -> Point {
        *self
            .0
            .last()
            .and_then(|outline| outline.last())
            .expect("a curve follows move_to")
    }
}

/// Fonts have y upwards.
impl OutlinePen for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(vec![Point::new(x, -y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.curve_end(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let from = self.last();
        self.curve(|t| {
            let u = 1.0 - t;
            Point::new(
                u * u * from.x + 2.0 * u * t * cx + t * t * x,
                u * u * from.y - 2.0 * u * t * cy - t * t * y,
            )
        });
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let from = self.last();
        self.curve(|t| {
            let u = 1.0 - t;
            let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
            Point::new(
                weights[0] * from.x + weights[1] * ax + weights[2] * bx + weights[3] * x,
                weights[0] * from.y - weights[1] * ay - weights[2] * by - weights[3] * y,
            )
        });
    }

    fn close(&mut self) {}
}

impl Outlines {
    fn curve_end(&mut self, x: f32, y: f32) {
        if let Some(outline) = self.0.last_mut() {
            outline.push(Point::new(x, -y));
        }
    }
}
