//! More than two digits: the training against Keras, and every command that uses such a run.

mod class_weights;
mod evaluate;
pub(crate) mod keras;
mod named_config;
mod other_commands;
mod pictures;
mod predict;
mod reject;
mod report;
mod resume;
mod test_part;

use crate::app::App;

/// A run of all ten digits that classifies most images correctly, and some with confidence.
fn trained() -> App {
    App::trained(&["--digits=0..9", "--epochs=30", "--learning-rate=0.005"])
}
