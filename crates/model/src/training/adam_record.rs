//! The names of Adam's state in Burn's optimizer records.
//!
//! Each name follows the parameter's id and a dot. They are those of burn-optim 0.22.1, which does
//! not export them.

/// Tensor of the first moment m, of the parameter's shape.
pub const ADAM_FIRST_MOMENT: &str = "momentum.moment_1";

/// Tensor of the second moment v, of the parameter's shape.
pub const ADAM_SECOND_MOMENT: &str = "momentum.moment_2";

/// Scalar with the number of steps taken, Adam's t.
pub const ADAM_TIME: &str = "momentum.time";

/// Scalar with the number of dimensions of the parameter.
pub const OPTIMIZER_RANK: &str = "__rank";
