//! Trains the guard, the small network that tells digits from what is none, and writes its weights: `assets/guard.f16`.
//! `assets/README.md` has the command. It takes some minutes; the same seed gives the same file.
//!
//! Digits are MNIST's 60,000 training images, as they are and altered, and digits of fonts; what is none are letters and
//! signs of fonts, several digits or letters in a row, turned and struck-out digits, lines, scribbles, shapes, noise and
//! textures. All are framed as MNIST's. It then prints what the network accepts of pictures that it was not trained with:
//! MNIST's 10,000 test images and others drawn with them, and other families of fonts.
#![expect(clippy::print_stdout, reason = "the output of an example")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of small pictures, and counts of them"
)]

mod canvas;
mod dice;
mod digits;
mod fit;
mod framing;
mod glyphs;
mod measure;
mod mnist;
mod pictures;
mod shapes;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

use crate::glyphs::Fonts;
use crate::mnist::Mnist;
use crate::pictures::{Pictures, Source};

/// Families of fonts that are not trained with.
const HELD_OUT: [&str; 3] = ["Kalam", "Schoolbell", "CourierPrime"];

#[derive(Parser)]
struct Arguments {
    /// Folder of MNIST's four gzipped files
    #[arg(long)]
    data: PathBuf,
    /// Folder of fonts, those of `assets/README.md`
    #[arg(long)]
    fonts: PathBuf,
    /// File for the weights
    #[arg(long, default_value = "assets/guard.f16")]
    out: PathBuf,
    /// Pictures of what is none, and as many of digits besides MNIST's own
    #[arg(long, default_value_t = 100_000)]
    pictures: usize,
    /// Passes over all pictures
    #[arg(long, default_value_t = 25)]
    epochs: usize,
    /// Number that the random numbers start from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let started = Instant::now();
    let train = train_pictures(&arguments)?;
    let test = test_pictures(&arguments)?;
    let counts = [&train, &test].map(|pictures| pictures.shown.len());
    println!("drew {counts:?} pictures in {:.0?}", started.elapsed());
    let weights = fit::fit(&train, arguments.epochs, arguments.seed)?;
    let (bytes, network) = fit::rounded(&weights)?;
    fs_err::write(&arguments.out, &bytes)?;
    println!(
        "wrote {} bytes after {:.0?}",
        bytes.len(),
        started.elapsed()
    );
    measure::print(&network.logits(&test.inputs), &test.shown);
    Ok(())
}

fn train_pictures(arguments: &Arguments) -> Result<Pictures> {
    let source = Source {
        mnist: Mnist::read(&arguments.data, "train")?,
        fonts: Fonts::read(&arguments.fonts, |family| !HELD_OUT.contains(&family))?,
        seed: arguments.seed,
    };
    let count = arguments.pictures;
    let mut pictures = Pictures::draw(source.mnist.len(), |picture| source.plain(picture));
    pictures.append(Pictures::draw(count * 5 / 6, |picture| {
        source.written(picture)
    }));
    pictures.append(Pictures::draw(count / 6, |picture| source.printed(picture)));
    pictures.append(Pictures::draw(count, |picture| source.no_digit(picture)));
    Ok(pictures)
}

fn test_pictures(arguments: &Arguments) -> Result<Pictures> {
    let source = Source {
        mnist: Mnist::read(&arguments.data, "t10k")?,
        fonts: Fonts::read(&arguments.fonts, |family| HELD_OUT.contains(&family))?,
        seed: arguments.seed + 1,
    };
    let mut pictures = Pictures::draw(source.mnist.len(), |picture| source.plain(picture));
    pictures.append(Pictures::draw(10_000, |picture| source.written(picture)));
    pictures.append(Pictures::draw(2_000, |picture| source.printed(picture)));
    pictures.append(Pictures::draw(20_000, |picture| source.no_digit(picture)));
    Ok(pictures)
}
