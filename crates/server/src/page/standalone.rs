//! The page as one file, with a network in it: it works from a disk and from any host of files, and asks nobody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bundle::{BundleError, joined};
use super::local::LOCAL_MODULES;
use super::{File, file};

/// The module that says whether there is a server.
const CAPABILITIES: &str = "capabilities.js";

/// What the page may do: nothing that reaches anybody.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";

/// Makes the page of a network, `network` as `page/local/README.md` describes it.
///
/// # Errors
///
/// [`BundleError`] if the page's modules are not as they have to be, which a test excludes.
pub fn standalone_page(network: &str) -> Result<String, BundleError> {
    let script = script()?;
    let mut style = text("/page.css");
    for font in ["Inter-Regular.woff2", "Inter-SemiBold.woff2"] {
        style = style.replace(&format!("./{font}"), &data_url(&format!("/{font}")));
    }
    let policy =
        format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_POLICY}\">");
    let network = network.replace('<', "\\u003c");
    let page = text("/")
        .replace("./icon.svg", &data_url("/icon.svg"))
        .replace(
            "<meta charset=\"utf-8\">",
            &format!("<meta charset=\"utf-8\">\n{policy}"),
        )
        .replace(
            "<link rel=\"stylesheet\" href=\"./page.css\">",
            &format!("<style>\n{style}</style>"),
        )
        .replace("<script type=\"module\" src=\"./main.js\"></script>\n", "");
    let (before, after) = page.split_once("</body>").unwrap_or((&page, ""));
    Ok(format!(
        "{before}<script type=\"application/json\" id=\"network\">{network}</script>\n\
         <script>\n{script}</script>\n</body>{after}"
    ))
}

/// All modules as one script: those of the page, with others in the place of those that need a server.
fn script() -> Result<String, BundleError> {
    let without_server = text("/capabilities.js").replace("server: true", "server: false");
    let mut modules: Vec<(&str, &str)> = super::FILES.iter().filter_map(module).collect();
    modules.retain(|(path, _)| {
        *path != CAPABILITIES && LOCAL_MODULES.iter().all(|(local, _)| local != path)
    });
    modules.extend(LOCAL_MODULES);
    modules.push((CAPABILITIES, &without_server));
    joined(&modules, "main.js")
}

/// A module of the page, with its path in the folder of the page.
fn module(file: &'static File) -> Option<(&'static str, &'static str)> {
    let path = file.path.strip_prefix('/')?;
    let is_module = file.media_type == super::JAVASCRIPT && !path.contains('/');
    let source = std::str::from_utf8(file.content).ok()?;
    is_module.then_some((path, source))
}

/// A file of the page as text; empty if there is none, which a test excludes.
fn text(path: &str) -> String {
    let content = file(path).map(|file| file.content).unwrap_or_default();
    String::from_utf8_lossy(content).into_owned()
}

/// A file of the page within another.
fn data_url(path: &str) -> String {
    let Some(file) = file(path) else {
        return String::new();
    };
    let kind = file.media_type;
    format!("data:{kind};base64,{}", STANDARD.encode(file.content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_one_file_that_names_no_other() {
        let page = standalone_page("{\"name\":\"</script><b>\"}").unwrap();
        for part in [
            "<title>Digits</title>",
            "id=\"network\">{\"name\":\"\\u003c/script>\\u003cb>\"}</script>",
            "server: false",
            "createLocalPredictor",
            "src: url('data:font/woff2;base64,",
            "href=\"data:image/svg+xml;base64,",
            "http-equiv=\"Content-Security-Policy\"",
        ] {
            assert_eq!(page.matches(part).count().min(1), 1, "{part}");
        }
        for absent in [
            "src=\"",
            "href=\"./",
            "./page.css",
            "./main.js",
            "url('./",
            "\nimport ",
        ] {
            assert!(!page.contains(absent), "{absent}");
        }
        assert_eq!(page.matches("</script>").count(), 2);
    }
}
