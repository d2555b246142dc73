//! `app report`: the page, opened in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::app::{App, column, rewind};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::pictures::texts_with_captions;
use crate::skipped::or_skip;

/// A script for the page's head: it writes what the browser displays as text.
const PROBE: &str = r"
<script>
const failed = [];
addEventListener('error', event => failed.push(String(event.message || event.target.href)), true);
addEventListener('load', async () => {
  const pictures = [...document.querySelectorAll('svg image')].map(image => image.href.baseVal);
  for (const source of pictures) {
    await new Promise(done => {
      const image = new Image();
      image.onload = done;
      image.onerror = () => done(failed.push(source.slice(0, 80)));
      image.src = source;
    });
  }
  await document.fonts.ready;
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  const links = [...document.querySelectorAll('nav a')].map(link => link.hash.slice(1));
  const found = {
    title: document.title,
    headings: [...document.querySelectorAll('h1, h2')].map(heading => heading.textContent),
    figures: document.querySelectorAll('figure > .picture > svg').length,
    pictures: pictures.length,
    faces: [...document.fonts].map(face => face.status),
    resources: performance.getEntriesByType('resource').map(entry => entry.name.slice(0, 80))
      .filter(name => !name.startsWith('data:')),
    repeated: ids.filter((id, at) => ids.indexOf(id) < at),
    broken: links.filter(id => !document.getElementById(id)),
    ground: getComputedStyle(document.body).backgroundColor,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    captions: Math.max(...[...document.querySelectorAll('figcaption')].map(caption =>
      Math.max(caption.scrollWidth, caption.getBoundingClientRect().right))),
    smallest: Math.min(...[...document.querySelectorAll('svg text')].map(text =>
      text.getAttribute('font-size') * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b))),
    failed,
  };
  const text = document.createElement('pre');
  text.id = 'probe';
  text.textContent = JSON.stringify(found);
  document.body.append(text);
});
</script>
";

/// What a browser displays for a page, or the reason why there is no browser.
pub(crate) fn opened(page: &Path, arguments: &[&str]) -> Result<Value, String> {
    opened_at(page, "1280,1000", arguments)
}

/// The same in a window of this width and height.
fn opened_at(page: &Path, window: &str, arguments: &[&str]) -> Result<Value, String> {
    displayed(&probed(page), window, arguments)
}

/// The same in a frame of 360 pixels, as wide as a small telephone.
pub(crate) fn opened_in_frame(page: &Path) -> Result<Value, String> {
    const FRAME: &str = "<!DOCTYPE html><body style=\"margin:0\">\
        <iframe style=\"width:360px;height:900px;border:0\" src=\"report.probed.html\"></iframe>\
        <script>
        const wait = setInterval(() => {
          const probe = document.querySelector('iframe').contentDocument?.getElementById('probe');
          if (!probe) return;
          clearInterval(wait);
          document.body.append(document.importNode(probe, true));
        }, 50);
        </script>";
    probed(page);
    let frame = page.with_file_name("frame.html");
    fs_err::write(&frame, FRAME).unwrap();
    displayed(&frame, "500,1000", &["--allow-file-access-from-files"])
}

/// Writes the page with the script, and returns its path.
fn probed(page: &Path) -> PathBuf {
    let html = fs_err::read_to_string(page).unwrap();
    let probed = page.with_extension("probed.html");
    let head = format!("<head>{PROBE}");
    fs_err::write(&probed, html.replacen("<head>", &head, 1)).unwrap();
    probed
}

/// What the script has found on a page.
fn displayed(probed: &Path, window: &str, arguments: &[&str]) -> Result<Value, String> {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--window-size={window}"))
        .arg("--virtual-time-budget=10000")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .arg(format!("file://{}", probed.display()))
        .output()
        .map_err(|error| {
            format!("{browser}: {error}; set CHROMIUM to a browser that understands --dump-dom")
        })?;
    let page = String::from_utf8_lossy(&output.stdout);
    let problem = String::from_utf8_lossy(&output.stderr);
    let (_, probe) = page
        .split_once("<pre id=\"probe\">")
        .unwrap_or_else(|| panic!("the page says nothing: {problem}"));
    let probe = probe.split_once("</pre>").unwrap().0;
    Ok(serde_json::from_str(probe).unwrap())
}

