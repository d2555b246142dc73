//! Reads pictures that people wrote or took: finds the digits, and says what is none before a network is asked.
//!
//! Folders and files: `refusal` (why there is no answer), `row` (touching digits), `picture` (from a file to the images
//! that networks get).

pub(crate) mod picture;
pub(crate) mod refusal;
pub(crate) mod row;
