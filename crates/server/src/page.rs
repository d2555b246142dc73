//! The files of the page, and of the explorer of the API: they are part of the program, so no request opens a file.
//! `bundle` joins its modules into one script, `local` has those that predict without a server, and `standalone` makes the
//! page one file.

pub(crate) mod bundle;
pub(crate) mod local;
pub(crate) mod standalone;

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
const WOFF2: &str = "font/woff2";
const SVG: &str = "image/svg+xml";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// All files.
pub(crate) static FILES: &[File] = &[
    file_at("/api.js", JAVASCRIPT, include_bytes!("page/api.js")),
    file_at("/asking.js", JAVASCRIPT, include_bytes!("page/asking.js")),
    file_at("/bars.js", JAVASCRIPT, include_bytes!("page/bars.js")),
    file_at("/board.js", JAVASCRIPT, include_bytes!("page/board.js")),
    file_at(
        "/capabilities.js",
        JAVASCRIPT,
        include_bytes!("page/capabilities.js"),
    ),
    file_at("/chart.js", JAVASCRIPT, include_bytes!("page/chart.js")),
    file_at(
        "/connection.js",
        JAVASCRIPT,
        include_bytes!("page/connection.js"),
    ),
    file_at("/drawing.js", JAVASCRIPT, include_bytes!("page/drawing.js")),
    file_at(
        "/event_stream.js",
        JAVASCRIPT,
        include_bytes!("page/event_stream.js"),
    ),
    file_at("/icon.svg", SVG, include_bytes!("page/icon.svg")),
    file_at("/", HTML, include_bytes!("page/index.html")),
    file_at(
        "/keyboard.js",
        JAVASCRIPT,
        include_bytes!("page/keyboard.js"),
    ),
    file_at("/main.js", JAVASCRIPT, include_bytes!("page/main.js")),
    file_at("/model.js", JAVASCRIPT, include_bytes!("page/model.js")),
    file_at("/network.js", JAVASCRIPT, include_bytes!("page/network.js")),
    file_at("/page.css", CSS, include_bytes!("page/page.css")),
    file_at("/page.js", JAVASCRIPT, include_bytes!("page/page.js")),
    file_at("/palette.js", JAVASCRIPT, include_bytes!("page/palette.js")),
    file_at(
        "/pictures.js",
        JAVASCRIPT,
        include_bytes!("page/pictures.js"),
    ),
    file_at("/pixels.js", JAVASCRIPT, include_bytes!("page/pixels.js")),
    file_at("/pointer.js", JAVASCRIPT, include_bytes!("page/pointer.js")),
    file_at(
        "/prediction.js",
        JAVASCRIPT,
        include_bytes!("page/prediction.js"),
    ),
    file_at(
        "/predictor.js",
        JAVASCRIPT,
        include_bytes!("page/predictor.js"),
    ),
    file_at("/reading.js", JAVASCRIPT, include_bytes!("page/reading.js")),
    file_at("/runs.js", JAVASCRIPT, include_bytes!("page/runs.js")),
    file_at("/size.js", JAVASCRIPT, include_bytes!("page/size.js")),
    file_at("/strokes.js", JAVASCRIPT, include_bytes!("page/strokes.js")),
    file_at(
        "/strongest.js",
        JAVASCRIPT,
        include_bytes!("page/strongest.js"),
    ),
    file_at("/token.js", JAVASCRIPT, include_bytes!("page/token.js")),
    file_at("/tools.js", JAVASCRIPT, include_bytes!("page/tools.js")),
    file_at(
        "/training.js",
        JAVASCRIPT,
        include_bytes!("page/training.js"),
    ),
    file_at("/views.js", JAVASCRIPT, include_bytes!("page/views.js")),
    file_at("/words.js", JAVASCRIPT, include_bytes!("page/words.js")),
    file_at(
        "/Inter-Regular.woff2",
        WOFF2,
        include_bytes!("../../../assets/fonts/Inter-Regular.woff2"),
    ),
    file_at(
        "/Inter-SemiBold.woff2",
        WOFF2,
        include_bytes!("../../../assets/fonts/Inter-SemiBold.woff2"),
    ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page");
        let mut seen = 0;
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && path.extension().is_none_or(|ending| ending != "rs") {
                let content = fs_err::read(&path).unwrap();
                let is_served = FILES.iter().any(|file| file.content == content);
                assert!(is_served, "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 20);
    }
}
