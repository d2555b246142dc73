//! The page of `app sweep report`.

use maud::{Markup, html};

use crate::cli::report::page::{about_defaults, settings_table};
use crate::cli::report::shell::{html_page, picture};
use crate::cli::sweep::report::content::Content;
use crate::cli::sweep::report::next_steps::next_steps;
use crate::cli::sweep::report::points::{best_points, failed_points};
use crate::cli::sweep::report::ranking::ranking;
use crate::cli::sweep::report::summary::summary;
use crate::cli::sweep::report::varied::varied;

pub(super) fn to_html(content: &Content<'_>) -> String {
    html_page(
        &content.results.sweep,
        &summary(content),
        &sections(content),
    )
}

/// The sections of the page, by heading.
fn sections(content: &Content<'_>) -> Vec<(&'static str, Markup)> {
    let mut sections = vec![("Ranking", ranking(content))];
    if !content.pictures.is_empty() {
        sections.push(("Pictures", pictures(content)));
    }
    if !content.best.is_empty() {
        sections.push(("Best networks", best_points(content)));
    }
    if content.failed().next().is_some() {
        sections.push(("Failed points", failed_points(content)));
    }
    sections.push(("Settings", settings(content)));
    sections.push(("Next steps", next_steps(content)));
    sections
}

fn pictures(content: &Content<'_>) -> Markup {
    html! {
        @for drawn in content.pictures { (picture(&drawn.figure)) }
        @if !content.left_out.is_empty() {
            p.remark { "Left out: " (content.left_out.join("; ")) "." }
        }
    }
}

fn settings(content: &Content<'_>) -> Markup {
    html! {
        h3 { "What varies" }
        (varied(content))
        h3 { "What all points have" }
        p { (about_defaults(&content.settings)) }
        (settings_table(&content.settings))
    }
}
