//! C and Rust source, compiled by gcc and rustc without a warning, and run on rows of the built-in digits.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::app::{App, json_lines};
use crate::fixtures::lab;
use crate::foreign::assert_agree;

/// Every 125th of the 5,000 built-in digits: four of each.
const ROWS: std::ops::Range<usize> = 0..40;

const C_MAIN: &str = r#"#include <stdio.h>

int predict(const float pixels[400], float probabilities[CLASSES]);

int main(void)
{
    float pixels[400], probabilities[CLASSES];
    int count = 0;

    while (scanf("%f", &pixels[count]) == 1) {
        if (++count == 400) {
            printf("%d", predict(pixels, probabilities));
            for (int class = 0; class < CLASSES; class++) {
                printf(" %.9g", probabilities[class]);
            }
            printf("\n");
            count = 0;
        }
    }
    return 0;
}
"#;

const RUST_MAIN: &str = r#"mod network;

fn main() {
    let text = std::io::read_to_string(std::io::stdin()).unwrap();
    let numbers: Vec<f32> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    for pixels in numbers.chunks_exact(400) {
        let (digit, probabilities) = network::predict(pixels.try_into().unwrap());
        let probabilities: Vec<String> = probabilities.iter().map(|one| one.to_string()).collect();
        println!("{digit} {}", probabilities.join(" "));
    }
}
"#;

/// The prediction for each row: the digit and the probability of each digit.
struct Answers {
    digits: Vec<Value>,
    probabilities: Vec<Vec<f64>>,
}

fn rows() -> String {
    let rows: Vec<String> = ROWS.map(|row| (125 * row).to_string()).collect();
    rows.join(",")
}

/// Writes the rows' pixels to a file, as text.
fn write_pixels(app: &App) {
    let described = app.succeeds(&["data", "--json", "--index", &rows()]).stdout;
    let described: Value = serde_json::from_str(&described).unwrap();
    let pixels = described["rows"].as_array().unwrap().iter();
    let pixels = pixels.flat_map(|row| row["pixels"].as_array().unwrap());
    let pixels: Vec<String> = pixels.map(Value::to_string).collect();
    assert_eq!(pixels.len(), 400 * ROWS.len());
    fs_err::write(app.path().join("pixels.txt"), pixels.join("\n")).unwrap();
}

/// What `app predict` answers.
#[track_caller]
fn ours(app: &App, runs: &[&str]) -> Answers {
    let output = app.on_cpu(&[&["predict"], runs, &["--json", "--index", &rows()]].concat());
    let lines = json_lines(&output.stdout);
    let of_line = |line: &Value| match line["probabilities"].as_array() {
        None => {
            let positive = line["probability"].as_f64().unwrap();
            vec![1.0 - positive, positive]
        }
        Some(several) => {
            let several = several.iter();
            several
                .map(|of| of["probability"].as_f64().unwrap())
                .collect()
        }
    };
    Answers {
        digits: lines.iter().map(|line| line["digit"].clone()).collect(),
        probabilities: lines.iter().map(of_line).collect(),
    }
}

/// Runs a program, which must succeed and say nothing on stderr.
#[track_caller]
fn call(app: &App, program: &Path, arguments: &[&str]) -> String {
    let input = fs_err::File::open(app.path().join("pixels.txt")).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(app.path())
        .stdin(Stdio::from(input.into_file()))
        .output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && problem.is_empty(), "{problem}");
    String::from_utf8(output.stdout).unwrap()
}

/// Compiles `network.c`, and answers the rows with it.
#[track_caller]
fn by_c(app: &App, classes: usize) -> Answers {
    fs_err::write(app.path().join("main.c"), C_MAIN).unwrap();
    let flags = "-std=c99 -Wall -Wextra -Werror -pedantic -O2 network.c main.c -o by_c";
    let classes = format!("-DCLASSES={classes}");
    let flags: Vec<&str> = flags.split(' ').chain([classes.as_str()]).collect();
    call(app, Path::new("gcc"), &flags);
    parsed(&call(app, &app.path().join("by_c"), &[]))
}

/// Compiles `network.rs`, also without the standard library, and answers the rows with it.
#[track_caller]
fn by_rust(app: &App) -> Answers {
    let library = format!("#![no_std]\n{}", app.file("network.rs"));
    fs_err::write(app.path().join("lib.rs"), library).unwrap();
    fs_err::write(app.path().join("main.rs"), RUST_MAIN).unwrap();
    for flags in [
        "-D warnings --edition=2021 --crate-type=lib lib.rs",
        "-D warnings --edition=2021 main.rs -o by_rust",
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        call(app, Path::new("rustc"), &flags);
    }
    parsed(&call(app, &app.path().join("by_rust"), &[]))
}

