//! `table.txt` lists every argument of every command with the test of its effect. A new argument
//! without a row fails here; so does a row whose test no longer exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::app::App;
use crate::fixtures::fixture;
use crate::settings::documented_keys;

/// By command, the arguments and their tests.
fn table() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut commands: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let lines = include_str!("table.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut cells = line.split("  ").map(str::trim);
        let mut cell = || cells.find(|cell| !cell.is_empty()).unwrap();
        let command = cell();
        commands.entry(command).or_default().push((cell(), cell()));
    }
    commands
}

/// Flags and positional arguments in a command's help, without those that every command has.
fn arguments_in(help: &str) -> BTreeSet<String> {
    let of_all = [
        "--backend",
        "--device",
        "--help",
        "--quiet",
        "--verbose",
        "--version",
    ];
    let mut found = BTreeSet::new();
    for line in help.lines() {
        // Two spaces before a positional argument, two or six before a flag.
        let line = line.strip_prefix("  ").unwrap_or("");
        let flag = line.trim_start();
        let flag = ["-o, ", "-q, ", "-v, "]
            .iter()
            .find_map(|short| flag.strip_prefix(short))
            .unwrap_or(flag);
        if flag.starts_with("--") {
            let end = flag.find(|c: char| c != '-' && !c.is_ascii_alphanumeric());
            found.insert(flag[..end.unwrap_or(flag.len())].to_owned());
        } else if line.starts_with(['[', '<']) {
            // Two spaces before its description.
            let name = line.split("  ").next().unwrap();
            let end = name.rfind([']', '>']).unwrap();
            found.insert(name[..=end].to_owned());
        }
    }
    found.retain(|flag| !of_all.contains(&flag.as_str()));
    found
}

/// The text of all tests.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        text += &if path.is_dir() {
            sources(&path)
        } else {
            fs_err::read_to_string(&path).unwrap()
        };
    }
    text
}

/// Refused by `the_settings_that_choose_images_are_refused_in_a_cross_validation`.
const NOT_IN_CROSSVAL: [&str; 4] = [
    "--batch-order",
    "--fold",
    "--overfit-batches",
    "--validation-split",
];

#[test]
fn every_argument_of_every_command_has_a_test() {
    let app = App::new();
    let settings: BTreeSet<String> = documented_keys()
        .iter()
        .map(|key| format!("--{}", key.replace('_', "-")))
        .collect();
    let sources = sources(&fixture("program"));
    for (command, rows) in table() {
        let mut tested: BTreeSet<String> = rows.iter().map(|row| row.0.to_owned()).collect();
        if ["train", "crossval", "sweep"].contains(&command) {
            tested.extend(settings.iter().cloned());
        }
        if command == "crossval" {
            tested.retain(|flag| !NOT_IN_CROSSVAL.contains(&flag.as_str()));
        }
        let words: Vec<&str> = command.split(' ').collect();
        let help = app.succeeds(&[words.as_slice(), &["-h"]].concat()).stdout;
        assert_eq!(tested, arguments_in(&help), "app {command} -h:\n{help}");
        for (name, test) in rows {
            assert!(
                sources.contains(&format!("fn {test}()")),
                "{command} {name}: {test}"
            );
        }
    }
}

#[test]
fn every_command_is_in_the_table() {
    let commands = |words: &[&str]| {
        let help = App::new().succeeds(&[words, &["-h"]].concat()).stdout;
        let (_, list) = help.split_once("Commands:\n").unwrap();
        let lines = list.lines().take_while(|line| !line.is_empty());
        let names = lines.filter_map(|line| {
            let name = line.strip_prefix("  ")?.split(' ').next()?.to_owned();
            (!name.is_empty() && name != "help").then(|| [words, &[&name]].concat().join(" "))
        });
        names.collect::<BTreeSet<String>>()
    };
    let mut found = commands(&[]);
    found.extend(commands(&["plot"]));
    found.extend(commands(&["runs"]));
    found.extend(commands(&["data"]));
    found.extend(commands(&["sweep"]));
    found.extend(commands(&["config"]));
    // Folders of commands, and commands without arguments of their own.
    for without in ["plot", "config", "devices", "config schema"] {
        assert!(found.remove(without), "{without}");
    }
    let tested: BTreeSet<String> = table().into_keys().map(str::to_owned).collect();
    assert_eq!(tested, found);
}
