//! The files of a sweep.
//!
//! ```text
//! run.lock       locked by the process that trains
//! sweep.toml     all settings and the table `sweep`
//! without.txt    a copy of the list of images that are left out, if there is one
//! inputs.toml    checksums of the images, labels and initial weights
//! points.csv     a row for each point that is trained, appended as soon as it is
//! networks.bin   the networks of the points, one behind the other
//! ```
//!
//! A point's network is written before its row, so that a row always has its network. A row that was cut
//! short, or whose network is not there, is ignored: the point is trained again.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use model::{FusedState, LayerValues, MlpConfig};

use crate::config::run_config::RunConfig;
use crate::run::directory::{SWEEP_FILE, WITHOUT, with_own_list};
use crate::run::lock::RunLock;
use crate::support::atomic_write::write_atomically;
use crate::support::cause::Damage;
use crate::support::csv_log;
use crate::support::error::{Error, Result};
use crate::support::missing::check_exists;
use crate::support::write_obstacle::WriteObstacle;
use crate::sweep::halving::is_finished;
use crate::sweep::inputs::Inputs;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{PausedRecord, Place, PointRecord, PointState};
use crate::sweep::table::SweepTable;
use crate::sweep::writer::SweepWriter;
use crate::train::course::Paused;

/// The default folder of sweeps.
pub(crate) const SWEEPS: &str = "sweeps";

/// The folder of a sweep.
#[derive(Debug, Clone)]
pub(crate) struct SweepDirectory {
    path: PathBuf,
}

impl SweepDirectory {
    /// Creates a folder, by default `sweeps/<date and time>`, for a plan.
    pub(crate) fn create(
        path: Option<&Path>,
        plan: &SweepPlan,
        inputs: &Inputs,
    ) -> Result<(Self, RunLock)> {
        let path = path.map_or_else(fresh_path, Path::to_owned);
        Self::check_unused(&path)?;
        fs_err::create_dir_all(&path).map_err(|error| Error::CreateRun {
            obstacle: WriteObstacle::of(&path, &error),
            path: path.clone(),
        })?;
        let lock = RunLock::acquire(&path)?;
        let sweep = Self { path };
        let text = text_of(plan)?;
        let inputs = inputs.clone().of_plan(&text);
        if let Some(list) = &plan.base.without {
            let list = fs_err::read(list).map_err(Error::Unreadable)?;
            write_atomically(&sweep.path.join(WITHOUT), &list)?;
        }
        write_atomically(&sweep.inputs_path(), toml::to_string(&inputs)?.as_bytes())?;
        write_atomically(&sweep.config_path(), text.as_bytes())?;
        Ok((sweep, lock))
    }

    /// Returns an error if something is at `path` already.
    pub(crate) fn check_unused(path: &Path) -> Result<()> {
        let is_used = match path.symlink_metadata() {
            Err(_) => false,
            Ok(_) if !path.is_dir() => true,
            Ok(_) => fs_err::read_dir(path)?.next().is_some(),
        };
        if is_used {
            let path = path.to_owned();
            return Err(Error::SweepDirectoryInUse { path });
        }
        Ok(())
    }

