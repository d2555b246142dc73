//! `app man`: the help of every command as manual pages, for `man`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use crate::cli::examples::examples;
use crate::cli::exit_code::EXIT_CODES;
use crate::cli::plot::output::check_output_folder;
use crate::cli::usage_error::UsageError;
use crate::support::atomic_write::write_atomically;
use crate::support::folder::create_folder;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::similar::most_similar;

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Command of which the page is printed, such as plot data
    ///
    /// By default the page of the whole program. To read it: app man train | man -l -
    command: Vec<String>,
    /// Write the pages of all commands into this folder
    ///
    /// As app.1, app-train.1 and so on. `man` finds them in ~/.local/share/man/man1.
    #[arg(long, short, value_name = "FOLDER", conflicts_with = "command")]
    output: Option<PathBuf>,
}

/// Prints the page of a command, or writes those of all. `program` has all commands.
pub(crate) fn man(args: &ManArgs, mut program: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    program.build();
    let Some(folder) = &args.output else {
        let command = find(&program, &args.command)?;
        out.write_all(&page(command)?)?;
        return Ok(());
    };
    check_output_folder("--output", folder)?;
    create_folder(folder)?;
    let pages = write_pages(&program, folder)?;
    writeln!(
        out,
        "wrote {} into {}",
        counted(pages, "page"),
        quoted(folder)
    )?;
    Ok(())
}

/// The command that is reached by these words.
fn find<'a>(program: &'a Command, words: &[String]) -> Result<&'a Command, UsageError> {
    let mut command = program;
    for (index, word) in words.iter().enumerate() {
        let mut inner = command.get_subcommands();
        let found = inner.find(|found| found.get_name() == word && has_page(found));
        command = found.ok_or_else(|| {
            let names = command.get_subcommands().filter(|inner| has_page(inner));
            UsageError::NoSuchCommand {
                command: words[..=index].join(" "),
                similar: most_similar(word, names.map(|inner| inner.get_name().to_owned())),
            }
        })?;
    }
    Ok(command)
}

fn has_page(command: &Command) -> bool {
    !command.is_hide_set()
}

/// Writes the pages of a command and of those below it; returns their number.
fn write_pages(command: &Command, folder: &Path) -> anyhow::Result<usize> {
    let path = folder.join(format!("{}.1", page_name(command)));
    write_atomically(&path, &page(command)?)?;
    let mut pages = 1;
    for inner in command.get_subcommands().filter(|inner| has_page(inner)) {
        pages += write_pages(inner, folder)?;
    }
    Ok(pages)
}

/// `app-plot-data`.
fn page_name(command: &Command) -> &str {
    // A command that is built has it.
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

/// The page of a command, in roff.
fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let name = page_name(command);
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        text,
        ".TH \"{name}\" \"1\" \"\" \"app {version}\" \"User Commands\""
    )?;
    let man = Man::new(command.clone());
    man.render_name_section(&mut text)?;
    text.extend_from_slice(synopsis(command).as_bytes());
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.get_subcommands().any(has_page) {
        man.render_subcommands_section(&mut text)?;
    }
    text.extend_from_slice(exit_status().as_bytes());
    text.extend_from_slice(examples_of(name).as_bytes());
    Ok(text)
}

/// The usage as the help has it, without a list of all options.
fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let forms = usage.trim_start_matches("Usage:").lines();
    let forms: Vec<String> = forms.map(|form| escaped(form.trim())).collect();
    format!(".SH SYNOPSIS\n{}\n", forms.join("\n.br\n"))
}

/// A line with hyphens that can be copied.
fn escaped(line: &str) -> String {
    line.replace('-', "\\-")
}

fn exit_status() -> String {
    let codes = EXIT_CODES.map(|(code, meaning)| format!(".TP\n\\fB{code}\\fR\n{meaning}\n"));
    format!(".SH \"EXIT STATUS\"\n{}", codes.concat())
}

/// The examples of a page, each on a line.
fn examples_of(page: &str) -> String {
    let words = page.split('-').skip(1);
    let lines = examples(&words.collect::<Vec<_>>().join(" "));
    let lines = lines.unwrap_or_default().iter();
    let lines: Vec<String> = lines.map(|line| escaped(line)).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", lines.join("\n"))
}
