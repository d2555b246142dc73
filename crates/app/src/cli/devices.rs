//! `app devices`: lists the backends and the devices of this machine, and checks that each computes
//! correctly.

use std::io::Write;
use std::process::Command;

use anyhow::Context;

use crate::cli::stderr;
use crate::device::adapter::{Adapter, AdapterKind, adapters};
use crate::device::backend_name::BackendName;

pub(crate) fn devices(out: &mut dyn Write) -> anyhow::Result<()> {
    for backend in BackendName::NAMED {
        if !backend.is_compiled_in() {
            writeln!(
                out,
                "{backend}: not compiled in; build with --features {backend}"
            )?;
            continue;
        }
        let found = adapters(backend);
        if found.is_empty() {
            writeln!(out, "{backend}: no device on this machine")?;
        }
        for adapter in found {
            let kind = match adapter.kind {
                AdapterKind::Cpu => "CPU",
                AdapterKind::Gpu => "GPU",
                AdapterKind::SoftwareGpu => "software GPU, only used if chosen with --backend",
            };
            if adapter.kind != AdapterKind::Cpu {
                stderr::note(format_args!(
                    "checking {backend}; compiling the first kernels can take a minute ..."
                ));
            }
            write!(out, "{backend}, --device {}, {kind}: ", adapter.index)?;
            out.flush()?;
            writeln!(out, "{}", self_check(&adapter)?)?;
            out.flush()?;
        }
    }
    Ok(())
}

/// Runs the self-check in a separate process, so that a crash of the driver does not end this one.
fn self_check(adapter: &Adapter) -> anyhow::Result<String> {
    let program = std::env::current_exe().context("cannot find the executable of this program")?;
    let output = Command::new(program)
        .args(["--backend", &adapter.backend.to_string()])
        .args(["--device", &adapter.index.to_string()])
        .arg("self-check")
        .output()
        .context("cannot start the self-check")?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let messages = String::from_utf8_lossy(&output.stderr);
    let last = messages.lines().rfind(|line| !line.trim().is_empty());
    let cause = last.unwrap_or("no message");
    Ok(format!("FAILED ({}): {cause}", output.status))
}
