//! A point that takes long is saved from time to time, and resumed from its last saved epoch after a kill.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{networks, points};
use crate::app::{App, json_lines};
use crate::fixtures::csv_column;
use crate::kernels::on_wgpu;
use crate::running::Running;

/// The folder of half-trained points.
fn folder(app: &App, sweep: &str) -> PathBuf {
    app.path().join(sweep).join(".incomplete-points")
}

/// The last saved epoch of each half-trained point.
fn saved(app: &App, sweep: &str) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    // While the sweep is trained, folders come and go.
    for point in fs_err::read_dir(folder(app, sweep)).into_iter().flatten() {
        let point = point.unwrap();
        let name = point.file_name().into_string().unwrap();
        let number = name.strip_prefix("point-").unwrap().parse().unwrap();
        let files = fs_err::read_dir(point.path().join("checkpoint"));
        let epochs = files.into_iter().flatten().filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            name.strip_prefix("epoch-")?
                .strip_suffix(".toml")?
                .parse()
                .ok()
        });
        let last: Option<usize> = epochs.max();
        found.extend(last.map(|last| (number, last)));
    }
    found
}

/// Waits until a point is saved after a later epoch than before.
#[track_caller]
fn wait_for_a_save(
    process: &mut Running,
    app: &App,
    sweep: &str,
    before: &BTreeMap<usize, usize>,
) -> BTreeMap<usize, usize> {
    process.wait_for("a point is saved", |_| {
        let now = saved(app, sweep);
        let is_later =
            |(point, epoch): (&usize, &usize)| before.get(point).is_none_or(|of| epoch > of);
        now.iter().any(is_later).then_some(now)
    })
}

/// So many epochs that a point takes about these seconds on this machine.
fn epochs_in(app: &App, seconds: f64, settings: &[&str]) -> usize {
    const TRIED: f64 = 200.0;
    let tried = ["sweep", "--sweep-dir=tried", "--epochs=200", "--seeds=0..3"];
    app.on_cpu(&[&tried[..], settings].concat());
    let each = csv_column(&app.file("tried/points.csv"), "seconds");
    let least = each.into_iter().fold(f64::INFINITY, f64::min);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few thousand"
    )]
    let epochs = (TRIED * seconds / least) as usize;
    epochs
}

/// A number with commas: 12,345.
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

/// What `sweep --resume` says of where points are resumed.
fn resumed(at: &BTreeMap<usize, usize>, noun: &str, epochs: usize) -> String {
    let epochs = grouped(epochs);
    let each = at.iter().map(|(point, epoch)| {
        format!(
            "{noun} {point} after {} of {epochs} epochs",
            grouped(*epoch)
        )
    });
    format!(
        "half-trained before: {}\n",
        each.collect::<Vec<_>>().join(", ")
    )
}

/// Expects two sweeps to have the same points and networks, bit for bit, and nothing left to resume.
#[track_caller]
fn assert_same(app: &App, killed: &str, whole: &str) {
    assert_eq!(points(app, killed), points(app, whole));
    let bits = |sweep| {
        let networks = networks(app, sweep).into_iter();
        let bits = networks.map(|(point, numbers)| {
            let bits: Vec<u32> = numbers.into_iter().map(f32::to_bits).collect();
            (point, bits)
        });
        bits.collect::<Vec<_>>()
    };
    assert!(bits(killed) == bits(whole), "{killed} and {whole} differ");
    for sweep in [killed, whole] {
        assert!(!folder(app, sweep).exists(), "{sweep}");
    }
}

#[test]
fn a_point_that_is_killed_many_times_is_trained_on_from_its_last_save_and_ends_with_the_same_bits()
{
    let app = App::new();
    let settings = [
        "--validation-split=0.2",
        "--learning-rate-schedule=cosine",
        "--restore-best-weights",
        "--early-stopping-patience=1000000",
        "--augment-rotate=3",
    ];
    let epochs = epochs_in(&app, 12.0, &settings);
    let epochs_flag = format!("--epochs={epochs}");
    let sweep = [&["sweep", "--seeds=0..1", &epochs_flag], &settings[..]].concat();
    app.on_cpu(&[&sweep[..], &["--sweep-dir=whole"]].concat());

    let on_cpu = ["--backend=ndarray"];
    let mut process = app.start(&[&on_cpu[..], &sweep, &["--sweep-dir=killed"]].concat());
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut at = BTreeMap::new();
    for kill in 0..4 {
        let before = at;
        wait_for_a_save(&mut process, &app, "killed", &before);
        // The sleep is intended: the kill must come at a random time, often in a save.
        let most = [30_000, 1_000_000][kill % 2];
        std::thread::sleep(Duration::from_micros(u64::from(random.next_u32()) % most));
        process.kill();
        at = saved(&app, "killed");
        assert!(
            at.iter()
                .all(|(point, epoch)| before.get(point).is_none_or(|of| epoch >= of))
        );
        process = app.start(&["--backend=ndarray", "sweep", "--resume", "killed"]);
        let expected = resumed(&at, "point", epochs);
        process.wait_for("where it resumes", |process| {
            process.stderr().contains(&expected).then_some(())
        });
    }
    let output = process.end();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert_same(&app, "killed", "whole");
    // The seconds are those of all processes.
    let [killed, whole] = ["killed", "whole"].map(|sweep| {
        let seconds = csv_column(&app.file(&format!("{sweep}/points.csv")), "seconds");
        seconds.into_iter().sum::<f64>()
    });
    assert!(killed > 0.5 * whole, "{killed} and {whole}");
}

