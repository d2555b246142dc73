//! ONNX's checker and ONNX Runtime load what `app export` writes, and `app import` reads what others write.

use serde_json::{Value, json};

use super::{assert_agree, predicted, python, write_pixels};
use crate::app::App;

/// Checks `net.onnx` completely, infers its shapes, and computes the probabilities of all rows together and one by one.
const LOAD: &str = r#"
import json, numpy, onnx, onnxruntime
pixels = numpy.array(json.load(open("pixels.json")), "float32")
onnx.checker.check_model("net.onnx", full_check=True)
model = onnx.load("net.onnx")
onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
session = onnxruntime.InferenceSession("net.onnx", providers=["CPUExecutionProvider"])
[taken], [given] = session.get_inputs(), session.get_outputs()
found = session.run(["probabilities"], {"pixels": pixels})[0]
single = [session.run(None, {"pixels": row[None]})[0][0] for row in pixels]
assert numpy.abs(found - single).max() < 1e-6
about = session.get_modelmeta()
print(json.dumps({
    "probabilities": found.tolist(), "input": [taken.name, taken.shape], "output": [given.name, given.shape],
    "nodes": [node.name for node in model.graph.node], "arrays": [array.name for array in model.graph.initializer],
    "versions": [model.ir_version, model.opset_import[0].version], "producer": about.producer_name,
    "about": about.custom_metadata_map,
}))
"#;

/// Exports these networks as `net.onnx`, and expects ONNX Runtime to answer as `predict` does.
fn exported(app: &App, networks: &[&str]) -> Option<Value> {
    let python = python(&["onnx", "onnxruntime"])?;
    write_pixels(app);
    app.succeeds(&[&["export"], networks, &["--output", "net.onnx"]].concat());
    let found = python.json(app, LOAD);
    assert_agree(&found["probabilities"], &predicted(app, networks));
    Some(found)
}

#[test]
fn onnx_runtime_computes_from_an_exported_network_what_the_app_predicts() {
    let app = App::trained(&["--epochs", "3"]);
    let Some(found) = exported(&app, &["run"]) else {
        return;
    };
    assert_eq!(found["input"], json!(["pixels", ["N", 400]]));
    assert_eq!(found["output"], json!(["probabilities", ["N", 1]]));
    assert_eq!(found["versions"], json!([8, 17]));
    assert_eq!(found["producer"], "digits");
    let nodes = [1, 2, 3].map(|n| [format!("layer{n}/Gemm"), format!("layer{n}/Sigmoid")]);
    assert_eq!(found["nodes"], json!(nodes.concat()));
    let arrays = [1, 2, 3].map(|n| [format!("layer{n}.kernel"), format!("layer{n}.bias")]);
    assert_eq!(found["arrays"], json!(arrays.concat()));
    let about = &found["about"];
    assert_eq!(about["digits"], "0,1");
    assert_eq!(about["pixel_order"], "column");

    let first = fs_err::read(app.path().join("net.onnx")).unwrap();
    app.succeeds(&["export", "run", "--output", "again.onnx"]);
    assert!(first == fs_err::read(app.path().join("again.onnx")).unwrap());
    app.succeeds(&["import", "net.onnx", "--run-dir", "imported"]);
    assert_eq!(predicted(&app, &["imported"]), predicted(&app, &["run"]));
}

#[test]
fn onnx_runtime_computes_the_probabilities_of_several_digits() {
    let app = App::trained(&["--digits=3,8,5", "--epochs=2", "--hidden-units=7,4"]);
    let Some(found) = exported(&app, &["run"]) else {
        return;
    };
    assert_eq!(found["output"], json!(["probabilities", ["N", 3]]));
    assert_eq!(found["about"]["digits"], "3,8,5");
}

#[test]
fn an_ensemble_of_runs_and_one_of_a_sweep_are_one_graph_with_the_mean() {
    let app = App::new();
    for (run, units) in [("a", "25,15"), ("b", "9,7"), ("c", "3,2")] {
        app.train(run, &["--epochs=2", "--hidden-units", units]);
    }
    let runs = ["a", "b", "c"];
    let Some(found) = exported(&app, &runs) else {
        return;
    };
    assert_eq!(found["about"]["networks"], "3");
    let nodes = found["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 3 * 6 + 1);
    assert!(nodes.contains(&json!("network2/layer3/Sigmoid")));
    let refused = app.refused(&["import", "net.onnx"], &["net.onnx", "ensemble"]);
    assert!(refused.stdout.is_empty());

    let sweep = ["sweep", "--sweep-dir=s", "--epochs=2", "--hidden-units=6,4"];
    app.on_cpu(
        &[
            &sweep[..],
            &["--vary=learning_rate=0.001,0.01", "--seeds=0..2"],
        ]
        .concat(),
    );
    let found = exported(&app, &["s", "--top=3"]).unwrap();
    assert_eq!(found["about"]["networks"], "3");
}

#[test]
fn models_that_onnx_writes_are_imported_with_the_answers_of_onnx_runtime() {
    let Some(python) = python(&["onnx", "onnxruntime"]) else {
        return;
    };
    let app = App::new();
    write_pixels(&app);
    // As tf2onnx does it, with `MatMul` and `Add`, and as PyTorch does it, with a `Gemm` that transposes.
    let script = r#"
import json, numpy, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
pixels = numpy.array(json.load(open("pixels.json")), "float32")
random, answers = numpy.random.default_rng(7), []
for name, units in [("keras", [25, 15, 1]), ("pytorch", [12, 12, 1])]:
    nodes, arrays, value, inputs = [], [], "x", 400
    for n, outputs in enumerate(units):
        kernel = random.normal(0, 1 / inputs ** 0.5, (inputs, outputs)).astype("float32")
        bias = random.normal(0, 1, outputs).astype("float32")
        last = "y" if n == 2 else f"a{n}"
        if name == "keras":
            nodes += [helper.make_node("MatMul", [value, f"k{n}"], [f"m{n}"], name=f"dense_{n}/MatMul"),
                      helper.make_node("Add", [f"m{n}", f"b{n}"], [f"s{n}"], name=f"dense_{n}/Add")]
        else:
            nodes += [helper.make_node("Gemm", [value, f"k{n}", f"b{n}"], [f"s{n}"], transB=1)]
            kernel = kernel.T.copy()
        nodes += [helper.make_node("Sigmoid", [f"s{n}"], [last])]
        arrays += [numpy_helper.from_array(kernel, f"k{n}"), numpy_helper.from_array(bias, f"b{n}")]
        value, inputs = last, outputs
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 400])]
    asked = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 1])]
    model = helper.make_model(helper.make_graph(nodes, name, given, asked, arrays), ir_version=8,
                              opset_imports=[helper.make_opsetid("", 15)])
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, f"{name}.onnx")
    answers.append(onnxruntime.InferenceSession(f"{name}.onnx").run(None, {"x": pixels})[0].tolist())
print(json.dumps(answers))
"#;
    let answers = python.json(&app, script);
    for (name, answers) in ["keras", "pytorch"].iter().zip(answers.as_array().unwrap()) {
        let file = format!("{name}.onnx");
        let imported = app.succeeds(&["import", &file, "--run-dir", name]);
        imported.stdout_has("ONNX");
        assert_agree(answers, &predicted(&app, &[name]));
    }
}
