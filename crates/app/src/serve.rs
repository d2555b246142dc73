//! What the HTTP server is told: networks that predict, their runs, and trainings that are going on.
//!
//! In this order: `gathered` (requests that wait, predicted at once on a GPU), `served` (loaded networks and what they
//! say of an input), `predictions` (that as the server's JSON), `names` (what runs are called),
//! `described` (networks as JSON), `first_layers` (of a training in this process), `page_examples` (images for a page
//! without a server), `page` (networks as one file of HTML), `stamp` (when files were
//! written), `examples` (images of a data set), `networks` (which networks are served, loaded anew after each
//! checkpoint), `runs` (which may be asked for), `training` (how far one is), `service` (all of it for the server).

mod described;
mod examples;
mod first_layers;
mod gathered;
mod names;
mod networks;
mod page;
mod page_examples;
mod predictions;
mod runs;
mod served;
mod service;
#[cfg(test)]
mod shared_vectors;
mod stamp;
mod training;

pub(crate) use first_layers::FirstLayers;
pub(crate) use names::name_of;
pub(crate) use networks::{Look, ServedNetworks};
pub(crate) use page::page;
pub(crate) use page_examples::PageExamples;
pub(crate) use served::Manner;
pub(crate) use service::ProgramService;
