//! Weights out and in: as named arrays for people, as JSON for other programs, as Burn's burnpack
//! files for checkpoints.

use std::path::Path;

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::store::ModuleRecord;
use burn::tensor::{DType, Device, TensorData};
use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::mlp::{Mlp, MlpConfig};

/// One parameter of the network, read back from its device.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWeights {
    /// Layer and part, as `layer1.weight` or `layer1.bias`.
    pub name: String,
    /// `[inputs, units]` for a weight, `[units]` for a bias.
    pub shape: Vec<usize>,
    /// The numbers, the last axis fastest.
    pub values: Vec<f32>,
}

/// Reads the six parameters in the order of the layers, weight before bias, as Keras's
/// `get_weights` gives them.
///
/// # Errors
///
/// [`ModelError::Device`] if the device does not hand them back.
pub fn named_weights(model: &Mlp) -> Result<Vec<NamedWeights>, ModelError> {
    let layers = [&model.layer1, &model.layer2, &model.layer3];
    let mut weights = Vec::with_capacity(2 * layers.len());
    for (layer, number) in layers.into_iter().zip(1..) {
        let kernel = layer.weight.val();
        weights.push(NamedWeights {
            name: format!("layer{number}.weight"),
            shape: kernel.dims().to_vec(),
            values: kernel.try_to_vec_as()?,
        });
        if let Some(bias) = &layer.bias {
            let bias = bias.val();
            weights.push(NamedWeights {
                name: format!("layer{number}.bias"),
                shape: bias.dims().to_vec(),
                values: bias.try_to_vec_as()?,
            });
        }
    }
    Ok(weights)
}

/// Writes the model to a burnpack file, whole or not at all.
///
/// # Errors
///
/// [`ModelError::Write`] if the file cannot be written.
pub fn save(model: &Mlp, path: &Path) -> Result<(), ModelError> {
    let record = model.clone().into_record();
    record.save(path).map_err(|source| ModelError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Reads a model of this shape from a burnpack file onto a device, whichever device wrote it.
///
/// # Errors
///
/// [`ModelError::Read`] if the file is missing or damaged, [`ModelError::WeightType`] if it
/// holds other numbers than F32, [`ModelError::Shape`] if it holds another network.
pub fn load(config: &MlpConfig, path: &Path, device: &Device) -> Result<Mlp, ModelError> {
    check_types(path)?;
    let record = ModuleRecord::load(path).map_err(|source| ModelError::Read {
        path: path.to_owned(),
        source,
    })?;
    let model = config.zeros(device);
    model
        .try_load_record(record.cast_to_module_dtype())
        .map_err(|source| ModelError::Shape {
            path: path.to_owned(),
            hidden_units: config.hidden_units,
            source,
        })
}

/// Refuses a burnpack file of other numbers than F32: Burn panics at a boolean that is neither 0
/// nor 1, and at quantized numbers (burn-std 0.22.1, `convert_dtype` and `QuantizedBytes`).
fn check_types(path: &Path) -> Result<(), ModelError> {
    let tensors = burn_pack::Reader::from_file(path).and_then(burn_pack::Reader::into_tensors);
    let tensors = tensors.map_err(|error| ModelError::Read {
        path: path.to_owned(),
        source: error.into(),
    })?;
    match tensors
        .into_iter()
        .find(|tensor| tensor.dtype != DType::F32)
    {
        // The type is not named: Burn panics at printing some.
        Some(tensor) => Err(ModelError::WeightType {
            path: path.to_owned(),
            name: tensor.name,
        }),
        None => Ok(()),
    }
}

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
    fn weights_have_keras_s_shapes_in_keras_s_order() {
        let weights = named_weights(&LAB.init(0, &Device::flex())).unwrap();
        let shapes: Vec<_> = weights
            .iter()
            .map(|weights| (weights.name.as_str(), weights.shape.as_slice()))
            .collect();
        assert_eq!(
            shapes,
            [
                ("layer1.weight", [400, 25].as_slice()),
                ("layer1.bias", &[25]),
                ("layer2.weight", &[25, 15]),
                ("layer2.bias", &[15]),
                ("layer3.weight", &[15, 1]),
                ("layer3.bias", &[1]),
            ]
        );
    }

    #[test]
    fn a_saved_model_comes_back_bit_for_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        let device = Device::flex();
        let model = LAB.init(1, &device);
        save(&model, &path).unwrap();
        let loaded = load(&LAB, &path, &device).unwrap();
        assert_eq!(
            named_weights(&model).unwrap(),
            named_weights(&loaded).unwrap()
        );
    }

    #[test]
    fn a_missing_damaged_or_foreign_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        let device = Device::flex();
        let refused = |config: &MlpConfig| {
            let error = load(config, &path, &device).unwrap_err();
            assert!(error.to_string().contains("model.bpk"), "{error}");
            error
        };
        assert!(matches!(refused(&LAB), ModelError::Read { .. }));

        save(&LAB.init(1, &device), &path).unwrap();
        let other = MlpConfig {
            hidden_units: [25, 16],
        };
        assert!(matches!(refused(&other), ModelError::Shape { .. }));

        let whole = fs_err::read(&path).unwrap();
        for length in [0, 1, 4, 100, whole.len() / 2, whole.len() - 1] {
            fs_err::write(&path, &whole[..length]).unwrap();
            assert!(matches!(refused(&LAB), ModelError::Read { .. }));
        }
    }

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
