//! `--config` with the name of a configuration that is compiled in.

use crate::app::App;
use crate::data_sets::write;
use crate::fixtures::{argument, repository};

#[test]
fn built_in_configurations_are_known_by_name_in_every_directory() {
    let app = App::new();
    let dry = |config: &str| {
        let output = app.on_cpu(&["train", "--dry-run", "--config", config]);
        output.stdout
    };
    for name in ["default", "lab", "ten", "robust"] {
        let file = repository().join("configs").join(format!("{name}.toml"));
        assert_eq!(dry(name), dry(&argument(&file)), "{name}");
    }
    for line in [
        "digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
        "hidden_units = [300, 100]",
    ] {
        assert!(dry("ten").lines().any(|found| found == line), "{line}");
    }
    app.on_cpu(&[
        "crossval",
        "--config=ten",
        "--folds=2",
        "--epochs=1",
        "--hidden-units=5,5",
    ])
    .stderr_has("on 2,500 validation images");
    // Flags override it.
    let train = ["train", "--dry-run", "--config=ten", "--epochs=3"];
    app.on_cpu(&train).stdout_has("\nepochs = 3\n");
    // A file of the name comes first, a folder does not: it may be a run.
    fs_err::create_dir(app.path().join("ten")).unwrap();
    assert!(dry("ten").contains("hidden_units = [300, 100]"));
    write(&app, "lab", b"epochs = 7\n");
    assert!(dry("lab").contains("\nepochs = 7\n"));
}

#[test]
fn an_unknown_name_lists_the_built_in_configurations() {
    let app = App::new();
    for (command, all) in [
        ("train", "names default, lab, ten and robust"),
        ("crossval", "names default, lab, ten and robust"),
        ("sweep", "names default, lab, ten, robust and sweep"),
    ] {
        let names = ["tenn: no such configuration file", all];
        app.refused(&[command, "--config=tenn"], &names);
    }
    let output = app.refused(
        &["train", "--config=my/ten.toml"],
        &["no such configuration file"],
    );
    assert!(!output.stderr.contains("lab"), "{}", output.shown());
}
