//! The manual pages.

use std::collections::BTreeSet;
use std::process::Command;

use crate::app::App;
use crate::help::PAGES;
use crate::skipped::or_skip;

fn pages(app: &App) -> Vec<(String, String)> {
    let output = app.succeeds(&["man", "--output", "man1"]);
    output.stdout_has(&format!("wrote {} pages into man1", PAGES.len()));
    let mut found = Vec::new();
    for entry in fs_err::read_dir(app.path().join("man1")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        found.push((name, fs_err::read_to_string(&path).unwrap()));
    }
    found
}

#[test]
fn every_command_has_a_manual_page_with_its_exit_codes() {
    let app = App::new();
    let found = pages(&app);
    let names: BTreeSet<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let expected = PAGES.map(|page| match page {
        "" => "app.1".to_owned(),
        page => format!("app-{}.1", page.replace(' ', "-")),
    });
    assert_eq!(names, expected.iter().map(String::as_str).collect());
    for (name, page) in &found {
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "\"EXIT STATUS\"",
            "EXAMPLES",
        ] {
            let heading = format!(".SH {section}\n");
            assert!(page.contains(&heading), "{name}: {section}: {page}");
        }
        for code in ["0", "1", "2", "129", "130", "143"] {
            assert!(
                page.contains(&format!("\n\\fB{code}\\fR\n")),
                "{name}: {code}"
            );
        }
        let control = page.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(control, None, "{name}");
    }
    // One page alone is the same.
    let (_, page) = found
        .iter()
        .find(|(name, _)| name == "app-plot-data.1")
        .unwrap();
    assert_eq!(app.succeeds(&["man", "plot", "data"]).stdout, *page);
    let (_, page) = found.iter().find(|(name, _)| name == "app.1").unwrap();
    assert_eq!(app.succeeds(&["man"]).stdout, *page);
    app.refused(
        &["man", "plto"],
        &["plto: no such command; a similar one exists: plot"],
    );
    app.refused(
        &["man", "plot", "dat"],
        &["plot dat: no such command; a similar one exists: data"],
    );
}

#[test]
fn groff_sets_every_page_without_a_warning() {
    let app = App::new();
    for (name, _) in pages(&app) {
        let mut groff = Command::new("groff");
        let arguments = ["-man", "-Tutf8", "-ww", "-z"];
        let output = groff
            .args(arguments)
            .arg(&name)
            .current_dir(app.path().join("man1"))
            .output();
        let output = output.map_err(|_| "no groff".to_owned());
        let Some(output) = or_skip(output, "REQUIRE_GROFF") else {
            return;
        };
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{name}");
    }
}

#[test]
fn a_page_shows_the_values_of_a_choice_and_the_default() {
    let page = App::new()
        .succeeds(&["man", "train"])
        .stdout
        .replace('\\', "");
    for text in [
        "[default: 0.001]",
        "learner, on every backend",
        "app train [OPTIONS]",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("--self"), "{page}");
}
