//! A whole model: an archive of its description, its weights, and the program that wrote it.

use serde_json::{Map, Value, json};

use crate::about::{DIGITS, description, with_digits_of};
use crate::archive::{self, Archive};
use crate::error::InteropError;
use crate::format::Format;
use crate::hdf5::File;
use crate::network::Network;

use super::layer::{as_described, error_of};
use super::{config, version3};

const FORMAT: Format = Format::Keras;

const METADATA: &str = "metadata.json";
const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.weights.h5";

/// The version of Keras whose files these are.
const KERAS: &str = "3.15.1";

/// Reads the network of such an archive.
///
/// # Errors
///
/// [`InteropError::Damaged`] and [`InteropError::TooLarge`] if it is damaged or no such archive;
/// [`InteropError::Unsupported`] if it has other layers than dense ones with sigmoids; those of a network whose layers do
/// not fit.
pub(crate) fn read(archive: &mut Archive<'_>) -> Result<Network, InteropError> {
    let mut json_of = |name| config::parse(FORMAT, name, &archive.read(name)?);
    let model = json_of(CONFIG)?;
    let metadata = json_of(METADATA)?;
    let described = config::dense_layers(FORMAT, &model, Some(&model["compile_config"]))?;
    let weights = archive.read(WEIGHTS)?;
    let file = File::open(&weights).map_err(error_of(FORMAT))?;
    let root = file.root().map_err(error_of(FORMAT))?;
    let stored = version3::layers(&root, FORMAT)?;
    let network = as_described(FORMAT, &described, stored, |stored, described| {
        version3::is_at(stored, &described.group)
    })?;
    with_digits_of(network, metadata[DIGITS].as_str())
}

/// Makes an archive that `keras.models.load_model` reads.
pub(crate) fn write(network: &Network) -> Result<Vec<u8>, InteropError> {
    let mut metadata: Map<String, Value> = Map::new();
    metadata.insert("keras_version".to_owned(), KERAS.into());
    for (key, text) in description(network) {
        metadata.insert(key.to_owned(), text.into());
    }
    let entries = [
        (METADATA, Value::Object(metadata).to_string().into_bytes()),
        (CONFIG, model(network).to_string().into_bytes()),
        (WEIGHTS, version3::write(network)),
    ];
    archive::write(&entries, "").map_err(|error| InteropError::damaged(FORMAT, error))
}

/// The description of the layers.
fn model(network: &Network) -> Value {
    let layer = |class: &str, config: Value| {
        json!({
            "module": "keras.layers",
            "class_name": class,
            "config": config,
            "registered_name": null,
        })
    };
    let pixels = [
        Value::Null,
        network
            .layers()
            .first()
            .map_or(0, |layer| layer.inputs)
            .into(),
    ];
    let input = json!({"batch_shape": pixels, "dtype": "float32", "name": "pixels"});
    let mut layers = vec![layer("InputLayer", input)];
    for (number, dense) in (1..).zip(network.layers()) {
        let config = json!({
            "name": format!("layer{number}"),
            "dtype": "float32",
            "units": dense.units,
            "activation": "sigmoid",
            "use_bias": true,
        });
        layers.push(layer("Dense", config));
    }
    json!({
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "digits", "layers": layers},
        "registered_name": null,
        "build_config": {"input_shape": pixels},
    })
}
