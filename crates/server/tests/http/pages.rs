//! The files of the page and the explorer.

use crate::running::Running;

#[test]
fn serves_the_page_and_the_explorer() {
    let server = Running::start();
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/explorer.js", "text/javascript; charset=utf-8"),
        ("/docs/explorer.css", "text/css; charset=utf-8"),
    ] {
        let response = server.get(path);
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(response.header("content-type"), Some(media_type));
        assert_eq!(response.header("cache-control"), Some("no-cache"));
        assert!(!response.body.is_empty());
    }
}

#[test]
fn does_not_send_a_file_twice() {
    let server = Running::start();
    let tag = server.get("/").header("etag").unwrap().to_owned();
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let response = server.send("GET /", &[&format!("if-none-match: {known}")], b"");
        assert_eq!(response.status, 304, "{known}");
        assert_eq!(response.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(
        server.send("GET /", &["if-none-match: \"x\""], b"").status,
        200
    );
    assert_ne!(server.get("/docs").header("etag"), Some(tag.as_str()));
}

#[test]
fn loads_nothing_from_elsewhere_and_has_no_script_within() {
    let server = Running::start();
    for path in ["/", "/docs"] {
        let html = String::from_utf8(server.get(path).body).unwrap();
        for found in html
            .match_indices("src=\"")
            .chain(html.match_indices("rel=\"stylesheet\" href=\""))
        {
            let start = found.0 + found.1.len();
            let target = html[start..].split('"').next().unwrap();
            // Relative to `/`, from which the exported page is served as well as from a disk.
            let target = target.replacen("./", "/", 1);
            assert!(
                target.starts_with('/') && !target.starts_with("//"),
                "{path}: {target}"
            );
            assert_eq!(server.get(&target).status, 200, "{path}: {target}");
        }
        assert!(
            !html.contains("<style") && !html.contains("style=\"") && !html.contains("onclick="),
            "{path}"
        );
        assert!(
            html.matches("<script").count() == html.matches(" src=\"").count(),
            "{path}"
        );
    }
}
