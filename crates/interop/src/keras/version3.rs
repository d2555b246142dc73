//! The weights of Keras 3: `layers/dense/vars/0` is a kernel, `1` its bias.

use crate::about::description;
use crate::error::InteropError;
use crate::format::Format;
use crate::hdf5::{Array, Group, Node, Object, write as write_hdf5};
use crate::network::Network;

use super::described::group_of_dense;
use super::layer::{StoredLayer, error_of};

/// The group of a layer's variables.
const VARIABLES: &str = "vars";

/// The group of layers, and its name in TensorFlow 2.13.
const LAYERS: [&str; 2] = ["layers", "_layer_checkpoint_dependencies"];

/// Groups whose variables are no weights of layers: those of Adam and of metrics, and the random numbers of dropout.
const NO_LAYERS: [&str; 3] = ["metrics", "optimizer", "seed_generator"];

/// The most groups within each other; a model in a model has six.
const MAX_DEPTH: usize = 16;

/// Reads all layers with variables.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if one is no dense layer, and those of a damaged file.
pub(super) fn layers(root: &Object<'_>, format: Format) -> Result<Vec<StoredLayer>, InteropError> {
    let mut layers = Vec::new();
    collect(root, format, 0, &mut layers)?;
    Ok(layers)
}

fn collect(
    group: &Object<'_>,
    format: Format,
    depth: usize,
    layers: &mut Vec<StoredLayer>,
) -> Result<(), InteropError> {
    if depth > MAX_DEPTH {
        let reason = format!("it has more than {MAX_DEPTH} groups within each other");
        return Err(InteropError::damaged(format, reason));
    }
    for member in group.members().map_err(error_of(format))? {
        if NO_LAYERS.contains(&member.name.as_str()) {
            continue;
        }
        let is_variables = member.name == VARIABLES;
        let object = member.open().map_err(error_of(format))?;
        if is_variables {
            let arrays = variables(&object, format)?;
            if !arrays.is_empty() {
                layers.push(StoredLayer::new(group.path().to_owned(), arrays)?);
            }
        } else if !object.is_array() {
            collect(&object, format, depth + 1, layers)?;
        }
    }
    Ok(())
}

/// The variables of a layer.
fn variables(group: &Object<'_>, format: Format) -> Result<Vec<Array>, InteropError> {
    let members = group.members().map_err(error_of(format))?.into_iter();
    let arrays = members.map(|member| member.open()?.array());
    arrays.collect::<Result<_, _>>().map_err(error_of(format))
}

/// Whether a layer stands where a model keeps its layer of this class and number, such as `dense_1`.
pub(super) fn is_at(layer: &StoredLayer, class_and_number: &str) -> bool {
    let place = layer.name.rsplit_once('/');
    place.is_some_and(|(group, name)| LAYERS.contains(&group) && name == class_and_number)
}

/// Makes a file of weights, which `load_weights` of a model of three dense layers reads.
pub(crate) fn write(network: &Network) -> Vec<u8> {
    let layers = network.layers().iter().enumerate();
    let layers = layers.map(|(number, layer)| {
        let array = |name: &str, shape, numbers| (name.to_owned(), Node::Array(shape, numbers));
        let variables = Group {
            attributes: vec![("name", format!("layer{}", number + 1))],
            members: vec![
                array("0", vec![layer.inputs, layer.units], &layer.kernel),
                array("1", vec![layer.units], &layer.bias),
            ],
        };
        (group_of_dense(number), group(VARIABLES, variables))
    });
    let layers = Group {
        attributes: Vec::new(),
        members: layers.collect(),
    };
    // The model has no variables of its own, but Keras 3.4 wants their group.
    let of_model = Group::default();
    write_hdf5(&Group {
        attributes: description(network),
        members: vec![
            (LAYERS[0].to_owned(), Node::Group(layers)),
            (VARIABLES.to_owned(), Node::Group(of_model)),
        ],
    })
}

/// A group with one group in it.
fn group<'a>(name: &str, member: Group<'a>) -> Node<'a> {
    Node::Group(Group {
        attributes: Vec::new(),
        members: vec![(name.to_owned(), Node::Group(member))],
    })
}
