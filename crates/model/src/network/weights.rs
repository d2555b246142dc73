//! Weights as named arrays, and in burnpack files, Burn's format for checkpoints.

use std::io::Read;
use std::path::Path;

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{DType, Device};
use burn_pack::{Reader, Tensor};

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
/// [`ModelError::Io`] if the file cannot be opened, [`ModelError::NotWeights`],
/// [`ModelError::BurnpackVersion`] and [`ModelError::DamagedBurnpack`] if it is no whole burnpack
/// file, [`ModelError::WeightType`] if it holds values of another type than f32, and
/// [`ModelError::Shape`], [`ModelError::MissingWeight`] and [`ModelError::UnknownWeight`] if its
/// network is another one.
pub fn load(config: &MlpConfig, path: &Path, device: &Device) -> Result<Mlp, ModelError> {
    let tensors = tensors(path)?;
    let model = config.zeros(device);
    check_types(path, &tensors)?;
    check_shapes(path, &tensors, config, &model)?;
    let damaged = |source| ModelError::Read {
        path: path.to_owned(),
        source,
    };
    let record = ModuleRecord::load(path).map_err(damaged)?;
    let loaded = model.try_load_record(record.cast_to_module_dtype());
    loaded.map_err(damaged)
}

/// The bytes of another file that an error shows.
const SHOWN: usize = 6;
/// The bytes of a burnpack file's header; a shorter file is none, whatever it starts with.
const HEADER: usize = 10;

/// Opens a burnpack file and describes its tensors, without reading their values.
///
/// Burn's errors are put into words that name the file.
fn tensors(path: &Path) -> Result<Vec<Tensor>, ModelError> {
    let mut start = Vec::new();
    let file = fs_err::File::open(path);
    file.and_then(|file| file.take(HEADER as u64).read_to_end(&mut start))
        .map_err(|source| ModelError::Io {
            path: path.to_owned(),
            source,
        })?;
    let path = path.to_owned();
    match Reader::from_file_exact(&path).and_then(Reader::into_tensors) {
        Ok(tensors) => Ok(tensors),
        Err(burn_pack::Error::InvalidVersion) => Err(ModelError::BurnpackVersion { path }),
        Err(burn_pack::Error::InvalidMagicNumber) => Err(not_weights(&path, start)),
        Err(_) if start.len() < HEADER => Err(not_weights(&path, start)),
        Err(_) => Err(ModelError::DamagedBurnpack { path }),
    }
}

fn not_weights(path: &Path, mut found: Vec<u8>) -> ModelError {
    found.truncate(SHOWN);
    ModelError::NotWeights {
        path: path.to_owned(),
        found,
    }
}

/// Rejects a burnpack file with values of another type than f32.
///
/// Burn panics on a boolean that is neither 0 nor 1 and on quantized values (burn-std 0.22.1,
/// `convert_dtype` and `QuantizedBytes`).
fn check_types(path: &Path, tensors: &[Tensor]) -> Result<(), ModelError> {
    let mut tensors = tensors.iter();
    match tensors.find(|tensor| tensor.dtype != DType::F32) {
        // The message leaves out the type, since Burn panics when it formats some types.
        Some(tensor) => Err(ModelError::WeightType {
            path: path.to_owned(),
            name: tensor.name.clone(),
        }),
        None => Ok(()),
    }
}

/// Rejects a burnpack file whose tensors are not the parameters of `model`.
fn check_shapes(
    path: &Path,
    tensors: &[Tensor],
    config: &MlpConfig,
    model: &Mlp,
) -> Result<(), ModelError> {
    let path = || path.to_owned();
    let parameters = named_weights(model)?;
    for NamedWeights { name, shape, .. } in &parameters {
        let Some(tensor) = tensors.iter().find(|tensor| tensor.name == *name) else {
            let path = path();
            return Err(ModelError::MissingWeight { path, name });
        };
        let found = tensor.shape.to_vec();
        if found != *shape {
            return Err(ModelError::Shape {
                path: path(),
                hidden_units: config.hidden_units,
                outputs: config.outputs,
                name,
                expected: shape.clone(),
                found,
            });
        }
    }
    let is_known = |tensor: &&Tensor| parameters.iter().any(|known| known.name == tensor.name);
    match tensors.iter().find(|tensor| !is_known(tensor)) {
        Some(tensor) => Err(ModelError::UnknownWeight {
            path: path(),
            name: tensor.name.clone(),
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
        assert!(matches!(refused(&LAB), ModelError::Io { .. }));

        save(&LAB.init(1, &device), &path).unwrap();
        let other = MlpConfig {
            hidden_units: [25, 16],
            outputs: 1,
        };
        let message = refused(&other).to_string();
        let expected = "the weights do not fit a network of [25, 16] hidden units and 1 output: \
                        layer2.weight: expected shape [25, 16], found [25, 15]";
        assert!(message.ends_with(expected), "{message}");
        let ten = MlpConfig { outputs: 10, ..LAB };
        let message = refused(&ten).to_string();
        let expected = "[25, 15] hidden units and 10 outputs: layer3.weight: expected shape [15, 10], \
                        found [15, 1]";
        assert!(message.ends_with(expected), "{message}");

        let whole = fs_err::read(&path).unwrap();
        for length in [10, 100, whole.len() / 2, whole.len() - 1] {
            fs_err::write(&path, &whole[..length]).unwrap();
            assert!(matches!(refused(&LAB), ModelError::DamagedBurnpack { .. }));
        }
        for foreign in [&whole[..4], b"", b"\x89HDF\r\n\x1a\n and more"] {
            fs_err::write(&path, foreign).unwrap();
            let error = refused(&LAB);
            assert!(
                matches!(&error, ModelError::NotWeights { found, .. } if foreign.starts_with(found)),
                "{error}"
            );
        }
    }

    #[test]
    fn other_parameters_are_rejected_with_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        let tensor = |name: &str, shape: &[usize]| {
            let count = shape.iter().product();
            let bytes = Bytes::from_elems(vec![0.5_f32; count]);
            let shape = burn_pack::Shape::from(shape.to_vec());
            burn_pack::Tensor::new(name.to_owned(), DType::F32, shape, None, bytes)
        };
        let all = || {
            let weights = named_weights(&LAB.init(0, &Device::flex())).unwrap();
            let of = |weights: NamedWeights| tensor(weights.name, &weights.shape);
            weights.into_iter().map(of).collect::<Vec<_>>()
        };
        let refused = |tensors| {
            let writer = burn_pack::Writer::new(tensors);
            writer.write_to_file(&path).unwrap();
            load(&LAB, &path, &Device::flex()).unwrap_err().to_string()
        };
        let mut missing = all();
        missing.remove(3);
        let message = refused(missing);
        assert!(message.ends_with("found no layer2.bias"), "{message}");
        let message = refused([all(), vec![tensor("layer4.bias", &[1])]].concat());
        assert!(message.ends_with("found also layer4.bias"), "{message}");
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
