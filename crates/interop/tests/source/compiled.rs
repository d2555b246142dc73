//! Compiles source with the strictest of flags, links it to a small program, and runs that on images.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What every C file is compiled with; it is no warning that counts but the last few, which a user might add.
pub(crate) const C_FLAGS: [&str; 14] = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-pedantic",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wshadow",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wundef",
    "-Wcast-qual",
    "-Wc++-compat",
    "-ffreestanding",
];

/// A C program that answers images.
const C_MAIN: &str = r#"#include <stdio.h>

int predict(const float pixels[400], float probabilities[CLASSES]);

int main(void)
{
    static float pixels[400];
    float probabilities[CLASSES];

    while (fread(pixels, sizeof(float), 400, stdin) == 400) {
        printf("%d", predict(pixels, probabilities));
        for (int class = 0; class < CLASSES; class++) {
            printf(" %.9g", (double)probabilities[class]);
        }
        printf("\n");
    }
    return 0;
}
"#;

/// The same in Rust, without warnings in either edition.
const RUST_MAIN: &str = r#"mod network;

use std::io::Read;

fn main() {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).unwrap();
    for image in bytes.chunks_exact(1600) {
        let mut pixels = [0.0; 400];
        for (pixel, bytes) in pixels.iter_mut().zip(image.chunks_exact(4)) {
            *pixel = f32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        let (digit, probabilities) = network::predict(&pixels);
        print!("{}", digit);
        for probability in &probabilities {
            print!(" {:e}", probability);
        }
        println!();
    }
}
"#;

/// What a program says about an image: the digit, and the probability of each.
pub(crate) type Answer = (u8, Vec<f64>);

/// Compiles C source with these flags besides the strict ones, and runs it on images.
#[track_caller]
pub(crate) fn run_c(source: &[u8], classes: usize, flags: &[&str], images: &[f32]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    let object = compile_c(&folder, "gcc", &[&C_FLAGS, flags].concat(), source);
    fs_err::write(folder.path().join("main.c"), C_MAIN).unwrap();
    let classes = format!("-DCLASSES={classes}");
    let program = folder.path().join("program");
    call(
        "gcc",
        folder.path(),
        &[
            "-std=c99".as_ref(),
            classes.as_ref(),
            "main.c".as_ref(),
            object.as_ref(),
            "-o".as_ref(),
            program.as_os_str(),
        ],
    );
    answers(&program, &folder, images)
}

/// Compiles C source into an object file of the folder.
#[track_caller]
pub(crate) fn compile_c(folder: &TempDir, compiler: &str, flags: &[&str], source: &[u8]) -> String {
    fs_err::write(folder.path().join("network.c"), source).unwrap();
    let mut arguments: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
    arguments.extend(["-c", "network.c", "-o", "network.o"].map(OsStr::new));
    call(compiler, folder.path(), &arguments);
    "network.o".to_owned()
}

/// Compiles Rust source as a module, and runs it on images.
#[track_caller]
pub(crate) fn run_rust(source: &[u8], flags: &[&str], images: &[f32]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("network.rs"), source).unwrap();
    let program = compile_rust(&folder, "main.rs", RUST_MAIN.as_bytes(), flags);
    answers(Path::new(&program), &folder, images)
}

/// Compiles Rust source, warnings being errors; returns what it was compiled to, unless the flags say where to.
#[track_caller]
pub(crate) fn compile_rust(folder: &TempDir, name: &str, source: &[u8], flags: &[&str]) -> String {
    fs_err::write(folder.path().join(name), source).unwrap();
    let output = folder.path().join("compiled");
    let mut arguments: Vec<&OsStr> = ["-D", "warnings", name, "-o"].map(OsStr::new).to_vec();
    arguments.push(output.as_os_str());
    arguments.extend(flags.iter().map(OsStr::new));
    call("rustc", folder.path(), &arguments);
    output.to_str().unwrap().to_owned()
}

/// Whether a program is there.
pub(crate) fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    let output = command.arg("--version").stdout(Stdio::null()).status();
    output.is_ok_and(|status| status.success())
}

/// Runs a program in a folder, which must succeed, and returns what it prints.
#[track_caller]
pub(crate) fn call(program: &str, folder: &Path, arguments: &[&OsStr]) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{program} {arguments:?}: {errors}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a program on images.
#[track_caller]
fn answers(program: &Path, folder: &TempDir, images: &[f32]) -> Vec<Answer> {
    let path = folder.path().join("images");
    let bytes: Vec<u8> = images
        .iter()
        .flat_map(|pixel| pixel.to_ne_bytes())
        .collect();
    fs_err::write(&path, bytes).unwrap();
    let input = fs_err::File::open(&path).unwrap().into_file();
    let output = Command::new(program).stdin(input).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.lines().map(|line| {
        let (digit, probabilities) = line.split_once(' ').unwrap();
        let probabilities = probabilities
            .split(' ')
            .map(|one| f64::from(one.parse::<f32>().unwrap()));
        (digit.parse().unwrap(), probabilities.collect())
    });
    answers.collect()
}
