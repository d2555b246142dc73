//! What is left to train of a sweep, each point from where its training was paused or saved.

use std::collections::BTreeMap;

use plots::grouped;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::support::error::{Result, with_causes};
use crate::support::notice::{Notice, Notify};
use crate::support::plural::counted;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::point::{Point, PointRecord};
use crate::sweep::train_points::{Circumstances, PointEngine, Task};
use crate::sweep::unfinished::HalfTrained;

/// Points that are to be trained.
pub(crate) struct Tasks {
    pub(crate) tasks: Vec<Task>,
    /// Those that were half-trained, in words: `point 3 after 12 of 40 epochs`.
    pub(crate) resumed: Vec<String>,
}

/// The tasks of points, each with the number of epochs to finish. A saved state that cannot be used is deleted.
///
/// # Errors
///
/// [`Error::Damaged`](crate::Error::Damaged) and others if a paused training cannot be read.
pub(crate) fn tasks(
    circumstances: &Circumstances<'_>,
    sweep: &SweepDirectory,
    points: Vec<(Point, usize)>,
    records: &BTreeMap<usize, PointRecord>,
    notify: &mut Notify<'_>,
) -> Result<Tasks> {
    let plan = circumstances.plan;
    let begun = circumstances.unfinished.points()?;
    let mut found = Tasks {
        tasks: Vec::with_capacity(points.len()),
        resumed: Vec::new(),
    };
    for (point, last) in points {
        let record = records.get(&point.number);
        let mut task = Task {
            point,
            last,
            from: None,
            seconds: 0.0,
        };
        if let Some(record) = record {
            task.from = sweep.paused(record, &plan.config(&point).model())?;
        }
        if begun.contains(&point.number) {
            match half_trained(circumstances, &task) {
                Ok(Some(half)) => {
                    found.resumed.push(format!(
                        "{} {} after {} of {}",
                        plan.noun(),
                        grouped(point.number),
                        grouped(half.training.epoch),
                        counted(last, "epoch")
                    ));
                    task.seconds = half.seconds;
                    task.from = Some(half.training);
                }
                Ok(None) => circumstances.unfinished.remove(point.number)?,
                Err(error) => {
                    notify(Notice::DamagedPoint {
                        point: point.number,
                        cause: with_causes(&error),
                        epoch: record.map_or(0, |record| record.epochs) + 1,
                    });
                    circumstances.unfinished.remove(point.number)?;
                }
            }
        }
        found.tasks.push(task);
    }
    Ok(found)
}

/// The saved state of a task, if it is later than where the task begins.
fn half_trained(circumstances: &Circumstances<'_>, task: &Task) -> Result<Option<HalfTrained>> {
    let unfinished = circumstances.unfinished;
    if circumstances.engine == PointEngine::InRuns && !unfinished.is_run(task.point.number) {
        return Ok(None);
    }
    let settings = circumstances.plan.config(&task.point);
    let counts = TrainingData::split(circumstances.images, &settings)?.counts();
    let config = ResolvedConfig::new(settings, counts)?;
    let half = unfinished.read(task.point.number, &config)?;
    let first = task.from.as_ref().map_or(0, |paused| paused.epoch);
    Ok(half.filter(|half| half.training.epoch > first && half.training.epoch <= task.last))
}
