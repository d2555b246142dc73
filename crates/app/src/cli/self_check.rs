//! `app self-check`, hidden; `app devices` runs it in a separate process for each device.

use std::io::Write;

use crate::cli::arguments::DeviceArgs;
use crate::config::run_config::RunConfig;
use crate::device::engine_choice::EngineKind;
use crate::device::self_check::check;

pub(crate) fn self_check(device: &DeviceArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let opened = device.open()?;
    // Burn's step, because it depends on the device.
    let losses = check(&opened, EngineKind::Burn, &RunConfig::default())?;
    writeln!(
        out,
        "{}: ok, loss {:.6} -> {:.6}, as computed without Burn",
        opened.name, losses.before, losses.after
    )?;
    Ok(())
}
