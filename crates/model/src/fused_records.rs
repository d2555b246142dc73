//! The state of a fused training in the records that Burn's learner keeps, and out of them again.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module;
use burn::nn::Linear;
use burn::optim::OptimizerRecord;
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::{Bytes, DType, Shape, Tensor, TensorData};
use burn_pack::{Reader, Scalar, Writer};

use crate::error::ModelError;
use crate::fused_state::{FusedState, LayerValues};
use crate::mlp::Mlp;
use crate::weights::named_weights;

/// What Adam remembers of a parameter, by the names that Burn gives it (burn-optim 0.22.1).
const MEANS: &str = "momentum.moment_1";
const SQUARES: &str = "momentum.moment_2";
const TIME: &str = "momentum.time";
const RANK: &str = "__rank";

impl FusedState {
    /// Takes over a network and, from the optimizer's record of a checkpoint, what Adam remembers;
    /// nothing before the first step.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device does not hand the weights back, [`ModelError::Read`] if
    /// the record cannot be read.
    pub fn read(model: &Mlp, optimizer: Option<&Path>) -> Result<Self, ModelError> {
        let weights = named_weights(model)?;
        let (mut means, mut squares) = (BTreeMap::new(), BTreeMap::new());
        let mut steps = 0;
        if let Some(path) = optimizer {
            let read = |error: burn_pack::Error| ModelError::Read {
                path: path.to_owned(),
                source: RecordError::from(error),
            };
            let reader = Reader::from_file(path).map_err(read)?;
            for (name, value) in reader.scalars() {
                if name.ends_with(TIME) {
                    steps = u64::try_from(*value).unwrap_or(steps);
                }
            }
            for tensor in reader.into_tensors().map_err(read)? {
                let (name, dtype, shape, id, bytes) = tensor.into_parts().map_err(read)?;
                let values = TensorData::from_bytes(bytes, shape, dtype)
                    .iter::<f32>()
                    .collect();
                match (id, name.ends_with(MEANS)) {
                    (Some(id), true) => means.insert(id, values),
                    (Some(id), false) => squares.insert(id, values),
                    (None, _) => None,
                };
            }
        }
        let ids = ids(model);
        let of = |mut remembered: BTreeMap<u64, Vec<f32>>| {
            let parameters = weights.iter().zip(ids);
            LayerValues::from_parameters(parameters.map(|(weights, id)| {
                let zeros = || vec![0.0; weights.values.len()];
                remembered.remove(&id).unwrap_or_else(zeros)
            }))
        };
        Ok(Self {
            means: of(means),
            squares: of(squares),
            weights: LayerValues::from_parameters(weights.iter().map(|part| part.values.clone())),
            steps,
        })
    }

