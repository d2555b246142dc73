//! Files given with --init: the JSON of `app weights --json`, or burnpack.
#![no_main]

use burn::tensor::Device;
use libfuzzer_sys::fuzz_target;
use model::MlpConfig;

fuzz_target!(|bytes: &[u8]| {
    let config = MlpConfig {
        hidden_units: [2, 1],
        outputs: 1,
    };
    let path = fuzz::file(bytes);
    let device = Device::flex();
    let _ = model::load(&config, &path, &device);
    if let Ok(model) = model::read_json(&config, &path, &device) {
        let weights = model::named_weights(&model).expect("reading results on the CPU never fails");
        assert!(
            weights
                .iter()
                .all(|part| part.values.iter().all(|value| value.is_finite()))
        );
    }
});