#[test]
fn a_half_trained_point_is_not_counted_and_goes_on_only_if_it_is_whole_and_of_the_same_settings() {
    let app = App::new();
    // The second point never ends.
    let start = |sweep: &str, rate: &str| {
        let sweep = format!("--sweep-dir={sweep}");
        let vary = "--vary=epochs=1,1000000";
        app.start(&["--backend=ndarray", "sweep", vary, rate, &sweep])
    };
    let resume = |sweep: &str| app.start(&["--backend=ndarray", "sweep", "--resume", sweep]);
    let mut process = start("s", "--learning-rate=1e-4");
    let at = wait_for_a_save(&mut process, &app, "s", &BTreeMap::new());
    process.kill();
    let at = saved(&app, "s").into_iter().chain(at).next().unwrap();
    assert_eq!(at.0, 2);
    let epoch = at.1;

    let shown = app.succeeds(&["sweep", "show", "s"]);
    shown.stdout_has("s: 1 of 2 points, 1 half-trained\n");
    let listed = app.succeeds(&["sweep", "list", "s", "--json"]);
    let listed = &json_lines(&listed.stdout)[0];
    assert_eq!(
        (&listed["points"], &listed["half_trained"]),
        (&1.into(), &1.into())
    );
    app.succeeds(&["sweep", "list", "s"])
        .stdout_has("1/2, 1 half-trained");
    let best = app.succeeds(&["sweep", "best", "s", "--json"]);
    assert_eq!(json_lines(&best.stdout).len(), 1);
    let extract = ["--backend=ndarray", "sweep", "extract", "s", "2"];
    let message = format!(
        "s: point 2 is half-trained, after {} epochs; resume",
        grouped(epoch)
    );
    app.refused(&extract, &[&message, "app sweep --resume s"]);

    // A state of other settings is deleted and not resumed.
    let mut process = start("other", "--learning-rate=2e-4");
    process.wait_for("the first point is trained", |_| {
        let points = fs_err::read_to_string(app.path().join("other/points.csv"));
        points
            .is_ok_and(|text| text.ends_with('\n') && text.lines().count() == 2)
            .then_some(())
    });
    process.kill();
    let _ = fs_err::remove_dir_all(folder(&app, "other"));
    copy(&folder(&app, "s"), &folder(&app, "other"));
    let mut process = resume("other");
    process.wait_for("the state is deleted", |_| {
        saved(&app, "other").is_empty().then_some(())
    });
    let output = process.kill();
    assert!(
        !output.stderr.contains("half-trained"),
        "{}",
        output.shown()
    );

    // So is a damaged one, with a line about it.
    let network = format!("point-2/checkpoint/model-{epoch}.bpk");
    let path = folder(&app, "s").join(&network);
    let mut bytes = fs_err::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs_err::write(&path, bytes).unwrap();
    let mut process = resume("s");
    process.wait_for("the damage is reported", |process| {
        process
            .stderr()
            .contains("; point 2 is trained again from epoch 1\n")
            .then_some(())
    });
    wait_for_a_save(&mut process, &app, "s", &BTreeMap::new());
    let output = process.kill();
    output.stderr_has(&network);
    assert!(
        !output.stderr.contains("half-trained"),
        "{}",
        output.shown()
    );

    app.succeeds(&["sweep", "delete", "--yes", "s"]);
    assert!(!app.path().join("s").exists());
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs_err::create_dir(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs_err::copy(&path, &copied).unwrap();
        }
    }
}

#[test]
fn folds_of_a_cross_validation_are_resumed_too() {
    let app = App::new();
    let epochs = epochs_in(&app, 6.0, &[]);
    let epochs_flag = format!("--epochs={epochs}");
    let crossval = [
        "--backend=ndarray",
        "crossval",
        "--folds=2",
        "--json",
        &epochs_flag,
    ];
    let whole = app.succeeds(&[&crossval[..], &["--sweep-dir=whole"]].concat());
    let killed = [&crossval[..], &["--sweep-dir=killed"]].concat();
    let mut process = app.start(&killed);
    wait_for_a_save(&mut process, &app, "killed", &BTreeMap::new());
    process.kill();
    let at = saved(&app, "killed");
    let output = app.succeeds(&killed);
    output.stderr_has(&resumed(&at, "fold", epochs));
    assert_eq!(output.stdout, whole.stdout);
    assert_same(&app, "killed", "whole");
}

