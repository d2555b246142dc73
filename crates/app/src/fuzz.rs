//! Entry points for the fuzz targets in `fuzz/`: each reader of untrusted bytes in this crate.
//! Compiled by cargo-fuzz only.
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

use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;
use crate::device::select::reference_device;
use crate::run::history::EpochMetrics;
use crate::run::manifest::Manifest;
use crate::run::optimizer_record::check_optimizer;
use crate::support::csv_log;
use crate::support::hash::sha256;

/// Reads a file given with `--config`, and resolves what depends on the data.
pub fn config(path: &Path) {
    let read = RunConfig::default().with_file(path);
    let images = ImageCounts {
        training: 800,
        validation: 200,
    };
    let read = read.and_then(RunConfig::checked);
    if let Ok(config) = read.and_then(|config| ResolvedConfig::new(config, images)) {
        let rate = config.schedule.at(12_345);
        assert!(rate.is_finite() && rate >= 0.0, "{config:?} gives {rate}");
        let text = config
            .settings
            .to_toml()
            .expect("what was read can be written");
        fs_err::write(path, text).expect("the file can be written");
        let again = RunConfig::read(path).expect("what was written reads back");
        assert_eq!(again, config.settings);
    }
}

/// Reads one file of a checkpoint whose checksum matches: model, optim, scheduler or manifest. The
/// manifest's first line, its checksum, and a network for the optimizer are generated.
pub fn checkpoint(part: u8, file: &Path, network: &Path) {
    let config = MlpConfig {
        hidden_units: [1, 1],
        outputs: 1,
    };
    match part {
        0 => drop(model::load(&config, file, &reference_device())),
        1 => {
            let device = reference_device().autodiff();
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
            let manifest = [line.as_bytes(), &bytes].concat();
            fs_err::write(file, manifest).expect("the file can be written");
            drop(Manifest::read(file));
        }
    }
}

/// Reads a run's history.
pub fn history(path: &Path) {
    let _ = csv_log::read::<EpochMetrics>(path);
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
