//! The page of `app sweep report`.

use std::collections::BTreeMap;
use std::path::Path;

use maud::{Markup, html};

use crate::cli::report::page::{SettingRow, settings_table};
use crate::cli::report::shell::{html_page, picture};
use crate::cli::sweep::pictures::{Picture, Results};
use crate::cli::sweep::report::next_steps::next_steps;
use crate::cli::sweep::report::points::{best_points, failed_points};
use crate::cli::sweep::report::ranking::ranking;
use crate::cli::sweep::report::summary::summary;
use crate::cli::sweep::report::varied::varied;
use crate::sweep::point::{PointRecord, PointState};

/// The content of the page.
pub(super) struct Page<'a> {
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

impl Page<'_> {
    pub(super) fn to_html(&self) -> String {
        let summary = summary(self);
        html_page(&self.results.sweep, &summary, &self.sections())
    }

    /// The sections of the page, by heading.
    fn sections(&self) -> Vec<(&'static str, Markup)> {
        let mut sections = vec![("Ranking", ranking(self))];
        if !self.pictures.is_empty() {
            sections.push(("Pictures", self.drawn()));
        }
        if !self.best.is_empty() {
            sections.push(("Best networks", best_points(self)));
        }
        if self.failed().next().is_some() {
            sections.push(("Failed points", failed_points(self)));
        }
        sections.push(("Settings", self.settings()));
        sections.push(("Next steps", next_steps(self)));
        sections
    }

    /// The points that failed.
    pub(super) fn failed(&self) -> impl Iterator<Item = &PointRecord> {
        let records = self.records.values();
        records.filter(|record| record.state == PointState::Failed)
    }

    fn drawn(&self) -> Markup {
        html! {
            @for drawn in self.pictures { (picture(&drawn.figure)) }
            @if !self.left_out.is_empty() {
                p.remark { "Left out: " (self.left_out.join("; ")) "." }
            }
        }
    }

    fn settings(&self) -> Markup {
        html! {
            h3 { "What varies" }
            (varied(self))
            h3 { "What all points have" }
            p { "Settings that differ from the defaults are marked." }
            (settings_table(&self.settings))
        }
    }
}
