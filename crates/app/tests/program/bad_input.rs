//! Invalid files, settings and flags: each is refused with one message that names the place and
//! exit code 2, and nothing is written.

mod configurations;
mod data_files;
mod flags;
mod pictures;
mod runs;
mod weights;

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::App;
use crate::running::{Output, shortened};

/// A command that must be refused.
#[derive(Clone)]
struct Case {
    files: Vec<(&'static str, Vec<u8>)>,
    arguments: Vec<&'static str>,
    /// The texts that the message contains.
    names: Vec<&'static str>,
}

fn case(arguments: &[&'static str], names: &[&'static str]) -> Case {
    Case {
        files: Vec::new(),
        arguments: arguments.to_vec(),
        names: names.to_vec(),
    }
}

impl Case {
    fn with(mut self, name: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((name, bytes.as_ref().to_vec()));
        self
    }
}

fn flip(mut bytes: Vec<u8>, position: usize) -> Vec<u8> {
    bytes[position] ^= 4;
    bytes
}

/// Every file below a folder, with its content.
fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs_err::read(&path).unwrap();
                files.insert(path.display().to_string(), bytes);
            }
        }
    }
    files
}

/// Returns what is wrong with the output of a case; none if it was refused correctly.
fn problem(case: &Case, output: &Output, wrote: bool) -> Option<String> {
    let mut wrong = Vec::new();
    if output.code != Some(2) {
        wrong.push(format!("exit code {:?}", output.code));
    }
    let unnamed = case
        .names
        .iter()
        .filter(|name| !output.stderr.contains(**name));
    wrong.extend(unnamed.map(|name| format!("does not name {name:?}")));
    let errors = output
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"));
    if errors.count() != 1 || output.stderr.contains("panicked") || output.stderr.len() > 4000 {
        wrong.push("is not one error".to_owned());
    }
    if !output.stdout.is_empty() || wrote {
        wrong.push("wrote something".to_owned());
    }
    let shown = shortened(&output.stderr);
    let what = &case.arguments;
    (!wrong.is_empty()).then(|| format!("{what:?}: {}\n{shown}", wrong.join(", ")))
}

/// Tries a case in a folder with a copy of a run, `bad`, which the case can damage.
fn tried(app: &App, run: &BTreeMap<String, Vec<u8>>, case: &Case) -> Option<String> {
    for (path, bytes) in run {
        let copy = path.replacen("/run/", "/bad/", 1);
        fs_err::create_dir_all(Path::new(&copy).parent().unwrap()).unwrap();
        fs_err::write(copy, bytes).unwrap();
    }
    for (name, bytes) in &case.files {
        fs_err::write(app.path().join(name), bytes).unwrap();
    }
    let before = snapshot(app.path());
    let output = app.run(&case.arguments);
    let problem = problem(case, &output, snapshot(app.path()) != before);
    for (name, _) in &case.files {
        if !name.starts_with("bad/") {
            fs_err::remove_file(app.path().join(name)).unwrap();
        }
    }
    fs_err::remove_dir_all(app.path().join("bad")).unwrap();
    problem
}

#[test]
fn bad_input_is_refused_with_one_message_that_names_the_place() {
    let app = App::trained(&["--epochs", "2"]);
    let run = snapshot(&app.path().join("run"));
    let cases = [
        configurations::configurations(),
        data_files::data_files(),
        pictures::pictures(),
        flags::flags(),
        weights::weights_and_orders(&app),
        runs::runs(&app),
    ]
    .concat();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let problems = cases.iter().filter_map(|case| tried(&app, &run, case));
    let problems: Vec<String> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    println!("{} cases refused", cases.len());
}
