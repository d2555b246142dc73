//! `app plot` and `--show`: the content of the pictures, and how they look.

mod grids;
mod history;
mod looks;
mod names;
mod network;
mod refused;
mod shown;

use crate::app::App;

/// The number of groups of a class in an SVG.
fn count(svg: &str, class: &str) -> usize {
    svg.matches(&format!("<g class=\"{class}\"")).count()
}

/// Draws a picture in the app's directory, and returns its SVG.
#[track_caller]
pub(crate) fn drawn(app: &App, arguments: &[&str]) -> String {
    app.on_cpu(&[&["plot"], arguments, &["--output", "picture.svg"]].concat());
    app.file("picture.svg")
}

/// The texts of an SVG, without its drawing.
pub(crate) fn texts(svg: &str) -> Vec<String> {
    let texts = svg.split("<text").skip(1).map(|rest| {
        let rest = rest.split_once('>').map_or("", |(_, rest)| rest);
        rest.split("</text>").next().unwrap_or("")
    });
    let plain = |text: &str| {
        let mut plain = String::new();
        let mut is_tag = false;
        for letter in text.chars() {
            is_tag |= letter == '<';
            if !is_tag {
                plain.push(letter);
            }
            is_tag &= letter != '>';
        }
        plain.trim().to_owned()
    };
    texts.map(plain).collect()
}

/// The titles and notes of a report's pictures and the texts in them, in the order of the page.
pub(crate) fn texts_with_captions(page: &str) -> Vec<String> {
    let mut page = page.to_owned();
    for (caption, text) in [
        ("<strong>", "<text>"),
        ("</strong>", "</text>"),
        ("<span>", "<text>"),
        ("</span>", "</text>"),
    ] {
        page = page.replace(caption, text);
    }
    texts(&page)
}

#[test]
fn every_picture_is_written_as_png_and_svg_into_the_run() {
    let app = App::trained(&["--epochs", "2"]);
    for (arguments, name) in [
        (["predictions", "run", ""], "predictions"),
        (["predictions", "run", "--errors"], "errors"),
        (["predictions", "run", "--uncertain"], "uncertain"),
        (["history", "run", ""], "history"),
        (["history", "run", "run"], "history-compared"),
        (["evaluation", "run", ""], "evaluation"),
        (
            ["evaluation", "run", "--only=confusion-matrix"],
            "confusion-matrix",
        ),
        (["evaluation", "run", "--only=roc"], "roc"),
        (
            ["evaluation", "run", "--only=precision-recall"],
            "precision-recall",
        ),
        (["evaluation", "run", "--only=calibration"], "calibration"),
        (
            ["evaluation", "run", "--only=probabilities"],
            "probabilities",
        ),
        (["weights", "run", ""], "weights"),
        (["activations", "run", "--index=500"], "activations"),
        (["model", "run", ""], "model"),
        (["embedding", "run", ""], "embedding"),
    ] {
        let arguments: Vec<&str> = arguments
            .into_iter()
            .filter(|one| !one.is_empty())
            .collect();
        let output = app.on_cpu(&[["plot"].as_slice(), &arguments].concat());
        let files = ["png", "svg"].map(|ending| format!("run/plots/{name}.{ending}"));
        assert_eq!(
            output.stdout.lines().collect::<Vec<_>>(),
            files,
            "{arguments:?}"
        );
        let png = image::open(app.path().join(&files[0])).unwrap();
        let svg = app.file(&files[1]);
        // Two pixels for each pixel of the SVG.
        let width = format!("width=\"{}\"", png.width() / 2);
        assert!(svg.contains(&width), "{name}: {width}");
        assert!(png.width() >= 400 && png.height() >= 200, "{name}");
        // Nothing is loaded from elsewhere.
        for link in ["href=\"http", "url(http", "<script"] {
            assert!(!svg.contains(link), "{name}: {link}");
        }
    }
    // They are not a part of the training.
    app.on_cpu(&["train", "--resume", "run", "--epochs", "3"]);
    // But of the run, with which they are deleted: a new picture is named in `run/contents.rs`.
    let deleted = app.succeeds(&["runs", "delete", "run", "--yes"]);
    assert_eq!(deleted.stdout, "deleted run\n");
}
