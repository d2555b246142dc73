//! The files of the page, and of the explorer of the API: they are part of the program, so no request opens a file.

/// A file of the page.
#[derive(Debug)]
pub(crate) struct File {
    /// Where it is served.
    pub(crate) path: &'static str,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its bytes.
    pub(crate) content: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// All files.
pub(crate) static FILES: &[File] = &[
    file_at("/", HTML, include_bytes!("page/index.html")),
    file_at("/upload.js", JAVASCRIPT, include_bytes!("page/upload.js")),
    file_at("/docs", HTML, include_bytes!("docs/index.html")),
    file_at(
        "/docs/explorer.css",
        CSS,
        include_bytes!("docs/explorer.css"),
    ),
    file_at(
        "/docs/explorer.js",
        JAVASCRIPT,
        include_bytes!("docs/explorer.js"),
    ),
];

const fn file_at(path: &'static str, media_type: &'static str, content: &'static [u8]) -> File {
    File {
        path,
        media_type,
        content,
    }
}

/// Returns the file that is served at a path.
pub(crate) fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}
