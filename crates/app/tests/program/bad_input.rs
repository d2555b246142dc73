//! Files, settings and flags that cannot work: each is refused with one message that names the
//! place, exit code 2, and nothing written.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::desk::{Desk, Said};

/// Something that should not work.
struct Case {
    files: Vec<(&'static str, Vec<u8>)>,
    arguments: Vec<&'static str>,
    /// What the message says.
    names: Vec<&'static str>,
}

fn case(arguments: &[&'static str], names: &[&'static str]) -> Case {
    Case {
        files: Vec::new(),
        arguments: arguments.to_vec(),
        names: names.to_vec(),
    }
}

impl Case {
    fn with(mut self, name: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((name, bytes.as_ref().to_vec()));
        self
    }
}

/// A configuration of this text.
fn config(text: impl AsRef<[u8]>, names: &[&'static str]) -> Case {
    case(&["train", "--config", "bad.toml"], names).with("bad.toml", text)
}

/// Images and labels, of which one is bad.
fn digits(images: impl AsRef<[u8]>, labels: impl AsRef<[u8]>, names: &[&'static str]) -> Case {
    case(&["train", "--data", "x", "y"], names)
        .with("x", images)
        .with("y", labels)
}

fn idx(kind: [u8; 2], sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [[0, 0].as_slice(), &kind, &sizes.collect::<Vec<_>>(), values].concat()
}

fn images(count: u8) -> Vec<u8> {
    let pixels = vec![7; usize::from(count) * 400];
    idx([8, 3], &[u32::from(count), 20, 20], &pixels)
}

fn labels(values: &[u8]) -> Vec<u8> {
    let count = u32::try_from(values.len()).unwrap();
    idx([8, 1], &[count], values)
}

fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [
        b"\x93NUMPY",
        [version, 0].as_slice(),
        &length,
        header.as_bytes(),
        data,
    ]
    .concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn flip(mut bytes: Vec<u8>, position: usize) -> Vec<u8> {
    bytes[position] ^= 4;
    bytes
}

fn configurations() -> Vec<Case> {
    vec![
        config("epochs = ", &["bad.toml", "line 1"]),
        config("epochs", &["bad.toml", "line 1"]),
        config("epochs = \"3\"", &["bad.toml", "epochs"]),
        config("\nepochs = 3.5", &["bad.toml", "line 2"]),
        config("epochs = -1", &["bad.toml", "line 1"]),
        config("epochs = 1000000000000", &["epochs", "1,000,000"]),
        config("epochs = 3\nepochs = 4", &["bad.toml", "duplicate"]),
        config("epoch = 3", &["unknown field `epoch`", "epochs"]),
        config(
            "[model]\nhidden_units = [25, 15]",
            &["unknown field `model`"],
        ),
        config("seed = 4294967296", &["bad.toml", "line 1"]),
        config("batch_size = 0", &["batch_size"]),
        config("hidden_units = [25]", &["hidden_units"]),
        config("hidden_units = [65537, 5]", &["hidden_units", "65,536"]),
        config("digits = [1, 1]", &["digits"]),
        config("learning_rate = nan", &["learning_rate"]),
        config("learning_rate = inf", &["learning_rate"]),
        config("class_weight = [1]", &["class_weight"]),
        config("clipnorm = 1\nclipvalue = 1", &["clipnorm, clipvalue"]),
        config(
            "plateau_patience = 2\nlearning_rate_schedule = \"cosine\"",
            &["plateau_patience", "schedule already"],
        ),
        config("decay_steps = 100", &["decay_steps", "constant"]),
        config(
            "monitor = \"val_loss\"\nvalidation_split = 0",
            &["monitor", "nothing is held out"],
        ),
        config("overfit_batches = 1\nfold = [1, 5]", &["fold", "set one"]),
        config("fold = [0, 5]", &["fold"]),
        config("validation_split = 0.9999", &["0.9999", "leaves none"]),
        config([0xff, 0xfe], &["bad.toml", "not UTF-8"]),
        config("epochs = 3\0", &["bad.toml"]),
        config("epochs = ".to_owned() + &"[".repeat(100_000), &["bad.toml"]),
        case(&["train", "--config", "none.toml"], &["none.toml"]),
        case(&["train", "--config", "."], &["."]),
    ]
}

fn data_files() -> Vec<Case> {
    let good = labels(&[0, 1]);
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 400), }\n";
    let zeros = [0; 3200];
    let mut nan = zeros;
    nan[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let huge = header.replace("(2, 400)", "(99999999999999, 400)");
    let packed = gzip(&images(2));
    vec![
        digits(&images(2)[..500], &good, &["x", "cut short"]),
        digits(&images(2)[..7], &good, &["x", "cut short"]),
        digits(flip(images(2), 3), &good, &["x"]),
        digits(idx([8, 3], &[u32::MAX, 20, 20], &[1]), &good, &["x"]),
        digits(idx([8, 3], &[2, 0, 20], &[]), &good, &["x"]),
        digits([images(2), vec![0]].concat(), &good, &["x", "found more"]),
        digits(images(3), &good, &["3 images in", "2 labels in"]),
        digits(images(2), labels(&[0, 10]), &["y", "row 1", "found 10"]),
        digits(images(2), images(2), &["two files of images"]),
        digits(images(2), labels(&[0, 2]), &["no example of the digit 1"]),
        digits(&packed[..packed.len() / 2], &good, &["x", "gzip"]),
        digits(
            flip(packed.clone(), packed.len() - 6),
            &good,
            &["x", "gzip"],
        ),
        digits(npy(1, header, &zeros[..99]), &good, &["x", "cut short"]),
        digits(npy(9, header, &zeros), &good, &["x", "version"]),
        digits(
            npy(1, &header.replace("<f4", "|O"), &zeros),
            &good,
            &["x", "|O"],
        ),
        digits(npy(1, &huge, &zeros), &good, &["x"]),
        digits(npy(1, header, &nan), &good, &["x", "row 0, pixel 0", "NaN"]),
        digits(npy(1, "{'descr': ", &[]), &good, &["x"]),
        digits("", &good, &["x", "empty file"]),
        digits("hello", &good, &["x", "[68, 65, 6c, 6c, 6f]"]),
        case(&["train", "--data", "none"], &["none"]),
        case(&["train", "--data", "run"], &["run"]),
        case(&["data", "--data", "x"], &["x", "labels"]).with("x", images(2)),
    ]
}

fn pictures() -> Vec<Case> {
    let png = |width: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend([width.to_be_bytes(), width.to_be_bytes()].concat());
        bytes.extend([8, 0, 0, 0, 0]);
        let checksum = crc32fast::hash(&bytes[12..]);
        [bytes, checksum.to_be_bytes().to_vec()].concat()
    };
    let picture = |bytes: &[u8]| {
        case(&["predict", "run", "picture.png"], &["picture.png"]).with("picture.png", bytes)
    };
    vec![
        picture(b"not a picture"),
        picture(b""),
        picture(&png(20)),
        picture(&png(2_000_000_000)),
        picture(b"\xff\xd8\xff\xe0\0\x10JFIF"),
        case(&["predict", "run", "none.png"], &["none.png"]),
    ]
}

fn weights_and_orders(desk: &Desk) -> Vec<Case> {
    let json = desk.done(&["weights", "run", "--json"]).out;
    let model = fs_err::read(desk.path().join("run/model.bpk")).unwrap();
    let start = |bytes: &[u8], names: &[&'static str]| {
        case(&["train", "--init", "weights"], names).with("weights", bytes)
    };
    let too_large = json.replacen("[[", "[[1e999,", 1);
    let huge = json.replacen("[[", "[[1e300,", 1);
    let order = |text: &[u8], names: &[&'static str]| {
        let arguments = ["train", "--batch-order", "order.csv", "--epochs", "1"];
        case(&arguments, names).with("order.csv", text)
    };
    vec![
        start(&json.as_bytes()[..1000], &["weights", "EOF"]),
        start(
            json.replace("layer3", "layer4").as_bytes(),
            &["weights", "layer4"],
        ),
        start(too_large.as_bytes(), &["weights", "out of range"]),
        start(huge.as_bytes(), &["weights", "layer1.weight"]),
        start(b"{}", &["weights", "layer1.weight"]),
        start(&model[..model.len() / 2], &["weights"]),
        start(&flip(model.clone(), 0), &["weights"]),
        start(b"", &["weights"]),
        // Burn panics at these: a boolean of 2, and quantized numbers.
        start(
            include_bytes!("../burnpack/bool-bad.bpk"),
            &["weights", "F32"],
        ),
        start(include_bytes!("../burnpack/q8-empty.bpk"), &["weights"]),
        start(include_bytes!("../burnpack/q8-block.bpk"), &["weights"]),
        case(&["train", "--init", "none"], &["none"]),
        case(&["train", "--init", "."], &[".", "not a run directory"]),
        case(
            &["train", "--init", "run", "--hidden-units", "3,4"],
            &["model.bpk", "[3, 4]"],
        ),
        order(b"0,1,two", &["order.csv", "line 1, entry 3", "two"]),
        order(b"0,0", &["order.csv", "row 0"]),
        order(b"0,4999", &["order.csv", "4999"]),
        order(b"", &["order.csv", "empty"]),
        order(&[0xff, 0xff], &["order.csv", "UTF-8"]),
    ]
}

/// Runs that were damaged after they were made.
fn runs(desk: &Desk) -> Vec<Case> {
    let file = |name: &str| fs_err::read(desk.path().join("run").join(name)).unwrap();
    let config = String::from_utf8(file("config.toml")).unwrap();
    let result = String::from_utf8(file("result.toml")).unwrap();
    let seal = String::from_utf8(file("checkpoint/epoch-2.toml")).unwrap();
    let (_, state) = seal.split_once('\n').unwrap();
    let state = state.replace("version = 1", "version = 2");
    let sum = Sha256::digest(state.as_bytes());
    let digits = sum.iter().map(|byte| format!("{byte:02x}"));
    let sum = digits.collect::<Vec<_>>().concat();
    let newer = format!("sha256 = \"{sum}\"\n{state}");
    let damaged = |name: &'static str, bytes: &[u8], names: &[&'static str]| {
        case(&["evaluate", "bad"], names).with(name, bytes)
    };
    let other =
        |arguments: &[&'static str], name: &'static str, bytes: &[u8], names: &[&'static str]| {
            case(arguments, names).with(name, bytes)
        };
    vec![
        damaged(
            "bad/config.toml",
            b"",
            &["bad/config.toml", "missing field"],
        ),
        damaged(
            "bad/config.toml",
            (config.clone() + "depth = 3\n").as_bytes(),
            &["bad/config.toml", "depth"],
        ),
        damaged(
            "bad/config.toml",
            config
                .replace("batch_size = 32", "batch_size = 0")
                .as_bytes(),
            &["bad/config.toml", "batch_size"],
        ),
        damaged(
            "bad/config.toml",
            config
                .replace("[\n    25,", "[\n    26,")
                .replace("[25, 15]", "[26, 15]")
                .as_bytes(),
            &["bad/model.bpk", "[26, 15]"],
        ),
        damaged("bad/model.bpk", b"", &["bad/model.bpk", "damaged"]),
        damaged(
            "bad/model.bpk",
            &flip(file("model.bpk"), 9000),
            &["bad/model.bpk"],
        ),
        damaged(
            "bad/result.toml",
            b"epochs = 2",
            &["bad/result.toml", "missing"],
        ),
        damaged(
            "bad/result.toml",
            result.replace("epochs = 2", "epochs = \"2\"").as_bytes(),
            &["bad/result.toml", "line 1"],
        ),
        other(
            &["evaluate", "bad", "--checkpoint", "2"],
            "bad/checkpoint/model-2.bpk",
            &flip(file("model.bpk"), 9000),
            &["model-2.bpk", "checksum"],
        ),
        other(
            &["evaluate", "bad", "--checkpoint", "2"],
            "bad/checkpoint/epoch-2.toml",
            newer.as_bytes(),
            &["epoch-2.toml", "expected version 1, found 2"],
        ),
        other(
            &["runs", "compare", "bad", "run"],
            "bad/history.csv",
            b"epoch,loss\n1,much\n",
            &["bad/history.csv"],
        ),
        case(
            &["evaluate", "bad", "--checkpoint", "7"],
            &["no network of epoch 7"],
        ),
        case(&["train", "--run-dir", "run"], &["run", "--resume"]),
        case(&["train", "--resume", "run"], &["run", "is finished"]),
        case(&["evaluate", "none"], &["none", "not a run directory"]),
        case(&["evaluate"], &["no run in runs/"]),
    ]
}

fn flags() -> Vec<Case> {
    vec![
        case(&["train", "--epochs", "many"], &["--epochs"]),
        case(&["train", "--digits", "1"], &["--digits", "two numbers"]),
        case(&["train", "--max-time", "soon"], &["--max-time", "1h 30m"]),
        case(&["train", "--max-time=-5s"], &["--max-time", "1h 30m"]),
        case(&["train", "--monitor", "f1"], &["--monitor", "val_loss"]),
        case(&["train", "--resume", "--fast-dev-run"], &["--resume"]),
        case(&["train", "--tui"], &["--tui needs a terminal"]),
        case(&["evaluate", "run", "--threshold", "1.5"], &["--threshold"]),
        case(&["evaluate", "run", "--checkpoint", "first"], &["best"]),
        case(&["predict", "run"], &["--index"]),
        case(&["predict", "run", "--index", "5000"], &["0 to 4999"]),
        case(
            &["weights", "run", "--values", "layer9"],
            &["layer1.weight"],
        ),
        case(&["--backend", "tpu", "train"], &["ndarray"]),
        case(&["--device", "0", "train"], &["--backend"]),
        case(
            &["--backend", "flex", "--device", "3", "train"],
            &["--device 3"],
        ),
    ]
}

/// Every file below a folder, with its content.
fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs_err::read(&path).unwrap();
                files.insert(path.display().to_string(), bytes);
            }
        }
    }
    files
}