#[test]
fn a_later_round_of_halving_is_resumed_within_a_point() {
    let app = App::new();
    let epochs = epochs_in(&app, 10.0, &[]);
    let epochs_flag = format!("--epochs={epochs}");
    let vary = "--vary=learning_rate=1e-4,2e-4";
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--halving=2",
        vary,
        &epochs_flag,
    ];
    app.succeeds(&[&sweep[..], &["--sweep-dir=whole"]].concat());
    let mut process = app.start(&[&sweep[..], &["--sweep-dir=killed"]].concat());
    let first_round = epochs.div_ceil(2);
    process.wait_for("a point of the second round is saved", |_| {
        let saved = saved(&app, "killed");
        saved
            .values()
            .any(|epoch| *epoch > first_round)
            .then_some(())
    });
    process.kill();
    let at = saved(&app, "killed");
    assert_eq!(at.len(), 1, "{at:?}");
    app.succeeds(&["sweep", "show", "killed"])
        .stdout_has("killed: 2 of 2 points, 1 half-trained\n");
    let output = app.on_cpu(&["sweep", "--resume", "killed"]);
    output.stderr_has(&resumed(&at, "point", epochs));
    assert_same(&app, "killed", "whole");
}

#[test]
fn a_point_that_burn_s_steps_train_is_resumed_too() {
    let app = App::new();
    let settings = [
        "--epochs=30",
        "--global-clipnorm=1",
        "--validation-split=0.2",
    ];
    let sweep = [&["--backend=ndarray", "sweep"], &settings[..]].concat();
    app.succeeds(&[&sweep[..], &["--sweep-dir=whole"]].concat());
    let mut process = app.start(&[&sweep[..], &["--sweep-dir=killed"]].concat());
    process.wait_for("some epochs are saved", |_| {
        saved(&app, "killed")
            .values()
            .any(|epoch| *epoch >= 3)
            .then_some(())
    });
    process.kill();
    let at = saved(&app, "killed");
    let output = app.on_cpu(&["sweep", "--resume", "killed"]);
    output.stderr_has(&resumed(&at, "point", 30));
    assert_same(&app, "killed", "whole");
}

#[test]
fn a_group_of_points_on_a_gpu_is_resumed_from_its_last_saved_epoch() {
    let app = App::new();
    let settings = ["--epochs=100", "--restore-best-weights", "--seeds=0,7"];
    let sweep = [&["sweep"], &settings[..]].concat();
    let Some(output) = on_wgpu(&app, &[&sweep[..], &["--sweep-dir=whole"]].concat()) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let killed = [&["--backend=wgpu"], &sweep[..], &["--sweep-dir=killed"]].concat();
    let mut process = app.start(&killed);
    wait_for_a_save(&mut process, &app, "killed", &BTreeMap::new());
    process.kill();
    let at = saved(&app, "killed");
    let output = app.succeeds(&["sweep", "--resume", "killed"]);
    output.stderr_has(&resumed(&at, "point", 100));
    output.stderr_has("with the fused kernels, many at once");
    assert_same(&app, "killed", "whole");
}

#[test]
fn a_sweep_whose_folder_is_deleted_or_moved_ends_and_says_so() {
    let app = App::new();
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=s",
        "--seeds=0..99999",
    ];
    let mut process = app.start(&sweep);
    process.wait_for("a point is trained", |_| {
        let points = fs_err::read_to_string(app.path().join("s/points.csv"));
        points
            .is_ok_and(|text| text.lines().count() > 1)
            .then_some(())
    });
    fs_err::rename(app.path().join("s"), app.path().join("moved")).unwrap();
    let output = process.end();
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output
        .stderr_has("error: s: deleted or moved while it was trained; if it was moved, resume it");
    assert!(!app.path().join("s").exists());
    // Nothing that was trained is lost.
    app.succeeds(&["sweep", "show", "moved"]);
}

#[test]
fn a_sweep_of_short_points_saves_none_of_them() {
    let app = App::new();
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=s",
        "--seeds=0..199",
    ];
    let mut process = app.start(&sweep);
    process.wait_for("all points are trained", |_| {
        assert!(!folder(&app, "s").exists());
        let points = fs_err::read_to_string(app.path().join("s/points.csv"));
        points
            .is_ok_and(|text| text.lines().count() == 201)
            .then_some(())
    });
    assert_eq!(process.end().code, Some(0));
    let files = fs_err::read_dir(app.path().join("s")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "inputs.toml",
        "networks.bin",
        "points.csv",
        "run.lock",
        "sweep.toml",
    ];
    assert_eq!(names, expected);
}
