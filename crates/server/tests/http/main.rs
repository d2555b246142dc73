//! The server as its clients see it: a listening server, spoken to by raw TCP.
#![expect(clippy::unwrap_used, reason = "tests")]

mod checks;
mod client;
mod connections;
mod events;
mod limits;
mod malformed;
mod openapi;
mod pages;
mod pretend;
mod queries;
mod routes;
mod running;
mod stopping;
