//! The files of a sweep.
//!
//! ```text
//! run.lock       locked by the process that trains
//! sweep.toml     all settings and the table `sweep`
//! without.txt    a copy of the list of images that are left out, if there is one
//! inputs.toml    checksums of the images, labels and initial weights
//! points.csv     a row for each point that is trained, appended as soon as it is
//! networks.bin   the networks of the points, one behind the other
//! .incomplete-points/   points that take long, until they are trained; see `sweep/unfinished.rs`
//! ```
//!
//! A point's network is written before its row, so that a row always has its network. A row that was cut
//! short, or whose network is not there, is ignored: the point is trained again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::run_config::RunConfig;
use crate::run::directory::{SWEEP_FILE, with_own_list};
use crate::run::lock::RunLock;
use crate::support::atomic_write::write_atomically;
use crate::support::cause::Damage;
use crate::support::csv_log;
use crate::support::error::{Error, Result};
use crate::support::missing::check_exists;
use crate::support::sweep_error::SweepError;
use crate::sweep::halving::is_finished;
use crate::sweep::inputs::Inputs;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::table::SweepTable;
use crate::sweep::writer::SweepWriter;

/// The default folder of sweeps.
pub(crate) const SWEEPS: &str = "sweeps";

/// The folder of a sweep.
#[derive(Debug, Clone)]
pub(crate) struct SweepDirectory {
    pub(super) path: PathBuf,
}

impl SweepDirectory {
    /// Opens the sweep at `path`, or the newest in `sweeps/`.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] and [`SweepError::NotASweep`] if there is no sweep at `path`, [`SweepError::NoSweep`] if there is none
    /// in `sweeps/`.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            let folder = PathBuf::from(SWEEPS);
            let newest = all(&folder)?.pop();
            return newest.ok_or(Error::Sweep(SweepError::NoSweep { folder }));
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
        Err(Error::Sweep(SweepError::NotASweep {
            path: path.to_owned(),
        }))
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
        Err(Error::Sweep(SweepError::NoUnfinishedSweep { folder }))
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

    /// The file of the settings.
    pub(crate) fn config_path(&self) -> PathBuf {
        self.path.join(SWEEP_FILE)
    }

    /// The file of the checksums.
    pub(super) fn inputs_path(&self) -> PathBuf {
        self.path.join("inputs.toml")
    }

    /// The file of the points that are trained.
    pub(crate) fn points_path(&self) -> PathBuf {
        self.path.join("points.csv")
    }

    /// The file of the networks.
    pub(super) fn networks_path(&self) -> PathBuf {
        self.path.join("networks.bin")
    }

    /// Returns an error if the folder is not where it was: files that are open can be written even then.
    ///
    /// # Errors
    ///
    /// [`SweepError::SweepGone`].
    pub(crate) fn check_there(&self) -> Result<()> {
        if Self::is_sweep(&self.path) {
            return Ok(());
        }
        let sweep = self.path.clone();
        Err(Error::Sweep(SweepError::SweepGone { sweep }))
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

    /// The same settings with the sweep's own copy of the list of images that are left out, if `config` names the list that
    /// it was started with, which does not exist any more.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] and others if `sweep.toml` is damaged.
    pub(crate) fn with_list_in_place_of_lost(&self, config: RunConfig) -> Result<RunConfig> {
        let (stored, _) = RunConfig::default().with_sweep_file(&self.config_path())?;
        let is_lost = config.without == stored.without
            && config.without.as_ref().is_some_and(|list| !list.exists());
        Ok(if is_lost {
            with_own_list(config, &self.path)
        } else {
            config
        })
    }

    /// Writes where files are now: a plan that differs from that of the sweep in nothing else. The list of images that are
    /// left out keeps its name, because the sweep has its own copy.
    pub(crate) fn store_places(&self, plan: &SweepPlan) -> Result<()> {
        let path = self.config_path();
        let (stored, _) = RunConfig::default().with_sweep_file(&path)?;
        let base = RunConfig {
            without: stored.without,
            ..plan.base.clone()
        };
        let text = text_of(&base, &plan.table)?;
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

    /// Opens the files for appending, without a row that was cut short.
    pub(crate) fn writer(&self) -> Result<SweepWriter> {
        SweepWriter::open(&self.points_path(), &self.networks_path())
    }
}

/// `sweep.toml` with the settings of all points and what varies.
pub(super) fn text_of(base: &RunConfig, table: &SweepTable) -> Result<String> {
    let mut file = toml::Table::try_from(base)?;
    file.insert("sweep".to_owned(), toml::Value::try_from(table)?);
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
