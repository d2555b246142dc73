//! The arguments of the commands that use a trained network: each changes what the command prints
//! or draws. Those of `train` are in `settings.rs`.

mod checkpoint;
mod device;
mod on;
mod run;
mod source;
mod table;
mod threshold;

use crate::app::App;

/// A command, and the arguments that it needs in addition to its run.
#[derive(Debug, Clone, Copy)]
struct Command {
    words: &'static [&'static str],
    arguments: &'static [&'static str],
    /// The extension of the file that it draws; none if it prints.
    output: Option<&'static str>,
}

const fn prints(words: &'static [&'static str], arguments: &'static [&'static str]) -> Command {
    Command {
        words,
        arguments,
        output: None,
    }
}

const fn draws(words: &'static [&'static str], arguments: &'static [&'static str]) -> Command {
    Command {
        words,
        arguments,
        output: Some("svg"),
    }
}

/// All commands that evaluate a network on images.
const ASKING: [Command; 9] = [
    prints(&["evaluate"], &["--json"]),
    prints(&["evaluate"], &[]),
    prints(&["predict"], &["--index=3,101,7", "--json"]),
    draws(&["plot", "predictions"], &[]),
    draws(&["plot", "predictions"], &["--errors"]),
    draws(&["plot", "evaluation"], &[]),
    draws(&["plot", "activations"], &["--index=101"]),
    draws(&["plot", "embedding"], &[]),
    Command {
        words: &["report"],
        arguments: &[],
        output: Some("html"),
    },
];

impl Command {
    /// What it prints, or the text in its picture, for a run or, without one, for the newest run.
    #[track_caller]
    fn result(self, app: &App, run: &[&str], arguments: &[&str]) -> String {
        let mut all = [self.words, run, self.arguments, arguments].concat();
        let file = self.output.map(|ending| format!("drawn.{ending}"));
        let Some(file) = file else {
            return app.on_cpu(&all).stdout;
        };
        all.extend(["--output", &file]);
        app.on_cpu(&all);
        app.file(&file)
    }
}

/// Expects the same text, and shows the first line that differs.
#[track_caller]
fn assert_same_text(what: &str, found: &str, expected: &str) {
    if found == expected {
        return;
    }
    let cut = |line: Option<&str>| line.map(|line| line.chars().take(300).collect::<String>());
    let mut lines = (1..).zip(found.lines().zip(expected.lines()));
    let differing = lines.find(|(_, (found, expected))| found != expected);
    let (line, both) = differing.map_or((0, (None, None)), |(line, (found, expected))| {
        (line, (cut(Some(found)), cut(Some(expected))))
    });
    panic!("{what}, line {line}: {:?}, expected {:?}", both.0, both.1);
}
