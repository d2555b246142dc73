//! The program's link arguments.

use std::env::{var, var_os};
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if links_with_rusts_own_linker() {
        // Functions with the same machine code are kept once: Burn has many, and the program is 8 % smaller.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}

/// Whether the program is linked by the linker that Rust brings along, the default on this target. Another one may not
/// know the argument.
fn links_with_rusts_own_linker() -> bool {
    const TARGET: &str = "x86_64-unknown-linux-gnu";
    let is_target = ["TARGET", "HOST"].map(|name| var(name).is_ok_and(|triple| triple == TARGET));
    let flags = var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let is_chosen = var_os("RUSTC_LINKER").is_some() || flags.contains("link");
    is_target == [true; 2] && !is_chosen && has_linker(TARGET).unwrap_or(false)
}

fn has_linker(target: &str) -> Option<bool> {
    let output = Command::new(var_os("RUSTC")?)
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let sysroot = String::from_utf8(output.stdout).ok()?;
    let tools = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(target)
        .join("bin");
    Some(tools.join("gcc-ld/ld.lld").exists())
}
