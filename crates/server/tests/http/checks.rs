//! Who may ask.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use server::{ServeError, ServeOptions, Token, bind};

use crate::pretend::Pretend;
use crate::running::Running;

const TOKEN: &str = "0123456789abcdefghij";

#[test]
fn answers_only_under_its_own_names() {
    let server =
        Running::start_with(|options| options.allowed_hosts = vec!["digits.example".to_owned()]);
    let mut client = server.connect();
    for host in ["localhost", "127.0.0.1:1234", "[::1]:80", "digits.example"] {
        let response = client.send("GET /v1/model", &[&format!("host: {host}")], b"");
        assert_eq!(response.status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.nip.io",
        "192.168.1.1",
        "localhost@evil.example",
        "",
    ] {
        for path in ["/v1/model", "/", "/healthz", "/nothing"] {
            let response = client.send(&format!("GET {path}"), &[&format!("host: {host}")], b"");
            response.problem(421);
        }
    }
    assert!(server.metric("http_problems_total{problem=\"host\"}") >= 24.0);
}

#[test]
fn wants_one_host() {
    let server = Running::start();
    for request in [
        "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n",
    ] {
        let mut client = server.connect();
        client.write(request.as_bytes());
        client.response("GET").problem(400);
    }
}

#[test]
fn the_target_of_a_request_may_not_name_another_host() {
    let server = Running::start();
    assert_eq!(
        server.send("GET http://localhost/healthz", &[], b"").status,
        200
    );
    server
        .send("GET http://evil.example/healthz", &[], b"")
        .problem(421);
}

#[test]
fn refuses_what_other_sites_send() {
    let server = Running::start();
    let own = format!("http://{}", server.address);
    let json = "content-type: application/json";
    let predict = |headers: &[&str]| {
        let headers = [&[json], headers].concat();
        server.send("POST /v1/predict", &headers, br#"{"strokes": []}"#)
    };
    predict(&[&format!("origin: {own}"), "sec-fetch-site: same-origin"]).ok();
    predict(&["sec-fetch-site: none"]).ok();
    for origin in [
        "http://evil.example",
        "null",
        "http://localhost:1",
        "file://",
    ] {
        let response = predict(&[&format!("origin: {origin}")]);
        response.problem(403);
        assert_eq!(response.header("access-control-allow-origin"), None);
    }
    predict(&["sec-fetch-site: cross-site"]).problem(403);
    predict(&["sec-fetch-site: same-site"]).problem(403);
    server
        .send("GET /v1/runs", &["sec-fetch-site: cross-site"], b"")
        .problem(403);
    // A link from elsewhere to the page.
    assert_eq!(
        server
            .send("GET /", &["sec-fetch-site: cross-site"], b"")
            .status,
        200
    );
    assert!(server.pretend.seen.lock().unwrap().len() == 2);
    // No site is allowed, so a browser may not ask either.
    let ask = [
        "origin: http://evil.example",
        "access-control-request-method: POST",
    ];
    server.send("OPTIONS /v1/predict", &ask, b"").problem(403);
}

#[test]
fn lets_an_allowed_site_send_and_read() {
    let server = Running::start_with(|options| {
        options.allowed_origins = vec!["https://example.org".to_owned()];
        options.token = Some(Token::new(TOKEN).unwrap());
    });
    let origin = "origin: https://example.org";
    let ask = [
        origin,
        "access-control-request-method: POST",
        "access-control-request-headers: authorization",
    ];
    let response = server.send("OPTIONS /v1/predict", &ask, b"");
    assert_eq!(response.status, 204);
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://example.org")
    );
    assert!(
        response
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    assert!(
        response
            .header("access-control-allow-methods")
            .unwrap()
            .contains("POST")
    );
    assert_eq!(response.header("vary"), Some("origin"));
    let bearer = format!("authorization: Bearer {TOKEN}");
    let response = server.send(
        "GET /v1/model",
        &[origin, &bearer, "sec-fetch-site: cross-site"],
        b"",
    );
    response.ok();
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://example.org")
    );
    // So that its script can read why, too.
    let response = server.send("GET /v1/model", &[origin], b"");
    response.problem(401);
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://example.org")
    );
    server
        .send(
            "GET /v1/model",
            &["origin: https://example.com", &bearer],
            b"",
        )
        .problem(403);
    assert_eq!(
        server.send("GET /v1/model", &[&bearer], b"").header("vary"),
        Some("origin")
    );
}

