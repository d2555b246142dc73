//! Weights as JSON for other programs: nested lists, as Keras and NumPy give them.

use std::path::Path;

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, TensorData};
use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::mlp::{Mlp, MlpConfig};
use crate::weights::named_weights;

/// The six parameters as nested lists, a row for each input: what `get_weights()` of Keras and
/// `tolist()` of NumPy give.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    #[serde(rename = "layer1.weight")]
    kernel1: Vec<Vec<f32>>,
    #[serde(rename = "layer1.bias")]
    bias1: Vec<f32>,
    #[serde(rename = "layer2.weight")]
    kernel2: Vec<Vec<f32>>,
    #[serde(rename = "layer2.bias")]
    bias2: Vec<f32>,
    #[serde(rename = "layer3.weight")]
    kernel3: Vec<Vec<f32>>,
    #[serde(rename = "layer3.bias")]
    bias3: Vec<f32>,
}

/// Gives the weights as a JSON object of nested lists, which [`read_json`] reads.
///
/// # Errors
///
/// [`ModelError::Device`] if the device does not hand them back.
pub fn to_json(model: &Mlp) -> Result<serde_json::Value, ModelError> {
    let mut weights = named_weights(model)?.into_iter().map(|found| {
        let units = found.shape.last().copied().unwrap_or(1);
        let is_kernel = found.shape.len() == 2;
        let rows = found.values.chunks(units).map(<[f32]>::to_vec);
        let value = if is_kernel {
            serde_json::json!(rows.collect::<Vec<_>>())
        } else {
            serde_json::json!(found.values)
        };
        (found.name, value)
    });
    Ok(weights.by_ref().collect::<serde_json::Map<_, _>>().into())
}

/// Reads a network of this shape from a JSON object of nested lists, as `app weights --json`
/// prints it and as Keras's weights give it.
///
/// # Errors
///
/// [`ModelError::Io`] if the file cannot be read, [`ModelError::Json`] if it is no such object,
/// [`ModelError::WeightShape`] if it holds another network, [`ModelError::NonFiniteWeight`] if a
/// number is too large for an f32.
pub fn read_json(config: &MlpConfig, path: &Path, device: &Device) -> Result<Mlp, ModelError> {
    let bytes = fs_err::read(path).map_err(|source| ModelError::Io {
        path: path.to_owned(),
        source,
    })?;
    let json: Json = serde_json::from_slice(&bytes).map_err(|source| ModelError::Json {
        path: path.to_owned(),
        source,
    })?;
    let layers = [
        ("layer1.weight", json.kernel1, "layer1.bias", json.bias1),
        ("layer2.weight", json.kernel2, "layer2.bias", json.bias2),
        ("layer3.weight", json.kernel3, "layer3.bias", json.bias3),
    ];
    let mut model = config.zeros(device);
    let places = [&mut model.layer1, &mut model.layer2, &mut model.layer3];
    for (place, (kernel_name, kernel, bias_name, bias)) in places.into_iter().zip(layers) {
        *place = linear(
            place,
            path,
            (kernel_name, kernel),
            (bias_name, bias),
            device,
        )?;
    }
    Ok(model)
}

/// A layer of these numbers, in the shape of `like`.
fn linear(
    like: &Linear,
    path: &Path,
    (kernel_name, kernel): (&'static str, Vec<Vec<f32>>),
    (bias_name, bias): (&'static str, Vec<f32>),
    device: &Device,
) -> Result<Linear, ModelError> {
    let [inputs, units] = like.weight.dims();
    let refuse = |name, expected: &[usize], found: &[usize]| ModelError::WeightShape {
        path: path.to_owned(),
        name,
        expected: expected.to_vec(),
        found: found.to_vec(),
    };
    let row = kernel
        .iter()
        .map(Vec::len)
        .find(|length| *length != units)
        .unwrap_or(units);
    if kernel.len() != inputs || row != units {
        return Err(refuse(kernel_name, &[inputs, units], &[kernel.len(), row]));
    }
    if bias.len() != units {
        return Err(refuse(bias_name, &[units], &[bias.len()]));
    }
    let kernel = kernel.concat();
    for (name, values) in [(kernel_name, &kernel), (bias_name, &bias)] {
        if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
            return Err(ModelError::NonFiniteWeight {
                path: path.to_owned(),
                name,
                found,
            });
        }
    }
    Ok(Linear {
        weight: Param::from_data(TensorData::new(kernel, [inputs, units]), device),
        bias: Some(Param::from_data(TensorData::new(bias, [units]), device)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: MlpConfig = MlpConfig {
        hidden_units: [25, 15],
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
    fn json_that_is_not_this_network_is_refused_with_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.json");
        let device = Device::flex();
        let refused = |text: String| {
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
            refused(with("layer2.bias", serde_json::json!([0.0]))),
            ModelError::WeightShape { name: "layer2.bias", expected, found, .. }
                if expected == [15] && found == [1]
        ));
        assert!(matches!(
            refused(with(
                "layer3.weight",
                serde_json::json!([[0.0], [1.0, 2.0]])
            )),
            ModelError::WeightShape {
                name: "layer3.weight",
                ..
            }
        ));
        assert!(matches!(
            refused(with("layer3.bias", serde_json::json!([1e300]))),
            ModelError::NonFiniteWeight {
                name: "layer3.bias",
                ..
            }
        ));
        for text in ["", "[]", "{}", "{\"layer1.weight\": 1}"] {
            assert!(matches!(refused(text.to_owned()), ModelError::Json { .. }));
        }
        let unknown = with("layer4.bias", serde_json::json!([0.0]));
        assert!(matches!(refused(unknown), ModelError::Json { .. }));
    }
}
