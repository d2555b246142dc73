//! The page of `sweep report`.

use serde_json::{Value, json};

use super::points;
use crate::app::{App, json_lines, metric_text};
use crate::pictures::texts_with_captions;
use crate::report::{opened, opened_in_frame};
use crate::skipped::or_skip;

fn app(arguments: &[&str]) -> App {
    let app = App::new();
    let sweep = ["sweep", "--sweep-dir=s", "--epochs=3", "--hidden-units=8,4"];
    let all = [&["--backend=ndarray"], &sweep[..], arguments].concat();
    // It fails if all its points do.
    let output = app.run(&all);
    assert!(matches!(output.code, Some(0 | 1)), "{}", output.shown());
    app
}

/// A sweep of which a learning rate diverges.
fn diverging() -> App {
    app(&[
        "--vary=batch_size=16,64",
        "--vary=learning_rate=1e38,0.001,0.01",
        "--seeds=0..3",
    ])
}

/// The page as text, a line for each element.
fn page(app: &App, arguments: &[&str]) -> String {
    let report = ["sweep", "report", "s", "--output=page.html"];
    app.succeeds(&[&report[..], arguments].concat());
    let page = app.file("page.html");
    let (_, body) = page.split_once("<body>").unwrap();
    let mut text = String::new();
    for part in body.split('<') {
        let (_, shown) = part.split_once('>').unwrap_or(("", part));
        text.push_str(shown);
        text.push('\n');
    }
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

/// The cells of a row of a table.
fn row(cells: &[&str]) -> String {
    let cells = cells.iter().map(|cell| format!("<td>{cell}</td>"));
    cells.collect()
}

#[test]
fn a_browser_shows_the_whole_report_and_loads_nothing_else() {
    let app = diverging();
    let output = app.succeeds(&["sweep", "report", "s"]);
    assert_eq!(output.stdout.trim(), "s/report.html");
    let page = app.path().join("s/report.html");
    let Some(light) = or_skip(opened(&page, &[]), "REQUIRE_CHROMIUM") else {
        return;
    };
    let expected = [
        "Report of s",
        "Ranking",
        "Pictures",
        "Best networks",
        "Failed points",
        "Settings",
        "Next steps",
    ];
    assert_eq!(light["title"], expected[0]);
    assert_eq!(light["headings"], json!(expected));
    // Two by setting, parallel coordinates, heat map, spread, time.
    assert_eq!(light["figures"], 6);
    assert_eq!(light["faces"], json!(["loaded", "loaded"]));
    for nothing in ["failed", "resources", "repeated", "broken"] {
        assert_eq!(light[nothing], json!([]), "{nothing}");
    }
    assert_eq!(light["overflow"], 0);
    let narrow = opened_in_frame(&page).unwrap();
    let smallest = narrow["smallest"].as_f64().unwrap();
    assert!((9.0..20.0).contains(&smallest), "{narrow}");
    assert_eq!(narrow["overflow"], 0);
}

#[test]
fn the_ranking_has_the_numbers_of_show_and_names_noise() {
    let app = diverging();
    page(&app, &[]);
    let html = app.file("page.html");
    let shown = app.succeeds(&["sweep", "show", "s", "--json"]).stdout;
    let ranking = json_lines(&shown);
    assert_eq!(ranking.len(), 6);
    let mut noise = 0;
    for (at, of) in ranking.iter().enumerate() {
        let number = |value: &Value| metric_text(value.as_f64().unwrap());
        let settings = &of["settings"];
        let rate = settings["learning_rate"].to_string();
        let rate = rate.replace("e+38", "e38");
        let size = settings["batch_size"].to_string();
        let (rank, rate) = ((at + 1).to_string(), rate.as_str());
        if of["failed"] == 4 {
            let cells = [
                &rank[..],
                &size,
                rate,
                "-",
                "-",
                "-",
                "0 (4 failed)",
                "",
                "",
                "failed",
            ];
            assert!(html.contains(&row(&cells)), "{cells:?}");
            continue;
        }
        let [low, high] = [0, 1].map(|end| of["interval"][end].as_f64().unwrap());
        let half = metric_text((high - low) / 2.0);
        let cells = [
            &rank[..],
            &size,
            rate,
            &number(&of["mean"]),
            &half,
            &number(&of["std"]),
            "4",
        ];
        assert!(html.contains(&row(&cells)), "{cells:?}");
        if at > 0 {
            let difference = of["vs_best"]["paired"]["difference"]["mean"]
                .as_f64()
                .unwrap();
            let is_noise = of["vs_best"]["distinguishable"] == false;
            noise += usize::from(is_noise);
            let cells = format!("<td>+{}</td>", metric_text(difference));
            assert!(html.contains(&cells), "{cells}");
        }
    }
    assert_eq!(html.matches("<td>noise</td>").count(), noise);
    assert_eq!(html.matches("<td>worse</td>").count(), 3 - noise);
    assert_eq!(html.matches("<tr class=\"best\">").count(), 1);
    for explained in [
        "Nadeau and Bengio",
        "Holm's correction",
        "p is above 5 %",
        "train it again",
    ] {
        assert!(html.contains(explained), "{explained}");
    }
}

#[test]
fn the_headline_says_what_was_trained_and_which_settings_are_best() {
    let app = diverging();
    let text = page(&app, &[]);
    let shown = app.succeeds(&["sweep", "show", "s", "--json"]).stdout;
    let best = &json_lines(&shown)[0];
    let settings = &best["settings"];
    for expected in [
        "Networks that tell the digits 0 and 1 apart: 6 combinations × 4 seeds = 24 points.",
        "Compared by validation loss, of which lower is better.",
        &format!(
            "\nbatch_size = {}, learning_rate = {}\n",
            settings["batch_size"], settings["learning_rate"]
        ),
        &format!("\n{}\n", metric_text(best["mean"].as_f64().unwrap())),
        "\n16\n",
        "\n8 failed\n",
        "\nbatch_size\n\n\n16; 64\n",
        "\nseeds\n\n\n0..3 (4 seeds)\n",
    ] {
        assert!(text.contains(expected), "no {expected:?} in {text}");
    }
    // Settings that differ from the defaults are marked, and those that vary are not among them.
    let html = app.file("page.html");
    assert!(html.contains(
        "<tr class=\"changed\"><th scope=\"row\"><code>epochs</code></th><td><code>3</code></td>"
    ));
    assert!(!html.contains("<code>batch_size</code></th><td><code>"));
}

#[test]
fn the_best_networks_and_the_failed_points_are_listed_with_the_commands_for_them() {
    let app = diverging();
    let text = page(&app, &[]);
    let html = app.file("page.html");
    let best = app.succeeds(&["sweep", "best", "s", "--top=10"]).stdout;
    let mut from = html.find("id=\"best-networks\"").unwrap();
    for line in best.lines() {
        let number = line
            .strip_prefix("point ")
            .unwrap()
            .split(':')
            .next()
            .unwrap();
        let at = html[from..].find(&format!("<tr><td>{number}</td>"));
        from += at.unwrap_or_else(|| panic!("no point {number}"));
    }
    let first = best
        .strip_prefix("point ")
        .unwrap()
        .split(':')
        .next()
        .unwrap();
    let mut failed = 0;
    for point in points(&app, "s")
        .iter()
        .filter(|point| point["state"] == "failed")
    {
        failed += 1;
        assert!(text.contains(point["error"].as_str().unwrap()), "{point}");
    }
    assert_eq!(failed, 8);
    for command in [
        format!("app sweep extract s {first} --run-dir runs/point-{first}"),
        format!("app evaluate runs/point-{first}"),
        format!("app predict runs/point-{first} picture.png"),
    ] {
        assert!(text.contains(&command), "{command}");
    }
    let again = text
        .lines()
        .find(|line| line.starts_with("app sweep --config"));
    let words: Vec<&str> = again.unwrap().split(' ').skip(1).collect();
    let plan = app.on_cpu(&[&words[..], &["--dry-run"]].concat()).stdout;
    assert!(
        plan.ends_with("1 combination x 4 seeds = 4 points\n"),
        "{plan}"
    );
    assert!(words.ends_with(&["--seeds", "4..7"]), "{words:?}");
    let extract = ["sweep", "extract", "s", first, "--run-dir=run"];
    app.on_cpu(&extract);
    app.evaluation("run", &[]);
}

#[test]
fn the_metric_chooses_ranking_pictures_and_networks() {
    let app = app(&["--vary=batch_size=16,64", "--seeds=0..1", "--folds=2"]);
    let text = page(&app, &["--metric=accuracy"]);
    for expected in [
        "2 combinations × 2 seeds × 2 folds = 8 points.",
        "Compared by training accuracy, of which higher is better.",
        "Training accuracy, % of each combination, the best mean first.",
        "2, each held out once",
    ] {
        assert!(text.contains(expected), "no {expected:?} in {text}");
    }
    let captions = texts_with_captions(&app.file("page.html"));
    let captions = captions.join("\n");
    assert!(
        captions.contains("Training accuracy over seeds and folds"),
        "{captions}"
    );
    assert!(!captions.contains("alidation loss"), "{captions}");
}

#[test]
fn seeds_alone_have_a_spread_and_no_comparison() {
    let app = app(&["--seeds=0..4"]);
    let text = page(&app, &[]);
    for expected in [
        "1 combination × 5 seeds = 5 points.",
        "Left out: by-setting (no setting varies); parallel and heat-map (two settings must vary); time (there is one \
         combination).",
        "all settings as given",
    ] {
        assert!(text.contains(expected), "no {expected:?} in {text}");
    }
    // Apart from a setting of this name.
    let text = text.replace("augment_noise", "");
    for absent in ["The best mean is that of", "noise", "with other seeds"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn intervals_have_no_values_that_the_metric_cannot_have() {
    let app = app(&["--seeds=0..1"]);
    for (metric, most, percent) in [
        ("val_loss", f64::INFINITY, false),
        ("val_accuracy", 1.0, true),
    ] {
        let metric = format!("--metric={metric}");
        let shown = app.succeeds(&["sweep", "show", "s", "--json", &metric]);
        let interval = json_lines(&shown.stdout)[0]["interval"].clone();
        let [low, high] = [0, 1].map(|end| {
            let end = interval[end].as_f64().unwrap().clamp(0.0, most);
            if percent {
                format!("{:.2} %", 100.0 * end)
            } else {
                metric_text(end)
            }
        });
        let text = page(&app, &[&metric]);
        let expected = format!("95 % interval {low} to {high}; ");
        assert!(text.contains(&expected), "no {expected:?} in {text}");
    }
}

#[test]
fn a_sweep_with_the_default_settings_says_so() {
    let app = App::new();
    app.on_cpu(&["sweep", "--sweep-dir=s", "--vary=batch_size=32,64"]);
    let text = page(&app, &[]);
    assert!(text.contains("\nAll are defaults.\n"), "{text}");
    assert!(text.contains("\n1e-7\n"), "{text}");
}

#[test]
fn a_sweep_of_which_all_points_failed_says_why() {
    let app = app(&["--vary=learning_rate=1e38", "--vary=batch_size=16,32"]);
    let text = page(&app, &[]);
    for point in points(&app, "s") {
        assert!(text.contains(point["error"].as_str().unwrap()), "{text}");
    }
    assert!(!text.contains("app sweep extract"), "{text}");
    assert!(!app.file("page.html").contains("<figure>"));
}

#[test]
fn a_sweep_that_is_not_finished_says_how_to_go_on() {
    let app = app(&["--vary=batch_size=16,64", "--seeds=0..1"]);
    let rows = app.file("s/points.csv");
    let first: Vec<&str> = rows.lines().take(3).collect();
    fs_err::write(app.path().join("s/points.csv"), first.join("\n") + "\n").unwrap();
    let text = page(&app, &[]);
    assert!(text.contains("\n2 to be trained\n"), "{text}");
    assert!(text.contains("app sweep --resume s\n"), "{text}");
    fs_err::write(app.path().join("s/points.csv"), "").unwrap();
    app.refused(&["sweep", "report", "s"], &["no point is trained yet"]);
}
