//! Weights as JSON for other programs: nested lists, as Keras and NumPy give them.

use std::fmt;
use std::path::Path;

use burn::nn::Linear;
use burn::tensor::Device;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::config::MlpConfig;
use super::dense::dense;
use super::mlp::Mlp;
use super::parameters::{LAYERS, LayerNames, parameter_names};
use super::weights::named_weights;
use crate::error::ModelError;

/// Converts the weights to a JSON object of six nested lists, which [`read_json`] reads.
///
/// # Errors
///
/// [`ModelError::Device`] if the device fails to return the weights.
pub fn to_json(model: &Mlp) -> Result<serde_json::Value, ModelError> {
    let mut object = serde_json::Map::new();
    for found in named_weights(model)? {
        let value = match *found.shape {
            [_, units] => found.values.chunks(units).collect::<Vec<_>>().into(),
            _ => found.values.into(),
        };
        object.insert(found.name.to_owned(), value);
    }
    Ok(object.into())
}

/// Reads a network of this shape from a JSON object of nested lists, a row for each input: what
/// [`to_json`] writes, and what `get_weights()` of Keras and `tolist()` of NumPy give.
///
/// # Errors
///
/// [`ModelError::Io`] if the file cannot be read, [`ModelError::Json`] if it is not such an object,
/// [`ModelError::WeightShape`] if its network has another shape, [`ModelError::NonFiniteWeight`] if
/// a number is too large for an f32.
pub fn read_json(config: &MlpConfig, path: &Path, device: &Device) -> Result<Mlp, ModelError> {
    let bytes = fs_err::read(path).map_err(|source| ModelError::Io {
        path: path.to_owned(),
        source,
    })?;
    let json: JsonWeights = serde_json::from_slice(&bytes).map_err(|source| ModelError::Json {
        path: path.to_owned(),
        source,
    })?;
    let mut model = config.zeros(device);
    let layers = [&mut model.layer1, &mut model.layer2, &mut model.layer3];
    let found = json.kernels.into_iter().zip(json.biases);
    for ((layer, names), (kernel, bias)) in layers.into_iter().zip(LAYERS).zip(found) {
        *layer = checked(layer.weight.dims(), &names, &kernel, bias, path, device)?;
    }
    Ok(model)
}

/// Makes a layer of shape `[inputs, units]`, if its numbers are as many and all finite.
fn checked(
    [inputs, units]: [usize; 2],
    names: &LayerNames,
    kernel: &[Vec<f32>],
    bias: Vec<f32>,
    path: &Path,
    device: &Device,
) -> Result<Linear, ModelError> {
    let shape_error = |name, expected: &[usize], found: &[usize]| ModelError::WeightShape {
        path: path.to_owned(),
        name,
        expected: expected.to_vec(),
        found: found.to_vec(),
    };
    let mut lengths = kernel.iter().map(Vec::len);
    let row = lengths.find(|length| *length != units).unwrap_or(units);
    if kernel.len() != inputs || row != units {
        let found = [kernel.len(), row];
        return Err(shape_error(names.weight, &[inputs, units], &found));
    }
    if bias.len() != units {
        return Err(shape_error(names.bias, &[units], &[bias.len()]));
    }
    let kernel = kernel.concat();
    for (name, values) in [(names.weight, &kernel), (names.bias, &bias)] {
        if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
            return Err(ModelError::NonFiniteWeight {
                path: path.to_owned(),
                name,
                found,
            });
        }
    }
    Ok(dense([inputs, units], kernel, bias, device))
}

/// The six parameters of the JSON object, of any shape.
struct JsonWeights {
    kernels: [Vec<Vec<f32>>; 3],
    biases: [Vec<f32>; 3],
}

