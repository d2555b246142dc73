//! Trains what is not trained yet of a sweep, and shows the progress.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use data::ClassifiedDigits;

use crate::cli::sweep::live::Live;
use crate::dataset::training_data::TrainingData;
use crate::support::error::Error;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::finished::Finished;
use crate::sweep::halving::{Monitor, Round, rounds};
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::monitored;
use crate::sweep::train_points::{Circumstances, Event, Task};

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
        let tasks = tasks(sweep, plan, &round, monitor, &records)?;
        live.start(&tasks);
        circumstances.train(tasks, |event| {
            if let Event::Finished(finished) = event {
                let Finished { record, values } = *finished;
                // Of a training that was paused, the time of all rounds.
                let before = records.get(&record.point);
                let seconds = record.seconds + before.map_or(0.0, |before| before.seconds);
                let record = writer.append(PointRecord { seconds, ..record }, &values)?;
                records.insert(record.point, record);
                live.count();
            }
            if synced.elapsed() >= SYNC_EVERY {
                writer.sync()?;
                synced = Instant::now();
            }
            live.show(&records);
            Ok(())
        })?;
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
    Ok(records)
}

/// The points of a round that are not trained so far.
fn tasks(
    sweep: &SweepDirectory,
    plan: &SweepPlan,
    round: &Round,
    monitor: Monitor,
    records: &BTreeMap<usize, PointRecord>,
) -> anyhow::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for (point, last) in round.points(plan, records, monitor) {
        let record = records.get(&point.number);
        let from = match record {
            Some(record) => sweep.paused(record, &plan.config(&point).model())?,
            None => None,
        };
        tasks.push(Task { point, last, from });
    }
    Ok(tasks)
}
