//! The same training on other devices, and on machines that lack them.

use crate::desk::{Desk, Said, column, lab, predictions, unfinish, without_drivers};
use crate::keras::{check_against_keras, files, recorded};

/// Slow: the software driver compiles every kernel. All that needs it stands in this one test.
#[test]
fn wgpu_trains_as_keras_does_and_networks_go_from_one_backend_to_another() {
    let desk = Desk::new();
    let (lab, files) = (lab(), files());
    let arguments = recorded("wgpu", &lab, &files);
    let said = desk.run(&[&["--backend", "wgpu"], arguments.as_slice()].concat());
    let absent = said.err.contains("finds no device") || said.err.contains("is not compiled in");
    // CI installs a software Vulkan driver, and says so here.
    if absent && std::env::var_os("REQUIRE_VULKAN").is_none() {
        println!("skipped: {}", said.err.trim());
        return;
    }
    assert_eq!(said.code, Some(0), "{}", said.err);
    check_against_keras(&desk, "wgpu", "wgpu");

    // Their last batches, of 800 and of 200 images, are filled up with images that must not count.
    for backend in ["wgpu", "ndarray"] {
        let train = ["--backend", backend, "train", "--config", &lab];
        let held_out = ["--validation-split", "0.2", "--class-weight", "1,3"];
        let run = format!("weighted-{backend}");
        let short = ["--batch-size", "48", "--epochs", "2", "--run-dir", &run];
        let said = desk.run(&[&train[..], &held_out, &short].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    for key in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        let [wgpu, ndarray] =
            ["weighted-wgpu", "weighted-ndarray"].map(|run| column(&desk, run, key));
        for (wgpu, ndarray) in wgpu.iter().zip(&ndarray) {
            assert!((wgpu - ndarray).abs() < 1e-5, "{key}: {wgpu} and {ndarray}");
        }
    }

    desk.done(&["train", "--config", &lab, "--run-dir", "ndarray"]);
    for (run, on) in [("ndarray", "wgpu"), ("wgpu", "ndarray"), ("wgpu", "flex")] {
        let rows = predictions(&desk, on, run, "0,500");
        assert!(rows[0]["probability"].as_f64().unwrap() < 0.05, "{rows:?}");
        assert!(rows[1]["probability"].as_f64().unwrap() > 0.95, "{rows:?}");
    }
}

#[test]
fn ndarray_and_flex_train_the_same() {
    let desk = Desk::new();
    for backend in ["ndarray", "flex"] {
        let train = ["--backend", backend, "train", "--config", &lab()];
        let said = desk.run(&[train.as_slice(), &["--run-dir", backend]].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    let [ndarray, flex] = ["ndarray", "flex"].map(|run| column(&desk, run, "loss"));
    for (ndarray, flex) in ndarray.iter().zip(&flex) {
        assert!((ndarray - flex).abs() < 1e-5, "{ndarray} and {flex}");
    }
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
