//! Lines about requests, on standard error: without bodies, query strings and tokens.

use std::sync::Arc;

use clap::ValueEnum;
use serde::Serialize;
use server::RequestRecord;

use crate::cli::stderr;

/// What is printed of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// A line of text
    Lines,
    /// A line of JSON
    Json,
    /// Nothing
    Off,
}

/// A request, as a line of JSON.
#[derive(Serialize)]
struct LoggedRequest<'a> {
    time: String,
    client: String,
    method: &'a str,
    path: &'a str,
    status: u16,
    milliseconds: f64,
    bytes_in: u64,
    bytes_out: u64,
}

type OnRequest = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// What prints a line about each request.
pub(super) fn logger(format: LogFormat) -> Option<OnRequest> {
    match format {
        LogFormat::Off => None,
        LogFormat::Lines => Some(Arc::new(|request| stderr::note(line(request, &now())))),
        LogFormat::Json => Some(Arc::new(|request| stderr::print(json(request, now())))),
    }
}

/// The time in UTC, to a millisecond.
fn now() -> String {
    let now = jiff::Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn milliseconds(request: &RequestRecord) -> f64 {
    (request.duration.as_secs_f64() * 1e6).round() / 1e3
}

fn line(request: &RequestRecord, time: &str) -> String {
    format!(
        "{time} {} {} {} {} {:.1} ms",
        request.client.ip(),
        request.method,
        request.path,
        request.status,
        milliseconds(request)
    )
}

fn json(request: &RequestRecord, time: String) -> String {
    let logged = LoggedRequest {
        time,
        client: request.client.to_string(),
        method: request.method,
        path: &request.path,
        status: request.status,
        milliseconds: milliseconds(request),
        bytes_in: request.bytes_in,
        bytes_out: request.bytes_out,
    };
    serde_json::to_string(&logged).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_request_is_a_line_of_text_or_of_json() {
        let request = RequestRecord {
            method: "POST",
            path: "/v1/predict".to_owned(),
            status: 200,
            duration: Duration::from_micros(1234),
            bytes_in: 10,
            bytes_out: 300,
            client: "127.0.0.1:50000".parse().unwrap(),
        };
        let time = "2026-11-27T09:00:00.000Z";
        assert_eq!(
            line(&request, time),
            "2026-11-27T09:00:00.000Z 127.0.0.1 POST /v1/predict 200 1.2 ms"
        );
        assert_eq!(
            json(&request, time.to_owned()),
            "{\"time\":\"2026-11-27T09:00:00.000Z\",\"client\":\"127.0.0.1:50000\",\"method\":\"POST\",\
             \"path\":\"/v1/predict\",\"status\":200,\"milliseconds\":1.234,\"bytes_in\":10,\"bytes_out\":300}"
        );
        assert_eq!(now().len(), time.len());
    }
}
