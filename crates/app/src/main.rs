//! The program. Everything but its start is in the library beside this file.

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
