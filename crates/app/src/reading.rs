//! Reads pictures that people drew or took: finds the digits, and refuses what is none before a network is asked.
//!
//! In this order: `refusal` (why there is no prediction), `row` (digits that touch each other, divided), `found`
//! (which of the digits that were found may be predicted), `picture` (from a file to the digits in it, as networks get
//! them).

pub(crate) mod found;
pub(crate) mod picture;
pub(crate) mod refusal;
pub(crate) mod row;