impl<'de> Deserialize<'de> for JsonWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = JsonWeights;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with the keys")?;
        parameter_names().try_for_each(|name| write!(formatter, " {name}"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonWeights, A::Error> {
        let mut kernels = [const { None }; 3];
        let mut biases = [const { None }; 3];
        while let Some(key) = map.next_key::<String>()? {
            let is_new = if let Some(layer) = LAYERS.iter().position(|of| of.weight == key) {
                kernels[layer].replace(map.next_value()?).is_none()
            } else if let Some(layer) = LAYERS.iter().position(|of| of.bias == key) {
                biases[layer].replace(map.next_value()?).is_none()
            } else {
                return Err(A::Error::custom(format_args!("unknown field `{key}`")));
            };
            if !is_new {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
        }
        Ok(JsonWeights {
            kernels: all(kernels, LAYERS.map(|names| names.weight))?,
            biases: all(biases, LAYERS.map(|names| names.bias))?,
        })
    }
}

/// Unwraps the values of three fields, or names the first that is missing.
fn all<T, E: Error>(values: [Option<T>; 3], names: [&'static str; 3]) -> Result<[T; 3], E> {
    let [first, second, third] = values;
    Ok([
        first.ok_or_else(|| E::missing_field(names[0]))?,
        second.ok_or_else(|| E::missing_field(names[1]))?,
        third.ok_or_else(|| E::missing_field(names[2]))?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: MlpConfig = MlpConfig {
        hidden_units: [25, 15],
        outputs: 1,
    };

    #[test]
    fn weights_written_as_json_come_back_bit_for_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.json");
        let device = Device::flex();
        let model = LAB.init(1, &device);
        fs_err::write(&path, to_json(&model).unwrap().to_string()).unwrap();
        let read = read_json(&LAB, &path, &device).unwrap();
        assert_eq!(
            named_weights(&model).unwrap(),
            named_weights(&read).unwrap()
        );
    }

    #[test]
    fn json_of_another_network_is_rejected_with_the_parameter_s_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.json");
        let device = Device::flex();
        let rejected = |text: String| {
            fs_err::write(&path, text).unwrap();
            read_json(&LAB, &path, &device).unwrap_err()
        };
        let good = to_json(&LAB.init(1, &device)).unwrap();
        let with = |name: &str, value: serde_json::Value| {
            let mut json = good.clone();
            json[name] = value;
            json.to_string()
        };
        assert!(matches!(
            rejected(with("layer2.bias", serde_json::json!([0.0]))),
            ModelError::WeightShape { name: "layer2.bias", expected, found, .. }
                if expected == [15] && found == [1]
        ));
        assert!(matches!(
            rejected(with(
                "layer3.weight",
                serde_json::json!([[0.0], [1.0, 2.0]])
            )),
            ModelError::WeightShape {
                name: "layer3.weight",
                ..
            }
        ));
        let ragged = [vec![[0.0; 1].to_vec(); 14], vec![vec![0.0; 2]]].concat();
        for (kernel, expected) in [(ragged, [15, 2]), (vec![vec![0.0]; 14], [14, 1])] {
            assert!(matches!(
                rejected(with("layer3.weight", serde_json::json!(kernel))),
                ModelError::WeightShape { name: "layer3.weight", found, .. } if found == expected
            ));
        }
        assert!(matches!(
            rejected(with("layer3.bias", serde_json::json!([1e300]))),
            ModelError::NonFiniteWeight {
                name: "layer3.bias",
                ..
            }
        ));
        for text in ["", "[]", "{}", "{\"layer1.weight\": 1}"] {
            assert!(matches!(rejected(text.to_owned()), ModelError::Json { .. }));
        }
        let unknown = with("layer4.bias", serde_json::json!([0.0]));
        assert!(matches!(rejected(unknown), ModelError::Json { .. }));
        let text = good.to_string();
        let twice = text.replacen('{', "{\"layer3.bias\": [0.0], ", 1);
        assert!(matches!(rejected(twice), ModelError::Json { .. }));
        for name in parameter_names() {
            let mut json = good.clone();
            json.as_object_mut().unwrap().remove(name);
            let error = rejected(json.to_string());
            let ModelError::Json { source, .. } = error else {
                panic!("{error:?}");
            };
            assert!(source.to_string().contains(name), "{source}");
        }
    }
}
