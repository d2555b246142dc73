//! Doors for the fuzz targets in `fuzz/`: each reader of foreign bytes in this crate, with nothing
//! around it. Compiled by cargo-fuzz alone.
#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is what a fuzz target looks for"
)]

use std::path::Path;

use burn::module::{Module, Param, ParamId};
use burn::optim::lr_scheduler::LrSchedulerRecord;
use burn::optim::{GradientsParams, ModuleOptimizer, OptimizerRecord};
use burn::tensor::{Device, Tensor};
use model::{Adam, Mlp, MlpConfig};

use crate::backend;
use crate::checkpoint::{read_seal, sha256};
use crate::config::RunConfig;
use crate::optimizer_record::check_optimizer;
use crate::settings::Settings;

/// Reads a file given with `--config`, and settles what it leaves open.
pub fn config(path: &Path) {
    if let Ok(mut config) = RunConfig::resolve(Some(path), &Settings::default()) {
        let _ = config.settle(800, 200);
        let rate = config.schedule().at(12_345);
        assert!(rate.is_finite() && rate >= 0.0, "{config:?} gives {rate}");
        let text = config.to_toml().expect("what was read can be written");
        fs_err::write(path, text).expect("the file can be written");
        let again = RunConfig::read(path).expect("what was written reads back");
        assert_eq!(again, config);
    }
}

/// Reads one file of a checkpoint whose checksum matches: model, optim, scheduler or seal. Written
/// for the occasion are the seal's first line and the network that the optimizer is for.
pub fn checkpoint(part: u8, file: &Path, network: &Path) {
    let config = MlpConfig {
        hidden_units: [1, 1],
    };
    match part {
        0 => drop(model::load(&config, file, &backend::reference())),
        1 => {
            let device = backend::reference().autodiff();
            let model = numbered(&config, &device);
            let bytes = model.clone().into_record().into_bytes();
            let bytes = bytes.expect("a record can be written");
            fs_err::write(network, &*bytes).expect("the file can be written");
            if check_optimizer(network, file, 0).is_ok()
                && let Ok(record) = OptimizerRecord::load(file)
            {
                let mut adam = ModuleOptimizer::from(Adam::default()).load_record(record);
                let images = Tensor::<2>::ones([2, 400], &device);
                let gradients = model.logits(images).sum().backward();
                let gradients = GradientsParams::from_grads(gradients, &model);
                let model = adam.step(0.1, model, gradients);
                assert_eq!(model::named_weights(&model).expect("a CPU").len(), 6);
            }
        }
        2 => drop(LrSchedulerRecord::load(file)),
        _ => {
            let bytes = fs_err::read(file).expect("the file can be read");
            let line = format!("sha256 = \"{}\"\n", sha256(&bytes));
            let sealed = [line.as_bytes(), &bytes].concat();
            fs_err::write(file, sealed).expect("the file can be written");
            drop(read_seal(file));
        }
    }
}

/// Reads a run's history.
pub fn history(path: &Path) {
    let _ = crate::csv_lines::read::<crate::history::Epoch>(path);
}

/// A network whose parameters have the ids 1 to 6.
fn numbered(config: &MlpConfig, device: &Device) -> Mlp {
    let mut network = config.init(0, device);
    let layers = [
        &mut network.layer1,
        &mut network.layer2,
        &mut network.layer3,
    ];
    for (layer, id) in layers.into_iter().zip([1, 3, 5]) {
        layer.weight = Param::initialized(ParamId::from(id), layer.weight.val());
        let bias = layer.bias.as_ref().map(|bias| bias.val());
        layer.bias = bias.map(|bias| Param::initialized(ParamId::from(id + 1), bias));
    }
    network
}
