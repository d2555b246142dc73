//! Writes pictures of digits that people might write, of what is no digit, and of rows of digits:
//! `OUT/KIND/DIGIT/*`, `OUT/none/KIND/*` and `OUT/rows/*`.
//!
//! ```sh
//! cargo run -p app --example written -- --out pictures --data MNIST --sheets sheets
//! app predict RUN pictures/photo/7
//! app evaluate RUN --data pictures/photo
//! ```
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pictures are small"
)]

use std::path::{Path, PathBuf};

use clap::Parser;
use rayon::prelude::*;

#[path = "../tests/written/generator/all.rs"]
mod generator;
#[path = "written/sheet.rs"]
mod sheet;

use generator::{KINDS, Made, NONE, ROWS, Sources};

#[derive(Parser)]
struct Arguments {
    /// Folder to write to
    #[arg(long)]
    out: PathBuf,
    /// Folder of MNIST's test files [default: the built-in digits]
    #[arg(long)]
    data: Option<PathBuf>,
    /// First images of each digit that are used
    #[arg(long, default_value_t = 300)]
    images: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Pictures of each digit and kind
    #[arg(long, default_value_t = 20)]
    each: usize,
    /// Pictures of each kind that shows no digit, and of each kind of rows
    #[arg(long, default_value_t = 100)]
    none: usize,
    /// Only these kinds, separated by commas
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// Only these digits, separated by commas
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "0,1,2,3,4,5,6,7,8,9",
        value_parser = clap::value_parser!(u8).range(..10)
    )]
    digits: Vec<u8>,
    /// Folder for one contact sheet of each kind
    #[arg(long)]
    sheets: Option<PathBuf>,
}

impl Arguments {
    fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }

    /// Writes a contact sheet, if sheets are wanted.
    fn sheet(&self, name: &str, made: &[Made]) -> std::io::Result<()> {
        let Some(folder) = &self.sheets else {
            return Ok(());
        };
        fs_err::create_dir_all(folder)?;
        fs_err::write(folder.join(format!("{name}.png")), sheet::write(made))
    }
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let sources = Sources::open(arguments.data.as_deref(), arguments.images);
    let (out, seed) = (&arguments.out, arguments.seed);
    for kind in KINDS.iter().filter(|kind| arguments.wants(kind.name)) {
        let mut made = Vec::new();
        for &digit in &arguments.digits {
            let folder = out.join(kind.name).join(format!("{digit}"));
            made.extend(store(&folder, arguments.each, |index| {
                kind.make(&sources, seed, digit.into(), index)
            })?);
        }
        arguments.sheet(kind.name, &made)?;
    }
    for kind in NONE.iter().filter(|kind| arguments.wants(kind.name)) {
        let group = if kind.counts { "none" } else { "uncounted" };
        let folder = out.join(group).join(kind.name);
        let made = store(&folder, arguments.none, |index| {
            kind.make(&sources, seed, index)
        })?;
        arguments.sheet(&format!("{group}-{}", kind.name), &made)?;
    }
    for kind in ROWS.iter().filter(|kind| arguments.wants(kind.name)) {
        let folder = out.join("rows");
        let made = store(&folder, arguments.none, |index| {
            kind.make(&sources, seed, index)
        })?;
        arguments.sheet(&format!("rows-{}", kind.name), &made)?;
    }
    Ok(())
}

/// Makes and writes `count` pictures, and returns those that a sheet shows.
fn store(
    folder: &Path,
    count: usize,
    make: impl Fn(usize) -> Made + Sync,
) -> std::io::Result<Vec<Made>> {
    fs_err::create_dir_all(folder)?;
    let store_one = |index| {
        let picture = make(index);
        fs_err::write(folder.join(picture.file_name()), picture.bytes())?;
        Ok(picture)
    };
    (0..count).into_par_iter().map(store_one).collect()
}
