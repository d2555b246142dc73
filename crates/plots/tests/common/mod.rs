//! Comparison of pictures with stored ones.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "as in tests; a failed read names its picture by the test"
)]

use std::path::Path;

use plots::Figure;

/// Compares a picture with its reference, or replaces the reference.
pub(crate) fn check(name: &str, figure: &Figure) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/references/{name}.svg"));
    let svg = figure.to_inline_svg() + "\n";
    if std::env::var_os("REDRAW").is_some() {
        std::fs::write(&path, &svg).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let pairs = svg.lines().zip(expected.lines()).zip(1..);
    for ((found, expected), line) in pairs {
        assert_eq!(found, expected, "{name}.svg, line {line}");
    }
    assert_eq!(svg.lines().count(), expected.lines().count(), "{name}.svg");
}
