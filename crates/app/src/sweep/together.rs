//! Trains the points of a sweep on a GPU, many of them in one launch.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use model::{GpuDevice, MlpConfig};
use rayon::prelude::*;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::AdapterKind;
use crate::support::error::Result;
use crate::sweep::finished::Finished;
use crate::sweep::train_points::{Circumstances, Event, Task};
use crate::sweep::unfinished::HalfTrained;
use crate::train::engine::fused::Images;
use crate::train::together::{SharedImages, Start, train_together};

/// The points of the first group on a software driver, on a GPU, which takes hardly longer for a hundred than for one, and
/// the most of any. A point is finished only with its group, so a group should not take long.
const FIRST: usize = 16;
const FIRST_ON_A_GPU: usize = 128;
const MOST: usize = 1024;
/// A group that took less time is followed by one as much larger, and one that took more by a smaller one.
const SHORT: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(10);
/// Larger by this factor at most.
const MOST_GROWTH: usize = 8;

impl Circumstances<'_> {
    /// Trains points in groups of one architecture, and says of each when it is trained.
    pub(super) fn train_together(
        &self,
        tasks: Vec<Task>,
        on_event: &mut impl FnMut(Event) -> Result<()>,
    ) -> Result<()> {
        let device = GpuDevice::new(&self.device.device)?;
        let images = SharedImages::new(self.images, &device)?;
        let test = self.test.map(Images::new);
        let mut size = match self.device.kind {
            AdapterKind::Gpu => FIRST_ON_A_GPU,
            AdapterKind::Cpu | AdapterKind::SoftwareGpu => FIRST,
        };
        for mut tasks in self.by_architecture(tasks) {
            while !tasks.is_empty() {
                let rest = tasks.split_off(next_count(size, tasks.len()));
                let group = std::mem::replace(&mut tasks, rest);
                let (count, started) = (group.len(), Instant::now());
                for point in self.trained_group(group, &images, test.as_ref(), on_event)? {
                    on_event(Event::Finished(Box::new(point)))?;
                }
                if self.stop.exit_code().is_some() {
                    return Ok(());
                }
                size = next_size(size, count, started.elapsed());
            }
        }
        Ok(())
    }

    /// Divides points by their architecture; within one, their order stays the same.
    fn by_architecture(&self, tasks: Vec<Task>) -> Vec<Vec<Task>> {
        let mut groups: Vec<(MlpConfig, Vec<Task>)> = Vec::new();
        for task in tasks {
            let model = self.plan.config(&task.point).model();
            match groups.iter_mut().find(|(of_group, _)| *of_group == model) {
                Some((_, group)) => group.push(task),
                None => groups.push((model, vec![task])),
            }
        }
        groups.into_iter().map(|(_, tasks)| tasks).collect()
    }

    /// Trains a group of points; none of them if a stop was requested.
    fn trained_group(
        &self,
        tasks: Vec<Task>,
        images: &SharedImages,
        test: Option<&Images>,
        on_event: &mut impl FnMut(Event) -> Result<()>,
    ) -> Result<Vec<Finished>> {
        let started = Instant::now();
        let mut times = self.unfinished.save_times();
        let mut left: usize = tasks.iter().map(Task::epochs).sum();
        let settings = tasks.par_iter().map(|task| {
            let settings = self.plan.config(&task.point);
            let digits = TrainingData::split(self.images, &settings)?;
            Ok((ResolvedConfig::new(settings, digits.counts())?, digits))
        });
        let (configs, splits): (Vec<_>, Vec<_>) =
            settings.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let points: Vec<_> = tasks
            .iter()
            .map(|task| (task.point, task.seconds))
            .collect();
        let starts = tasks.into_iter().zip(&configs).zip(splits);
        let starts = starts.map(|((task, config), digits)| Start {
            config,
            digits,
            from: task.from,
            last: task.last,
        });
        let trained = train_together(starts.collect(), images, self.stop, |moment| {
            left = left.saturating_sub(moment.trained);
            self.epochs.fetch_add(moment.trained, Ordering::Relaxed);
            if times.is_due() {
                let saving = Instant::now();
                let each = share(started, points.len());
                let now = moment.now()?.into_iter();
                for ((training, config), (point, before)) in now.zip(&configs).zip(&points) {
                    if let Some(training) = training {
                        let seconds = before + each;
                        let half = HalfTrained { training, seconds };
                        self.unfinished.save(point.number, config, &half)?;
                    }
                }
                times.saved(saving);
            }
            on_event(Event::Tick)
        })?;
        let Some(trained) = trained else {
            return Ok(Vec::new());
        };
        // Those of trainings that ended early.
        self.epochs.fetch_add(left, Ordering::Relaxed);
        let each = share(started, points.len());
        let points = points.into_iter().zip(trained);
        points
            .map(|((point, before), trained)| self.finished(point, trained, before + each, test))
            .collect()
    }
}

/// The seconds since a time, divided among so many points.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn share(since: Instant, points: usize) -> f64 {
    since.elapsed().as_secs_f64() / points as f64
}

/// The points of a group of this size, of so many: a few that would be left over are trained with it, because on a GPU
/// they would take as long.
fn next_count(size: usize, points: usize) -> usize {
    if points <= size + size / 4 {
        points
    } else {
        size
    }
}

/// The size of the group after one of so many points, which may have been the last of its architecture.
fn next_size(size: usize, count: usize, time: Duration) -> usize {
    if time > LONG {
        (size / 2).max(1)
    } else if time < SHORT && count >= size {
        let factor = SHORT.as_millis() / time.as_millis().max(1);
        let factor = usize::try_from(factor).unwrap_or(usize::MAX);
        (factor.clamp(2, MOST_GROWTH) * size).min(MOST)
    } else {
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_points_are_not_left_over() {
        let counts = [5, 128, 132, 160, 161, 1000].map(|points| next_count(128, points));
        assert_eq!(counts, [5, 128, 132, 160, 128, 128]);
    }

    #[test]
    fn groups_grow_while_they_are_short_and_shrink_when_they_take_long() {
        let seconds = Duration::from_secs;
        assert_eq!(next_size(16, 16, seconds(1)), 32);
        assert_eq!(next_size(16, 16, Duration::from_millis(500)), 64);
        assert_eq!(next_size(16, 16, Duration::from_millis(5)), 128);
        assert_eq!(next_size(16, 5, seconds(1)), 16);
        assert_eq!(next_size(16, 16, seconds(5)), 16);
        assert_eq!(next_size(16, 16, seconds(20)), 8);
        assert_eq!(next_size(1, 1, seconds(20)), 1);
        assert_eq!(next_size(1024, 1024, seconds(1)), 1024);
    }
}
