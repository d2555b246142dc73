//! The parts of messages that depend on what was found.

use std::path::Path;

use crate::support::cause::Difference;
use crate::support::download_fault::{DownloadFault, grouped_bytes};
use crate::support::listing::enumerated;
use crate::support::shell::quoted;

/// Digits as a flag takes them: `0,1`.
pub(super) fn listed(digits: &[u8]) -> String {
    let digits: Vec<String> = digits.iter().map(u8::to_string).collect();
    digits.join(",")
}

/// Two numbers as a flag takes them: `25,15`.
pub(super) fn pair([first, second]: [usize; 2]) -> String {
    format!("{first},{second}")
}

/// Says which mirrors did not deliver a file, and what to do, in several lines.
pub(super) fn not_delivered(
    file: &str,
    folder: &Path,
    files: &[String],
    received: u64,
    faults: &[(String, DownloadFault)],
) -> String {
    let mut lines = vec![format!("no mirror has delivered {file}:")];
    let told = faults.iter();
    lines.extend(told.map(|(mirror, fault)| format!("  {mirror}: {fault}")));
    if received > 0 {
        let received = grouped_bytes(received);
        lines.push(format!(
            "the first {received} bytes are kept; the same command continues there"
        ));
    }
    lines.push(format!(
        "without a network here, download {} elsewhere, from one of these addresses, and put them into {}; the \
         same command then verifies them",
        enumerated(files),
        quoted(folder)
    ));
    lines.join("\n")
}

pub(super) fn suggestion(similar: Option<&Path>) -> String {
    similar.map_or_else(String::new, |path| {
        format!("; a similar name exists: {}", path.display())
    })
}

pub(super) fn same_network([first, second]: &[String; 2]) -> String {
    if first == second {
        format!("{first} is named twice, and would count twice; name it once")
    } else {
        format!(
            "{first} and {second} have the same weights, which would count twice; name one of them"
        )
    }
}

pub(super) fn rows_there(rows: usize) -> String {
    match rows {
        0 => "no rows".to_owned(),
        1 => "only row 0".to_owned(),
        rows => format!("rows 0 to {}", rows - 1),
    }
}

pub(super) fn list(changed: &[Difference]) -> String {
    let changed = changed.iter().map(|Difference { key, values }| {
        let [was, is] = values;
        format!("{key} (was {was}, is {is})")
    });
    changed.collect::<Vec<_>>().join(", ")
}

pub(super) fn no_checkpoint(run: &Path, epoch: usize, kept: &[usize]) -> String {
    if kept.is_empty() {
        let run = quoted(run);
        return format!("no epoch is finished yet; resume it with: app train --resume {run}");
    }
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    format!(
        "no checkpoint of epoch {epoch}; there {} of epoch{} {}; keep_last and keep_every determine which are kept",
        if kept.len() == 1 {
            "is a checkpoint"
        } else {
            "are checkpoints"
        },
        if kept.len() == 1 { "" } else { "s" },
        kept.join(", ")
    )
}
