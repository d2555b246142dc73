//! Pictures compared with references that were checked by eye.

use image::imageops::FilterType;

use crate::app::App;
use crate::fixtures::fixture;

/// Compares a picture with its reference, which was checked by eye; both are reduced in size and to
/// greys.
fn looks_like(app: &App, picture: &str, reference: &str) {
    let folder = fixture("pictures");
    let [found, expected] = [app.path().join(picture), folder.join(reference)].map(|path| {
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

/// These commands created the references in `tests/pictures`.
#[test]
fn a_few_pictures_look_like_their_references() {
    let app = App::new();
    let recorded = fixture("pictures/run");
    fs_err::create_dir(app.path().join("run")).unwrap();
    for file in ["config.toml", "history.csv"] {
        fs_err::copy(recorded.join(file), app.path().join("run").join(file)).unwrap();
    }
    app.on_cpu(&["plot", "data", "--rows", "4", "-o", "data.png"]);
    app.on_cpu(&["plot", "history", "run", "-o", "history.png"]);
    app.on_cpu(&["plot", "model", "run", "-o", "model.png"]);
    for name in ["data.png", "history.png", "model.png"] {
        looks_like(&app, name, name);
    }
}
