//! `app completions`: scripts by which a shell completes the program's commands, flags and values.

use std::io::Write;

use clap::{Args, Command, ValueHint};
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
    program: &Command,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut program = without_hidden(program);
    let mut script = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    if args.shell == Shell::Bash {
        script = with_files(&String::from_utf8(script)?, &program).into_bytes();
    }
    out.write_all(&script)?;
    Ok(())
}

/// The program without commands that the help does not show either.
fn without_hidden(program: &Command) -> Command {
    let shown = program.get_subcommands();
    let shown = shown.filter(|command| !command.is_hide_set()).cloned();
    // No command can be removed from another one. The flags for help and version are among the arguments.
    Command::new("app")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(program.get_arguments().cloned())
        .subcommands(shown)
}

/// Adds files to what bash completes where an argument may be one: after the command's name, clap offers only flags.
fn with_files(script: &str, program: &Command) -> String {
    let mut changed = String::new();
    let mut takes_files = false;
    for line in script.lines() {
        if let Some(label) = line.trim().strip_suffix(')')
            && let Some(path) = label.strip_prefix("app__subcmd__")
        {
            takes_files = command_at(program, path).is_some_and(takes_a_path);
        }
        changed.push_str(line);
        changed.push('\n');
        if takes_files && line.trim() == OFFERED {
            let indent = &line[..line.len() - line.trim_start().len()];
            changed.push_str(indent);
            changed.push_str(FILES);
            changed.push('\n');
        }
    }
    changed
}

/// How clap's script for bash offers the flags of a command.
const OFFERED: &str = r#"COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )"#;
/// The same for files.
const FILES: &str = r#"[[ ${cur} == -* ]] || { local IFS=$'\n'; compopt -o filenames 2>/dev/null; COMPREPLY+=( $(compgen -f -- "${cur}") ); }"#;

/// The command at a path of names, as clap's script joins them.
fn command_at<'a>(program: &'a Command, path: &str) -> Option<&'a Command> {
    let mut names = path.split("__subcmd__");
    names.try_fold(program, |command, name| {
        command.find_subcommand(name.replace("__", "-"))
    })
}

fn takes_a_path(command: &Command) -> bool {
    let paths = [ValueHint::AnyPath, ValueHint::FilePath, ValueHint::DirPath];
    let mut positionals = command.get_positionals();
    positionals.any(|argument| paths.contains(&argument.get_value_hint()))
}
