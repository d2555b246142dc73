//! `app plot` and `--show`: what the pictures hold, and what they look like.

use image::imageops::FilterType;

use crate::desk::{Desk, lab, repository};

/// How many groups of a class an SVG has.
fn count(svg: &str, class: &str) -> usize {
    svg.matches(&format!("<g class=\"{class}\"")).count()
}

/// A desk with a run of a few epochs, or of the notebook's recipe.
fn trained(arguments: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.done(&[&["train", "--run-dir", "run"], arguments].concat());
    desk
}

/// Draws a picture of the run at the desk, and hands back its SVG.
fn drawn(desk: &Desk, arguments: &[&str]) -> String {
    desk.done(&[&["plot"], arguments, &["--output", "picture.svg"]].concat());
    desk.file("picture.svg")
}

#[test]
fn every_picture_is_written_as_png_and_svg_into_the_run() {
    let desk = trained(&["--epochs", "2"]);
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
        let said = desk.done(&[["plot"].as_slice(), &arguments].concat());
        let files = ["png", "svg"].map(|ending| format!("run/plots/{name}.{ending}"));
        assert_eq!(said.out.lines().collect::<Vec<_>>(), files, "{arguments:?}");
        let png = image::open(desk.path().join(&files[0])).unwrap();
        let svg = desk.file(&files[1]);
        // Two pixels for each of the SVG's.
        let width = format!("width=\"{}\"", png.width() / 2);
        assert!(svg.contains(&width), "{name}: {width}");
        assert!(png.width() >= 400 && png.height() >= 200, "{name}");
        // Nothing is fetched from elsewhere.
        for link in ["href=\"http", "url(http", "<script"] {
            assert!(!svg.contains(link), "{name}: {link}");
        }
    }
    // They are no part of the training.
    desk.done(&["train", "--resume", "run", "--epochs", "3"]);
}

#[test]
fn the_grid_shows_random_rows_by_the_seed_with_their_labels() {
    let desk = Desk::new();
    desk.done(&["plot", "data"]);
    assert!(image::open(desk.path().join("digits.png")).is_ok());

    let grid = drawn(&desk, &["data"]);
    assert_eq!(count(&grid, "cell"), 64);
    assert_eq!(grid.matches("<image").count(), 64);
    assert_eq!(drawn(&desk, &["data"]), grid);
    assert_ne!(drawn(&desk, &["data", "--seed", "1"]), grid);
    let small = drawn(&desk, &["data", "--rows", "2", "--cols", "3"]);
    assert_eq!(count(&small, "cell"), 6);
    let chosen = drawn(&desk, &["data", "--index", "0,500,4999"]);
    for label in ["0", "1", "9"] {
        assert!(chosen.contains(&format!(">\n{label}\n<")), "{label}");
    }
    let few = drawn(
        &desk,
        &["data", "--digits", "3,8", "--rows", "1", "--cols", "4"],
    );
    assert_eq!(count(&few, "cell"), 4);
}

