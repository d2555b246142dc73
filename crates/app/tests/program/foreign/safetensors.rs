//! safetensors, by its own library and by `PyTorch`.

use crate::app::App;
use crate::foreign::{
    assert_agree, large_python, predicted, python, trained, with_probabilities, write_pixels,
};

#[test]
fn safetensors_loads_both_layouts_of_what_is_exported() {
    let Some(python) = python(&["numpy", "safetensors"]) else {
        return;
    };
    for digits in ["3,8", "0..9"] {
        let app = trained(digits);
        for layout in ["pytorch", "keras"] {
            let output = format!("{layout}.safetensors");
            app.succeeds(&["export", "run", "--layout", layout, "--output", &output]);
        }
        let script = r#"
from safetensors import safe_open
from safetensors.numpy import load_file

tensors = load_file("pytorch.safetensors")
layers = ["layer1", "layer2", "layer3"]
arrays = [part for layer in layers for part in (tensors[f"{layer}.weight"].T, tensors[f"{layer}.bias"])]
with safe_open("pytorch.safetensors", "numpy") as file:
    metadata = file.metadata()
assert metadata["format"] == "pt" and metadata["pixel_order"] == "column", metadata
# In the order of Keras's get_weights().
keras = load_file("keras.safetensors")
assert list(keras) == [f"{layer}/{part}" for layer in layers for part in ("kernel", "bias")]
for one, other in zip(arrays, keras.values()):
    numpy.testing.assert_array_equal(one, other)
print(json.dumps([metadata["digits"], probabilities(arrays)]))
"#;
        let found = python.json(&app, &with_probabilities(script));
        let expected = if digits == "3,8" {
            digits
        } else {
            "0,1,2,3,4,5,6,7,8,9"
        };
        assert_eq!(found[0], expected);
        assert_agree(&found[1], &predicted(&app, &["run"]));
    }
}

#[test]
fn what_safetensors_saves_is_imported() {
    let Some(python) = python(&["numpy", "safetensors"]) else {
        return;
    };
    for (units, dtype, names) in [
        ([25, 15, 1], "float32", "{0}.weight"),
        ([25, 15, 10], "float64", "{0}.weight"),
        ([3, 5, 10], "float16", "layer{0}/kernel"),
        ([10, 10, 10], "float32", "layer{0}/kernel"),
    ] {
        let app = App::new();
        write_pixels(&app);
        let script = format!(
            r#"
from safetensors.numpy import save_file

arrays = weights({units:?}, "{dtype}")
tensors = {{}}
for number, (kernel, bias) in enumerate(zip(arrays[::2], arrays[1::2])):
    name = "{names}".format(number)
    tensors[name] = kernel.T.copy() if name.endswith("weight") else kernel
    tensors[name.replace("weight", "bias").replace("kernel", "bias")] = bias
save_file(tensors, "weights.safetensors")
print(json.dumps(probabilities([array.astype("float32") for array in arrays])))
"#
        );
        let theirs = python.json(&app, &with_probabilities(&script));
        app.succeeds(&["import", "weights.safetensors", "--run-dir", "imported"]);
        assert_agree(&theirs, &predicted(&app, &["imported"]));
    }
}

/// A module with the names of the exported tensors.
const MODULE: &str = r#"
import json
import torch
from safetensors.torch import load_file, save_file


class Network(torch.nn.Module):
    def __init__(self, first, second, outputs):
        super().__init__()
        self.layer1 = torch.nn.Linear(400, first)
        self.layer2 = torch.nn.Linear(first, second)
        self.layer3 = torch.nn.Linear(second, outputs)

    def forward(self, values):
        for layer in (self.layer1, self.layer2, self.layer3):
            values = torch.sigmoid(layer(values))
        return values


def answers(network):
    with torch.no_grad():
        images = torch.tensor(json.load(open("pixels.json")), dtype=torch.float32)
        return network.float()(images).tolist()


"#;

#[test]
fn pytorch_loads_what_is_exported_and_what_it_saves_is_imported() {
    let Some(python) = large_python(&["torch", "safetensors"]) else {
        return;
    };
    let app = trained("0..9");
    app.succeeds(&["export", "run", "--format", "safetensors"]);
    let script = r#"
network = Network(25, 15, 10)
network.load_state_dict(load_file("run/model.safetensors"))
found = {"run": answers(network)}
for kind in ("float", "double", "half", "bfloat16"):
    network = getattr(Network(7, 5, 10), kind)()
    save_file(network.state_dict(), f"{kind}.safetensors")
    found[kind] = answers(network)
print(json.dumps(found))
"#;
    let theirs = python.json(&app, &format!("{MODULE}{script}"));
    assert_agree(&theirs["run"], &predicted(&app, &["run"]));
    for kind in ["float", "double", "half", "bfloat16"] {
        app.succeeds(&["import", &format!("{kind}.safetensors"), "--run-dir", kind]);
        assert_agree(&theirs[kind], &predicted(&app, &[kind]));
    }
}
