//! Environment variables that our dependencies read.

/// Sets the environment variables that Burn and graphics drivers need, for a program's `main`.
///
/// `BURN_DEVICE` is set to `flex`, so that Burn's `Device::default()` is the CPU, whichever
/// backends are compiled in. Burn loads an optimizer's record through the default device, which
/// would otherwise be wgpu: resuming a run on a machine without a GPU would end in a panic
/// (burn-optim 0.22.1, `ModuleOptimizer::load_record`). The state moves to the correct device with
/// the next step.
///
/// `XDG_RUNTIME_DIR` is set to the temporary directory if it is missing, as in containers: without
/// it, Mesa's drivers print a line that starts with "error:" whenever they list devices, although
/// nothing is wrong.
///
/// # Safety
///
/// No other thread may run, because it could read the environment at the same time: call this first
/// in `main`.
#[expect(
    unsafe_code,
    reason = "only the caller knows that no other thread runs"
)]
pub unsafe fn prepare_environment() {
    // SAFETY: the caller promises that no other thread reads the environment.
    unsafe {
        std::env::set_var("BURN_DEVICE", "flex");
        if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
            std::env::set_var("XDG_RUNTIME_DIR", std::env::temp_dir());
        }
    }
}
