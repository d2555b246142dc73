//! `app runs`: which runs there are, how far they are and how well they did; and two of them side
//! by side.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use indicatif::HumanDuration;
use serde::Serialize;

use crate::cli::{RunsArgs, RunsCommand};
use crate::config::{Difference, RunConfig};
use crate::history::{self, Epoch};
use crate::monitor::{Best, Monitor, Verdict};
use crate::run_dir::RunDir;

/// A run as it is listed; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    run: String,
    state: State,
    /// Epochs done.
    epochs: usize,
    /// Epochs wanted.
    of: usize,
    /// The figure by which epochs are judged.
    monitor: Monitor,
    best: Option<Best>,
    /// Seconds since something was written to the run.
    age: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Running,
    Finished,
    Stopped,
    Interrupted,
}

impl State {
    /// How far the training of a run is.
    pub(crate) fn of(run: &RunDir) -> anyhow::Result<Self> {
        Ok(match run.outcome()? {
            _ if run.is_locked() => Self::Running,
            Some(outcome) if outcome.stopped_early => Self::Stopped,
            Some(_) => Self::Finished,
            None => Self::Interrupted,
        })
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
        })
    }
}

/// A run as it was recorded.
pub(crate) struct Read {
    pub(crate) run: RunDir,
    pub(crate) config: RunConfig,
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) verdict: Verdict,
}

pub(crate) fn runs(args: &RunsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    match &args.command {
        Some(RunsCommand::Compare { a, b }) => {
            let read = |path: &Path| read(RunDir::open(Some(path))?);
            compare(&read(a)?, &read(b)?, out)
        }
        None => list(args, out),
    }
}

fn list(args: &RunsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let runs = RunDir::all(&args.folder)?;
    if runs.is_empty() && !args.json {
        let folder = args.folder.display();
        writeln!(out, "no run in {folder}; `app train` makes one")?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for run in runs {
        // One that cannot be read is no reason not to list the others.
        match listed(&run) {
            Ok(row) if args.json => {
                serde_json::to_writer(&mut *out, &row)?;
                writeln!(out)?;
            }
            Ok(row) => rows.push(row),
            Err(error) => crate::notice::notice(format_args!("warning: {error:#}")),
        }
    }
    let width = rows
        .iter()
        .map(|row| row.run.len())
        .max()
        .unwrap_or(0)
        .max(3);
    if !args.json {
        writeln!(
            out,
            "{:width$}  {:<11}  {:>9}  {:<32}  AGE",
            "RUN", "STATE", "EPOCHS", "BEST"
        )?;
    }
    for row in rows {
        let best = row.best.map_or("-".to_owned(), |best| {
            format!("{} {:.4} in epoch {}", row.monitor, best.value, best.epoch)
        });
        let epochs = format!("{}/{}", row.epochs, row.of);
        let age = HumanDuration(Duration::from_secs(row.age));
        writeln!(
            out,
            "{:width$}  {state:<11}  {epochs:>9}  {best:<32}  {age}",
            row.run,
            state = row.state
        )?;
    }
    Ok(())
}

fn listed(run: &RunDir) -> anyhow::Result<Listed> {
    let read = read(run.clone())?;
    let written = [run.history(), run.config_path()]
        .iter()
        .filter_map(|path| path.metadata().ok()?.modified().ok())
        .max();
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    let (monitor, _) = read.config.monitored();
    Ok(Listed {
        run: run.path().display().to_string(),
        state: State::of(run)?,
        epochs: read.epochs.len(),
        of: read.config.epochs,
        monitor,
        best: read.verdict.best,
        age: age.unwrap_or_default().as_secs(),
    })
}

pub(crate) fn read(run: RunDir) -> anyhow::Result<Read> {
    let config = run.config()?;
    let epochs = history::read(&run)?;
    let mut verdict = Verdict::new(&config);
    for epoch in &epochs {
        verdict.judge(epoch, &config);
    }
    Ok(Read {
        run,
        config,
        epochs,
        verdict,
    })
}

fn compare(a: &Read, b: &Read, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut rows = vec![[
        String::new(),
        a.run.path().display().to_string(),
        b.run.path().display().to_string(),
    ]];
    let differences = a.config.differences(&b.config)?;
    for Difference {
        key,
        values: [a, b],
    } in differences
    {
        rows.push([key, a, b]);
    }
    if rows.len() == 1 {
        rows.push([
            "settings".to_owned(),
            "the same".to_owned(),
            "the same".to_owned(),
        ]);
    }
    let both = |figure: &dyn Fn(&Read) -> Option<String>| {
        [a, b].map(|run| figure(run).unwrap_or_else(|| "-".to_owned()))
    };
    let mut add = |name: &str, [a, b]: [String; 2]| rows.push([name.to_owned(), a, b]);
    add(
        "epochs done",
        both(&|run| Some(run.epochs.len().to_string())),
    );
    add(
        "seconds",
        both(&|run| {
            let seconds: f64 = run.epochs.iter().map(|epoch| epoch.seconds).sum();
            Some(format!("{seconds:.2}"))
        }),
    );
    let best = |run: &Read| {
        let best = run.verdict.best?.epoch;
        run.epochs.iter().find(|epoch| epoch.epoch == best).cloned()
    };
    add(
        "best epoch",
        both(&|run| Some(best(run)?.epoch.to_string())),
    );
    for name in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        let figure = |epoch: Option<Epoch>| {
            let figures = epoch?.figures();
            let (_, value) = figures.into_iter().find(|(found, _)| *found == name)?;
            Some(format!("{value:.4}"))
        };
        add(&format!("best {name}"), both(&|run| figure(best(run))));
        add(
            &format!("last {name}"),
            both(&|run| figure(run.epochs.last().cloned())),
        );
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    for [name, a, b] in &rows {
        writeln!(out, "{name:first$}  {a:second$}  {b}")?;
    }
    Ok(())
}
