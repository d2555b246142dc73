//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::wire::prediction::{Predictions, Status};

/// The media type of `Metrics::text`.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds, from a prediction of pixels to a large picture behind others.
const DURATIONS: [f64; 14] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    problems: Family<ProblemLabels, Counter>,
    images: Family<StatusLabels, Counter>,
    /// Requests that have not been answered yet.
    pub(crate) in_flight: Gauge,
    /// Open connections.
    pub(crate) connections: Gauge,
    /// Streams of events that are open.
    pub(crate) event_streams: Gauge,
    /// Connections that were accepted.
    pub(crate) accepted: Counter<u64, AtomicU64>,
    /// Connections that were closed at once, because there were too many.
    pub(crate) refused: Counter<u64, AtomicU64>,
    /// Connections that were closed while they waited, to make room.
    pub(crate) evicted: Counter<u64, AtomicU64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    problem: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabels {
    status: &'static str,
}

impl Metrics {
    /// Counts from 0.
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            problems: Family::default(),
            images: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            event_streams: Gauge::default(),
            accepted: Counter::default(),
            refused: Counter::default(),
            evicted: Counter::default(),
        };
        metrics.register();
        metrics
    }

    /// Names everything.
    fn register(&mut self) {
        let registry = &mut self.registry;
        let name = "http_requests";
        registry.register(name, "Requests that were answered", self.requests.clone());
        let name = "http_request_duration_seconds";
        registry.register(
            name,
            "Time from a request's head to the end of its response",
            self.durations.clone(),
        );
        let name = "http_requests_in_flight";
        registry.register(
            name,
            "Requests that are being answered",
            self.in_flight.clone(),
        );
        let name = "http_problems";
        registry.register(
            name,
            "Requests that were refused or failed, by the reason",
            self.problems.clone(),
        );
        let name = "http_connections_open";
        registry.register(name, "Open connections", self.connections.clone());
        let name = "http_connections_accepted";
        registry.register(
            name,
            "Connections that were accepted",
            self.accepted.clone(),
        );
        let name = "http_connections_refused";
        registry.register(
            name,
            "Connections that were closed at once, because all others were in use",
            self.refused.clone(),
        );
        let name = "http_connections_evicted";
        registry.register(
            name,
            "Waiting connections that were closed to make room",
            self.evicted.clone(),
        );
        let name = "http_event_streams_open";
        registry.register(
            name,
            "Streams of events that are open",
            self.event_streams.clone(),
        );
        let name = "predicted_images";
        registry.register(
            name,
            "Images that were predicted or refused, by status",
            self.images.clone(),
        );
    }

    /// Counts a request that was answered.
    pub(crate) fn count_request(
        &self,
        route: &'static str,
        method: &'static str,
        status: u16,
        duration: Duration,
    ) {
        self.requests
            .get_or_create(&RequestLabels {
                route,
                method,
                status,
            })
            .inc();
        self.durations
            .get_or_create(&RouteLabels { route })
            .observe(duration.as_secs_f64());
    }

    /// Counts a request that was refused or failed.
    pub(crate) fn count_problem(&self, problem: &'static str) {
        self.problems
            .get_or_create(&ProblemLabels { problem })
            .inc();
    }

    /// Counts the images of a response.
    pub(crate) fn count_images(&self, predictions: &Predictions) {
        for image in &predictions.images {
            self.images
                .get_or_create(&StatusLabels {
                    status: name(image.status),
                })
                .inc();
        }
    }

    /// Writes everything as `OpenMetrics` text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a String does not fail");
        text
    }
}

/// The name of a status, as in JSON.
fn name(status: Status) -> &'static str {
    match status {
        Status::Digit => "digit",
        Status::Digits => "digits",
        Status::Partly => "partly",
        Status::Rejected => "rejected",
        Status::Blank => "blank",
        Status::Noise => "noise",
        Status::SeveralDigits => "several_digits",
        Status::NoDigit => "no_digit",
        Status::OtherDigit => "other_digit",
        Status::Disputed => "disputed",
    }
}
