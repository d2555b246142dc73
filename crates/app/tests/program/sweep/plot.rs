//! The pictures of `sweep plot`.

use serde_json::Value;

use super::points;
use crate::app::{App, json_lines};
use crate::pictures::texts;

fn app(arguments: &[&str]) -> App {
    let app = App::new();
    let sweep = ["sweep", "--sweep-dir=s", "--epochs=2", "--hidden-units=8,4"];
    let all = [&["--backend=ndarray"], &sweep[..], arguments].concat();
    // It fails if all its points do.
    let output = app.run(&all);
    assert!(matches!(output.code, Some(0 | 1)), "{}", output.shown());
    app
}

/// Two settings with two values each, three seeds.
fn grid() -> App {
    app(&[
        "--vary=batch_size=16,64",
        "--vary=learning_rate=0.003,0.01",
        "--seeds=0..2",
    ])
}

/// Draws one picture, and returns its texts.
#[track_caller]
fn drawn(app: &App, arguments: &[&str]) -> Vec<String> {
    let plot = ["sweep", "plot", "s", "--output=picture.svg"];
    app.succeeds(&[&plot[..], arguments].concat());
    texts(&app.file("picture.svg"))
}

#[track_caller]
fn assert_has(texts: &[String], part: &str) {
    let all = texts.join("\n");
    assert!(all.contains(part), "no {part:?} in {all}");
}

fn ranking(app: &App, arguments: &[&str]) -> Vec<Value> {
    let show = ["sweep", "show", "s", "--json"];
    json_lines(&app.succeeds(&[&show[..], arguments].concat()).stdout)
}

/// The names of the files that are printed, without the folder.
fn files(printed: &str) -> Vec<&str> {
    let lines = printed.lines();
    lines
        .map(|line| line.strip_prefix("s/plots/").unwrap())
        .collect()
}

#[test]
fn a_sweep_of_two_settings_has_all_pictures_as_png_and_svg() {
    let app = grid();
    let output = app.succeeds(&["sweep", "plot", "s"]);
    let names = [
        "by-batch_size",
        "by-learning_rate",
        "parallel-coordinates",
        "heat-map",
        "spread",
        "time",
    ];
    let expected: Vec<String> = names
        .iter()
        .flat_map(|name| [format!("{name}.png"), format!("{name}.svg")])
        .collect();
    assert_eq!(files(&output.stdout), expected);
    assert_eq!(output.stderr, "");
    for name in names {
        let png = fs_err::read(app.path().join(format!("s/plots/{name}.png"))).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{name}");
        let svg = app.file(&format!("s/plots/{name}.svg"));
        assert!(svg.contains("<svg "), "{name}");
    }
}

#[test]
fn pictures_that_a_sweep_does_not_have_are_named_with_the_reason() {
    for (arguments, expected, left_out) in [
        (
            &["--vary=batch_size=16,64", "--seeds=0..1"][..],
            &["by-batch_size", "spread", "time"][..],
            "left out: parallel and heat-map (two settings must vary)\n",
        ),
        (
            &["--seeds=0..2"],
            &["spread"],
            "left out: by-setting (no setting varies); parallel and heat-map (two settings must vary); time (there \
             is one combination)\n",
        ),
        (
            &["--vary=batch_size=16,64"],
            &["by-batch_size", "time"],
            "left out: parallel and heat-map (two settings must vary); spread (each combination has one point)\n",
        ),
        (
            // Times of the same work differ by chance.
            &["--vary=learning_rate=0.003,0.01", "--seeds=0..1"],
            &["by-learning_rate", "spread"],
            "left out: parallel and heat-map (two settings must vary); time (all combinations are the same amount of \
             work)\n",
        ),
        (
            &["--vary=batch_size=16,32,64", "--seeds=0..1", "--halving=2"],
            &["by-batch_size", "spread", "time"],
            "left out: parallel and heat-map (two settings must vary)\n",
        ),
    ] {
        let app = app(arguments);
        let output = app.succeeds(&["sweep", "plot", "s"]);
        let drawn = files(&output.stdout);
        let drawn: Vec<&str> = drawn
            .iter()
            .filter_map(|file| file.strip_suffix(".svg"))
            .collect();
        assert_eq!(drawn, expected, "{arguments:?}");
        assert_eq!(output.stderr, left_out, "{arguments:?}");
        let quiet = app.succeeds(&["sweep", "plot", "s", "-q"]);
        assert_eq!(quiet.stderr, "");
    }
}

#[test]
fn only_the_kinds_that_are_named_are_drawn_and_the_newest_sweep_is_the_default() {
    let app = App::new();
    let sweep = ["sweep", "--epochs=1", "--hidden-units=8,4", "--seeds=0..1"];
    app.on_cpu(&[&sweep[..], &["--vary=batch_size=16,64"]].concat());
    let printed = app
        .succeeds(&["sweep", "plot", "spread", "by-setting"])
        .stdout;
    let names: Vec<&str> = printed
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "by-batch_size.png",
            "by-batch_size.svg",
            "spread.png",
            "spread.svg"
        ]
    );
    assert!(printed.starts_with("sweeps/"), "{printed}");
}