    /// Opens the sweep at `path`, or the newest in `sweeps/`.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] and [`Error::NotASweep`] if there is no sweep at `path`, [`Error::NoSweep`] if there is none
    /// in `sweeps/`.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            let folder = PathBuf::from(SWEEPS);
            let newest = all(&folder)?.pop();
            return newest.ok_or(Error::NoSweep { folder });
        };
        check_exists(path, "sweep").map_err(|error| match error {
            // The name of a sweep without its folder.
            Error::Missing { path, expected, .. } if Path::new(SWEEPS).join(&path).exists() => {
                Error::Missing {
                    similar: Some(Path::new(SWEEPS).join(&path)),
                    path,
                    expected,
                }
            }
            error => error,
        })?;
        if Self::is_sweep(path) {
            return Ok(Self {
                path: path.to_owned(),
            });
        }
        Err(Error::NotASweep {
            path: path.to_owned(),
        })
    }

    /// Opens the sweep at `path`, or the newest in `sweeps/` that is not finished and that no process trains.
    pub(crate) fn open_unfinished(path: Option<&Path>) -> Result<Self> {
        if path.is_some() {
            return Self::open(path);
        }
        let folder = PathBuf::from(SWEEPS);
        for sweep in all(&folder)?.into_iter().rev() {
            // One that cannot be read hides no other.
            let Ok(plan) = sweep.plan() else { continue };
            let Ok(records) = sweep.records(&plan) else {
                continue;
            };
            if !is_finished(&plan, &records) && !crate::run::lock::is_held(&sweep.path) {
                return Ok(sweep);
            }
        }
        Err(Error::NoUnfinishedSweep { folder })
    }

    /// Says whether a folder is one of a sweep.
    #[must_use]
    pub(crate) fn is_sweep(path: &Path) -> bool {
        path.join(SWEEP_FILE).is_file()
    }

    /// The folder.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn config_path(&self) -> PathBuf {
        self.path.join(SWEEP_FILE)
    }

    fn inputs_path(&self) -> PathBuf {
        self.path.join("inputs.toml")
    }

    fn points_path(&self) -> PathBuf {
        self.path.join("points.csv")
    }

    fn networks_path(&self) -> PathBuf {
        self.path.join("networks.bin")
    }

    pub(crate) fn lock(&self) -> Result<RunLock> {
        RunLock::acquire(&self.path)
    }

    /// Reads what the sweep trains.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] and others if `sweep.toml` is damaged.
    pub(crate) fn plan(&self) -> Result<SweepPlan> {
        let path = self.config_path();
        let (config, table) = RunConfig::default().with_sweep_file(&path)?;
        let table = SweepTable::read(table, &path)?;
        let plan = config
            .checked()
            .and_then(|config| SweepPlan::new(with_own_list(config, &self.path), table));
        let plan = plan.map_err(|source| Error::InFile {
            path: path.clone(),
            source: Box::new(source),
        })?;
        if !self.inputs()?.is_of(&fs_err::read_to_string(&path)?) {
            let damage = Damage::OtherPlan;
            return Err(Error::Damaged { path, damage });
        }
        Ok(plan)
    }

    /// Writes where files are now: a plan that differs from that of the sweep in nothing else.
    pub(crate) fn store_places(&self, plan: &SweepPlan) -> Result<()> {
        let (path, text) = (self.config_path(), text_of(plan)?);
        if fs_err::read_to_string(&path)? == text {
            return Ok(());
        }
        write_atomically(&path, text.as_bytes())
    }

    /// The checksums of what it was started with.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] if `inputs.toml` is damaged.
    pub(crate) fn inputs(&self) -> Result<Inputs> {
        let path = self.inputs_path();
        let text = fs_err::read_to_string(&path)?;
        toml::from_str(&text).map_err(|error| Error::Toml {
            path,
            excerpt: error.to_string(),
        })
    }

    /// Reads the last record of each point that has one, by its number.
    ///
    /// # Errors
    ///
    /// [`Error::Csv`] if a row is not one of a point, [`Error::Damaged`] if it is one of another plan.
    pub(crate) fn records(&self, plan: &SweepPlan) -> Result<BTreeMap<usize, PointRecord>> {
        let path = self.points_path();
        if !path.is_file() {
            return Ok(BTreeMap::new());
        }
        let networks = self.networks_path().metadata().map_or(0, |file| file.len());
        let records: Vec<PointRecord> = csv_log::read(&path)?;
        let is_whole =
            |record: &PointRecord| record.place().is_none_or(|place| place.end() <= networks);
        if let Some(other) = records.iter().find(|record| !plan.has(record)) {
            let damage = Damage::OtherPoint(other.point);
            return Err(Error::Damaged { path, damage });
        }
        let records = records.into_iter().filter(is_whole);
        Ok(records.map(|record| (record.point, record)).collect())
    }

    /// Reads numbers of a point.
    fn numbers(&self, place: Place) -> Result<Vec<f32>> {
        let path = self.networks_path();
        let mut file = fs_err::File::open(&path)?;
        file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = vec![0; place.numbers * size_of::<f32>()];
        file.read_exact(&mut bytes)?;
        if crc32c::crc32c(&bytes) != place.crc32c {
            return Err(Error::DamagedNetwork {
                sweep: self.path.clone(),
                offset: place.offset,
            });
        }
        let numbers = bytes.as_chunks::<4>().0.iter();
        Ok(numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Reads the values of a point: its network, or the parts of a paused training.
    pub(crate) fn values(&self, place: Place, config: &MlpConfig) -> Result<Vec<LayerValues>> {
        let numbers = self.numbers(place)?;
        let layers = config.layers().into_iter();
        let length: usize = layers.map(|layer| layer.parameters()).sum();
        let parts = numbers.chunks(length);
        let parts = parts.map(|part| LayerValues::from_numbers(config, part));
        parts
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Error::Damaged {
                path: self.networks_path(),
                damage: Damage::OtherNetwork,
            })
    }

    /// Reads a paused training; `None` if the point is not paused.
    pub(crate) fn paused(
        &self,
        record: &PointRecord,
        config: &MlpConfig,
    ) -> Result<Option<Paused>> {
        let (Some(paused), Some(place)) = (&record.paused, record.place()) else {
            return Ok(None);
        };
        let damaged = |damage| Error::Damaged {
            path: self.points_path(),
            damage,
        };
        let paused =
            toml::from_str::<BTreeMap<String, PausedRecord>>(&format!("paused = {paused}"));
        let paused = paused.map_err(|error| damaged(Damage::Toml(error.message().to_owned())))?;
        let paused = paused.into_values().next();
        let mut values = self.values(place, config)?.into_iter();
        let (Some(paused), Some(weights), Some(first_moments), Some(second_moments)) =
            (paused, values.next(), values.next(), values.next())
        else {
            return Err(damaged(Damage::OtherNetwork));
        };
        Ok(Some(Paused {
            epoch: record.epochs,
            state: FusedState {
                weights,
                first_moments,
                second_moments,
                steps: paused.steps,
            },
            callbacks: paused.callbacks,
            best: paused.best.zip(values.next()),
            metrics: paused.last,
        }))
    }

    /// Reads the network of a trained point.
    ///
    /// # Errors
    ///
    /// [`Error::PointWithoutNetwork`], [`Error::PointDropped`] and [`Error::PointPaused`] if it is not trained, [`Error::DamagedNetwork`] if the file is
    /// damaged.
    pub(crate) fn network(&self, record: &PointRecord, config: &MlpConfig) -> Result<LayerValues> {
        let without = |state| Error::PointWithoutNetwork {
            sweep: self.path.clone(),
            point: record.point,
            state,
        };
        let place = match (record.state, record.place()) {
            (PointState::Trained, Some(place)) => place,
            (PointState::Paused, _) => {
                let (sweep, point, epochs) = (self.path.clone(), record.point, record.epochs);
                let plan = self.plan()?;
                return Err(if is_finished(&plan, &self.records(&plan)?) {
                    Error::PointDropped {
                        sweep,
                        point,
                        epochs,
                    }
                } else {
                    Error::PointPaused {
                        sweep,
                        point,
                        epochs,
                    }
                });
            }
            _ => return Err(without("failed: it has no network")),
        };
        let values = self.values(place, config)?;
        values
            .into_iter()
            .next()
            .ok_or_else(|| without("without a network"))
    }

    /// Opens the files for appending, without a row that was cut short.
    pub(crate) fn writer(&self) -> Result<SweepWriter> {
        SweepWriter::open(&self.points_path(), &self.networks_path())
    }
}

