//! The self-check of a device that computes wrong numbers, called as other programs call it: in
//! this process, in which no other test computes.

use ::app::{
    AdapterKind, BackendName, DeviceChoice, DeviceError, EngineKind, EngineName, Error, OpenDevice,
    RunConfig, check, open_checked,
};
use burn::tensor::{Device, FloatDType};

/// Flex with numbers of 8 bits of precision, which round a loss of 0.7 to steps of 0.004.
fn imprecise_device() -> OpenDevice {
    let mut device = Device::flex();
    device.configure(FloatDType::BF16).unwrap();
    OpenDevice {
        device,
        name: "a device with 8 bits".to_owned(),
        kind: AdapterKind::Gpu,
        backend: BackendName::Flex,
    }
}

#[test]
fn a_device_that_computes_with_too_few_digits_is_refused_with_both_losses() {
    let device = imprecise_device();
    let config = RunConfig::default();
    for engine in [EngineKind::Burn, EngineKind::Fused] {
        let error = check(&device, engine, &config).unwrap_err();
        let Error::Device(DeviceError::WrongStep {
            found, expected, ..
        }) = error
        else {
            panic!("{engine}: {error}");
        };
        let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
        let largest = differences.fold(0.0, f64::max);
        assert!(largest > 1e-3, "{engine}: {found:?}, {expected:?}");
    }
    // Before a training, too, of the engine that will be used.
    let choice = DeviceChoice {
        backend: BackendName::Flex,
        index: None,
    };
    for (name, kind) in [
        (EngineName::Auto, EngineKind::Fused),
        (EngineName::Burn, EngineKind::Burn),
    ] {
        let config = RunConfig {
            engine: name,
            ..RunConfig::default()
        };
        let error = open_checked(&choice, &config, &mut |_| {}).unwrap_err();
        let checked = match &error {
            Error::Device(DeviceError::WrongStep { engine, .. }) => engine.clone(),
            other => panic!("{other}"),
        };
        assert_eq!(checked, kind.to_string());
    }
}
