//! The names of the network's layers and parameters, in files and for people.

/// The names of one layer and its two parameters.
pub(crate) struct LayerNames {
    pub(crate) layer: &'static str,
    pub(crate) weight: &'static str,
    pub(crate) bias: &'static str,
}

/// The three layers, from the pixels to the logits.
///
/// Burn derives the same names from the fields of [`Mlp`](super::Mlp) when it writes a record.
pub(crate) const LAYERS: [LayerNames; 3] = [
    LayerNames {
        layer: "layer1",
        weight: "layer1.weight",
        bias: "layer1.bias",
    },
    LayerNames {
        layer: "layer2",
        weight: "layer2.weight",
        bias: "layer2.bias",
    },
    LayerNames {
        layer: "layer3",
        weight: "layer3.weight",
        bias: "layer3.bias",
    },
];

/// Lists the six parameters, weight before bias, as Keras's `get_weights` orders them.
pub(crate) fn parameter_names() -> impl Iterator<Item = &'static str> {
    LAYERS.iter().flat_map(|names| [names.weight, names.bias])
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::tensor::Device;

    use super::*;
    use crate::MlpConfig;

    #[test]
    fn burn_writes_records_with_these_names() {
        let hidden_units = [2, 2];
        let network = MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, &Device::flex());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        network.into_record().save(&path).unwrap();
        let reader = burn_pack::Reader::from_file(&path).unwrap();
        let tensors = reader.into_tensors().unwrap().into_iter();
        let mut found: Vec<String> = tensors.map(|tensor| tensor.name).collect();
        found.sort();
        let mut expected: Vec<&str> = parameter_names().collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
