//! The run that a command uses by default: the newest in `runs/`.

use super::{ASKING, assert_same_text, draws, prints};
use crate::app::App;

#[test]
fn every_command_uses_the_newest_run_by_default() {
    let app = App::new();
    // Neither the first nor the last by name.
    for (run, seed) in [("runs/a", "1"), ("runs/c", "2"), ("runs/b", "3")] {
        app.train(run, &["--epochs=1", "--seed", seed]);
    }
    let others = [
        prints(&["weights"], &["--json"]),
        draws(&["plot", "weights"], &[]),
        draws(&["plot", "history"], &[]),
        draws(&["plot", "model"], &[]),
    ];
    for command in ASKING.iter().chain(&others) {
        let named = command.result(&app, &["runs/b"], &[]);
        let unnamed = command.result(&app, &[], &[]);
        assert_same_text(&format!("{command:?}"), &unnamed, &named);
        let other = command.result(&app, &["runs/c"], &[]);
        assert_ne!(unnamed, other, "{command:?}");
    }
}