#[test]
fn a_browser_shows_the_whole_report_and_loads_nothing_else() {
    let app = App::new();
    app.on_cpu(&[
        "train",
        "--run-dir",
        "run",
        "--epochs",
        "3",
        "--batch-size",
        "16",
    ]);
    app.on_cpu(&["train", "--resume", "run", "--epochs", "4"]);
    let output = app.on_cpu(&["report", "run"]);
    assert_eq!(output.stdout.trim(), "run/report.html");
    let page = app.path().join("run/report.html");
    let Some(light) = or_skip(opened(&page, &[]), "REQUIRE_CHROMIUM") else {
        return;
    };
    let expected = [
        "Report of run",
        "History",
        "Evaluation",
        "Predictions",
        "Network",
        "Configuration",
        "Environment",
    ];
    assert_eq!(light["title"], expected[0]);
    assert_eq!(light["headings"], serde_json::json!(expected));
    assert_eq!(light["figures"], 9);
    // 64 random digits, the uncertain ones that fit, 25 units twice, one digit with activations;
    // and mistakes.
    assert!(
        light["pictures"].as_u64().unwrap() > 64 + 16 + 50,
        "{light}"
    );
    assert_eq!(light["faces"], serde_json::json!(["loaded", "loaded"]));
    for nothing in ["failed", "resources", "repeated", "broken"] {
        assert_eq!(light[nothing], serde_json::json!([]), "{nothing}");
    }
    assert_eq!(light["overflow"], 0);
    assert_eq!(light["ground"], "rgb(255, 255, 255)");
    let dark = opened(&page, &["--blink-settings=preferredColorScheme=0"]).unwrap();
    assert_eq!(dark["ground"], "rgb(22, 24, 28)");
}

/// Chromium has no narrower window than 500 pixels, so that the page is in a frame of 360.
#[test]
fn texts_can_be_read_on_a_narrow_screen() {
    let app = App::trained(&["--epochs=2", "--digits=3,8"]);
    app.on_cpu(&["report", "run"]);
    let page = app.path().join("run/report.html");
    let Some(found) = or_skip(opened_in_frame(&page), "REQUIRE_CHROMIUM") else {
        return;
    };
    // Titles and notes of pictures are within the screen: they break into lines, and do not scroll.
    let captions = found["captions"].as_f64().unwrap();
    assert!((200.0..=360.0).contains(&captions), "{found}");
    // The pictures have no text of less than 9 pixels, and the page itself does not scroll sideways.
    let smallest = found["smallest"].as_f64().unwrap();
    assert!((9.0..20.0).contains(&smallest), "{found}");
    assert_eq!(found["overflow"], 0);
}

#[test]
fn the_report_has_the_letters_of_a_name_in_another_script() {
    let app = App::new();
    app.train("эксперимент-łódź", &["--epochs=2"]);
    app.on_cpu(&["report", "эксперимент-łódź", "--output=page.html"]);
    let page = app.path().join("page.html");
    assert!(
        app.file("page.html")
            .contains("<bdi>эксперимент-łódź</bdi>")
    );
    let Some(found) = or_skip(opened(&page, &[]), "REQUIRE_CHROMIUM") else {
        return;
    };
    // The basic and the extended font, both in two weights.
    assert_eq!(found["faces"], serde_json::json!(vec!["loaded"; 4]));
    assert_eq!(found["title"], "Report of эксперимент-łódź");
}

#[test]
fn the_evaluation_has_its_metrics_with_capitals() {
    let app = App::trained(&["--epochs=2"]);
    app.on_cpu(&["report", "run", "--output=page.html"]);
    let page = app.file("page.html");
    for name in ["Loss", "F1", "ROC AUC", "Average precision", "Brier score"] {
        assert!(
            page.contains(&format!("<th scope=\"row\">{name}</th>")),
            "{name}"
        );
    }
}

#[test]
fn the_report_contains_the_metrics_settings_and_sessions_of_the_run() {
    let app = App::new();
    app.on_cpu(&[
        "train",
        "--run-dir",
        "run",
        "--epochs",
        "3",
        "--batch-size",
        "16",
    ]);
    app.on_cpu(&["train", "--resume", "run", "--epochs", "4"]);
    app.on_cpu(&["report", "run", "--output", "page.html"]);
    let page = app.file("page.html");
    let found = app.evaluation("run", &[]);
    for key in ["loss", "precision", "brier_score"] {
        let value = format!("{:.4}", found[key].as_f64().unwrap());
        assert!(page.contains(&value), "{key}: {value}");
    }
    let changed = "<tr class=\"changed\"><th scope=\"row\"><code>batch_size</code></th>\
                   <td><code>16</code></td><td>default: <code>32</code></td></tr>";
    assert!(page.contains(changed));
    // Started, and resumed after epoch 3.
    let history = app.file("run/history.csv");
    let last = history.lines().last().unwrap().split(',').nth(1).unwrap();
    let last = format!("<td>{:.4}</td>", last.parse::<f64>().unwrap());
    assert!(page.contains(&last), "{last}");
    let sessions = app.file("run/sessions.csv");
    assert_eq!(sessions.lines().count(), 3, "{sessions}");
    assert!(page.contains("<td>3</td><td>ndarray (CPU)</td>"));
}

