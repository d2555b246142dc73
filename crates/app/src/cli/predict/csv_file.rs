//! The file of `--csv`: a row for each image.

use std::path::Path;

use data::Classes;

use crate::cli::predict::predicted::{Networks, Predicted};
use crate::cli::predict::refused::Refused;
use crate::cli::predict::row::Cell;
use crate::support::atomic_write::write_atomically;

/// Rows that are written at the end, all or none. They are held in memory, about 100 bytes each.
pub(super) struct CsvFile {
    rows: usize,
    csv: csv::Writer<Vec<u8>>,
    columns: Vec<String>,
}

/// The columns of every file.
const COLUMNS: [&str; 8] = [
    "source",
    "digit",
    "probability",
    "probability_of",
    "runner_up",
    "runner_up_probability",
    "label",
    "correct",
];

impl CsvFile {
    /// A file with a heading and no rows.
    pub(super) fn new(networks: &Networks) -> anyhow::Result<Self> {
        let mut columns = COLUMNS.map(str::to_owned).to_vec();
        if networks.names.len() > 1 {
            columns.extend(["disagreement", "agreeing"].map(str::to_owned));
        }
        columns.extend(probability_columns(&networks.classes));
        columns.extend(["status", "box", "error"].map(str::to_owned));
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(&columns)?;
        Ok(Self {
            rows: 0,
            csv,
            columns,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn add(&mut self, predicted: &Predicted<'_>) -> anyhow::Result<()> {
        let cell = |value: Option<String>| value.unwrap_or_default();
        let digit = |digit: Option<u8>| cell(digit.map(|digit| digit.to_string()));
        let runner_up = predicted.runner_up;
        let correct = predicted.label.map(|label| predicted.digit == Some(label));
        let mut row = vec![
            predicted.source.clone(),
            digit(predicted.digit),
            predicted.probability.to_string(),
            predicted.probability_of.to_string(),
            digit(runner_up.map(|second| second.digit)),
            cell(runner_up.map(|second| second.probability.to_string())),
            digit(predicted.label),
            cell(correct.map(|correct| correct.to_string())),
        ];
        if let Some(joint) = &predicted.joint {
            row.extend([joint.disagreement.to_string(), joint.agreeing.to_string()]);
        }
        let probabilities = predicted.probabilities.iter();
        row.extend(probabilities.map(|one| one.probability.to_string()));
        row.extend([
            predicted.status.to_owned(),
            box_text(predicted.bounds),
            String::new(),
        ]);
        self.add_row(&row)
    }

    /// A digit of a picture with several.
    pub(super) fn add_cell(&mut self, source: &str, cell: &Cell) -> anyhow::Result<()> {
        let digit = cell
            .digit
            .map(|digit| digit.to_string())
            .unwrap_or_default();
        let mut row = vec![String::new(); self.columns.len()];
        source.clone_into(&mut row[0]);
        row[1].clone_from(&digit);
        row[2] = cell
            .probability
            .map(|probability| probability.to_string())
            .unwrap_or_default();
        row[3] = digit;
        let status = row.len() - 3;
        cell.status.clone_into(&mut row[status]);
        row[status + 1] = box_text(Some(cell.bounds));
        self.add_row(&row)
    }

    /// A picture without a prediction, with the reason.
    pub(super) fn add_refused(&mut self, refused: &Refused<'_>) -> anyhow::Result<()> {
        let mut row = vec![String::new(); self.columns.len()];
        refused.source.clone_into(&mut row[0]);
        let status = row.len() - 3;
        refused.status.clone_into(&mut row[status]);
        row[status + 1] = box_text(refused.bounds);
        row[status + 2].clone_from(&refused.reason);
        self.add_row(&row)
    }

    fn add_row(&mut self, row: &[String]) -> anyhow::Result<()> {
        self.csv.write_record(row)?;
        self.rows += 1;
        Ok(())
    }

    /// A row with a reason in the place of a prediction.
    pub(super) fn add_unreadable(&mut self, path: &Path, reason: &str) -> anyhow::Result<()> {
        let mut row = vec![String::new(); self.columns.len()];
        let last = row.len() - 1;
        row[0] = path.display().to_string();
        "unreadable".clone_into(&mut row[last - 2]);
        reason.clone_into(&mut row[last]);
        self.add_row(&row)
    }

    pub(super) fn write(self, path: &Path) -> anyhow::Result<()> {
        write_atomically(path, &self.csv.into_inner()?)?;
        Ok(())
    }
}

/// Left, top, right and bottom with spaces between them.
fn box_text(bounds: Option<[usize; 4]>) -> String {
    let bounds = bounds.map(|bounds| bounds.map(|side| side.to_string()).join(" "));
    bounds.unwrap_or_default()
}

/// `probability_7` for each digit, of more than two.
fn probability_columns(classes: &Classes) -> Vec<String> {
    match classes.digits() {
        [_, _] => Vec::new(),
        digits => digits
            .iter()
            .map(|digit| format!("probability_{digit}"))
            .collect(),
    }
}
