//! Requests that wait at the same time, predicted together on a GPU, if only a software one.

use std::thread;

use serde_json::json;

use super::{Served, probability};
use crate::app::{App, predictions};
use crate::data_sets::{embedded, row_by_row};
use crate::kernels::on_wgpu;

/// Clients that ask at the same time.
const CLIENTS: usize = 24;

#[test]
fn each_of_many_requests_gets_its_own_prediction() {
    let app = App::trained(&["--epochs", "5"]);
    if on_wgpu(&app, &["predict", "run", "--index", "0"]).is_none() {
        return;
    }
    let served = Served::start_on("wgpu", &app, &["run"]);
    // By the command, on the CPU: an image for each client, zeros and ones in turn.
    let rows: Vec<usize> = (0..CLIENTS)
        .map(|client| 500 * (client % 2) + client)
        .collect();
    let list = rows.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = predictions(&app, "ndarray", "run", &list.join(","));
    thread::scope(|scope| {
        for (&row, expected) in rows.iter().zip(&expected) {
            let served = &served;
            scope.spawn(move || {
                let (columns, _) = embedded([row]);
                // Several images in every third request, so that the parts of a batch differ in size.
                let images = vec![row_by_row(&columns); 1 + 2 * usize::from(row % 3 == 0)];
                for _ in 0..5 {
                    let found = served.predicted("", &json!({ "images": images }));
                    let found = found["images"].as_array().unwrap();
                    assert_eq!(found.len(), images.len());
                    for image in found {
                        let digit = &image["digits"][0]["digit"];
                        assert_eq!(*digit, expected["digit"], "{row}: {image}");
                        let of_one = image["digits"][0]["probabilities"][1]["probability"].as_f64();
                        let difference =
                            of_one.unwrap() - expected["probability"].as_f64().unwrap();
                        assert!(difference.abs() < 1e-5, "{row}: {image} {expected}");
                    }
                    assert!(probability(&found[0]) > 0.5);
                }
            });
        }
    });
}
