//! Weights of other programs: NumPy, safetensors, Keras, PyTorch, ONNX, MATLAB, told apart by their content.
#![no_main]

use interop::{Layout, Target};
use libfuzzer_sys::fuzz_target;

/// The formats that are written and read again.
const TARGETS: [Target; 7] = [
    Target::Npz,
    Target::Safetensors(Layout::PyTorch),
    Target::Safetensors(Layout::Keras),
    Target::Keras,
    Target::KerasWeights,
    Target::Onnx,
    Target::Mat,
];

/// The most weights and biases of a network that is written again.
const MOST_WRITTEN: usize = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let Ok((_, network)) = interop::read(bytes) else {
        return;
    };
    for layer in network.layers() {
        let mut numbers = layer.kernel.iter().chain(&layer.bias);
        assert!(numbers.all(|number| number.is_finite()));
    }
    if network.parameters() > MOST_WRITTEN {
        return;
    }
    for target in TARGETS {
        let file = interop::write(std::slice::from_ref(&network), target);
        let file = file.expect("a network that was read can be written");
        let (format, read) = interop::read(&file).expect("what was written can be read");
        assert_eq!(format, target.format());
        assert_eq!(read.layers(), network.layers());
        // Not every format has a place for the digits.
        assert!(read.digits().is_none() || read.digits() == network.digits());
    }
});