impl Place {
    fn end(&self) -> u64 {
        self.offset + (self.numbers * size_of::<f32>()) as u64
    }
}

/// `sweep.toml` of a plan.
fn text_of(plan: &SweepPlan) -> Result<String> {
    let mut file = toml::Table::try_from(&plan.base)?;
    file.insert("sweep".to_owned(), toml::Value::try_from(&plan.table)?);
    Ok(toml::to_string(&file)?)
}

/// The sweeps in a folder, the oldest first.
pub(crate) fn all(folder: &Path) -> Result<Vec<SweepDirectory>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs_err::read_dir(folder)? {
            let sweep = SweepDirectory {
                path: entry?.path(),
            };
            let written = sweep.config_path().metadata();
            if let Ok(written) = written.and_then(|file| file.modified()) {
                found.push((written, sweep));
            }
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
    Ok(found.into_iter().map(|(_, sweep)| sweep).collect())
}

/// `sweeps/<date and time>`, with a number appended if that exists.
pub(crate) fn fresh_path() -> PathBuf {
    let now = jiff::ZonedDateTime::now()
        .strftime("%Y-%m-%dT%H-%M-%S")
        .to_string();
    let folder = Path::new(SWEEPS);
    let others = (2..1000).map(|number| folder.join(format!("{now}-{number}")));
    let mut paths = std::iter::once(folder.join(&now)).chain(others);
    paths
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(&now))
}
