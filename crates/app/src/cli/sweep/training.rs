//! Trains what is not trained yet of a sweep, and shows the progress.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use data::ClassifiedDigits;
use plots::grouped;

use crate::cli::stderr;
use crate::cli::sweep::live::Live;
use crate::dataset::training_data::TrainingData;
use crate::support::error::Error;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::finished::Finished;
use crate::sweep::halving::rounds;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::monitored;
use crate::sweep::tasks::{Tasks, tasks};
use crate::sweep::train_points::{Circumstances, Event};

/// The longest time that a power failure can undo.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Says whether points have validation images.
pub(crate) fn has_validation(plan: &SweepPlan, images: &ClassifiedDigits) -> bool {
    let first = plan.points().next().map(|point| plan.config(&point));
    let split = first.map(|config| TrainingData::split(images, &config));
    split.is_some_and(|split| split.is_ok_and(|split| !split.validation.is_empty()))
}

/// Trains what is not trained yet, and returns the records of all points.
pub(crate) fn train_all(
    circumstances: &Circumstances<'_>,
    sweep: &SweepDirectory,
    mut records: BTreeMap<usize, PointRecord>,
) -> anyhow::Result<BTreeMap<usize, PointRecord>> {
    let plan = circumstances.plan;
    let monitor = monitored(plan, has_validation(plan, circumstances.images));
    let mut writer = sweep.writer()?;
    let mut live = Live::new(
        plan,
        monitor,
        circumstances.stop.clone(),
        circumstances.epochs,
    );
    let mut synced = Instant::now();
    for round in rounds(plan) {
        let Tasks { tasks, resumed } = tasks(
            circumstances,
            sweep,
            round.points(plan, &records, monitor),
            &records,
            &mut stderr::notice,
        )?;
        if !resumed.is_empty() {
            stderr::note(format_args!("half-trained before: {}", listed(&resumed)));
        }
        live.start(&tasks);
        let trained = circumstances.train(tasks, |event| {
            if let Event::Finished(finished) = event {
                let Finished { record, values } = *finished;
                // Of a training that was paused, the time of all rounds.
                let before = records.get(&record.point);
                let seconds = record.seconds + before.map_or(0.0, |before| before.seconds);
                let record = writer.append(PointRecord { seconds, ..record }, &values)?;
                let point = record.point;
                records.insert(point, record);
                live.count();
                if circumstances.unfinished.point(point).exists() {
                    // Not before the row of the point is on the disk.
                    writer.sync()?;
                    circumstances.unfinished.remove(point)?;
                }
            }
            if synced.elapsed() >= SYNC_EVERY {
                writer.sync()?;
                sweep.check_there()?;
                synced = Instant::now();
            }
            live.show(&records);
            Ok(())
        });
        // Whatever failed because of it.
        sweep.check_there()?;
        trained?;
        if let Some(exit_code) = circumstances.stop.exit_code() {
            live.end();
            writer.sync()?;
            return Err(Error::SweepInterrupted {
                sweep: sweep.path().to_owned(),
                finished: records.len(),
                points: plan.size(),
                exit_code,
            }
            .into());
        }
    }
    live.end();
    writer.sync()?;
    circumstances.unfinished.remove_all()?;
    Ok(records)
}

/// The first of some points, in words, and how many others there are.
fn listed(points: &[String]) -> String {
    /// More would not fit on two lines.
    const NAMED: usize = 4;
    let (named, others) = points.split_at(points.len().min(NAMED));
    let others = match others.len() {
        0 => String::new(),
        others => format!(" and {} more", grouped(others)),
    };
    format!("{}{others}", named.join(", "))
}
