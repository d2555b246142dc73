//! Environment variables that libraries below read, set before anything runs.

/// Sets what has to be set; the first statement of `main`.
///
/// `BURN_DEVICE` makes Burn's `Device::default()` the CPU, whatever is compiled in. Burn loads an
/// optimizer's state through the default device, which would be wgpu: resuming a run on a machine
/// without a GPU would end in a panic (burn-optim 0.22.1, `ModuleOptimizer::load_record`). The
/// state moves to the right device with the next step.
///
/// `XDG_RUNTIME_DIR`, where it is missing, as in containers: Mesa's drivers would print a line
/// that starts with "error:" each time they are asked for devices, though nothing is wrong.
#[expect(
    unsafe_code,
    reason = "no other thread runs yet that could read the environment"
)]
pub(crate) fn prepare() {
    // SAFETY: called first in `main`, where the process has one thread.
    unsafe {
        std::env::set_var("BURN_DEVICE", "flex");
        if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
            std::env::set_var("XDG_RUNTIME_DIR", std::env::temp_dir());
        }
    }
}
