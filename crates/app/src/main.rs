//! The program; all of it stands in the library beside this file.

use std::process::ExitCode;

fn main() -> ExitCode {
    app::main()
}
