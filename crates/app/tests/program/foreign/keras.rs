//! Keras and h5py load what `app export` writes, and `app import` reads what Keras writes.

use serde_json::{Value, json};

use crate::app::App;

use super::{ROWS, assert_agree, predicted, python, write_pixels};

/// Loads both files of a network and computes the probabilities, with models whose layers have other names.
const LOAD: &str = r#"
import json, h5py, keras, numpy as np
pixels = np.array(json.load(open("pixels.json")), "float32")
model = keras.models.load_model("net.keras")
layers = [keras.layers.Dense(layer.units, "sigmoid") for layer in model.layers]
other = keras.Sequential([keras.Input((400,)), *layers])
answers = {"load_model": model(pixels)}
other.load_weights("net.weights.h5")
answers["load_weights"] = other(pixels)
other.set_weights([np.zeros_like(array) for array in other.get_weights()])
other.load_weights("net.keras")
answers["load_weights of .keras"] = other(pixels)
values = pixels.astype("float64")
with h5py.File("net.weights.h5") as file:
    # Keras 3.4 reads no file without it.
    assert len(file["vars"]) == 0
    about = {key: text.decode() for key, text in file.attrs.items()}
    for name in ["dense", "dense_1", "dense_2"]:
        kernel, bias = (file[f"layers/{name}/vars/{number}"][()] for number in "01")
        values = 1 / (1 + np.exp(-(values @ kernel + bias)))
answers["h5py"] = values
answers = {name: np.asarray(found, "float64").tolist() for name, found in answers.items()}
activations = [layer.activation.__name__ for layer in model.layers]
names = [layer.name for layer in model.layers]
print(json.dumps([answers, about, names, activations, model.input_shape]))
"#;

/// Exports a network as both files, and compares Keras's and h5py's answers with those of `predict`.
fn exported_files_agree(app: &App, pixels: &Value) -> Value {
    let Some(python) = python(&["keras", "h5py"]) else {
        return Value::Null;
    };
    fs_err::write(app.path().join("pixels.json"), pixels.to_string()).unwrap();
    for file in ["net.keras", "net.weights.h5"] {
        app.succeeds(&["export", "run", "--output", file]);
    }
    let found = python.json(app, LOAD);
    let ours = predicted(app, &["run"]);
    let answers = found[0].as_object().unwrap();
    assert_eq!(answers.len(), 4);
    for answer in answers.values() {
        assert_agree(answer, &ours);
    }
    assert_eq!(found[2], json!(["layer1", "layer2", "layer3"]));
    assert_eq!(found[3], json!(["sigmoid", "sigmoid", "sigmoid"]));
    assert_eq!(found[4], json!([null, 400]));
    found[1].clone()
}

/// The pixels of the rows in the data of these digits.
fn pixels(app: &App, digits: &[&str]) -> Value {
    let rows = ROWS.map(|row| row.to_string()).join(",");
    let described = app.succeeds(&[&["data", "--json", "--index", &rows], digits].concat());
    let described: Value = serde_json::from_str(&described.stdout).unwrap();
    let rows = described["rows"].as_array().unwrap().iter();
    rows.map(|row| row["pixels"].clone()).collect()
}

#[test]
fn keras_and_h5py_compute_the_same_from_the_files_of_a_network_of_two_digits() {
    let app = App::trained(&["--epochs", "3"]);
    let about = exported_files_agree(&app, &pixels(&app, &[]));
    if !about.is_null() {
        assert_eq!(about["digits"], "0,1");
        assert_eq!(about["pixel_order"], "column");
    }
}

#[test]
fn keras_and_h5py_compute_the_same_from_the_files_of_a_network_of_several_digits() {
    let flags = ["--digits", "3,8,5", "--hidden-units", "7,4"];
    let app = App::trained(&[&["--epochs", "2"], &flags[..]].concat());
    let about = exported_files_agree(&app, &pixels(&app, &flags[..2]));
    if !about.is_null() {
        assert_eq!(about["digits"], "3,8,5");
    }
}

/// Saves two models in all ways, one after some training, and prints their probabilities.
const SAVE: &str = r#"
import json, keras, numpy as np
from keras.layers import Activation, Dense, Dropout, Flatten
keras.utils.set_random_seed(15)
pixels = np.array(json.load(open("pixels.json")), "float32")
answers = {}

def save(name, model, images, logits=False):
    loss = keras.losses.BinaryCrossentropy(from_logits=logits)
    model.compile(loss=loss, optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    if not logits:
        model.fit(images, np.array([[0.0], [0.0], [1.0], [1.0]]), epochs=3, verbose=0)
    for ending in ["keras", "weights.h5", "h5"]:
        model.save_weights(f"{name}.{ending}") if ending == "weights.h5" else model.save(f"{name}.{ending}")
    outputs = np.asarray(model(images), "float64")
    answers[name] = (1 / (1 + np.exp(-outputs)) if logits else outputs).tolist()

layers = [Dense(25, "sigmoid", name="zero"), Dropout(0.1), Dense(15, "sigmoid", name="b"), Dense(1, "sigmoid", name="a")]
save("sequential", keras.Sequential([keras.Input((400,)), *layers]), pixels)
inputs = keras.Input((20, 20))
x = Activation("sigmoid")(Dense(9)(Flatten()(inputs)))
x = Dense(8, "sigmoid", use_bias=False)(x)
save("functional", keras.Model(inputs, Dense(1)(x)), pixels.reshape(-1, 20, 20), logits=True)
relu = keras.Sequential([keras.Input((400,)), Dense(25, "relu", name="first"), Dense(15, "sigmoid"), Dense(1, "sigmoid")])
relu.save("relu.keras")
print(json.dumps(answers))
"#;

#[test]
fn networks_of_keras_are_imported_and_predict_the_same() {
    let Some(python) = python(&["keras", "h5py"]) else {
        return;
    };
    let app = App::new();
    write_pixels(&app);
    let answers = python.json(&app, SAVE);
    for name in ["sequential", "functional"] {
        for ending in ["keras", "weights.h5", "h5"] {
            let file = format!("{name}.{ending}");
            let run = file.replace('.', "-");
            app.succeeds(&["import", &file, "--run-dir", &run]);
            assert_agree(&answers[name], &predicted(&app, &[&run]));
        }
    }
    app.refused(
        &["import", "relu.keras"],
        &["relu.keras", "\"first\"", "relu"],
    );
}

#[test]
fn a_file_of_keras_that_is_damaged_is_refused_in_one_message() {
    let app = App::trained(&["--epochs", "1"]);
    for file in ["net.keras", "net.weights.h5"] {
        app.succeeds(&["export", "run", "--output", file]);
        let whole = fs_err::read(app.path().join(file)).unwrap();
        fs_err::write(app.path().join(file), &whole[..whole.len() / 2]).unwrap();
        app.refused(&["import", file], &[file]);
    }
    assert!(!app.path().join("runs").exists());
}