/// A run with other settings than the defaults, so that nothing is correct by chance.
#[test]
fn the_report_describes_its_own_run() {
    let app = App::new();
    let best_is_first = ["--monitor=val_loss", "--monitor-mode=max"];
    let settings = ["--epochs=3", "--digits=3,8", "--hidden-units=7,5"];
    app.train("run", &[settings.as_slice(), &best_is_first].concat());
    app.on_cpu(&["report", "run"]);
    let page = app.file("run/report.html");
    let seconds: f64 = column(&app, "run", "seconds").iter().sum();
    for expected in [
        "Distinguishes 3 from 8.",
        "Evaluated: run, last checkpoint (epoch 3), on ",
        "200 validation images",
        "the best is epoch 1",
        "2,853",
        "finished",
        &format!("{seconds:.3} s"),
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    let found = app.evaluation("run", &[]);
    let accuracy = 100.0 * found["accuracy"].as_f64().unwrap();
    assert!(page.contains(&format!("{accuracy:.2} %")), "{accuracy}");
    // The line of every epoch; the best one is marked.
    let line = |epoch: usize| {
        let cell = |key: &str| format!("<td>{:.4}</td>", column(&app, "run", key)[epoch - 1]);
        let cells = ["loss", "accuracy", "val_loss", "val_accuracy"].map(cell);
        format!("<td>{epoch}</td>{}<td>0.001</td>", cells.concat())
    };
    assert!(
        page.contains(&format!("<tr class=\"best\">{}", line(1))),
        "{}",
        line(1)
    );
    for epoch in 2..=3 {
        assert!(
            page.contains(&format!("<tr>{}", line(epoch))),
            "{}",
            line(epoch)
        );
    }
}

#[test]
fn a_run_that_has_no_epoch_yet_has_no_report() {
    let app = App::new();
    app.on_cpu(&["train", "--run-dir", "run", "--epochs", "1"]);
    rewind(&app, "run", 0);
    app.refused(&["report", "run"], &["no epoch is finished yet"]);
    assert!(!app.path().join("run/report.html").exists());
}

#[test]
fn the_report_has_each_grid_in_its_place_with_the_images_and_the_threshold_that_are_named() {
    let app = App::trained(&["--epochs=2", "--digits=3,8"]);
    let (images, labels) = embedded((1500..1600).chain(4000..4060));
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let data = ["--data", "X.npy", "y.npy"];
    for (threshold, answer) in [("0.01", "8"), ("0.99", "3")] {
        let report = [
            "report",
            "run",
            "--output=page.html",
            "--threshold",
            threshold,
        ];
        app.on_cpu(&[report.as_slice(), &data].concat());
        let shown = texts_with_captions(&app.file("page.html"));
        let titles = shown.iter().filter(|text| text.contains("abel, predicted"));
        assert_eq!(
            titles.collect::<Vec<_>>(),
            [
                "Label, predicted",
                "Mistakes: label, predicted",
                "Least certain: label, predicted"
            ]
        );
        // Of the image whose probability is nearest to a half.
        let title = "Activations for row ";
        let mut activations = shown.iter().skip_while(|text| !text.starts_with(title));
        let predicted = activations.find_map(|text| text.strip_prefix("predicted "));
        assert_eq!(predicted, Some(answer), "{shown:?}");
        let all = shown.join(" ");
        // Eight rows of eight images; five rows of six mistakes, of which there are more; and three.
        for expected in [
            "64 of 160 given images of 3 and 8, chosen at random",
            "of which the 30 most confident are shown",
            "the 18 of 160 given images of 3 and 8 whose probability",
        ] {
            assert!(all.contains(expected), "no {expected:?} in {all}");
        }
    }
}

/// Rows of the digits compiled in: the first 3 is row 1500.
#[test]
fn the_report_lists_epochs_in_order_and_names_the_row_of_the_least_certain_image() {
    let app = App::trained(&["--epochs=3", "--digits=3,8"]);
    app.on_cpu(&["report", "run", "--output=page.html"]);
    let page = app.file("page.html");
    assert!(page.contains("run, last checkpoint (epoch 3), on 200 validation images."));
    let loss = column(&app, "run", "loss");
    let places = [1, 2, 3].map(|epoch| {
        let line = format!("<td>{epoch}</td><td>{:.4}</td>", loss[epoch - 1]);
        page.find(&line).unwrap_or_else(|| panic!("no {line}"))
    });
    assert!(places.is_sorted(), "{places:?}");

    let shown = texts_with_captions(&page);
    let title = "Activations for row ";
    let named = shown.iter().find_map(|text| text.strip_prefix(title));
    let mut after_title = shown
        .iter()
        .skip_while(|text| !text.starts_with("Least certain"));
    let first = after_title.find_map(|text| text.strip_prefix("row ")?.split_once(": "));
    let (row, _) = first.unwrap();
    assert_eq!(named, Some(row));
    let row: usize = row.parse().unwrap();
    assert!(
        (1500..2000).contains(&row) || (4000..4500).contains(&row),
        "{row}"
    );
}
