//! Draws the charts of a sweep, from made-up results, as SVG and PNG into a folder: the one named on the command line,
//! or a temporary one.
//!
//! ```sh
//! cargo run -p plots --example sweep -- /tmp
//! ```

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use plots::{
    Best, Figure, HeatMapChart, HeatMapResult, MetricAxis, MetricValues, ParallelChart,
    ParallelLine, RateTestChart, RateTestStep, Setting, SettingAxis, SettingChart, SettingGroup,
    SettingValue, SpreadChart, SpreadRow, Standing, SweepMetric, TimeChart, TimePoint,
};

const RATES: [f64; 5] = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2];
const UNITS: [f64; 4] = [10.0, 25.0, 50.0, 100.0];
const OPTIMIZERS: [&str; 2] = ["adam", "sgd"];
const SEEDS: u32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1);
    let folder = folder.map_or_else(std::env::temp_dir, PathBuf::from);
    let settings = settings();
    let note = "made-up results";
    for (name, figure) in [
        ("sweep-setting", by_rate(note)),
        ("sweep-parallel", parallel(note, &settings)),
        ("sweep-heat-map", heat_map(note)),
        ("sweep-spread", spread(note, &settings)),
        ("sweep-time", time(note, &settings)),
        ("rate-test", rate_test(note)),
    ] {
        write(&folder, name, &figure)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, figure: &Figure) -> Result<(), Box<dyn Error>> {
    for (ending, bytes) in [
        ("svg", figure.to_svg().into_bytes()),
        ("png", figure.to_png()?),
    ] {
        let path = folder.join(name).with_extension(ending);
        fs_err::write(&path, bytes)?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(())
}

/// A combination of settings.
#[derive(Clone, Copy)]
struct Combination {
    rate: f64,
    units: f64,
    optimizer: &'static str,
}

fn settings() -> Vec<Combination> {
    let rates = RATES.into_iter();
    let of_rate = |rate| UNITS.into_iter().map(move |units| (rate, units));
    let pairs = rates.flat_map(of_rate);
    let all = pairs.flat_map(|(rate, units)| {
        OPTIMIZERS.map(|optimizer| Combination {
            rate,
            units,
            optimizer,
        })
    });
    all.collect()
}

impl Combination {
    /// A made-up accuracy: best near a learning rate of 0.003, with noise by seed.
    fn accuracy(self, seed: u32) -> f64 {
        let distance = (self.rate / 3e-3).log10();
        let slow = if self.optimizer == "sgd" { 0.02 } else { 0.0 };
        let noise = f64::from((seed * 7919 + hash(self)) % 1000) / 1000.0 - 0.5;
        0.985 - 0.03 * distance.powi(2) - 0.1 / self.units - slow + 0.012 * noise
    }

    fn accuracies(self) -> Vec<f64> {
        (0..SEEDS).map(|seed| self.accuracy(seed)).collect()
    }

    fn mean(self) -> f64 {
        self.accuracies().iter().sum::<f64>() / f64::from(SEEDS)
    }

    fn seconds(self) -> f64 {
        0.2 * self.units * (1.0 + f64::from(hash(self) % 100) / 50.0)
    }

    fn name(self) -> String {
        format!(
            "learning_rate {}, units {}, {}",
            self.rate, self.units, self.optimizer
        )
    }
}

/// A number that looks random.
fn hash(of: Combination) -> u32 {
    let text = format!("{}{}{}", of.rate, of.units, of.optimizer);
    text.bytes().fold(17, |hash: u32, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % 10_000
}

fn metric() -> SweepMetric {
    SweepMetric {
        name: "validation accuracy".to_owned(),
        best: Best::Highest,
        axis: MetricAxis::Percent,
    }
}

fn setting(name: &str, axis: SettingAxis) -> Setting {
    Setting {
        name: name.to_owned(),
        axis,
    }
}

/// Values with an interval of about 95 %: twice their standard error, for an example.
fn with_interval(values: Vec<f64>) -> MetricValues {
    let n = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let half = 2.8 * (squares / (n - 1.0) / n).sqrt();
    MetricValues {
        values,
        interval: Some([mean - half, mean + half]),
    }
}

fn by_rate(note: &str) -> Figure {
    let group = |rate: f64| {
        let of_rate = settings()
            .into_iter()
            .filter(|of| of.rate.to_bits() == rate.to_bits());
        SettingGroup {
            value: SettingValue::Number(rate),
            results: with_interval(of_rate.flat_map(Combination::accuracies).collect()),
        }
    };
    let chart = SettingChart {
        setting: setting("learning_rate", SettingAxis::Logarithmic),
        metric: metric(),
        groups: RATES.into_iter().map(group).collect(),
    };
    plots::metric_by_setting("Accuracy by learning rate", note, &chart)
}

fn parallel(note: &str, settings: &[Combination]) -> Figure {
    let line = |of: &Combination| ParallelLine {
        values: vec![
            SettingValue::Number(of.rate),
            SettingValue::Number(of.units),
            SettingValue::Text(of.optimizer.to_owned()),
        ],
        metric: of.mean(),
    };
    let chart = ParallelChart {
        settings: vec![
            setting("learning_rate", SettingAxis::Logarithmic),
            setting("units", SettingAxis::Linear),
            setting("optimizer", SettingAxis::Categories),
        ],
        metric: metric(),
        lines: settings.iter().map(line).collect(),
    };
    plots::parallel_coordinates("All settings", note, &chart)
}

fn heat_map(note: &str) -> Figure {
    let trained = settings().into_iter();
    // One combination is missing.
    let trained = trained.filter(|of| of.rate < 5e-3 || of.units < 99.0);
    let result = |of: Combination| HeatMapResult {
        at: [of.rate, of.units].map(SettingValue::Number),
        values: of.accuracies(),
    };
    let chart = HeatMapChart {
        settings: [
            setting("learning_rate", SettingAxis::Logarithmic),
            setting("units", SettingAxis::Linear),
        ],
        metric: metric(),
        results: trained.map(result).collect(),
    };
    plots::heat_map("Learning rate and units", note, &chart)
}

fn spread(note: &str, settings: &[Combination]) -> Figure {
    let mut ranked = settings.to_vec();
    ranked.sort_by(|one, other| other.mean().total_cmp(&one.mean()));
    let row = |(rank, of): (usize, Combination)| SpreadRow {
        name: of.name(),
        results: with_interval(of.accuracies()),
        standing: if rank < 6 {
            Standing::BestOrSame
        } else {
            Standing::Worse
        },
    };
    let chart = SpreadChart {
        metric: metric(),
        rows: ranked.into_iter().enumerate().map(row).collect(),
    };
    plots::seed_spread("Spread over seeds", note, &chart)
}

fn time(note: &str, settings: &[Combination]) -> Figure {
    let point = |of: &Combination| TimePoint {
        name: of.name(),
        seconds: of.seconds(),
        value: of.mean(),
    };
    let chart = TimeChart {
        metric: metric(),
        points: settings.iter().map(point).collect(),
    };
    plots::time_and_metric("Time and accuracy", note, &chart)
}

fn rate_test(note: &str) -> Figure {
    let step = |index: u32| {
        let exponent = -6.0 + 7.0 * f64::from(index) / 199.0;
        let fall = 0.55 / (1.0 + (-3.0 * (exponent + 2.3)).exp());
        let rise = 5.0 * (exponent + 0.6).max(0.0).powi(2);
        let smoothed = 0.69 - fall + rise;
        let noise = f64::from(index * 7919 % 1000) / 1000.0 - 0.5;
        RateTestStep {
            learning_rate: 10_f64.powf(exponent),
            loss: smoothed * (1.0 + 0.25 * noise),
            smoothed,
        }
    };
    let chart = RateTestChart {
        steps: (0..200).map(step).collect(),
        suggested: Some(0.005),
        diverges: Some(0.5),
    };
    plots::learning_rate_test("Learning-rate range test", note, &chart)
}
