//! What the tests of the activations picture draw.

use super::data::{Activations, LayerActivations};
use crate::base::bitmap::Bitmap;

pub(super) fn layer(name: &str, values: Vec<f32>, kernel: Vec<f32>) -> LayerActivations {
    LayerActivations {
        name: name.to_owned(),
        values,
        kernel,
    }
}

pub(super) fn shown(layers: Vec<LayerActivations>, label: Option<u8>) -> Activations {
    Activations {
        image: Bitmap {
            columns: 20,
            values: vec![0.5; 400],
        },
        layers,
        digits: vec![0, 1],
        label,
        prediction: Some(1),
    }
}

/// 25, 15 and 1 unit, with weights of both signs.
pub(super) fn classic() -> Vec<LayerActivations> {
    let wave = |numbers: u8| {
        (1..=numbers)
            .map(|number| f32::from(number).sin())
            .collect()
    };
    let values = |units: u8| (0..units).map(|unit| f32::from(unit) / 25.0).collect();
    vec![
        layer("layer1", values(25), Vec::new()),
        layer("layer2", values(15), [wave(250), wave(125)].concat()),
        layer("layer3", vec![0.998_74], wave(15)),
    ]
}

/// 15 units and one output for each of ten digits, of which that of the 7 is the largest.
pub(super) fn ten_digits() -> Activations {
    let mut outputs = vec![0.01; 10];
    outputs[7] = 0.91;
    let layers = vec![
        layer("layer2", vec![0.5; 15], Vec::new()),
        layer("layer3", outputs, vec![1.0; 150]),
    ];
    Activations {
        digits: (0..10).collect(),
        prediction: Some(7),
        ..shown(layers, Some(9))
    }
}
