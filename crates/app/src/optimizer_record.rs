//! The optimizer's record of a checkpoint, looked at before Burn reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use burn::tensor::DType;
use model::{ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, OPTIMIZER_RANK};

/// Checks that Adam's means have the names, types and shapes of the network's parameters: Burn's
/// learner panics at others. After the first epoch each parameter must have them: Burn starts Adam
/// anew where they are missing, and says nothing.
pub(crate) fn check_optimizer(
    network: &Path,
    optimizer: &Path,
    epoch: usize,
) -> anyhow::Result<()> {
    let open = |path: &Path| {
        burn_pack::Reader::from_file(path).with_context(|| path.display().to_string())
    };
    let mut shapes = BTreeMap::new();
    for tensor in open(network)?.into_tensors()? {
        let Some(id) = tensor.param_id else {
            anyhow::bail!("{}: {}: has no id", network.display(), tensor.name);
        };
        if shapes.insert(id, tensor.shape).is_some() {
            anyhow::bail!("{}: {}: its id comes twice", network.display(), tensor.name);
        }
    }
    let refuse =
        |name: &str| anyhow::anyhow!("{}: {name}: does not fit the network", optimizer.display());
    let reader = open(optimizer)?;
    let mut found = BTreeSet::new();
    for (name, value) in reader.scalars() {
        let fits = match name.rsplit_once('.') {
            Some((id, OPTIMIZER_RANK)) => id.parse().is_ok_and(|id: u64| {
                usize::try_from(*value).ok() == shapes.get(&id).map(burn_pack::Shape::num_dims)
            }),
            // Adam counts on from it.
            Some((_, "time")) => u32::try_from(*value).is_ok(),
            _ => false,
        };
        if !fits {
            return Err(refuse(name));
        }
        found.insert(name.clone());
    }
    for tensor in reader.into_tensors()? {
        let fits = tensor.param_id.is_some_and(|id| {
            tensor.name.starts_with(&format!("{id}."))
                && tensor.dtype == DType::F32
                && shapes.get(&id) == Some(&tensor.shape)
        });
        if !fits {
            return Err(refuse(&tensor.name));
        }
        found.insert(tensor.name);
    }
    for id in shapes.into_keys().filter(|_| epoch > 0) {
        let mut names = [ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME].into_iter();
        if let Some(name) = names.find(|name| !found.contains(&format!("{id}.{name}"))) {
            let path = optimizer.display();
            anyhow::bail!("{path}: is damaged: it lacks {id}.{name}, a part of Adam's state");
        }
    }
    Ok(())
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
        };
        let model = config.init(0, &device);
        let mut adam = ModuleOptimizer::from(Adam::default());
        adam.save(&optimizer).unwrap();
        model::save(&model, &network).unwrap();
        check_optimizer(&network, &optimizer, 0).unwrap();
        let refused = || {
            format!(
                "{:#}",
                check_optimizer(&network, &optimizer, 1).unwrap_err()
            )
        };
        assert!(refused().contains("optim.bpk: is damaged"), "{}", refused());

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
        assert_eq!(names.len(), 6 * 3); // Two means and a count of steps, of six parameters.
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