fn parsed(printed: &str) -> Answers {
    let lines = printed.lines().map(|line| {
        let (digit, probabilities) = line.split_once(' ').unwrap();
        let probabilities = probabilities.split(' ').map(|one| one.parse().unwrap());
        let digit: u8 = digit.parse().unwrap();
        (json!(digit), probabilities.collect())
    });
    let (digits, probabilities) = lines.unzip();
    Answers {
        digits,
        probabilities,
    }
}

/// Exports networks as C and Rust; both must predict the digits that we do, with the same probabilities.
#[track_caller]
fn check(app: &App, runs: &[&str]) {
    write_pixels(app);
    let ours = ours(app, runs);
    assert_eq!(ours.digits.len(), ROWS.len());
    for language in ["c", "rs"] {
        let file = format!("network.{language}");
        app.succeeds(&[&["export"], runs, &["--output", &file]].concat());
        let theirs = match language {
            "c" => by_c(app, ours.probabilities[0].len()),
            _ => by_rust(app),
        };
        assert_agree(&json!(theirs.probabilities), &ours.probabilities);
        assert_eq!(theirs.digits, ours.digits);
    }
}

#[test]
fn source_of_a_network_for_two_digits_answers_as_we_do() {
    let app = App::trained(&["--config", &lab(), "--digits=3,8", "--epochs=5"]);
    check(&app, &["run"]);
}

#[test]
fn source_of_a_network_for_ten_digits_answers_as_we_do() {
    let app = App::trained(&["--digits=0..9", "--epochs=10", "--learning-rate=0.005"]);
    check(&app, &["run"]);
}

#[test]
fn source_of_several_networks_answers_with_their_mean() {
    let app = App::new();
    for (run, seed, sizes) in [("a", "1", "25,15"), ("b", "2", "12,30")] {
        app.train(
            run,
            &["--epochs=3", "--seed", seed, "--hidden-units", sizes],
        );
    }
    check(&app, &["a", "b"]);
}

#[test]
fn a_network_whose_large_weights_make_rounding_errors_larger_is_exported_as_well() {
    let app = App::trained(&["--digits=0..9", "--epochs=10", "--learning-rate=0.03"]);
    write_pixels(&app);
    app.succeeds(&["export", "run", "--output=network.c"]);
    app.succeeds(&["export", "run", "--output=weights.npz"]);
    // Both round to 32 bits, in different orders.
    let (theirs, ours) = (by_c(&app, 10), ours(&app, &["run"]));
    for (theirs, ours) in theirs.probabilities.iter().zip(&ours.probabilities) {
        for (theirs, ours) in theirs.iter().zip(ours) {
            assert!((theirs - ours).abs() < 1e-4, "{theirs} {ours}");
        }
    }
}

/// The first number behind a text.
#[track_caller]
fn number_after(text: &str, before: &str) -> f64 {
    let (_, after) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before}: {text}"));
    let end = after.find([',', ' ', ';']).unwrap_or(after.len());
    after[..end].parse().unwrap()
}

#[test]
fn weights_of_8_bits_differ_by_no_more_than_export_prints_and_the_file_says() {
    let app = App::trained(&["--digits=0..9", "--epochs=10", "--learning-rate=0.005"]);
    write_pixels(&app);
    let ours = ours(&app, &["run"]);
    for (format, comment) in [("c", " *"), ("rs", "//")] {
        let file = format!("network.{format}");
        let printed = app
            .succeeds(&["export", "run", "--int8", "--output", &file])
            .stdout;
        let most = number_after(&printed, "differ from ours by at most ");
        assert!((1e-4..0.1).contains(&most), "{printed}");
        let theirs = match format {
            "c" => by_c(&app, 10),
            _ => by_rust(&app),
        };
        let differences = theirs.probabilities.iter().zip(&ours.probabilities);
        let differences = differences.flat_map(|(theirs, ours)| theirs.iter().zip(ours));
        let largest = differences.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // Printed with two digits, of all 5,000 images.
        assert!(
            largest > most / 20.0 && largest < 1.06 * most,
            "{largest} {most}"
        );
        let text = app.file(&file);
        let lines = text.lines().filter_map(|line| line.strip_prefix(comment));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        let said = words.join(" ");
        assert!((number_after(&said, "a probability differs by at most ") - most).abs() < 1e-12);
        assert!(said.contains("on 5,000 images, a probability"), "{said}");
        // A byte for each of 10,525 weights, and 4 for each of 50 biases and 50 scales.
        assert!(said.contains("memory: 10,925 bytes of constants"), "{said}");
    }
}
