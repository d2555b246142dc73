//! The file with the secret that requests must bear.

use std::io::Read;
use std::path::Path;

use server::Token;

use crate::cli::usage_error::UsageError;

/// Longer secrets are cut off, so that a device without an end is none either.
const MOST_BYTES: u64 = 4096;

/// Reads it.
pub(super) fn read(file: &Path) -> anyhow::Result<Token> {
    let mut text = String::new();
    let opened = fs_err::File::open(file).map_err(UsageError::TokenUnreadable)?;
    let read = opened.take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(UsageError::TokenUnreadable)?;
    let token = Token::new(&text).map_err(|error| UsageError::TokenFile {
        file: file.to_owned(),
        error,
    })?;
    Ok(token)
}
