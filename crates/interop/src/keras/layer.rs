//! A dense layer as it stands in a file, and what is made of several.

use crate::error::InteropError;
use crate::format::Format;
use crate::hdf5::{Array, Hdf5Error};
use crate::named_array::{NamedArray, network_of};
use crate::network::{Layer, Network};

use super::described::DenseLayer;

/// The numbers of a dense layer.
#[derive(Debug)]
pub(super) struct StoredLayer {
    /// Where it stands, such as `layers/dense_1` or `dense_1`.
    pub(super) name: String,
    inputs: usize,
    units: usize,
    kernel: Vec<f32>,
    /// A layer without one adds nothing: zeros.
    bias: Vec<f32>,
}

impl StoredLayer {
    /// Makes a layer of its arrays, in any order: a kernel, and a bias if there is one.
    ///
    /// # Errors
    ///
    /// [`InteropError::Unsupported`] if they are those of another kind of layer.
    pub(super) fn new(name: String, arrays: Vec<Array>) -> Result<Self, InteropError> {
        let shapes: Vec<Vec<usize>> = arrays.iter().map(|array| array.shape.clone()).collect();
        let (mut kernels, mut biases): (Vec<Array>, Vec<Array>) =
            arrays.into_iter().partition(|array| array.shape.len() == 2);
        let (kernel, bias) = (kernels.pop(), biases.pop());
        if let Some(kernel) = kernel
            && kernels.is_empty()
            && biases.is_empty()
        {
            let (inputs, units) = (kernel.shape[0], kernel.shape[1]);
            let bias = match bias {
                Some(bias) if bias.shape == [units] => Some(bias.values),
                Some(_) => None,
                None => Some(vec![0.0; units]),
            };
            if let Some(bias) = bias {
                return Ok(Self {
                    name,
                    inputs,
                    units,
                    kernel: kernel.values,
                    bias,
                });
            }
        }
        Err(InteropError::Unsupported {
            what: format!(
                "its layer {name:?} has arrays of the shapes {shapes:?}, which are not those of a dense layer"
            ),
            instead: "networks here have dense layers only, each with a kernel and a bias",
        })
    }

    fn into_layer(self) -> Layer {
        Layer {
            inputs: self.inputs,
            units: self.units,
            kernel: self.kernel,
            bias: self.bias,
        }
    }
}

/// The network of layers whose names give their order, or else their sizes.
pub(super) fn by_name(layers: Vec<StoredLayer>) -> Result<Network, InteropError> {
    let arrays = layers.into_iter().flat_map(|layer| {
        let array = |part, shape, values| NamedArray {
            name: format!("{}/{part}", layer.name),
            shape,
            values,
        };
        [
            array("kernel", vec![layer.inputs, layer.units], layer.kernel),
            array("bias", vec![layer.units], layer.bias),
        ]
    });
    network_of(arrays.collect())
}

/// The network of layers in their order.
pub(super) fn in_order(layers: Vec<StoredLayer>) -> Result<Network, InteropError> {
    Network::new(layers.into_iter().map(StoredLayer::into_layer).collect())
}

/// The network of the layers that a description names, in its order; `name_of` gives the names of their groups.
///
/// # Errors
///
/// [`InteropError::Damaged`] if one is missing, or has other units than described.
pub(super) fn as_described(
    format: Format,
    described: &[DenseLayer],
    mut stored: Vec<StoredLayer>,
    is_of: impl Fn(&StoredLayer, &DenseLayer) -> bool,
) -> Result<Network, InteropError> {
    let mut ordered = Vec::with_capacity(described.len());
    for layer in described {
        let at = stored.iter().position(|stored| is_of(stored, layer));
        let Some(at) = at else {
            let reason = format!("there are no weights of its layer {:?}", layer.name);
            return Err(InteropError::damaged(format, reason));
        };
        let found = stored.remove(at);
        if layer.units != found.units {
            let reason = format!(
                "its layer {:?} has {} units, but weights of {}",
                layer.name, layer.units, found.units
            );
            return Err(InteropError::damaged(format, reason));
        }
        ordered.push(found);
    }
    if let Some(other) = stored.first() {
        let reason = format!(
            "it has weights of {:?}, a layer that is not described",
            other.name
        );
        return Err(InteropError::damaged(format, reason));
    }
    in_order(ordered)
}

/// The error of a file of a format in which an HDF5 part cannot be read.
pub(super) fn error_of(format: Format) -> impl Fn(Hdf5Error) -> InteropError {
    move |error| match error {
        Hdf5Error::Damaged(reason) => InteropError::damaged(format, reason),
        Hdf5Error::Unsupported(what) => InteropError::Unsupported {
            what,
            instead: "save the model again with Keras, or its arrays with h5py as they are: floats, not compressed",
        },
    }
}
