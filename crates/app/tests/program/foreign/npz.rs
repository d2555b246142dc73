//! NumPy's `.npz`, by NumPy.

use crate::app::App;
use crate::foreign::{assert_agree, predicted, python, trained, with_probabilities, write_pixels};

#[test]
fn numpy_computes_from_an_exported_archive_what_the_app_predicts() {
    let Some(python) = python(&["numpy"]) else {
        return;
    };
    for digits in ["3,8", "0..9"] {
        let app = trained(digits);
        let exported = app.succeeds(&["export", "run", "--format", "npz"]);
        exported.stdout_has("read again");
        let script = r#"
archive = numpy.load("run/model.npz")
assert archive.files == ["layer1/kernel", "layer1/bias", "layer2/kernel", "layer2/bias", "layer3/kernel", "layer3/bias"]
assert {array.dtype.str for array in archive.values()} == {"<f4"}
print(json.dumps(probabilities(list(archive.values()))))
"#;
        let theirs = python.json(&app, &with_probabilities(script));
        assert_agree(&theirs, &predicted(&app, &["run"]));
        // The digits are in the archive's comment.
        app.succeeds(&["import", "run/model.npz", "--run-dir", "again"]);
        assert_eq!(predicted(&app, &["again"]), predicted(&app, &["run"]));
        let digits = |run: &str| app.evaluation(run, &[])["digits"].clone();
        assert_eq!(digits("again"), digits("run"));
    }
}

#[test]
fn what_numpy_saves_is_imported() {
    let Some(python) = python(&["numpy"]) else {
        return;
    };
    for (units, dtype, save) in [
        ([25, 15, 1], "float32", "savez"),
        ([25, 15, 10], "float64", "savez_compressed"),
        ([3, 5, 10], "float16", "savez"),
        ([10, 10, 10], ">f4", "savez_compressed"),
    ] {
        let app = App::new();
        write_pixels(&app);
        let script = format!(
            r#"
arrays = weights({units:?}, "{dtype}")
numpy.{save}("weights.npz", *arrays)
print(json.dumps(probabilities([array.astype("float32") for array in arrays])))
"#
        );
        let theirs = python.json(&app, &with_probabilities(&script));
        app.succeeds(&["import", "weights.npz", "--run-dir", "imported"]);
        assert_agree(&theirs, &predicted(&app, &["imported"]));
    }
}