#[test]
fn the_api_wants_the_token_and_the_page_does_not() {
    let server = Running::start_with(|options| options.token = Some(Token::new(TOKEN).unwrap()));
    for path in [
        "/",
        "/docs",
        "/docs/explorer.js",
        "/healthz",
        "/readyz",
        "/openapi.json",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    let paths = [
        "/v1/model",
        "/v1/runs",
        "/v1/training/events",
        "/metrics",
        "/v1/predict",
        "/v1",
        "/nothing",
    ];
    for path in paths {
        let response = server.get(path);
        response.problem(401);
        assert_eq!(
            response.header("www-authenticate"),
            Some("Bearer"),
            "{path}"
        );
    }
    for header in [
        "Bearer 0123456789abcdefghi",
        "Bearer 0123456789abcdefghix",
        "Basic 0123456789abcdefghij",
        "Bearer",
        "",
    ] {
        let response = server.send("GET /v1/model", &[&format!("authorization: {header}")], b"");
        response.problem(401);
        assert!(
            response
                .header("www-authenticate")
                .unwrap()
                .contains("invalid_token"),
            "{header}"
        );
    }
    let bearer = format!("authorization: bearer {TOKEN}");
    server.send("GET /v1/model", &[&bearer], b"").ok();
    assert_eq!(server.send("GET /metrics", &[&bearer], b"").status, 200);
}

#[test]
fn a_client_may_send_so_many_requests_per_second() {
    let server =
        Running::start_with(|options| options.limits.requests_per_second = NonZeroU32::new(5));
    let mut client = server.connect();
    let statuses: Vec<u16> = (0..50)
        .map(|_| client.send("GET /healthz", &[], b"").status)
        .collect();
    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert!((10..30).contains(&answered), "{statuses:?}");
    let response = client.send("GET /v1/model", &[], b"");
    assert!(response.problem(429).contains("more than 5 requests"));
    assert_eq!(response.header("retry-after"), Some("1"));
}

#[test]
fn every_response_has_the_headers_that_protect() {
    let server = Running::start();
    for line in [
        "GET /",
        "GET /docs",
        "GET /v1/model",
        "GET /nothing",
        "DELETE /",
        "GET /v1/model?x=y",
        "GET /metrics",
    ] {
        let response = server.send(line, &[], b"");
        let policy = response.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{line}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{line}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(response.header(name), Some(value), "{line}");
        }
        assert!(response.header("permissions-policy").is_some(), "{line}");
        assert_eq!(
            response.header("access-control-allow-origin"),
            None,
            "{line}"
        );
    }
}

#[test]
fn does_not_start_for_other_machines_without_a_token() {
    let start = |address: &str, change: &dyn Fn(&mut ServeOptions)| {
        let mut options = ServeOptions::at(address.parse().unwrap());
        change(&mut options);
        bind(Arc::new(Pretend::default()), options).map(|server| server.address())
    };
    assert!(matches!(
        start("0.0.0.0:0", &|_| {}),
        Err(ServeError::TokenNeeded { .. })
    ));
    assert!(matches!(
        start("[::]:0", &|_| {}),
        Err(ServeError::TokenNeeded { .. })
    ));
    let with_token = |options: &mut ServeOptions| options.token = Some(Token::new(TOKEN).unwrap());
    assert!(start("0.0.0.0:0", &with_token).unwrap().port() > 0);
    let with_host =
        |options: &mut ServeOptions| options.allowed_hosts = vec!["http://x".to_owned()];
    assert!(matches!(
        start("127.0.0.1:0", &with_host),
        Err(ServeError::Host { .. })
    ));
    let with_origin = |options: &mut ServeOptions| options.allowed_origins = vec!["*".to_owned()];
    assert!(matches!(
        start("127.0.0.1:0", &with_origin),
        Err(ServeError::Origin { .. })
    ));
    let taken = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = start(&address, &|_| {}).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("{address}: cannot listen there: "))
    );
}
