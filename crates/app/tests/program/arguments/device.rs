//! `--backend` and `--device` of every command that computes.

use crate::app::{App, without_drivers};
use crate::running::Running;

#[test]
fn every_command_that_computes_uses_the_chosen_device() {
    let app = App::trained(&["--epochs=1"]);
    for command in [
        &["train"][..],
        &["crossval"],
        &["evaluate", "run"],
        &["predict", "run", "--index=0"],
        &["plot", "predictions", "run"],
        &["plot", "evaluation", "run"],
        &["plot", "activations", "run", "--index=0"],
        &["plot", "embedding", "run"],
        &["report", "run"],
        &["benchmark", "run"],
    ] {
        let third = [command, &["--backend=flex", "--device=3"]].concat();
        app.refused(&third, &["--device 3: backend flex has 1 device, numbered"]);
        let gpu = [command, &["--backend=wgpu"]].concat();
        let output = Running::start(without_drivers(&mut app.command(&gpu))).end();
        assert_eq!(output.code, Some(1), "{command:?}: {}", output.shown());
        output.stderr_has("backend wgpu finds no device");
    }
    assert!(!app.path().join("runs").exists());
}
