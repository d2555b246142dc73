//! The file of `--csv`: a row for each image.

use std::path::Path;

use data::Classes;

use crate::cli::predict::predicted::{Networks, Predicted};
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
        columns.push("error".to_owned());
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
        row.push(String::new());
        self.csv.write_record(&row)?;
        self.rows += 1;
        Ok(())
    }

    /// A row with a reason in the place of a prediction.
    pub(super) fn add_unreadable(&mut self, path: &Path, reason: &str) -> anyhow::Result<()> {
        let mut row = vec![String::new(); self.columns.len()];
        let last = row.len() - 1;
        row[0] = path.display().to_string();
        reason.clone_into(&mut row[last]);
        self.csv.write_record(&row)?;
        self.rows += 1;
        Ok(())
    }

    pub(super) fn write(self, path: &Path) -> anyhow::Result<()> {
        write_atomically(path, &self.csv.into_inner()?)?;
        Ok(())
    }
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
