//! Trains the default network on the best device, evaluates it on its validation images and
//! classifies two rows of the data set.
//!
//! ```sh
//! cargo run -p app --example train
//! ```

#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use app::{
    CheckpointName, DataSource, DeviceChoice, Predictor, RunConfig, TrainOptions, TrainingData,
};
use model::Decision;

fn main() -> app::Result<()> {
    let config = RunConfig::default();
    let device = app::open_checked(&DeviceChoice::default(), &config, &mut |notice| {
        println!("{notice}");
    })?;
    let run = app::train(&config, &device, &TrainOptions::default())?;
    for epoch in run.history()? {
        println!("epoch {:>2}  loss {:.4}", epoch.epoch, epoch.loss);
    }

    let predictor = Predictor::open(run, CheckpointName::Last, device)?;
    let validation = TrainingData::read(&config)?.validation;
    let evaluation = predictor.evaluate(&validation, Decision::default())?;
    println!("validation accuracy {:.4}", evaluation.accuracy);

    let rows = vec![0, 500];
    let images = DataSource::of_run(&config).rows(&rows)?;
    let predictions = predictor.predict(images, rows, Decision::default())?;
    for (index, row) in predictions.rows.iter().enumerate() {
        // Without a limit for rejecting, every image is one of the digits.
        let digit = predictions.predicted_digit(index).unwrap_or_default();
        let probability = predictions.probability(index);
        println!("row {row}: {digit}, P(1) = {probability:.4}");
    }
    println!("stored in {}", predictor.run().path().display());
    Ok(())
}