#[test]
fn mistakes_are_those_that_the_evaluation_counts() {
    let desk = trained(&["--epochs", "2", "--config", &lab()]);
    let said = desk.done(&["evaluate", "run", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let matrix = &found["confusion_matrix"];
    let mistakes = matrix[0][1].as_u64().unwrap() + matrix[1][0].as_u64().unwrap();
    assert!(mistakes > 0, "an epoch or two leave some");
    let errors = drawn(&desk, &["predictions", "run", "--errors", "--rows", "100"]);
    assert_eq!(count(&errors, "wrong") as u64, mistakes);
    assert!(errors.contains(&format!(
        "{mistakes} of 1000 images of 0 and 1 answered wrongly"
    )));

    // Every one of them is marked among all, and nothing else is.
    let all = drawn(
        &desk,
        &["predictions", "run", "--rows", "32", "--cols", "32"],
    );
    assert_eq!(count(&all, "wrong") as u64, mistakes);
    assert_eq!(count(&all, "cell"), 1000);
}

#[test]
fn a_network_without_mistakes_says_so() {
    let desk = trained(&["--epochs", "30"]);
    // Of the held-out images none is answered wrongly, so that they make a data set of their own.
    let folder = desk.path().join("digits");
    for digit in ["0", "1"] {
        fs_err::create_dir_all(folder.join(digit)).unwrap();
    }
    image::GrayImage::from_fn(20, 20, |x, _| {
        image::Luma([if (9..11).contains(&x) { 255 } else { 0 }])
    })
    .save(folder.join("1/line.png"))
    .unwrap();
    image::GrayImage::from_fn(20, 20, |x, y| {
        let distance = (f64::from(x) - 9.5).hypot(f64::from(y) - 9.5);
        image::Luma([if (6.0..8.0).contains(&distance) {
            255
        } else {
            0
        }])
    })
    .save(folder.join("0/ring.png"))
    .unwrap();
    let errors = drawn(
        &desk,
        &["predictions", "run", "--errors", "--data", "digits"],
    );
    assert!(errors.contains("No mistakes"), "{errors}");
    assert!(errors.contains("none of 2 images of 0 and 1 is answered wrongly"));
    assert_eq!(count(&errors, "cell"), 0);
    let evaluation = drawn(&desk, &["evaluation", "run", "--data", "digits"]);
    assert_eq!(count(&evaluation, "confusion"), 4);
}

#[test]
fn the_history_has_a_curve_for_each_figure_of_each_run() {
    let desk = trained(&["--epochs", "3"]);
    assert_eq!(count(&drawn(&desk, &["history", "run"]), "curve"), 4);
    desk.done(&[
        "train",
        "--run-dir",
        "all",
        "--epochs",
        "1",
        "--validation-split",
        "0",
    ]);
    assert_eq!(count(&drawn(&desk, &["history", "all"]), "curve"), 2);
    assert_eq!(count(&drawn(&desk, &["history", "run", "all"]), "curve"), 6);
}

#[test]
fn the_history_in_the_terminal_keeps_to_its_width() {
    let desk = trained(&["--epochs", "5"]);
    let said = desk.done(&["plot", "history", "run", "--terminal"]);
    for name in ["loss", "accuracy", "training", "validation"] {
        assert!(said.out.contains(name), "{name}: {}", said.out);
    }
    // Not a terminal: 80 columns, no colours.
    assert!(said.out.lines().all(|line| line.chars().count() <= 80));
    assert!(!said.out.contains('\u{1b}'), "{}", said.out);
}

#[test]
fn the_first_layer_has_a_tile_for_each_unit_and_one_for_its_change() {
    let desk = trained(&["--epochs", "1"]);
    let weights = drawn(&desk, &["weights", "run"]);
    assert_eq!(count(&weights, "tile"), 50);
    assert!(weights.contains("layer3"), "{weights}");
    desk.done(&[
        "train",
        "--run-dir",
        "small",
        "--epochs",
        "1",
        "--hidden-units",
        "4,3",
    ]);
    let weights = drawn(&desk, &["weights", "small"]);
    assert_eq!(count(&weights, "tile"), 8);
}

#[test]
fn an_image_s_way_shows_every_unit_and_the_answer() {
    let desk = trained(&[]);
    let way = drawn(&desk, &["activations", "run", "--index", "500"]);
    assert_eq!(count(&way, "unit"), 25 + 15 + 1);
    let predicted = desk.done(&["predict", "run", "--index", "500"]).out;
    let probability = predicted
        .rsplit(" = ")
        .next()
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    assert!(way.contains(probability), "{predicted}");

    // A picture's way, too; nobody says what it shows.
    image::GrayImage::from_pixel(30, 30, image::Luma([200]))
        .save(desk.path().join("grey.png"))
        .unwrap();
    let way = drawn(&desk, &["activations", "run", "grey.png"]);
    assert_eq!(count(&way, "unit"), 25 + 15 + 1);
    assert!(way.contains("label unknown"), "{way}");
}

#[test]
fn the_model_is_drawn_with_shapes_and_parameters_and_written_as_mermaid_and_dot() {
    let desk = trained(&["--epochs", "1"]);
    let diagram = drawn(&desk, &["model", "run"]);
    for text in ["(None, 400)", "(None, 25)", "10,025", "390", "16", "10,431"] {
        assert!(diagram.contains(text), "{text}");
    }
    for (file, begins) in [
        (
            "model.mmd",
            "---\ntitle: \"10,431 parameters\"\n---\nflowchart",
        ),
        ("model.dot", "digraph"),
    ] {
        desk.done(&["plot", "model", "run", "-o", file]);
        let text = desk.file(file);
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("10,025"), "{text}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_and_nothing_is_written() {
    let desk = trained(&["--epochs", "1"]);
    desk.refused(
        &["plot", "data", "-o", "digits.jpg"],
        &["digits.jpg", ".png or .svg"],
    );
    desk.refused(
        &["plot", "model", "run", "-o", "model.txt"],
        &[".png or .svg", ".mmd or .dot"],
    );
    desk.refused(
        &["plot", "history", "run", "-o", "no/h.png"],
        &["no folder no"],
    );
    desk.refused(&["plot", "data", "--index", "5000"], &["rows 0 to 4999"]);
    desk.refused(&["plot", "data", "--rows", "0"], &["--rows"]);
    desk.refused(&["plot", "data", "--digits", "3,3"], &["3"]);
    desk.refused(
        &["plot", "predictions", "nowhere"],
        &["nowhere", "not a run directory"],
    );
    desk.refused(
        &["plot", "predictions", "run", "--errors", "--uncertain"],
        &["--uncertain"],
    );
    desk.refused(&["plot", "activations", "run"], &["one image"]);
    desk.refused(
        &["plot", "activations", "run", "--index", "5000"],
        &["5000"],
    );
    desk.refused(
        &["plot", "history", "a", "b", "c", "d", "e", "f", "g", "h"],
        &["at most 7"],
    );
    desk.refused(
        &["plot", "weights", "run", "--checkpoint", "9"],
        &["no network of epoch 9"],
    );
    desk.refused(
        &["report", "run", "-o", "no/report.html"],
        &["no folder no"],
    );
    assert!(!desk.path().join("run/plots").exists());
    let left = fs_err::read_dir(desk.path()).unwrap().count();
    assert_eq!(left, 1, "the run alone");
}

#[test]
fn digits_are_drawn_in_the_terminal() {
    let desk = trained(&["--epochs", "1"]);
    let said = desk.done(&["data", "--show", "--index", "0,500"]);
    assert!(said.out.contains("row 0: 0") && said.out.contains("row 500: 1"));
    assert!(
        said.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        said.out
    );
    // Ten lines of half blocks or shades; the 400 numbers are not printed as well.
    assert!(said.out.lines().count() < 40, "{}", said.out);
    let all = desk.done(&["data", "--show"]).out;
    for digit in 0..10 {
        assert!(
            all.contains(&format!("row {}: {digit}", digit * 500)),
            "{all}"
        );
    }
    let said = desk.done(&["predict", "run", "--index", "0,500", "--show"]);
    assert!(said.out.contains("row 0: 0, "), "{}", said.out);
}

/// Makes sure that a picture still looks like the one that was looked at and found right: small
/// and grey, as an eye from afar sees it.
fn looks_like(desk: &Desk, picture: &str, reference: &str) {
    let folder = repository().join("crates/app/tests/pictures");
    let [found, expected] = [desk.path().join(picture), folder.join(reference)].map(|path| {
        let picture = image::open(&path).unwrap();
        (picture.width(), picture.height(), picture)
    });
    assert_eq!((found.0, found.1), (expected.0, expected.1), "{reference}");
    let [found, expected] = [found, expected].map(|(width, height, picture)| {
        let small = picture.resize_exact(width / 8, height / 8, FilterType::Triangle);
        small.into_luma8().into_raw()
    });
    let squares = found
        .iter()
        .zip(&expected)
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let difference = (squares.sum::<f64>() / found.len() as f64).sqrt();
    assert!(difference < 2.0, "{reference}: {difference} of 255");
}

/// The references in `tests/pictures` were made by these commands.
#[test]
fn a_few_pictures_look_as_they_did_when_they_were_looked_at() {
    let desk = Desk::new();
    let recorded = repository().join("crates/app/tests/pictures/run");
    fs_err::create_dir(desk.path().join("run")).unwrap();
    for file in ["config.toml", "history.csv"] {
        fs_err::copy(recorded.join(file), desk.path().join("run").join(file)).unwrap();
    }
    desk.done(&["plot", "data", "--rows", "4", "-o", "data.png"]);
    desk.done(&["plot", "history", "run", "-o", "history.png"]);
    desk.done(&["plot", "model", "run", "-o", "model.png"]);
    for name in ["data.png", "history.png", "model.png"] {
        looks_like(&desk, name, name);
    }
}
