//! A line at the bottom of the terminal that is replaced while the training runs.

use std::time::{Duration, Instant};

use console::Term;

/// The shortest time between two updates.
const DRAW_EVERY: Duration = Duration::from_millis(100);
/// A longer line would be wrapped when the window is made narrower, and leave a part of it behind.
const WIDEST: usize = 79;
/// Between two parts of the line.
const SEPARATOR: &str = "  ";

/// The status line on standard error.
pub(crate) struct StatusLine {
    terminal: Term,
    parts: Vec<String>,
    drawn_at: Option<Instant>,
}

impl StatusLine {
    /// None if standard error is not a terminal, or one that cannot move its cursor.
    pub(crate) fn on_terminal() -> Option<Self> {
        let terminal = Term::buffered_stderr();
        let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        (terminal.features().is_attended() && !is_dumb).then(|| Self {
            terminal,
            parts: Vec::new(),
            drawn_at: None,
        })
    }

    /// Replaces the line, unless it was replaced a moment ago.
    pub(crate) fn draw(&mut self, now: Instant, parts: impl FnOnce() -> Vec<String>) {
        if self
            .drawn_at
            .is_some_and(|before| now < before + DRAW_EVERY)
        {
            return;
        }
        self.drawn_at = Some(now);
        self.parts = parts();
        self.write(None);
    }

    /// Prints a line above the status line, which is replaced, too.
    pub(crate) fn print_above(&mut self, line: &str, parts: Vec<String>) {
        self.parts = parts;
        self.write(Some(line));
    }

    /// Removes the line.
    pub(crate) fn clear(&mut self) {
        self.parts.clear();
        self.write(None);
    }

    /// Writes everything at once, so that no half of it is visible. A closed standard error does not
    /// stop the training.
    fn write(&self, above: Option<&str>) {
        let _ = self.terminal.clear_line();
        if let Some(line) = above {
            let _ = self.terminal.write_line(line);
        }
        let columns = self
            .terminal
            .size_checked()
            .map(|(_, columns)| columns.into());
        let _ = self.terminal.write_str(&fitting(&self.parts, columns));
        let _ = self.terminal.flush();
    }
}

/// The first parts, of ASCII, that fit into a line, with one column left for the cursor.
fn fitting(parts: &[String], columns: Option<usize>) -> String {
    let most = columns.map_or(WIDEST, |columns| columns.saturating_sub(1).min(WIDEST));
    let counts = (0..=parts.len()).rev();
    let mut lines = counts.map(|count| parts[..count].join(SEPARATOR));
    lines.find(|line| line.len() <= most).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_whole_parts_and_never_reaches_the_last_column() {
        let parts = ["epoch 1/3", "[>  ]", "3 s left"].map(str::to_owned);
        for (columns, expected) in [
            (None, "epoch 1/3  [>  ]  3 s left"),
            (Some(27), "epoch 1/3  [>  ]  3 s left"),
            (Some(26), "epoch 1/3  [>  ]"),
            (Some(9), ""),
            (Some(0), ""),
        ] {
            assert_eq!(fitting(&parts, columns), expected);
        }
        assert_eq!(fitting(&["=".repeat(80)], Some(300)), "");
    }
}
