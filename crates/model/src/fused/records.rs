//! The state of a fused training, to and from the records of Burn's learner.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::{Bytes, DType, Shape, TensorData};
use burn_pack::{Reader, Scalar, Tensor, Writer};

use super::state::{FusedState, LayerValues};
use crate::error::ModelError;
use crate::network::{Mlp, parameter_names, set_parameters};
use crate::training::{ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, OPTIMIZER_RANK};

impl FusedState {
    /// Reads the state from a network and from the file of an optimizer's record, which is `None`
    /// before the first step.
    ///
    /// Moments that the record lacks are 0.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device fails to return the weights, [`ModelError::Read`] if the
    /// record cannot be read.
    pub fn read(model: &Mlp, optimizer: Option<&Path>) -> Result<Self, ModelError> {
        let weights = LayerValues::read(model)?;
        let Some(path) = optimizer else {
            return Ok(Self::new(weights));
        };
        let mut record = AdamRecord::read(path).map_err(|error| ModelError::Read {
            path: path.to_owned(),
            source: RecordError::from(error),
        })?;
        let moments = |found: &mut BTreeMap<u64, Vec<f32>>| {
            LayerValues::from_parameters(parameters(model).map(|Parameter { id, shape }| {
                let zeros = || vec![0.0; shape.iter().product()];
                found.remove(&id).unwrap_or_else(zeros)
            }))
        };
        Ok(Self {
            first_moments: moments(&mut record.first_moments),
            second_moments: moments(&mut record.second_moments),
            steps: record.steps,
            weights,
        })
    }

    /// Writes the state as the two records that a learner of `model` loads.
    ///
    /// # Errors
    ///
    /// [`ModelError::Record`] if Adam's state cannot be serialized.
    pub fn records(&self, model: &Mlp) -> Result<(ModuleRecord, OptimizerRecord), ModelError> {
        let mut network = model.clone();
        let layers = [
            &mut network.layer1,
            &mut network.layer2,
            &mut network.layer3,
        ];
        let values = self.weights.kernels.iter().zip(&self.weights.biases);
        for (layer, (kernel, bias)) in layers.into_iter().zip(values) {
            set_parameters(layer, kernel, bias);
        }
        let optimizer = match self.steps {
            0 => OptimizerRecord::default(),
            _ => self.optimizer_record(model)?,
        };
        Ok((network.into_record(), optimizer))
    }

    fn optimizer_record(&self, model: &Mlp) -> Result<OptimizerRecord, ModelError> {
        let first = self.first_moments.parameters();
        let moments = first.zip(self.second_moments.parameters());
        let mut tensors = Vec::new();
        let mut scalars = Vec::new();
        for (Parameter { id, shape }, (first, second)) in parameters(model).zip(moments) {
            scalars.push((format!("{id}.{ADAM_TIME}"), Scalar::from(self.steps)));
            scalars.push((format!("{id}.{OPTIMIZER_RANK}"), Scalar::from(shape.len())));
            for (name, values) in [(ADAM_FIRST_MOMENT, first), (ADAM_SECOND_MOMENT, second)] {
                let name = format!("{id}.{name}");
                let shape = Shape::from(shape.clone());
                let bytes = Bytes::from_elems(values.to_vec());
                tensors.push(Tensor::new(name, DType::F32, shape, Some(id), bytes));
            }
        }
        let mut writer = Writer::new(tensors);
        for (name, value) in scalars {
            writer = writer.with_scalar(&name, value);
        }
        for (Parameter { id, .. }, name) in parameters(model).zip(parameter_names()) {
            writer = writer.with_metadata(&id.to_string(), name);
        }
        let bytes = writer.into_bytes().map_err(RecordError::from)?;
        Ok(OptimizerRecord::from_bytes(bytes)?)
    }
}

/// Adam's state in an optimizer's record, by the ids of the parameters.
#[derive(Default)]
struct AdamRecord {
    first_moments: BTreeMap<u64, Vec<f32>>,
    second_moments: BTreeMap<u64, Vec<f32>>,
    steps: u64,
}

