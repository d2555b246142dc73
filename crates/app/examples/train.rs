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
    let evaluation = predictor.evaluate(&validation, 0.5)?;
    println!("validation accuracy {:.4}", evaluation.accuracy);

    let rows = vec![0, 500];
    let images = DataSource::of_run(&config).rows(&rows)?;
    let predictions = predictor.predict(images, rows, 0.5)?;
    for (index, row) in predictions.rows.iter().enumerate() {
        let digit = predictions.predicted_digit(index);
        let probability = predictions.probability(index);
        println!("row {row}: {digit}, P(1) = {probability:.4}");
    }
    println!("stored in {}", predictor.run().path().display());
    Ok(())
}
