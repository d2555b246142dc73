//! Draws the history of two runs as SVG and PNG into a folder: the one named on the command line, or
//! a temporary one.
//!
//! ```sh
//! cargo run -p plots --example history -- /tmp
//! ```

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use plots::{EpochMetrics, LossAxis, RunHistory, history};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1);
    let folder = folder.map_or_else(std::env::temp_dir, PathBuf::from);
    let figure = history(
        "Loss and accuracy",
        &[run("slow", 0.2), run("fast", 0.6)],
        LossAxis::Linear,
    );
    let files = [
        ("history.svg", figure.to_svg().into_bytes()),
        ("history.png", figure.to_png()?),
    ];
    for (name, bytes) in files {
        let path = folder.join(name);
        fs_err::write(&path, bytes)?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(())
}

/// Made-up metrics of 20 epochs, which improve at this rate.
fn run(name: &str, rate: f64) -> RunHistory {
    let epochs = (1..=20_u16).map(|epoch| {
        let error = (-rate * f64::from(epoch)).exp();
        EpochMetrics {
            epoch: epoch.into(),
            loss: 0.7 * error + 0.01,
            accuracy: 1.0 - 0.4 * error,
            validation_loss: Some(0.7 * error + 0.03),
            validation_accuracy: Some(0.99 - 0.4 * error),
            learning_rate: Some(0.001),
        }
    });
    RunHistory {
        name: name.to_owned(),
        epochs: epochs.collect(),
        best: Some(20),
    }
}