impl AdamRecord {
    fn read(path: &Path) -> Result<Self, burn_pack::Error> {
        let mut record = Self::default();
        let reader = Reader::from_file(path)?;
        for (name, value) in reader.scalars() {
            if name.ends_with(ADAM_TIME) {
                record.steps = u64::try_from(*value).unwrap_or(record.steps);
            }
        }
        for tensor in reader.into_tensors()? {
            let (name, dtype, shape, id, bytes) = tensor.into_parts()?;
            let data = TensorData::from_bytes(bytes, shape, dtype);
            let moments = if name.ends_with(ADAM_FIRST_MOMENT) {
                &mut record.first_moments
            } else {
                &mut record.second_moments
            };
            if let Some(id) = id {
                moments.insert(id, data.iter::<f32>().collect());
            }
        }
        Ok(record)
    }
}

/// A parameter of a network of tensors.
struct Parameter {
    id: u64,
    shape: Vec<usize>,
}

/// Returns the six parameters in the order of their names.
fn parameters(model: &Mlp) -> impl Iterator<Item = Parameter> {
    let layers = [&model.layer1, &model.layer2, &model.layer3].into_iter();
    layers.flat_map(|layer| {
        let [inputs, units] = layer.weight.dims();
        let kernel = Parameter {
            id: layer.weight.id.val(),
            shape: vec![inputs, units],
        };
        // Each of the network's layers has a bias.
        let bias = layer.bias.as_ref().map(|bias| bias.id.val());
        let bias = Parameter {
            id: bias.unwrap_or_default(),
            shape: vec![units],
        };
        [kernel, bias]
    })
}

#[cfg(test)]
mod tests {
    use burn::optim::ModuleOptimizer;
    use burn::tensor::Device;

    use super::super::test_support::{random, weights};
    use super::*;
    use crate::{Adam, MlpConfig};

    /// A state whose numbers all differ.
    fn state() -> FusedState {
        let weights = weights([3, 2, 1], 1);
        let different = |seed| {
            let mut numbers = random(seed, 10_000);
            let parameters = weights.parameters().map(<[f32]>::len);
            let lengths: Vec<usize> = parameters.collect();
            let lengths = lengths.into_iter();
            LayerValues::from_parameters(
                lengths.map(|length| numbers.by_ref().take(length).collect()),
            )
        };
        FusedState {
            first_moments: different(2),
            second_moments: different(3),
            weights: weights.clone(),
            steps: 7,
        }
    }

    #[test]
    fn a_state_comes_back_from_burn_s_optimizer_and_its_file() {
        let hidden_units = [3, 2];
        let device = Device::flex().autodiff();
        let fresh = MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, &device);
        let (network, optimizer) = state().records(&fresh).unwrap();
        let network = fresh.try_load_record(network).unwrap();
        // Through Burn, which must understand the names.
        let mut adam = ModuleOptimizer::from(Adam::default());
        adam = adam.load_record(optimizer);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("optimizer.bpk");
        adam.save(&path).unwrap();
        assert_eq!(FusedState::read(&network, Some(&path)).unwrap(), state());
    }

    #[test]
    fn before_the_first_step_all_moments_are_0() {
        let hidden_units = [3, 2];
        let network = MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, &Device::flex());
        let state = FusedState::read(&network, None).unwrap();
        assert_eq!(state, FusedState::new(state.weights.clone()));
        assert_eq!((state.steps, state.first_moments.kernels[0][5]), (0, 0.0));
    }

    #[test]
    fn a_missing_record_is_an_error_that_names_it() {
        let hidden_units = [3, 2];
        let network = MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, &Device::flex());
        let path = Path::new("nowhere/optimizer.bpk");
        let error = FusedState::read(&network, Some(path)).unwrap_err();
        assert!(matches!(error, ModelError::Read { .. }));
        assert!(error.to_string().contains("optimizer.bpk"), "{error}");
    }
}
