//! What the page of `app sweep report` is about.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::report::page::SettingRow;
use crate::cli::sweep::pictures::{Picture, Results};
use crate::sweep::point::{PointRecord, PointState};

/// The content of the page.
pub(super) struct Content<'a> {
    pub(super) path: &'a Path,
    pub(super) results: &'a Results<'a>,
    pub(super) records: &'a BTreeMap<usize, PointRecord>,
    /// The settings that vary.
    pub(super) keys: &'a [&'a str],
    /// The trained points with their values of the metric, the best first.
    pub(super) best: &'a [(&'a PointRecord, f64)],
    pub(super) pictures: &'a [Picture],
    /// The pictures that this sweep does not have, with the reason.
    pub(super) left_out: &'a [String],
    /// The settings that all points have.
    pub(super) settings: Vec<SettingRow>,
}

impl Content<'_> {
    /// The points that failed.
    pub(super) fn failed(&self) -> impl Iterator<Item = &PointRecord> {
        let records = self.records.values();
        records.filter(|record| record.state == PointState::Failed)
    }
}
