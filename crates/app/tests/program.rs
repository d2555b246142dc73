//! The built program, end to end: what it prints, what it leaves behind and how it exits.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program in a directory of its own.
struct Desk {
    folder: TempDir,
}

/// What a finished program said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
        command.args(arguments).current_dir(self.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::from(self.command(arguments).output().unwrap())
    }

    /// Runs on the CPU and expects success.
    fn done(&self, arguments: &[&str]) -> Said {
        let said = self.run(&[&["--backend", "ndarray"], arguments].concat());
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        said
    }

    /// Expects bad input: exit code 2, one message that holds each of `names`, no panic.
    fn refused(&self, arguments: &[&str], names: &[&str]) {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.err);
        for name in names {
            assert!(said.err.contains(name), "{arguments:?}: {}", said.err);
        }
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }

    fn file(&self, name: &str) -> String {
        fs_err::read_to_string(self.path().join(name)).unwrap()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn lab() -> String {
    repository()
        .join("configs/lab.toml")
        .to_str()
        .unwrap()
        .to_owned()
}

/// A column of a run's history.
fn column(desk: &Desk, run: &str, name: &str) -> Vec<f64> {
    let text = desk.file(&format!("{run}/history.csv"));
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

fn predictions(desk: &Desk, backend: &str, run: &str, rows: &str) -> Vec<serde_json::Value> {
    let said = desk.run(&[
        "--backend",
        backend,
        "predict",
        run,
        "--index",
        rows,
        "--json",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let lines = said.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

// DATA: Keras 3.15.1 on TensorFlow 2.21.0 ends the lab's recipe, over seeds 0 to 4, with a loss
// of 0.019 to 0.033 in its last epoch, P(X[0]) of 0.0128 to 0.0179, P(X[500]) of 0.958 to 0.987
// and 999 of 1,000 training images right; the bounds leave room for other random numbers.
#[test]
fn the_lab_s_recipe_ends_where_keras_ends_for_five_seeds() {
    let desk = Desk::new();
    for seed in ["0", "1", "2", "3", "4"] {
        let run = format!("seed-{seed}");
        desk.done(&[
            "train",
            "--config",
            &lab(),
            "--seed",
            seed,
            "--run-dir",
            &run,
        ]);
        let losses = column(&desk, &run, "loss");
        assert_eq!(losses.len(), 20);
        let last = losses[19];
        assert!((0.015..=0.04).contains(&last), "seed {seed}: {last}");

        let rows = predictions(&desk, "ndarray", &run, "0,500");
        let probability = |row: usize| rows[row]["probability"].as_f64().unwrap();
        assert!(probability(0) < 0.05, "seed {seed}: {rows:?}");
        assert!(probability(1) > 0.95, "seed {seed}: {rows:?}");
        assert_eq!(
            (&rows[0]["digit"], &rows[1]["digit"]),
            (&0.into(), &1.into())
        );
        assert_eq!(
            (&rows[0]["label"], &rows[1]["label"]),
            (&0.into(), &1.into())
        );

        let said = desk.done(&["evaluate", &run, "--json"]);
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(
            found["confusion_matrix"],
            serde_json::json!([[499, 1], [0, 500]])
        );
        assert_eq!(found["examples"], 1000);
        assert_eq!(found["accuracy"], 0.999);
    }
}

#[test]
fn every_backend_that_is_there_trains_and_predicts_the_same() {
    let desk = Desk::new();
    desk.done(&["train", "--config", &lab(), "--run-dir", "ndarray"]);
    let expected = column(&desk, "ndarray", "loss");
    for backend in ["flex", "wgpu"] {
        let train = ["--backend", backend, "train", "--config", &lab()];
        let said = desk.run(&[train.as_slice(), &["--run-dir", backend]].concat());
        let absent =
            said.err.contains("finds no device") || said.err.contains("is not compiled in");
        // CI installs a software Vulkan driver, and says so here.
        if absent && std::env::var_os("REQUIRE_VULKAN").is_none() {
            println!("skipped {backend}: {}", said.err.trim());
            continue;
        }
        assert_eq!(said.code, Some(0), "{backend}: {}", said.err);
        let losses = column(&desk, backend, "loss");
        assert_eq!(losses.len(), expected.len());
        for (found, expected) in losses.iter().zip(&expected) {
            let difference = (found - expected).abs();
            assert!(difference < 1e-3, "{backend}: {found} for {expected}");
        }
        // A network trained on one backend answers on another.
        for (run, on) in [("ndarray", backend), (backend, "ndarray")] {
            let rows = predictions(&desk, on, run, "0,500");
            assert!(rows[0]["probability"].as_f64().unwrap() < 0.05, "{rows:?}");
            assert!(rows[1]["probability"].as_f64().unwrap() > 0.95, "{rows:?}");
        }
    }
}

/// A machine without any graphics driver.
fn without_drivers(command: &mut Command) -> &mut Command {
    command
        .env("VK_ICD_FILENAMES", "/nonexistent")
        .env("VK_DRIVER_FILES", "/nonexistent")
        .env("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent")
        .env("LIBGL_DRIVERS_PATH", "/nonexistent")
}

#[test]
fn without_a_driver_wgpu_is_an_error_and_auto_trains_and_resumes_on_the_cpu() {
    let desk = Desk::new();
    let said = without_drivers(&mut desk.command(&["--backend", "wgpu", "train"]))
        .output()
        .unwrap();
    let said = Said::from(said);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("finds no device") && said.err.contains("--backend ndarray"));
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert!(!desk.path().join("runs").exists());

    let train = ["train", "--epochs", "3", "--run-dir", "run"];
    let said = Said::from(without_drivers(&mut desk.command(&train)).output().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains("no GPU found; using ndarray"),
        "{}",
        said.err
    );

    unfinish(&desk, "run", 1);
    let resume = ["train", "--resume", "run"];
    let said = Said::from(
        without_drivers(&mut desk.command(&resume))
            .output()
            .unwrap(),
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn devices_lists_what_is_compiled_in_and_whether_it_computes_right() {
    let desk = Desk::new();
    let output = without_drivers(&mut desk.command(&["devices"])).output();
    let said = Said::from(output.unwrap());
    assert_eq!(said.code, Some(0), "{}", said.err);
    for line in [
        "wgpu: no device on this machine",
        "cuda: not compiled in; build with --features cuda",
        "ndarray, --device 0, CPU: ndarray (CPU): ok",
        "flex, --device 0, CPU: flex (CPU): ok",
    ] {
        assert!(said.out.contains(line), "{}", said.out);
    }
}

/// Takes a finished run back to the end of `epoch`, as if it had been killed there.
fn unfinish(desk: &Desk, run: &str, epoch: usize) {
    let run = desk.path().join(run);
    fs_err::remove_file(run.join("model.bpk")).unwrap();
    for entry in fs_err::read_dir(run.join("checkpoint")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if stem.rsplit('-').next().unwrap().parse::<usize>().unwrap() > epoch {
            fs_err::remove_file(path).unwrap();
        }
    }
}

/// All weights of a run, in print, and its history without the times.
fn outcome(desk: &Desk, run: &str) -> String {
    let mut outcome = String::new();
    for layer in 1..=3 {
        for part in ["weight", "bias"] {
            let name = format!("layer{layer}.{part}");
            outcome += &desk.done(&["weights", run, "--values", &name]).out;
        }
    }
    for line in desk.file(&format!("{run}/history.csv")).lines() {
        outcome += line.rsplit_once(',').unwrap().0;
        outcome.push('\n');
    }
    outcome
}

#[test]
fn a_run_repeats_bit_for_bit_and_so_does_one_that_was_resumed() {
    let desk = Desk::new();
    for backend in ["ndarray", "flex"] {
        let run = |name: &str| {
            let name = format!("{backend}-{name}");
            let train = ["--backend", backend, "train", "--epochs", "6", "--run-dir"];
            let said = desk.run(&[train.as_slice(), &[&name]].concat());
            assert_eq!(said.code, Some(0), "{}", said.err);
            name
        };
        let (whole, again, resumed) = (run("whole"), run("again"), run("resumed"));
        unfinish(&desk, &resumed, 2);
        let said = desk.run(&["--backend", backend, "train", "--resume", &resumed]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(outcome(&desk, &whole), outcome(&desk, &again));
        assert_eq!(outcome(&desk, &whole), outcome(&desk, &resumed));
    }
    desk.refused(&["train", "--resume", "ndarray-whole"], &["is finished"]);

    // Killed between an epoch's checkpoint and its line of the history: the epoch is done again.
    unfinish(&desk, "ndarray-whole", 3);
    let history = desk.file("ndarray-whole/history.csv");
    let lines: Vec<&str> = history.lines().take(3).collect();
    let path = desk.path().join("ndarray-whole/history.csv");
    fs_err::write(path, lines.join("\n") + "\n").unwrap();
    desk.done(&["train", "--resume", "ndarray-whole"]);
    assert_eq!(
        outcome(&desk, "ndarray-whole"),
        outcome(&desk, "ndarray-again")
    );

    // A damaged checkpoint is named; without it, the one before is taken.
    for part in ["model", "optim", "scheduler"] {
        unfinish(&desk, "ndarray-whole", 3);
        let file = desk
            .path()
            .join(format!("ndarray-whole/checkpoint/{part}-3.bpk"));
        let whole = fs_err::read(&file).unwrap();
        fs_err::write(&file, &whole[..10]).unwrap();
        let name = format!("{part}-3.bpk");
        desk.refused(&["train", "--resume", "ndarray-whole"], &[&name, "remove"]);
        fs_err::remove_file(&file).unwrap();
        desk.done(&["train", "--resume", "ndarray-whole"]);
        assert_eq!(
            outcome(&desk, "ndarray-whole"),
            outcome(&desk, "ndarray-again")
        );
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_cleanly_and_says_how_to_go_on() {
    let desk = Desk::new();
    let epochs = "100000";
    let arguments = [
        "--backend",
        "ndarray",
        "train",
        "--run-dir",
        "run",
        "--epochs",
    ];
    let mut command = desk.command(&[arguments.as_slice(), &[epochs]].concat());
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let checkpoint = desk.path().join("run/checkpoint/scheduler-3.bpk");
    while !checkpoint.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{}", said.err);
    assert!(
        said.err.contains("go on with: app train --resume run"),
        "{}",
        said.err
    );
    // The history holds the epochs that have a checkpoint, and no other.
    let epochs = column(&desk, "run", "epoch").len();
    assert!(epochs >= 3);
    assert!(
        said.err.contains(&format!("after epoch {epochs} of")),
        "{}",
        said.err
    );
    let checkpoint = |epoch| {
        desk.path()
            .join(format!("run/checkpoint/optim-{epoch}.bpk"))
    };
    assert!(checkpoint(epochs).exists() && !checkpoint(epochs + 1).exists());
}

#[test]
fn the_default_run_holds_out_a_fifth_and_its_best_network_can_be_asked_for() {
    let desk = Desk::new();
    let said = desk.done(&["train", "--run-dir", "run", "--epochs", "4"]);
    assert!(
        said.out.contains("800 right") && said.out.contains("200 right"),
        "{}",
        said.out
    );
    let losses = column(&desk, "run", "val_loss");
    let evaluate = |name: &str| {
        let said = desk.done(&["evaluate", "run", "--checkpoint", name, "--json"]);
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(found["examples"], 200);
        found["loss"].as_f64().unwrap()
    };
    // Our own evaluation of the held-out images, against the learner's.
    for (epoch, loss) in ["1", "2", "3", "4"].into_iter().zip(&losses) {
        let found = evaluate(epoch);
        assert!((found - loss).abs() < 1e-6, "{found} for {loss}");
    }
    assert!((evaluate("last") - losses[3]).abs() < 1e-6);
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((evaluate("best") - best).abs() < 1e-6);
    desk.refused(
        &["evaluate", "run", "--checkpoint", "9"],
        &["no network of epoch 9", "epochs 1 to 4"],
    );
    // `config.toml` says everything the run was made with.
    let config = desk.file("run/config.toml");
    assert!(config.contains("epochs = 4") && config.contains("validation_split = 0.2"));
}

#[test]
fn pictures_are_answered_whatever_their_size() {
    let desk = Desk::new();
    desk.done(&["train", "--config", &lab(), "--run-dir", "run"]);
    // A bar is a one, a ring is a zero.
    let bar = image::GrayImage::from_fn(56, 56, |x, y| {
        image::Luma([if (25..31).contains(&x) && (8..48).contains(&y) {
            255
        } else {
            0
        }])
    });
    let ring = image::GrayImage::from_fn(40, 40, |x, y| {
        let (x, y) = (f64::from(x) - 19.5, f64::from(y) - 19.5);
        let radius = (x * x * 1.6 + y * y).sqrt();
        image::Luma([if (11.0..15.0).contains(&radius) {
            0
        } else {
            255
        }])
    });
    bar.save(desk.path().join("bar.png")).unwrap();
    ring.save(desk.path().join("dark-ring-on-white.png"))
        .unwrap();
    let said = desk.done(&[
        "predict",
        "run",
        "bar.png",
        "dark-ring-on-white.png",
        "--json",
    ]);
    let digits: Vec<serde_json::Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&digits[0]["digit"], &digits[1]["digit"]),
        (&1.into(), &0.into())
    );
    assert_eq!(digits[0]["source"], "bar.png");
    assert!(digits[0].get("label").is_none());
}

#[test]
fn any_two_digits_can_be_told_apart() {
    let desk = Desk::new();
    desk.done(&["train", "--digits", "7,4", "--run-dir", "run"]);
    let rows = predictions(&desk, "ndarray", "run", "3500,2000");
    assert_eq!(
        (&rows[0]["digit"], &rows[1]["digit"]),
        (&7.into(), &4.into())
    );
}

#[test]
fn summary_and_weights_have_keras_s_counts_and_shapes() {
    let desk = Desk::new();
    let said = desk.done(&["summary"]);
    for count in ["10,025", "390", "16", "10,431"] {
        assert!(said.out.contains(count), "{}", said.out);
    }
    desk.done(&["train", "--epochs", "1", "--run-dir", "run"]);
    let said = desk.done(&["weights", "run"]);
    for shape in ["(400, 25)", "(25)", "(25, 15)", "(15)", "(15, 1)", "(1)"] {
        assert!(said.out.contains(shape), "{}", said.out);
    }
    let said = desk.done(&["weights", "run", "--values", "layer1.weight"]);
    assert_eq!(said.out.lines().count(), 400);
    assert!(said.out.lines().all(|line| line.split(' ').count() == 25));
}

#[test]
fn data_says_what_a_data_set_holds() {
    let desk = Desk::new();
    let said = desk.done(&["data", "--index", "0"]);
    for part in ["[5000, 400]", "-0.13196 to 1.12769", "digit 9  500 images"] {
        assert!(said.out.contains(part), "{}", said.out);
    }
    // The first value of X[0] that the notebook prints, at [67], up to f32.
    assert!(said.out.contains("8.560597e-6"), "{}", said.out);
    let assets = repository().join("assets");
    let said = desk.done(&["data", "--data", assets.to_str().unwrap()]);
    assert!(said.out.contains("[5000, 400]"), "{}", said.out);
}

#[test]
fn bad_input_is_refused_with_a_message_that_says_where() {
    let desk = Desk::new();
    desk.done(&["train", "--epochs", "1", "--run-dir", "run"]);
    let write = |name: &str, bytes: &[u8]| fs_err::write(desk.path().join(name), bytes).unwrap();
    write("bad.toml", b"epochs = 3\nbatchsize = 1\n");
    write("empty.idx", b"");
    write("bytes.toml", &[0xff, 0xfe]);
    write("note.txt", b"not a picture");

    desk.refused(
        &["train", "--config", "bad.toml"],
        &["bad.toml", "batchsize"],
    );
    desk.refused(&["train", "--config", "none.toml"], &["none.toml"]);
    desk.refused(&["train", "--config", "bytes.toml"], &["not UTF-8"]);
    desk.refused(&["train", "--digits", "1,1"], &["digits"]);
    desk.refused(&["train", "--epochs", "0"], &["epochs"]);
    desk.refused(&["train", "--epochs", "many"], &["--epochs"]);
    desk.refused(&["train", "--data", "none"], &["none"]);
    desk.refused(&["train", "--data", "empty.idx"], &["empty.idx"]);
    desk.refused(&["train", "--run-dir", "run"], &["run", "--resume"]);
    desk.refused(
        &["train", "--resume", "run", "--epochs", "9"],
        &["--resume"],
    );
    desk.refused(&["evaluate", "none"], &["none", "not a run directory"]);
    desk.refused(&["evaluate", "run", "--threshold", "1.5"], &["--threshold"]);
    desk.refused(&["evaluate", "run", "--checkpoint", "first"], &["best"]);
    desk.refused(&["predict", "run"], &["--index"]);
    desk.refused(&["predict", "run", "--index", "5000"], &["0 to 4999"]);
    desk.refused(&["predict", "run", "note.txt"], &["note.txt"]);
    desk.refused(
        &["weights", "run", "--values", "layer9"],
        &["layer1.weight"],
    );
    desk.refused(&["--backend", "tpu", "train"], &["ndarray"]);
    desk.refused(&["--device", "0", "train"], &["--backend"]);
    desk.refused(
        &["--backend", "flex", "--device", "3", "train"],
        &["--device 3"],
    );
    fs_err::write(desk.path().join("run/model.bpk"), b"damaged").unwrap();
    desk.refused(&["evaluate", "run"], &["model.bpk"]);
    // Nothing was written on the way.
    assert!(!desk.path().join("runs").exists());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::new();
    desk.done(&["train", "--epochs", "1", "--run-dir", "run"]);
    let mut command = desk.command(&["weights", "run", "--values", "layer1.weight"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
}
