//! How long a mirror is waited for.

use std::time::Duration;

/// How long a mirror is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To find the host and to connect.
    pub connect: Duration,
    /// For the next bytes.
    pub stall: Duration,
    /// For a whole file.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            whole: Duration::from_hours(1),
        }
    }
}
