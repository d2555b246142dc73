//! The course's Theta arrays in a MATLAB file, by `SciPy`.

use serde_json::json;

use crate::app::App;
use crate::foreign::{assert_agree, predicted, python, trained, with_probabilities, write_pixels};

/// The course's forward pass, in Python.
const COURSE: &str = r#"
import scipy.io

def course(thetas):
    values = images.astype("float64")
    for theta in thetas:
        values = numpy.column_stack([numpy.ones(len(values)), values])
        values = 1 / (1 + numpy.exp(-values @ theta.T))
    return values

def thetas(arrays):
    return {f"Theta{at // 2 + 1}": numpy.column_stack([arrays[at + 1], arrays[at].T]) for at in range(0, len(arrays), 2)}

"#;

fn with_course(script: &str) -> String {
    with_probabilities(&format!("{COURSE}{script}"))
}

#[test]
fn scipy_and_the_course_s_formula_give_what_the_app_predicts() {
    let Some(python) = python(&["numpy", "scipy"]) else {
        return;
    };
    for (digits, listed) in [
        ("3,8", json!([3.0, 8.0])),
        (
            "0..9",
            json!([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]),
        ),
    ] {
        let app = trained(digits);
        app.succeeds(&["export", "run", "--format", "mat"]);
        let script = r#"
file = scipy.io.loadmat("run/model.mat")
assert file["Theta1"].shape == (25, 401) and file["Theta1"].dtype == "float64"
answers = course([file["Theta1"], file["Theta2"], file["Theta3"]])
print(json.dumps([file["digits"].ravel().tolist(), answers.tolist()]))
"#;
        let found = python.json(&app, &with_course(script));
        assert_eq!(found[0], listed);
        assert_agree(&found[1], &predicted(&app, &["run"]));
    }
}

#[test]
fn ten_outputs_without_digits_are_those_of_the_course_with_0_at_the_end() {
    let Some(python) = python(&["numpy", "scipy"]) else {
        return;
    };
    for compressed in ["True", "False"] {
        let app = App::new();
        write_pixels(&app);
        let script = format!(
            r#"
saved = thetas(weights([25, 15, 10], "float64"))
scipy.io.savemat("weights.mat", saved, do_compression={compressed})
answers = course(list(saved.values()))
# Column 10 of the course is the digit 0.
print(json.dumps(answers[:, [9, 0, 1, 2, 3, 4, 5, 6, 7, 8]].tolist()))
"#
        );
        let theirs = python.json(&app, &with_course(&script));
        app.succeeds(&["import", "weights.mat", "--run-dir", "imported"]);
        assert_agree(&theirs, &predicted(&app, &["imported"]));
    }
}

#[test]
fn outputs_with_digits_are_those_digits() {
    let Some(python) = python(&["numpy", "scipy"]) else {
        return;
    };
    let app = App::new();
    write_pixels(&app);
    let script = r#"
saved = thetas(weights([5, 4, 3], "float64"))
scipy.io.savemat("weights.mat", {"digits": numpy.array([[7, 10, 3]]), **saved})
print(json.dumps(course(list(saved.values())).tolist()))
"#;
    let theirs = python.json(&app, &with_course(script));
    app.succeeds(&["import", "weights.mat", "--run-dir", "imported"]);
    let found = app.succeeds(&["predict", "imported", "--json", "--index", "0"]);
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    let probabilities = found["probabilities"].as_array().unwrap();
    let digits: Vec<u64> = probabilities
        .iter()
        .map(|of| of["digit"].as_u64().unwrap())
        .collect();
    assert_eq!(digits, [7, 0, 3]);
    let found: Vec<f64> = probabilities
        .iter()
        .map(|of| of["probability"].as_f64().unwrap())
        .collect();
    assert_agree(&json!([theirs[0]]), &[found]);
}

#[test]
fn the_course_s_own_weights_are_refused_by_their_number_of_layers() {
    let Some(python) = python(&["numpy", "scipy"]) else {
        return;
    };
    let app = App::new();
    write_pixels(&app);
    let script = r#"
scipy.io.savemat("ex4weights.mat", thetas(weights([25, 10], "float64")))
"#;
    python.run(&app, &with_course(script));
    app.refused(
        &["import", "ex4weights.mat"],
        &[
            "ex4weights.mat",
            "one hidden layer of 25 units and 10 outputs",
        ],
    );
}
