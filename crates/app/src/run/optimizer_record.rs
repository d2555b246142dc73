//! The optimizer's record of a checkpoint, checked before Burn reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use burn::tensor::DType;
use model::{ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, OPTIMIZER_RANK};

use crate::support::cause::{Damage, RecordFault};
use crate::support::error::{Error, Result};

/// The shapes of a network's parameters, by their ids.
type Shapes = BTreeMap<u64, burn_pack::Shape>;

/// Checks that Adam's moments have the names, types and shapes of the network's parameters: Burn's
/// learner panics on others. After the first epoch, every parameter must have them, because Burn
/// silently restarts Adam for missing ones.
pub(crate) fn check_optimizer(network: &Path, optimizer: &Path, epoch: usize) -> Result<()> {
    let shapes = parameter_shapes(network)?;
    let found = check_state(optimizer, &shapes)?;
    for id in shapes.into_keys().filter(|_| epoch > 0) {
        let mut names = [ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME].into_iter();
        if let Some(name) = names.find(|name| !found.contains(&format!("{id}.{name}"))) {
            return Err(Error::Damaged {
                path: optimizer.to_owned(),
                damage: Damage::MissingMoment(format!("{id}.{name}")),
            });
        }
    }
    Ok(())
}

fn parameter_shapes(network: &Path) -> Result<Shapes> {
    let mut shapes = BTreeMap::new();
    let tensors = open(network)?.into_tensors();
    for tensor in tensors.map_err(|error| Error::record(network, error))? {
        let Some(id) = tensor.param_id else {
            return Err(fault(network, tensor.name, RecordFault::NoId));
        };
        if shapes.insert(id, tensor.shape).is_some() {
            return Err(fault(network, tensor.name, RecordFault::DuplicateId));
        }
    }
    Ok(shapes)
}

/// Checks each number and tensor of the optimizer's record, and returns their names.
fn check_state(optimizer: &Path, shapes: &Shapes) -> Result<BTreeSet<String>> {
    let reader = open(optimizer)?;
    let mut found = BTreeSet::new();
    for (name, value) in reader.scalars() {
        let fits = match name.rsplit_once('.') {
            Some((id, OPTIMIZER_RANK)) => id.parse().is_ok_and(|id: u64| {
                usize::try_from(*value).ok() == shapes.get(&id).map(burn_pack::Shape::num_dims)
            }),
            // The number of finished steps, which Adam increments.
            Some((_, "time")) => u32::try_from(*value).is_ok(),
            _ => false,
        };
        if !fits {
            return Err(fault(optimizer, name.clone(), RecordFault::DoesNotFit));
        }
        found.insert(name.clone());
    }
    let tensors = reader.into_tensors();
    for tensor in tensors.map_err(|error| Error::record(optimizer, error))? {
        let fits = tensor.param_id.is_some_and(|id| {
            tensor.name.starts_with(&format!("{id}."))
                && tensor.dtype == DType::F32
                && shapes.get(&id) == Some(&tensor.shape)
        });
        if !fits {
            return Err(fault(optimizer, tensor.name, RecordFault::DoesNotFit));
        }
        found.insert(tensor.name);
    }
    Ok(found)
}

fn open(path: &Path) -> Result<burn_pack::Reader> {
    burn_pack::Reader::from_file(path).map_err(|error| Error::record(path, error))
}

fn fault(path: &Path, tensor: String, fault: RecordFault) -> Error {
    Error::RecordFault {
        path: path.to_owned(),
        tensor,
        fault,
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::{GradientsParams, ModuleOptimizer};
    use burn::tensor::{Device, Tensor};
    use burn_pack::{Reader, Writer};
    use model::{Adam, MlpConfig};

    use super::*;

    #[test]
    fn after_the_first_epoch_no_part_of_adam_s_state_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let [network, optimizer] =
            ["network.bpk", "optim.bpk"].map(|name| folder.path().join(name));
        let device = Device::flex().autodiff();
        let config = MlpConfig {
            hidden_units: [1, 1],
            outputs: 1,
        };
        let model = config.init(0, &device);
        let mut adam = ModuleOptimizer::from(Adam::default());
        adam.save(&optimizer).unwrap();
        model::save(&model, &network).unwrap();
        check_optimizer(&network, &optimizer, 0).unwrap();
        let refused = || {
            let error = check_optimizer(&network, &optimizer, 1).unwrap_err();
            error.to_string()
        };
        assert!(refused().contains("optim.bpk is damaged"), "{}", refused());

        let gradients = model.logits(Tensor::<2>::ones([2, 400], &device));
        let gradients = GradientsParams::from_grads(gradients.sum().backward(), &model);
        adam.step(0.1, model, gradients);
        adam.save(&optimizer).unwrap();
        check_optimizer(&network, &optimizer, 1).unwrap();

        let whole = folder.path().join("whole.bpk");
        fs_err::rename(&optimizer, &whole).unwrap();
        let read = || Reader::from_file(&whole).unwrap();
        let times = read().scalars().keys().cloned().collect::<Vec<_>>();
        let times = times.into_iter().filter(|name| name.ends_with(ADAM_TIME));
        let tensors = read().into_tensors().unwrap();
        let names = tensors.into_iter().map(|tensor| tensor.name).chain(times);
        let names = names.collect::<Vec<_>>();
        assert_eq!(names.len(), 6 * 3); // Two moments and a count of steps, of six parameters.
        for missing in names {
            let mut tensors = read().into_tensors().unwrap();
            tensors.retain(|tensor| tensor.name != missing);
            let mut writer = Writer::new(tensors);
            for (name, value) in read()
                .scalars()
                .iter()
                .filter(|(name, _)| **name != missing)
            {
                writer = writer.with_scalar(name, *value);
            }
            writer.write_to_file(&optimizer).unwrap();
            assert!(refused().contains(&missing), "{missing}: {}", refused());
        }
    }
}
