//! The query of a request.

use server::PredictQuery;

use crate::pretend::RUN;
use crate::running::Running;

#[test]
fn passes_the_query_on() {
    let server = Running::start();
    let line = "POST /v1/predict?run=run-1&row=true&detail=true";
    server.send(line, &["content-type: image/png"], b"x").ok();
    let query = PredictQuery {
        run: Some(RUN.to_owned()),
        row: true,
        detail: true,
    };
    assert_eq!(server.pretend.seen.lock().unwrap()[0].1, query);
}

#[test]
fn refuses_a_query_that_it_does_not_understand() {
    let server = Running::start();
    let json = &["content-type: application/json"];
    for (query, expected) in [
        ("row=1", "row=1: expected true or false, such as ?row=true"),
        (
            "detail",
            "detail=: expected true or false, such as ?detail=true",
        ),
        (
            "run=a&run=b",
            "run=b: run is given more than once; give it once",
        ),
        (
            "row=true&rows=true",
            "rows=true: there is no such parameter; expected run, row or detail",
        ),
        (
            "run=",
            "run=: expected the name of a run, one of those that /v1/runs lists",
        ),
    ] {
        let line = format!("POST /v1/predict?{query}");
        let detail = server.send(&line, json, br#"{"strokes": []}"#).problem(400);
        assert_eq!(detail, expected, "{query}");
    }
    for (target, expected) in [
        (
            "/v1/model?row=true",
            "row=true: there is no such parameter; expected run",
        ),
        (
            "/v1/training/weights?epoch=x",
            "epoch=x: expected a number of an epoch, such as ?epoch=3",
        ),
        (
            "/v1/training/weights?epoch=-1&run=run-1",
            "epoch=-1: expected a number of an epoch, such as ?epoch=3",
        ),
        (
            "/v1/training/events?after=3",
            "after=3: there is no such parameter; expected run",
        ),
        (
            "/v1/training/weights?a=b",
            "a=b: there is no such parameter; expected run or epoch",
        ),
        (
            "/v1/runs?run=run-1",
            "run=run-1: this path has no parameters; remove it",
        ),
    ] {
        assert_eq!(server.get(target).problem(400), expected, "{target}");
    }
    let no_parameters = server.get("/v1/runs?");
    assert_eq!(no_parameters.status, 200);
    assert!(
        server
            .get("/v1/model?run=../../etc/passwd")
            .problem(404)
            .contains("there is no run")
    );
    let line = "POST /v1/predict?run=none";
    server.send(line, json, br#"{"strokes": []}"#).problem(404);
}
