//! Which signals were ignored when this process started.
//!
//! A program inherits ignored signals from its parent: `nohup` ignores SIGHUP, and a shell without
//! job control ignores SIGINT in what it starts with `&`. Such a signal has to stay ignored (POSIX,
//! "Shell Command Language", 2.11), but installing a handler would end that.
#![cfg(unix)]

use std::process::{Command, Stdio};

/// Says whether this process ignores a signal, by its number.
pub(crate) fn is_ignored(signal: i32) -> bool {
    // Without `/proc`, as on macOS, a child process tells, which inherits ignored signals.
    ignored_by_status("/proc/self/status", signal)
        .unwrap_or_else(|| survives(Command::new("sh"), signal))
}

/// Reads Linux's mask of ignored signals, in which bit 0 is signal 1; none if there is none.
fn ignored_by_status(path: &str, signal: i32) -> Option<bool> {
    let status = fs_err::read_to_string(path).ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    let bit = u32::try_from(signal - 1).ok()?;
    Some(mask.checked_shr(bit)? & 1 == 1)
}

/// Says whether a shell survives a signal that it sends to itself. If there is no shell, no.
fn survives(mut shell: Command, signal: i32) -> bool {
    let status = shell
        .args(["-c", &format!("kill -{signal} $$")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    use super::*;

    /// The mask of a process that ignores SIGHUP and SIGPIPE, signals 1 and 13.
    #[test]
    fn the_mask_of_linux_has_a_bit_for_each_signal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("status");
        let path = path.to_str().unwrap();
        let text = "Name:\tapp\nSigBlk:\t0000000000000006\nSigIgn:\t0000000000001001\n";
        fs_err::write(path, text).unwrap();
        let ignored = [1, 2, 13, 15].map(|signal| ignored_by_status(path, signal));
        assert_eq!(ignored, [Some(true), Some(false), Some(true), Some(false)]);
        assert_eq!(ignored_by_status("/nowhere/status", 1), None);
    }

    #[test]
    fn a_shell_survives_the_signals_that_it_inherits_as_ignored() {
        for (signal, name) in [(SIGHUP, "HUP"), (SIGINT, "INT"), (SIGTERM, "TERM")] {
            let mut nohup = Command::new("sh");
            nohup.args(["-c", &format!("trap '' {name}; exec sh \"$@\""), "sh"]);
            assert!(survives(nohup, signal), "{name}");
        }
        assert!(!survives(Command::new("sh"), SIGTERM));
        assert!(!survives(Command::new("/nowhere/sh"), SIGTERM));
    }
}
