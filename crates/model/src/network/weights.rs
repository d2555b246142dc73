//! Weights as named arrays, and in burnpack files, Burn's format for checkpoints.

use std::path::Path;

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{DType, Device};

use super::config::MlpConfig;
use super::mlp::Mlp;
use super::parameters::LAYERS;
use crate::error::ModelError;

/// One parameter of the network, read back from its device.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWeights {
    /// Layer and parameter, such as `layer1.weight` or `layer1.bias`.
    pub name: &'static str,
    /// `[inputs, units]` for a weight, `[units]` for a bias.
    pub shape: Vec<usize>,
    /// The values in row-major order: the last axis varies fastest.
    pub values: Vec<f32>,
}

/// Reads the six parameters back, layer by layer, weight before bias, as Keras's `get_weights`
/// orders them.
///
/// # Errors
///
/// [`ModelError::Device`] if the device fails to return them.
pub fn named_weights(model: &Mlp) -> Result<Vec<NamedWeights>, ModelError> {
    let layers = [&model.layer1, &model.layer2, &model.layer3];
    let mut weights = Vec::with_capacity(2 * layers.len());
    for (layer, names) in layers.into_iter().zip(LAYERS) {
        let kernel = layer.weight.val();
        weights.push(NamedWeights {
            name: names.weight,
            shape: kernel.dims().to_vec(),
            values: kernel.try_to_vec_as()?,
        });
        if let Some(bias) = &layer.bias {
            let bias = bias.val();
            weights.push(NamedWeights {
                name: names.bias,
                shape: bias.dims().to_vec(),
                values: bias.try_to_vec_as()?,
            });
        }
    }
    Ok(weights)
}

/// Writes the model to a burnpack file; the write is atomic.
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

/// Reads a model of this shape from a burnpack file onto a device; any device may have written it.
///
/// # Errors
///
/// [`ModelError::Read`] if the file is missing or damaged, [`ModelError::WeightType`] if it
/// holds values of another type than f32, [`ModelError::Shape`] if its network has another shape.
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
            outputs: config.outputs,
            source,
        })
}

/// Rejects a burnpack file with values of another type than f32.
///
/// Burn panics on a boolean that is neither 0 nor 1 and on quantized values (burn-std 0.22.1,
/// `convert_dtype` and `QuantizedBytes`).
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
        // The message leaves out the type, since Burn panics when it formats some types.
        Some(tensor) => Err(ModelError::WeightType {
            path: path.to_owned(),
            name: tensor.name,
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Bytes;

    use super::*;

    const LAB: MlpConfig = MlpConfig {
        hidden_units: [25, 15],
        outputs: 1,
    };

    #[test]
    fn weights_have_keras_s_shapes_in_keras_s_order() {
        let weights = named_weights(&LAB.init(0, &Device::flex())).unwrap();
        let shapes: Vec<_> = weights
            .iter()
            .map(|weights| (weights.name, weights.shape.as_slice()))
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
            outputs: 1,
        };
        assert!(matches!(refused(&other), ModelError::Shape { .. }));
        let other = MlpConfig { outputs: 2, ..LAB };
        assert!(matches!(refused(&other), ModelError::Shape { .. }));

        let whole = fs_err::read(&path).unwrap();
        for length in [0, 1, 4, 100, whole.len() / 2, whole.len() - 1] {
            fs_err::write(&path, &whole[..length]).unwrap();
            assert!(matches!(refused(&LAB), ModelError::Read { .. }));
        }
    }

    #[test]
    fn values_of_another_type_than_f32_are_rejected_with_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        let (shape, bytes) = (burn_pack::Shape::new([1]), Bytes::from_elems(vec![1.0_f64]));
        let name = "layer3.bias".to_owned();
        let tensor = burn_pack::Tensor::new(name, DType::F64, shape, None, bytes);
        burn_pack::Writer::new(vec![tensor])
            .write_to_file(&path)
            .unwrap();
        let error = load(&LAB, &path, &Device::flex()).unwrap_err();
        assert!(matches!(error, ModelError::WeightType { name, .. } if name == "layer3.bias"));
    }
}
