//! Files that are opened, pasted or dropped. Their pictures are made by the browser.

use std::fmt::Write;

use serde_json::json;

use crate::browser::Browser;

/// How files come to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Chosen in the dialog.
    Opened,
    /// From the clipboard.
    Pasted,
    /// Dropped on the page.
    Dropped,
}

/// A file, and how the browser says what it is.
#[derive(Debug, Clone, Copy)]
pub struct GivenFile<'a> {
    name: &'a str,
    /// What the content is.
    format: &'a str,
    /// What the browser takes it for; empty if it does not know.
    media_type: &'a str,
    shows: Shows,
    height: u32,
}

/// What a file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Ring,
    Line,
    Nothing,
    Text,
}

impl<'a> GivenFile<'a> {
    /// A picture of a zero.
    #[must_use]
    pub fn ring(name: &'a str, format: &'a str) -> Self {
        Self::new(name, format, Shows::Ring)
    }

    /// A picture of a one.
    #[must_use]
    pub fn line(name: &'a str, format: &'a str) -> Self {
        Self::new(name, format, Shows::Line)
    }

    /// A picture of a blank sheet.
    #[must_use]
    pub fn blank(name: &'a str, format: &'a str) -> Self {
        Self::new(name, format, Shows::Nothing)
    }

    /// A text that is said to be something else.
    #[must_use]
    pub fn text(name: &'a str, media_type: &'a str) -> Self {
        Self::new(name, media_type, Shows::Text)
    }

    fn new(name: &'a str, format: &'a str, shows: Shows) -> Self {
        Self {
            name,
            format,
            media_type: format,
            shows,
            height: 200,
        }
    }

    /// The same file, taken for another kind of file.
    #[must_use]
    pub fn taken_for(self, media_type: &'a str) -> Self {
        Self { media_type, ..self }
    }

    /// The same picture with more pixels.
    #[must_use]
    pub fn of_height(self, height: u32) -> Self {
        Self { height, ..self }
    }
}

/// Makes the content of a file.
const CONTENT: &str = "const content = (shows, height, format) => new Promise((resolve) => { \
    if (shows === 'Text') return resolve('no picture'); \
    const canvas = document.createElement('canvas'); [canvas.width, canvas.height] = [1.5 * height, height]; \
    const context = canvas.getContext('2d'); context.scale(height / 200, height / 200); \
    context.fillStyle = '#f4efe4'; context.fillRect(0, 0, 300, 200); \
    context.lineWidth = 14; context.strokeStyle = '#223a7a'; context.beginPath(); \
    if (shows === 'Ring') context.ellipse(120, 100, 35, 55, 0, 0, 7); \
    if (shows === 'Line') { context.moveTo(140, 45); context.lineTo(136, 155); } \
    context.stroke(); canvas.toBlob(resolve, format); });";

impl Browser {
    /// Gives files to the page.
    pub async fn give(&self, how: Given, files: &[GivenFile<'_>]) {
        self.give_in_a_row(how, &[files]).await;
    }

    /// Gives files to the page, and further ones at once.
    pub async fn give_in_a_row(&self, how: Given, all: &[&[GivenFile<'_>]]) {
        let mut script = format!("return (async () => {{ {CONTENT} const all = [];\n");
        for files in all {
            script += "all.push(new DataTransfer());\n";
            for file in *files {
                let shows = format!("{:?}", file.shows);
                let made = format!(
                    "new File([await content({}, {}, {})], {}, {{ type: {} }})",
                    json!(shows),
                    file.height,
                    json!(file.format),
                    json!(file.name),
                    json!(file.media_type)
                );
                writeln!(script, "all.at(-1).items.add({made});").expect("a string takes all");
            }
        }
        let give = match how {
            Given::Opened => {
                "const input = document.getElementById('file'); input.files = files.files; \
                 input.dispatchEvent(new Event('change'));"
            }
            Given::Pasted => {
                "document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true }));"
            }
            Given::Dropped => {
                "document.body.dispatchEvent(new DragEvent('drop', \
                 { dataTransfer: files, bubbles: true, cancelable: true }));"
            }
        };
        write!(script, "for (const files of all) {{ {give} }} }})()").expect("a string takes all");
        self.value(&script).await;
    }
}
