//! Appends points to the files of a sweep.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use model::LayerValues;

use crate::support::csv_log::{self, Header};
use crate::support::error::Result;
use crate::sweep::point::PointRecord;

/// The files of a sweep, to which points are appended.
pub(crate) struct SweepWriter {
    points: fs_err::File,
    networks: fs_err::File,
}

impl SweepWriter {
    /// Opens the files, and removes a row that was cut short.
    pub(crate) fn open(points: &Path, networks: &Path) -> Result<Self> {
        if points.is_file() {
            let text = fs_err::read(points)?;
            let whole = text
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |last| last + 1);
            if whole < text.len() {
                let file = fs_err::OpenOptions::new().write(true).open(points)?;
                file.set_len(whole as u64)?;
            }
        }
        let open = |path: &Path| {
            fs_err::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
        };
        Ok(Self {
            points: open(points)?,
            networks: open(networks)?,
        })
    }

    /// Appends a point with the numbers of its network. A kill after it does not undo it; a power failure can, until
    /// [`sync`](Self::sync).
    pub(crate) fn append(
        &mut self,
        mut record: PointRecord,
        values: &[LayerValues],
    ) -> Result<PointRecord> {
        if !values.is_empty() {
            let numbers: Vec<f32> = values.iter().flat_map(LayerValues::to_numbers).collect();
            let mut bytes = Vec::with_capacity(size_of_val(numbers.as_slice()));
            for number in &numbers {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            let offset = self.networks.seek(SeekFrom::End(0))?;
            self.networks.write_all(&bytes)?;
            record.offset = Some(offset);
            record.numbers = Some(numbers.len());
            record.crc32c = Some(crc32c::crc32c(&bytes));
        }
        let header = match self.points.metadata()?.len() {
            0 => Header::Included,
            _ => Header::Omitted,
        };
        let rows = csv_log::to_csv(self.points.path(), &[&record], header)?;
        self.points.write_all(&rows)?;
        Ok(record)
    }

    /// Waits until everything is on the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        self.networks.sync_data()?;
        Ok(self.points.sync_data()?)
    }
}
