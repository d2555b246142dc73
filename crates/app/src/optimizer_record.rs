//! The optimizer's record of a checkpoint, looked at before Burn reads it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use burn::tensor::DType;

/// Checks that Adam's means have the names, types and shapes of the network's parameters: Burn's
/// learner panics at others.
pub(crate) fn check_optimizer(network: &Path, optimizer: &Path) -> anyhow::Result<()> {
    let open = |path: &Path| {
        burn_pack::Reader::from_file(path).with_context(|| path.display().to_string())
    };
    let mut shapes = BTreeMap::new();
    for tensor in open(network)?.into_tensors()? {
        if let Some(id) = tensor.param_id
            && shapes.insert(id, tensor.shape).is_some()
        {
            anyhow::bail!("{}: {}: its id comes twice", network.display(), tensor.name);
        }
    }
    let refuse =
        |name: &str| anyhow::anyhow!("{}: {name}: does not fit the network", optimizer.display());
    let reader = open(optimizer)?;
    for (name, value) in reader.scalars() {
        let fits = match name.rsplit_once('.') {
            Some((id, "__rank")) => id.parse().is_ok_and(|id: u64| {
                usize::try_from(*value).ok() == shapes.get(&id).map(burn_pack::Shape::num_dims)
            }),
            // Adam counts on from it.
            Some((_, "time")) => u32::try_from(*value).is_ok(),
            _ => false,
        };
        if !fits {
            return Err(refuse(name));
        }
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
    }
    Ok(())
}
