//! The charts of a sweep as in `references.rs`: each, drawn from a few numbers, is the SVG that was looked at and stored
//! in `tests/references/`.
//!
//! After an intended change draw them again, and look at each:
//!
//! ```sh
//! REDRAW=1 cargo test -p plots --test sweep_references
//! ```

mod common;

use plots::{
    Best, HeatMapChart, HeatMapResult, MetricAxis, MetricValues, ParallelChart, ParallelLine,
    RateTestChart, RateTestStep, Setting, SettingAxis, SettingChart, SettingGroup, SettingValue,
    SpreadChart, SpreadRow, Standing, SweepMetric, TimeChart, TimePoint,
};

use common::check;

fn accuracy() -> SweepMetric {
    SweepMetric {
        name: "validation accuracy".to_owned(),
        best: Best::Highest,
        axis: MetricAxis::Percent,
    }
}

fn loss() -> SweepMetric {
    SweepMetric {
        name: "validation loss".to_owned(),
        best: Best::Lowest,
        axis: MetricAxis::Logarithmic,
    }
}

fn rate() -> Setting {
    Setting {
        name: "learning_rate".to_owned(),
        axis: SettingAxis::Logarithmic,
    }
}

fn optimizer() -> Setting {
    Setting {
        name: "optimizer".to_owned(),
        axis: SettingAxis::Categories,
    }
}

fn results(values: &[f64], interval: Option<[f64; 2]>) -> MetricValues {
    MetricValues {
        values: values.to_vec(),
        interval,
    }
}

#[test]
fn a_metric_by_setting() {
    let group = |rate, values: &[f64], interval| SettingGroup {
        value: SettingValue::Number(rate),
        results: results(values, interval),
    };
    let chart = SettingChart {
        setting: rate(),
        metric: loss(),
        groups: vec![
            group(0.001, &[0.2, 0.21, 0.25], Some([0.15, 0.29])),
            group(0.01, &[0.1, 0.4], Some([-1.6, 2.1])),
            group(0.1, &[0.5], None),
            group(1.0, &[2.0, f64::NAN], None),
        ],
    };
    check(
        "sweep-setting",
        &plots::metric_by_setting("Loss by learning rate", "a note", &chart),
    );
}

#[test]
fn parallel_coordinates() {
    let line = |rate, optimizer: &str, metric| ParallelLine {
        values: vec![
            SettingValue::Number(rate),
            SettingValue::Text(optimizer.to_owned()),
        ],
        metric,
    };
    let chart = ParallelChart {
        settings: vec![rate(), optimizer()],
        metric: accuracy(),
        lines: vec![
            line(0.001, "adam", 0.9),
            line(0.01, "adam", 0.97),
            line(0.001, "sgd", 0.8),
            line(0.01, "sgd", f64::NAN),
        ],
    };
    check(
        "sweep-parallel",
        &plots::parallel_coordinates("All settings", "a note", &chart),
    );
}

#[test]
fn a_heat_map() {
    let result = |rate, optimizer: &str, values: &[f64]| HeatMapResult {
        at: [
            SettingValue::Number(rate),
            SettingValue::Text(optimizer.to_owned()),
        ],
        values: values.to_vec(),
    };
    let chart = HeatMapChart {
        settings: [rate(), optimizer()],
        metric: accuracy(),
        results: vec![
            result(0.001, "adam", &[0.9, 0.92]),
            result(0.01, "adam", &[0.97]),
            result(0.001, "sgd", &[0.8]),
            result(0.1, "sgd", &[f64::NAN]),
        ],
    };
    check(
        "sweep-heat-map",
        &plots::heat_map("Rate and optimizer", "a note", &chart),
    );
}

#[test]
fn the_spread_over_seeds() {
    let row = |name: &str, results, standing| SpreadRow {
        name: name.to_owned(),
        results,
        standing,
    };
    let chart = SpreadChart {
        metric: accuracy(),
        rows: vec![
            row(
                "adam",
                results(&[0.98, 0.96, 0.97], Some([0.945, 0.995])),
                Standing::BestOrSame,
            ),
            row(
                "sgd",
                results(&[0.9, 0.92], Some([0.783, 1.037])),
                Standing::Worse,
            ),
            row(
                "diverged",
                results(&[0.94, f64::NAN], None),
                Standing::Worse,
            ),
        ],
    };
    check(
        "sweep-spread",
        &plots::seed_spread("Spread over seeds", "a note", &chart),
    );
}

#[test]
fn time_and_metric() {
    let point = |name: &str, seconds, value| TimePoint {
        name: name.to_owned(),
        seconds,
        value,
    };
    let chart = TimeChart {
        metric: accuracy(),
        points: vec![
            point("small", 1.0, 0.9),
            point("medium", 4.0, 0.95),
            point("slow", 5.0, 0.93),
            point("large", 20.0, 0.96),
        ],
    };
    check(
        "sweep-time",
        &plots::time_and_metric("Time and accuracy", "a note", &chart),
    );
}

#[test]
fn a_learning_rate_test() {
    let losses = [0.7, 0.69, 0.6, 0.4, 0.3, 0.5, 3.0];
    let step = |(index, loss): (i32, f64)| RateTestStep {
        learning_rate: 10_f64.powi(index - 5),
        loss: loss + if index % 2 == 0 { 0.05 } else { -0.05 },
        smoothed: loss,
    };
    let chart = RateTestChart {
        steps: (0..).zip(losses).map(step).collect(),
        suggested: Some(0.003),
        diverges: Some(1.0),
    };
    check(
        "rate-test",
        &plots::learning_rate_test("Learning-rate range test", "a note", &chart),
    );
}
