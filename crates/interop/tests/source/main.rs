//! Source code of networks, compiled by gcc and rustc and run on the built-in digits.

#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod arithmetic;
mod compiled;
mod examples;
mod networks;
mod text;