#[test]
fn the_heat_map_has_the_means_of_the_points() {
    let app = grid();
    let shown = drawn(&app, &["heat-map"]);
    let points = points(&app, "s");
    for size in [16, 64] {
        for rate in [0.003, 0.01] {
            let of = points.iter().filter(|point| {
                point["settings"]["batch_size"] == size
                    && point["settings"]["learning_rate"] == rate
            });
            let values: Vec<f64> = of
                .map(|point| point["val_loss"].as_f64().unwrap())
                .collect();
            assert_eq!(values.len(), 3);
            assert_has(&shown, &format!("{:.4}", values.iter().sum::<f64>() / 3.0));
        }
    }
    assert_has(
        &shown,
        "Mean validation loss by batch_size and learning_rate",
    );
    assert_has(&shown, "s; 12 points, 3 for each cell");
    // The columns are those of the first setting that is named.
    let turned = drawn(&app, &["heat-map", "--settings=learning-rate,batch_size"]);
    assert_has(
        &turned,
        "Mean validation loss by learning_rate and batch_size",
    );
}

/// The learning rates differ a hundredfold, the other settings hardly or not at all in the first two epochs.
#[test]
fn the_heat_map_has_the_two_settings_that_matter_most() {
    let app = app(&[
        "--vary=alpha=0.0,0.1",
        "--vary=batch_size=16,256",
        "--vary=learning_rate=0.0001,0.01",
        "--seeds=0..1",
    ]);
    let shown = drawn(&app, &["heat-map"]);
    assert_has(
        &shown,
        "Mean validation loss by batch_size and learning_rate",
    );
    assert_has(
        &shown,
        "over all values of alpha; 16 points, 4 for each cell",
    );
}

#[test]
fn a_setting_is_shown_with_the_other_settings_of_the_best_combination() {
    let app = grid();
    let best = &ranking(&app, &[])[0]["settings"];
    let (size, rate) = (&best["batch_size"], &best["learning_rate"]);
    let shown = drawn(&app, &["by-setting", "--settings=batch_size"]);
    let points = "6 points, 3 for each value of batch_size";
    assert_has(
        &shown,
        &format!("s; other settings as in the best combination: learning_rate = {rate}; {points}"),
    );
    assert_has(&shown, &format!(" at {size}"));
    assert_has(&shown, "mean with 95 % interval");
}

#[test]
fn of_combinations_drawn_at_random_all_points_are_shown() {
    let app = app(&[
        "--vary=batch_size=16..64",
        "--vary=learning_rate=0.001..0.1",
        "--vary=learning_rate_schedule=constant,cosine",
        "--samples=8",
        "--seeds=0..1",
    ]);
    let shown = drawn(&app, &["by-setting", "--settings=learning_rate"]);
    assert_has(
        &shown,
        "s; with all values of the other settings; 16 points",
    );
    assert_has(&shown, "learning_rate, logarithmic");
    assert!(!shown.iter().any(|text| text.contains("mean")), "{shown:?}");
    let shown = drawn(&app, &["by-setting", "--settings=learning_rate_schedule"]);
    assert!(shown.contains(&"mean".to_owned()), "{shown:?}");
    assert!(
        !shown.iter().any(|text| text.contains("interval")),
        "{shown:?}"
    );
}

#[test]
fn rows_and_lines_are_those_of_the_ranking_by_the_metric() {
    let app = grid();
    for (metric, name) in [
        ("val_loss", "Validation loss"),
        ("accuracy", "Training accuracy"),
    ] {
        let shown = drawn(&app, &["spread", "--metric", metric]);
        assert_has(&shown, &format!("{name} over seeds"));
        let mut from = 0;
        for row in ranking(&app, &["--metric", metric]) {
            let settings = &row["settings"];
            let name = format!(
                "batch_size = {}, learning_rate = {}",
                settings["batch_size"], settings["learning_rate"]
            );
            let at = shown[from..].iter().position(|text| *text == name);
            from += at.unwrap_or_else(|| panic!("no {name} after {from} in {shown:?}"));
            let mean = row["mean"].as_f64().unwrap();
            let mean = match metric {
                "accuracy" => format!("{:.2} %", 100.0 * mean),
                _ => format!("{mean:.4}"),
            };
            assert_eq!(shown[from + 1], mean, "{shown:?}");
        }
        let best = drawn(&app, &["parallel", "--metric", metric]);
        assert_has(&best, "4 combinations; best: ");
    }
}

#[test]
fn points_that_failed_are_counted_and_have_no_mean() {
    let app = app(&["--vary=learning_rate=1e38,0.001,0.003", "--seeds=0..1"]);
    for kind in ["by-setting", "spread"] {
        let shown = drawn(&app, &[kind]);
        assert_has(&shown, "s; 2 points failed; 6 points");
        assert_has(&shown, "has values that are not finite");
    }
    app.succeeds(&["sweep", "show", "s"])
        .stdout_has("2 points failed; point 1: epoch 1: ");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_the_reason() {
    let app = app(&["--vary=batch_size=16,64", "--seeds=0..1"]);
    for (arguments, names) in [
        (
            &["heat-map"][..],
            &["heat-map: ", "two settings must vary"][..],
        ),
        (&["--output=all.svg"], &["all.svg", "found 3"]),
        (&["spread", "--output=a.pdf"], &["a.pdf", ".png or .svg"]),
        (
            &["--settings=epochs"],
            &["epochs: does not vary", "batch_size"],
        ),
        (&["--metric=test_loss"], &["no point has test_loss"]),
        (&["histogram"], &["histogram", "by-setting"]),
    ] {
        app.refused(&[&["sweep", "plot", "s"][..], arguments].concat(), names);
    }
    assert!(!app.path().join("s/plots").exists());
    app.refused(&["sweep", "plot", "other"], &["other: no such sweep"]);
}

#[test]
fn a_sweep_of_which_all_points_failed_has_no_pictures() {
    let app = app(&["--vary=learning_rate=1e38", "--vary=batch_size=16,32"]);
    app.refused(
        &["sweep", "plot", "s"],
        &["s: no point has a value of", "app sweep report"],
    );
}
