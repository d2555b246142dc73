//! `--checkpoint` of every command that has it.

use super::{ASKING, Command, assert_same_text, draws, prints};
use crate::app::App;
use crate::pictures::texts;

/// Commands that only read the weights.
const LOOKING: [Command; 3] = [
    prints(&["weights"], &["--json"]),
    prints(&["weights"], &["--values=layer3.weight"]),
    draws(&["plot", "weights"], &[]),
];

/// Compares a run of two epochs with one that ended after the first: for the network of epoch 1,
/// the output is the same.
#[test]
fn every_command_uses_the_chosen_checkpoint() {
    let app = App::new();
    app.train("two", &["--epochs=2", "--keep-last=9"]);
    app.train("one", &["--epochs=1"]);
    let pages = |command: &Command| command.words != ["report"];
    for command in ASKING
        .iter()
        .filter(|command| pages(command))
        .chain(&LOOKING)
    {
        let first = command.result(&app, &["two"], &["--checkpoint=1"]);
        let last = command.result(&app, &["two"], &[]);
        assert_ne!(first, last, "{command:?}");
        let renamed = first
            .replace(
                "two, checkpoint of epoch 1",
                "one, last checkpoint (epoch 1)",
            )
            .replace(
                "\"run\":\"two\",\"checkpoint\":\"1\"",
                "\"run\":\"one\",\"checkpoint\":\"last\"",
            );
        let one = command.result(&app, &["one"], &[]);
        assert_same_text(&format!("{command:?}"), &renamed, &one);
    }
}

#[test]
fn the_best_checkpoint_is_drawn_if_it_is_chosen() {
    let app = App::new();
    // With a monitor mode of max, the first epoch has the best loss.
    let settings = ["--epochs=2", "--monitor=val_loss", "--monitor-mode=max"];
    app.train("run", &settings);
    let page = |name: &str| {
        app.on_cpu(&["report", "run", "--checkpoint", name, "-o", "page.html"]);
        app.file("page.html")
    };
    let loss = |name: &str| {
        let found = app.evaluation("run", &["--checkpoint", name]);
        format!("<td>{:.4}</td>", found["loss"].as_f64().unwrap())
    };
    let (best, last) = (page("best"), page("last"));
    assert_ne!(loss("best"), loss("last"));
    assert!(best.contains(&loss("best")) && last.contains(&loss("last")));
    assert!(best.contains("run, best checkpoint (epoch 1)"));
    assert!(last.contains("run, last checkpoint (epoch 2)"));
    app.on_cpu(&[
        "plot",
        "evaluation",
        "run",
        "--checkpoint=best",
        "-o",
        "a.svg",
    ]);
    let shown = texts(&app.file("a.svg")).join("\n");
    assert!(shown.contains("run, best checkpoint (epoch 1)"), "{shown}");
}
