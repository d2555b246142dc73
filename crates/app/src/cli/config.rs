//! `app config`: what a configuration file may contain.

mod schema;

use std::io::Write;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the JSON Schema of the configuration file
    ///
    /// Keys, types, ranges, defaults and descriptions. Editors check and complete a file by it: save it with
    /// `app config schema > digits.schema.json`, and begin a configuration with the line
    /// `#:schema ./digits.schema.json`, which VS Code's Even Better TOML and Taplo read.
    /// `app train --dry-run` prints a resolved configuration.
    Schema,
}

pub(crate) fn config(command: &ConfigCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Schema => {
            serde_json::to_writer_pretty(&mut *out, &schema::schema()?)?;
            writeln!(out)?;
            Ok(())
        }
    }
}
