//! The file with the secret that requests must bear.

use std::path::Path;

use server::Token;

use crate::cli::usage_error::UsageError;

/// Reads it.
pub(super) fn read(file: &Path) -> anyhow::Result<Token> {
    let text = fs_err::read_to_string(file)?;
    let token = Token::new(&text).map_err(|error| UsageError::TokenFile {
        file: file.to_owned(),
        error,
    })?;
    Ok(token)
}
