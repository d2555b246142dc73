//! Whether text for a terminal contains colours.

/// Whether text for a terminal contains colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColorMode {
    /// Escape codes for the 256 indexed colours, which nearly all terminals support.
    Ansi256,
    /// No escape codes.
    Plain,
}

impl ColorMode {
    /// The mode for standard output, from the terminal and the variables `NO_COLOR` and `CLICOLOR`.
    pub(crate) fn of_stdout() -> Self {
        if console::colors_enabled() {
            Self::Ansi256
        } else {
            Self::Plain
        }
    }
}
