//! `app import` reads what PyTorch writes; PyTorch loads what `app export` writes.

use super::{assert_agree, large_python, predicted, write_pixels};
use crate::app::App;

/// A state dict of the fixtures of `interop`, which PyTorch wrote.
fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../interop/tests");
    format!("{folder}/{name}")
}

#[test]
fn a_state_dict_and_a_model_of_the_same_weights_give_the_same_answers() {
    let app = App::new();
    for (run, file) in [
        ("state_dict", "pytorch/state_dict.pt"),
        ("checkpoint", "pytorch/checkpoint.ckpt"),
        ("script", "onnx/torch_script.onnx"),
        ("dynamo", "onnx/torch_dynamo.onnx"),
    ] {
        app.succeeds(&["import", &fixture(file), "--run-dir", run]);
        assert_eq!(predicted(&app, &[run]), predicted(&app, &["state_dict"]));
    }
}

#[test]
fn whole_models_and_pickles_with_code_are_refused() {
    let app = App::new();
    for (file, names) in [
        ("error_model.pt", ["torch.nn", "state_dict()"]),
        ("error_evil.pt", ["posix.system", "never run"]),
    ] {
        let file = fixture(&format!("pytorch/{file}"));
        app.refused(&["import", &file], &names);
    }
    assert!(!app.path().join("runs").exists());
}

#[test]
fn what_pytorch_saves_is_imported_with_its_answers() {
    let Some(python) = large_python(&["torch"]) else {
        return;
    };
    for (units, kind, save) in [
        ([25, 15, 1], "float", "model.state_dict()"),
        ([12, 12, 10], "double", "model.state_dict()"),
        ([3, 2, 1], "half", "model.state_dict()"),
        (
            [7, 400, 10],
            "bfloat16",
            "{'epoch': 1, 'state_dict': model.state_dict()}",
        ),
        (
            [400, 10, 10],
            "float",
            "torch.nn.DataParallel(model).state_dict()",
        ),
    ] {
        let app = App::new();
        let digits: &[&str] = if units[2] == 1 {
            &[]
        } else {
            &["--digits", "0..9"]
        };
        write_pixels(&app);
        let script = format!(
            r#"
import json, torch
torch.manual_seed(3)
sizes = [400, *{units:?}]
layers = [(torch.nn.Linear(a, b), torch.nn.Sigmoid()) for a, b in zip(sizes, sizes[1:])]
model = torch.nn.Sequential(*[layer for pair in layers for layer in pair]).{kind}()
torch.save({save}, "model.pt")
pixels = torch.tensor(json.load(open("pixels.json")), dtype=torch.float)
print(json.dumps(model.float()(pixels).tolist()))
"#
        );
        let theirs = python.json(&app, &script);
        let import = ["import", "model.pt", "--run-dir", "imported"];
        app.succeeds(&[&import, digits].concat())
            .stdout_has("PyTorch");
        assert_agree(&theirs, &predicted(&app, &["imported"]));
    }
}

#[test]
fn pytorch_loads_an_exported_network() {
    let Some(python) = large_python(&["torch", "safetensors"]) else {
        return;
    };
    let app = App::trained(&["--epochs", "2"]);
    write_pixels(&app);
    app.succeeds(&["export", "run", "--output", "net.safetensors"]);
    let script = r#"
import json, torch
from safetensors.torch import load_file
class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1, self.layer2, self.layer3 = (torch.nn.Linear(a, b) for a, b in [(400, 25), (25, 15), (15, 1)])
    def forward(self, x):
        for layer in [self.layer1, self.layer2, self.layer3]:
            x = torch.sigmoid(layer(x))
        return x
model = Network()
model.load_state_dict(load_file("net.safetensors"))
torch.save(model.state_dict(), "net.pt")
print(json.dumps(model(torch.tensor(json.load(open("pixels.json")))).tolist()))
"#;
    let theirs = python.json(&app, script);
    assert_agree(&theirs, &predicted(&app, &["run"]));
    // And back again: the weights are the same, bit for bit.
    app.succeeds(&["import", "net.pt", "--run-dir", "imported"]);
    assert_eq!(predicted(&app, &["imported"]), predicted(&app, &["run"]));
}
