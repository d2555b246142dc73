//! What the tests of the page use: the built program as a server, a browser, and strokes.
//!
//! The tests draw as people do, through WebDriver, so that the page gets the events of a mouse, a pen or fingers.

#![expect(
    clippy::missing_panics_doc,
    reason = "a test fails where its browser does"
)]

mod browser;
mod given;
mod pointers;
mod site;
mod strokes;

pub use browser::{Browser, Scheme, Window};
pub use given::{Given, GivenFile};
pub use site::Site;
pub use strokes::{Pointer, Traced, one, placed, ring, traced_digits};
