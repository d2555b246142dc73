//! What all pages of the help have in common: examples, headings, defaults in line, and the global
//! options last, without those that have no effect. The pages of the manual have no lines of fixed width.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};

use crate::cli::examples::examples;
use crate::cli::exit_code::EXIT_CODES;

/// The heading of the options that every command has.
const GLOBAL: &str = "Global options";

/// The columns of the help of which all lines are shown, so that no terminal breaks a word.
const COLUMNS: usize = 80;

/// The columns before the description of an option there.
const INDENT: usize = 10;

/// The global options that only some commands use.
const OF_DEVICES: [&str; 2] = ["backend", "device"];

/// The commands without an effect of `--backend` and `--device`, which they accept without listing
/// them, so that `app --backend NAME` can precede every command.
const WITHOUT_DEVICE: [&str; 23] = [
    "config",
    "config schema",
    "completions",
    "man",
    "data",
    "runs",
    "runs compare",
    "runs delete",
    "sweep show",
    "sweep plot",
    "sweep report",
    "sweep best",
    "sweep list",
    "sweep delete",
    "summary",
    "weights",
    "export",
    "import",
    "devices",
    "plot data",
    "plot history",
    "plot weights",
    "plot model",
];

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Medium {
    /// Lines that fit a terminal, with examples and exit codes before the options.
    Terminal,
    /// Text whose lines, examples and exit codes are arranged by the manual page.
    Manual,
}

/// Arranges the help of the program and of all its commands.
pub(crate) fn arranged(program: Command) -> Command {
    pages(program, Medium::Terminal)
}

/// Arranges the same for manual pages.
pub(crate) fn for_manual(program: Command) -> Command {
    pages(program, Medium::Manual)
}

fn pages(program: Command, medium: Medium) -> Command {
    let globals = program.get_arguments().filter(|arg| arg.is_global_set());
    let hidden: Vec<Arg> = globals
        .filter(|arg| OF_DEVICES.contains(&arg.get_id().as_str()))
        .map(|arg| arg.clone().hide(true))
        .collect();
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .display_order(901)
        .help("Print the version");
    let program = program.disable_version_flag(true).arg(version);
    let program = program.mut_args(|arg| {
        let is_choice = arg.get_action().takes_values();
        match arg.is_global_set() || arg.get_id() == "version" {
            true if is_choice => arg.help_heading(GLOBAL).hide_possible_values(true),
            true => arg.help_heading(GLOBAL),
            false => arg,
        }
    });
    page(program, "", &hidden, medium)
}

/// Arranges the page of a command and those of its subcommands.
fn page(command: Command, path: &str, hidden: &[Arg], medium: Medium) -> Command {
    let command = match (medium, examples(path)) {
        (Medium::Terminal, Some(lines)) => with_examples(command.mut_args(described), path, lines),
        (Medium::Terminal, None) => command.mut_args(described),
        (Medium::Manual, _) => command.disable_help_subcommand(true),
    };
    let command = if WITHOUT_DEVICE.contains(&path) {
        command.args(hidden)
    } else {
        command
    };
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help_heading(GLOBAL)
        .display_order(900)
        .help("Print help; -h prints one line an option");
    command
        .disable_help_flag(true)
        .arg(help)
        .mut_subcommands(|command| {
            let path = format!("{path} {}", command.get_name());
            page(command, path.trim_start(), hidden, medium)
        })
}

/// Adds the examples to the text above the options, and on the page of the program the exit codes.
fn with_examples(command: Command, path: &str, lines: &[&str]) -> Command {
    let about = text(command.get_long_about().or_else(|| command.get_about()));
    let about = wrapped(&about, COLUMNS);
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    let examples = format!("Examples:\n{}", lines.join("\n"));
    if !path.is_empty() {
        return command.long_about(format!("{about}\n\n{examples}"));
    }
    let codes = EXIT_CODES.map(|(code, meaning)| format!("\n  {code:<4} {meaning}"));
    let codes = format!("Exit codes:{}", codes.concat());
    command.long_about(format!("{about}\n\n{examples}\n\n{codes}"))
}

/// Adds ` [default: 20]` to the first line of an argument's help.
pub(crate) fn help_with_default(arg: Arg, default: &str) -> Arg {
    let first = format!("{} [default: {default}]", text(arg.get_help()));
    match arg.get_long_help() {
        None => arg.help(first),
        Some(long) => {
            let long = text(Some(long));
            let rest = long.split_once('\n').map_or("", |(_, rest)| rest);
            let long = format!("{first}\n{rest}");
            arg.help(first).long_help(long)
        }
    }
}

/// Puts the default into the first line, and, in the long help only, lists the values of a choice
/// with their explanations. Without blank lines.
fn described(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        let long = arg.get_long_help().map(without_blank_lines);
        return match long {
            Some(long) => arg.long_help(wrapped(&long, COLUMNS - INDENT)),
            None => arg,
        };
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let arg = if defaults.is_empty() || arg.is_hide_default_value_set() {
        arg
    } else {
        help_with_default(arg, &defaults.join(",")).hide_default_value(true)
    };
    let long = arg.get_long_help().or_else(|| arg.get_help());
    let mut lines: Vec<String> = long.map(without_blank_lines).into_iter().collect();
    if !arg.is_hide_possible_values_set() {
        lines.extend(arg.get_possible_values().iter().filter_map(|value| {
            let (name, help) = (value.get_name(), value.get_help()?);
            Some(format!("- {name}: {help}"))
        }));
    }
    let long = wrapped(&lines.join("\n"), COLUMNS - INDENT);
    arg.hide_possible_values(true).long_help(long)
}

fn without_blank_lines(help: &StyledStr) -> String {
    help.to_string().replace("\n\n", "\n")
}

/// Breaks lines between words. The lines after the first one of an item, `- item`, are indented.
fn wrapped(text: &str, columns: usize) -> String {
    let lines = text.lines().map(|line| {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut broken = String::new();
        let mut used = 0;
        for word in line.split(' ') {
            let width = word.chars().count();
            if used > 0 && used + 1 + width > columns {
                broken.push('\n');
                broken.push_str(indent);
                used = indent.len();
            } else if used > 0 {
                broken.push(' ');
                used += 1;
            }
            broken.push_str(word);
            used += width;
        }
        broken
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn text(help: Option<&StyledStr>) -> String {
    help.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_those_of_an_item_are_indented() {
        let text = "one two three\n\n- four five six\na-word-that-is-too-long for it";
        let expected = "one two\nthree\n\n- four\n  five\n  six\na-word-that-is-too-long\nfor it";
        assert_eq!(wrapped(text, 8), expected);
    }
}
