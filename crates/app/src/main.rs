//! The program; its code is in the library.

use std::process::ExitCode;

#[expect(
    unsafe_code,
    reason = "no other thread runs yet that could read the environment"
)]
fn main() -> ExitCode {
    // SAFETY: the first statement of the process, which has one thread.
    unsafe { app::prepare_environment() };
    app::main()
}
