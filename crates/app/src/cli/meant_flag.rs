//! What is meant by flags that have another name here.

use clap::error::{ContextKind, ContextValue, Error};

/// Names of Keras's arguments, and the flags of these settings.
const MEANT: [(&str, &str); 1] = [("--patience", "--early-stopping-patience")];

/// Replaces the flag that clap suggests by spelling alone.
pub(crate) fn with_meant_flag(mut error: Error) -> Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let meant = MEANT.iter().find(|(name, _)| name == typed);
    // A command without settings has no flag that is similar.
    if let Some((_, meant)) = meant
        && error.get(ContextKind::SuggestedArg).is_some()
    {
        let meant = ContextValue::String((*meant).to_owned());
        error.insert(ContextKind::SuggestedArg, meant);
    }
    error
}