    /// Returns the name of the first parameter that has a number which is NaN or infinite.
    #[must_use]
    pub fn not_finite(&self) -> Option<&'static str> {
        let is_broken = |values: &[f32]| values.iter().any(|value| !value.is_finite());
        let mut parameters = self.weights.parameters().zip(PLACES);
        let broken = parameters.find(|(values, _)| is_broken(values))?;
        Some(broken.1.name)
    }

    /// Gives the state as the records that a learner of `model` loads.
    ///
    /// # Errors
    ///
    /// [`ModelError::Record`] if Adam's state cannot be written to memory.
    pub fn records(&self, model: &Mlp) -> Result<(ModuleRecord, OptimizerRecord), ModelError> {
        let mut network = model.clone();
        let layers = [
            &mut network.layer1,
            &mut network.layer2,
            &mut network.layer3,
        ];
        for (number, layer) in layers.into_iter().enumerate() {
            replace(
                layer,
                &self.weights.kernels[number],
                &self.weights.biases[number],
            );
        }
        let network = network.into_record();
        if self.steps == 0 {
            return Ok((network, OptimizerRecord::default()));
        }

        let mut tensors = Vec::new();
        let mut scalars = Vec::new();
        let ids = ids(model);
        let parameters = self.means.parameters().zip(self.squares.parameters());
        for ((mean, square), (id, place)) in parameters.zip(ids.into_iter().zip(PLACES)) {
            let units = self.weights.biases[place.layer].len();
            let shape = if place.is_kernel {
                vec![mean.len() / units, units]
            } else {
                vec![units]
            };
            for (name, values) in [(MEANS, mean), (SQUARES, square)] {
                let bytes = Bytes::from_elems(values.to_vec());
                let name = format!("{id}.{name}");
                let shape = Shape::from(shape.clone());
                tensors.push(burn_pack::Tensor::new(
                    name,
                    DType::F32,
                    shape,
                    Some(id),
                    bytes,
                ));
            }
            scalars.push((format!("{id}.{TIME}"), Scalar::from(self.steps)));
            scalars.push((format!("{id}.{RANK}"), Scalar::from(shape.len())));
        }
        let mut writer = Writer::new(tensors);
        for (name, value) in scalars {
            writer = writer.with_scalar(&name, value);
        }
        for (id, place) in ids.into_iter().zip(PLACES) {
            writer = writer.with_metadata(&id.to_string(), place.name);
        }
        let bytes = writer.into_bytes().map_err(RecordError::from)?;
        Ok((network, OptimizerRecord::from_bytes(bytes)?))
    }
}

/// A parameter's place in the network.
struct Place {
    name: &'static str,
    layer: usize,
    is_kernel: bool,
}

/// The six parameters in the order of [`named_weights`].
const PLACES: [Place; 6] = [
    place("layer1.weight", 0, true),
    place("layer1.bias", 0, false),
    place("layer2.weight", 1, true),
    place("layer2.bias", 1, false),
    place("layer3.weight", 2, true),
    place("layer3.bias", 2, false),
];

const fn place(name: &'static str, layer: usize, is_kernel: bool) -> Place {
    Place {
        name,
        layer,
        is_kernel,
    }
}

impl LayerValues {
    /// Takes kernels and biases in turn.
    fn from_parameters(mut parameters: impl Iterator<Item = Vec<f32>>) -> Self {
        let mut next = || parameters.next().unwrap_or_default();
        let layers = [(); 3].map(|()| (next(), next()));
        let [(kernel1, bias1), (kernel2, bias2), (kernel3, bias3)] = layers;
        Self {
            kernels: [kernel1, kernel2, kernel3],
            biases: [bias1, bias2, bias3],
        }
    }

    /// Gives kernels and biases in turn.
    fn parameters(&self) -> impl Iterator<Item = &[f32]> {
        let layers = self.kernels.iter().zip(&self.biases);
        layers.flat_map(|(kernel, bias)| [kernel.as_slice(), bias.as_slice()])
    }
}

/// The ids of the six parameters.
fn ids(model: &Mlp) -> [u64; 6] {
    let of = |layer: &Linear| {
        // Each of the network's layers has a bias.
        let bias = layer.bias.as_ref().map(|bias| bias.id.val());
        [layer.weight.id.val(), bias.unwrap_or_default()]
    };
    let [kernel1, bias1] = of(&model.layer1);
    let [kernel2, bias2] = of(&model.layer2);
    let [kernel3, bias3] = of(&model.layer3);
    [kernel1, bias1, kernel2, bias2, kernel3, bias3]
}

/// Gives a layer these numbers, and leaves it its ids and its device.
fn replace(layer: &mut Linear, kernel: &[f32], bias: &[f32]) {
    layer.weight = layer.weight.clone().map(|old| {
        let shape: [usize; 2] = old.dims();
        Tensor::from_data(TensorData::new(kernel.to_vec(), shape), &old.device())
    });
    layer.bias = layer.bias.clone().map(|parameter| {
        parameter.map(|old| {
            let shape: [usize; 1] = old.dims();
            Tensor::from_data(TensorData::new(bias.to_vec(), shape), &old.device())
        })
    });
}
