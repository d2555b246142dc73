//! Tables of text that fit a terminal.
//!
//! Elsewhere, such as in a file or a pipe, a table is as wide as its cells need.

use console::Term;
use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: &str = "  ";

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    heading: String,
    cells: Vec<String>,
    alignment: Alignment,
    least: usize,
    short: Option<Vec<String>>,
    is_optional: bool,
}

/// The side that cells are aligned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alignment {
    Left,
    Right,
}

impl Column {
    /// A column whose cells are aligned to the left.
    pub(crate) fn new(heading: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self {
            heading: heading.to_owned(),
            cells: cells.into_iter().collect(),
            alignment: Alignment::Left,
            least: 0,
            short: None,
            is_optional: false,
        }
    }

    /// Aligned to the right.
    pub(crate) fn right(self) -> Self {
        let alignment = Alignment::Right;
        Self { alignment, ..self }
    }

    /// At least so wide, where there is room.
    pub(crate) fn at_least(self, least: usize) -> Self {
        Self { least, ..self }
    }

    /// With shorter cells for a narrow terminal.
    pub(crate) fn or_short(self, cells: impl IntoIterator<Item = String>) -> Self {
        let short = Some(cells.into_iter().collect());
        Self { short, ..self }
    }

    /// Left out where there is no room for it.
    pub(crate) fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    /// The same with its shorter cells, its heading in several lines, and no wider than needed.
    fn narrow(&self) -> Self {
        Self {
            cells: self.short.clone().unwrap_or_else(|| self.cells.clone()),
            ..self.clone().at_least(0)
        }
    }

    /// A heading of several words in a line each: `hidden_` and `units`.
    fn heading_words(&self) -> Vec<&str> {
        self.heading.split_inclusive('_').collect()
    }

    fn width(&self, headings: &[&str]) -> usize {
        let cells = self.cells.iter().map(|cell| cell.width());
        let headings = headings.iter().map(|heading| heading.width());
        cells.chain(headings).max().unwrap_or(0).max(self.least)
    }

    fn padded(&self, text: &str, width: usize) -> String {
        let blanks = " ".repeat(width.saturating_sub(text.width()));
        match self.alignment {
            Alignment::Left => text.to_owned() + &blanks,
            Alignment::Right => blanks + text,
        }
    }
}

/// A table as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fitted {
    /// Headings and rows.
    pub(crate) lines: Vec<String>,
    /// The headings of the columns for which there was no room.
    pub(crate) left_out: Vec<String>,
}

/// How headings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Headings {
    OneLine,
    WordByWord,
}

/// Arranges columns for so many columns of a terminal; `None` for as many as they need.
///
/// As long as they do not fit, headings get several lines and cells their shorter forms, and then optional columns are left
/// out, the last of them first. What does not fit even so is wrapped by the terminal.
pub(crate) fn fitted(columns: &[Column], room: Option<usize>) -> Fitted {
    let whole = lines(columns, Headings::OneLine);
    let Some(room) = room else {
        return Fitted {
            lines: whole,
            left_out: Vec::new(),
        };
    };
    let fits = |lines: &[String]| lines.iter().all(|line| line.width() <= room);
    let mut narrow: Vec<Column> = columns.iter().map(Column::narrow).collect();
    let mut found = whole;
    let mut left_out = Vec::new();
    while !fits(&found) {
        let tight = lines(&narrow, Headings::WordByWord);
        let last = narrow.iter().rposition(|column| column.is_optional);
        found = tight;
        match last {
            Some(last) if !fits(&found) => left_out.insert(0, narrow.remove(last).heading),
            _ => break,
        }
    }
    Fitted {
        lines: found,
        left_out,
    }
}

/// The columns of the terminal that standard output is; `None` if it is none.
pub(crate) fn columns_of_stdout() -> Option<usize> {
    columns_of(&Term::stdout())
}

/// The columns of a terminal; `None` if it is none, or one that does not say.
pub(crate) fn columns_of(terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked()?;
    (columns > 0).then_some(columns.into())
}

fn lines(columns: &[Column], headings: Headings) -> Vec<String> {
    let words: Vec<Vec<&str>> = columns
        .iter()
        .map(|column| match headings {
            Headings::OneLine => vec![column.heading.as_str()],
            Headings::WordByWord => column.heading_words(),
        })
        .collect();
    let high = words.iter().map(Vec::len).max().unwrap_or(0);
    let widths = columns.iter().zip(&words);
    let widths: Vec<usize> = widths.map(|(column, words)| column.width(words)).collect();
    // The last line of each heading is that above the cells.
    let heading = |line: usize| {
        joined(
            columns
                .iter()
                .zip(&words)
                .zip(&widths)
                .map(|((column, words), width)| {
                    let above = high - words.len();
                    let text = line.checked_sub(above).map_or("", |at| words[at]);
                    column.padded(text, *width)
                }),
        )
    };
    let row = |row: usize| {
        joined(columns.iter().zip(&widths).map(|(column, width)| {
            column.padded(column.cells.get(row).map_or("", String::as_str), *width)
        }))
    };
    let rows = columns.first().map_or(0, |column| column.cells.len());
    (0..high).map(heading).chain((0..rows).map(row)).collect()
}

fn joined(cells: impl Iterator<Item = String>) -> String {
    let line = cells.collect::<Vec<_>>().join(GAP);
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(heading: &str, cells: [&str; 2]) -> Column {
        Column::new(heading, cells.map(str::to_owned))
    }

    fn table() -> [Column; 4] {
        [
            column("RUN", ["a", "数"]).at_least(5),
            column("N", ["1", "100"]).right(),
            column("hidden_units", ["25,15", "3,2"]),
            column("AGE", ["3 days", "1 hour"])
                .or_short(["3d".to_owned(), "1h".to_owned()])
                .optional(),
        ]
    }

    #[test]
    fn a_table_has_the_room_that_it_needs_unless_a_terminal_is_narrower() {
        let whole = [
            "RUN      N  hidden_units  AGE",
            "a        1  25,15         3 days",
            "数     100  3,2           1 hour",
        ];
        for room in [None, Some(80), Some(32)] {
            let found = fitted(&table(), room);
            assert_eq!(found.lines, whole, "{room:?}");
            assert_eq!(found.left_out, [""; 0]);
        }
        let narrow = [
            "          hidden_",
            "RUN    N  units    AGE",
            "a      1  25,15    3d",
            "数   100  3,2      1h",
        ];
        for room in [22, 31] {
            let found = fitted(&table(), Some(room));
            assert_eq!(found.lines, narrow, "{room}");
            assert_eq!(found.left_out, [""; 0]);
        }
        for room in [21, 3] {
            let found = fitted(&table(), Some(room));
            let end = "数   100  3,2";
            assert_eq!(found.lines.last().unwrap(), end, "{room}");
            assert_eq!(found.left_out, ["AGE"]);
        }
    }

    #[test]
    fn the_last_optional_column_is_left_out_first() {
        let columns = ["first", "second", "third"].map(|name| column(name, ["1234567", "1"]));
        let [first, second, third] = columns;
        let columns = [first.optional(), second, third.optional()];
        assert_eq!(fitted(&columns, Some(24)).left_out, ["third"]);
        assert_eq!(fitted(&columns, Some(15)).left_out, ["first", "third"]);
    }
}
