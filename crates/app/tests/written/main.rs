//! Tests of the pictures that show how well a network reads what people write: each is what its name says.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "tests; pictures are small"
)]

#[path = "generator/all.rs"]
mod generator;

mod pictures;
