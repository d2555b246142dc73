//! The errors of backends and devices.

use crate::support::cause::FusedObstacle;
use crate::support::plural::counted;

/// An error of a dependency.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a device cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum DeviceError {
    #[error(
        "backend {backend} is not compiled in; build with --features {backend}, or use one of: {}",
        compiled_in.join(", ")
    )]
    NotCompiledIn {
        backend: String,
        compiled_in: Vec<String>,
    },
    #[error("no CPU backend is compiled in; build with --features ndarray")]
    NoCpuBackend,
    #[error(
        "backend {backend} finds no device on this machine: {cause}; install the driver, or train \
         on the CPU with --backend ndarray"
    )]
    NoDevice {
        backend: String,
        cause: &'static str,
    },
    #[error(
        "--device {index}: backend {backend} has {}, numbered from 0; `app devices` lists them",
        counted(*count, "device")
    )]
    DeviceIndex {
        index: usize,
        backend: String,
        count: usize,
    },
    #[error("--device needs a backend: choose one with --backend")]
    DeviceWithoutBackend,
    #[error("cannot open device {index} of {backend}")]
    OpenDevice {
        index: usize,
        backend: String,
        source: Source,
    },
    #[error(
        "{device} with {engine} computes incorrectly: one training step changes the loss from \
         {:.6} to {:.6}, and an independent computation on the CPU from {:.6} to {:.6}; update \
         the driver, or train with --backend ndarray",
        found[0], found[1], expected[0], expected[1]
    )]
    WrongStep {
        device: String,
        engine: String,
        /// Before and after the step.
        found: [f64; 2],
        expected: [f64; 2],
    },
    #[error(
        "{device} cannot allocate what a training step on {} needs: {cause}; use a smaller \
         --batch-size or fewer --hidden-units, or train with --backend ndarray",
        counted(*batch_size, "image")
    )]
    DeviceMemory {
        device: String,
        batch_size: usize,
        cause: String,
    },
    #[error(
        "{device} computes incorrectly: the logit of image {image} is {found}, and {expected} on \
         the CPU; update the driver, or use --backend ndarray"
    )]
    WrongLogit {
        device: String,
        image: usize,
        found: f32,
        expected: f32,
    },
    #[error("--engine fused: {0}; use --engine burn or auto")]
    FusedDoesNotApply(FusedObstacle),
}
