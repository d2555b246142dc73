//! `app completions`: scripts by which a shell completes the program's commands, flags and values.

use std::io::Write;

use clap::{Args, Command};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell in which commands are completed
    ///
    /// bash: save it as ~/.local/share/bash-completion/completions/app
    ///
    /// zsh: save it as _app in a folder of $fpath, such as ~/.zfunc, which is added in .zshrc before compinit:
    /// fpath+=~/.zfunc
    ///
    /// fish: save it as ~/.config/fish/completions/app.fish
    ///
    /// elvish: save it as ~/.config/elvish/lib/app.elv, and add to rc.elv: use app
    ///
    /// powershell: save it as app.ps1, and add to the file that $PROFILE names: . PATH/app.ps1
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for a shell. `program` has all commands.
pub(crate) fn completions(
    args: &CompletionsArgs,
    mut program: Command,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    out.write_all(&script)?;
    Ok(())
}