#[test]
fn what_cannot_work_is_refused_with_one_message_that_names_the_place() {
    let desk = Desk::new();
    desk.done(&["train", "--epochs", "2", "--run-dir", "run"]);
    let whole = snapshot(&desk.path().join("run"));
    let cases: Vec<Case> = configurations()
        .into_iter()
        .chain(data_files())
        .chain(pictures())
        .chain(flags())
        .chain(weights_and_orders(&desk))
        .chain(runs(&desk))
        .collect();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let count = cases.len();
    let mut problems = Vec::new();
    for case in cases {
        // A copy of the run, for the case to damage.
        for (path, bytes) in &whole {
            let copy = path.replacen("/run/", "/bad/", 1);
            fs_err::create_dir_all(Path::new(&copy).parent().unwrap()).unwrap();
            fs_err::write(copy, bytes).unwrap();
        }
        for (name, bytes) in &case.files {
            fs_err::write(desk.path().join(name), bytes).unwrap();
        }
        let before = snapshot(desk.path());
        let said = Said::from(desk.command(&case.arguments).output().unwrap());
        let mut wrong = Vec::new();
        if said.code != Some(2) {
            wrong.push(format!("exit code {:?}", said.code));
        }
        let unnamed = case.names.iter().filter(|name| !said.err.contains(**name));
        wrong.extend(unnamed.map(|name| format!("does not name {name:?}")));
        let errors = said.err.lines().filter(|line| line.starts_with("error"));
        if errors.count() != 1 || said.err.contains("panicked") || said.err.len() > 4000 {
            wrong.push("is not one error".to_owned());
        }
        if !said.out.is_empty() || snapshot(desk.path()) != before {
            wrong.push("wrote something".to_owned());
        }
        if !wrong.is_empty() {
            let what = &case.arguments;
            let shown: String = said.err.chars().take(600).collect();
            problems.push(format!("{what:?}: {}\n{shown}", wrong.join(", ")));
        }
        for (name, _) in &case.files {
            if !name.starts_with("bad/") {
                fs_err::remove_file(desk.path().join(name)).unwrap();
            }
        }
        fs_err::remove_dir_all(desk.path().join("bad")).unwrap();
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    println!("{count} cases refused");
}
