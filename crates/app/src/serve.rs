//! What the HTTP server is told: networks that predict, their runs, and trainings that are going on.
//!
//! In this order: `gathered` (requests that wait, predicted at once on a GPU), `served` (loaded networks and what they
//! say of an input), `predictions` (that as the server's JSON), `described` (networks as JSON), `stamp` (when files were
//! written), `examples` (images of a data set), `networks` (which networks are served, loaded anew after each
//! checkpoint), `runs` (which may be asked for), `training` (how far one is), `service` (all of it for the server).

mod described;
mod examples;
mod gathered;
mod networks;
mod predictions;
mod runs;
mod served;
mod service;
mod stamp;
mod training;

pub(crate) use networks::{Look, ServedNetworks};
pub(crate) use runs::name_of;
pub(crate) use service::ProgramService;
