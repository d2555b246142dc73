//! The library as other programs call it: train, stop, resume and predict, without printing
//! anything.
#![expect(clippy::unwrap_used, reason = "as in tests")]

use std::path::Path;
use std::time::Duration;

use app::{
    BackendName, CheckpointName, DeviceChoice, DeviceError, EngineName, Error, ErrorKind,
    OpenDevice, Predictor, RunConfig, RunDirectory, RunState, StopRequest, TrainOptions,
    TrainingData,
};
use model::Decision;

fn flex() -> OpenDevice {
    let choice = DeviceChoice {
        backend: BackendName::Flex,
        index: None,
    };
    app::open_device(&choice, &mut |notice| panic!("{notice}")).unwrap()
}

fn config(epochs: usize) -> RunConfig {
    RunConfig {
        epochs,
        ..RunConfig::default()
    }
}

fn options(run: &Path) -> TrainOptions {
    TrainOptions {
        run: Some(run.to_owned()),
        ..TrainOptions::default()
    }
}

fn weights(run: RunDirectory) -> Vec<model::NamedWeights> {
    let predictor = Predictor::open(run, CheckpointName::Last, flex()).unwrap();
    predictor.weights().unwrap()
}

#[test]
fn a_run_that_is_resumed_ends_with_the_weights_of_one_that_was_not_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let whole = app::train(&config(4), &flex(), &options(&folder.path().join("whole"))).unwrap();
    let part = app::train(&config(2), &flex(), &options(&folder.path().join("part"))).unwrap();
    let part = app::resume(
        &part,
        |config| config.epochs = 4,
        &flex(),
        &TrainOptions::default(),
        &mut |_| {},
    )
    .unwrap();
    assert_eq!(part.history().unwrap().len(), 4);
    assert!(weights(part) == weights(whole), "the weights differ");
}

#[test]
fn a_stop_request_interrupts_the_training_and_says_how_many_epochs_are_finished() {
    let folder = tempfile::tempdir().unwrap();
    let stop = StopRequest::default();
    stop.stop();
    let options = TrainOptions {
        stop,
        ..options(&folder.path().join("run"))
    };
    let error = app::train(&config(3), &flex(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted { exit_code: 130 });
    assert!(
        matches!(
            error,
            Error::Interrupted {
                finished: 0,
                epochs: 3,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_time_limit_leaves_a_run_that_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let options = TrainOptions {
        max_time: Some(Duration::ZERO),
        ..options(&folder.path().join("run"))
    };
    let run = app::train(&config(3), &flex(), &options).unwrap();
    assert_eq!(run.result().unwrap(), None);
    assert_eq!(RunState::of(&run).unwrap(), RunState::Interrupted);
}

#[test]
fn a_trained_network_evaluates_and_predicts() {
    let folder = tempfile::tempdir().unwrap();
    let run = app::train(&config(20), &flex(), &options(&folder.path().join("run"))).unwrap();
    let predictor = Predictor::open(run, CheckpointName::Best, flex()).unwrap();
    let validation = TrainingData::read(predictor.config()).unwrap().validation;
    let evaluation = predictor
        .evaluate(&validation, Decision::default())
        .unwrap();
    assert_eq!(evaluation.examples, 200);
    assert!(evaluation.accuracy > 0.98, "{}", evaluation.accuracy);
    let rows: Vec<usize> = (0..validation.len()).collect();
    let predictions = predictor
        .predict(validation.digits().clone(), rows, Decision::default())
        .unwrap();
    let wrong = (0..200)
        .filter(|index| predictions.is_wrong(*index))
        .count();
    let expected = evaluation.confusion_matrix[0][1] + evaluation.confusion_matrix[1][0];
    assert_eq!(wrong, expected);
}

#[test]
fn a_setting_that_cannot_be_used_is_an_error_with_its_key_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let error = app::train(&config(0), &flex(), &options(&run)).unwrap_err();
    assert!(
        matches!(error, Error::Setting { key: "epochs", .. }),
        "{error}"
    );
    assert!(!run.exists());
}

#[test]
fn an_engine_that_cannot_be_used_is_an_error_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let config = RunConfig {
        engine: EngineName::Fused,
        clipnorm: Some(1.0),
        ..config(1)
    };
    let error = app::train(&config, &flex(), &options(&run)).unwrap_err();
    assert!(
        matches!(error, Error::Device(DeviceError::FusedDoesNotApply(_))),
        "{error}"
    );
    assert!(!run.exists());
}
