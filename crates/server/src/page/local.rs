//! The modules with which a page predicts without a server: `local/README.md` says what they need and answer.

/// The modules by their paths in the folder of the page.
pub static LOCAL_MODULES: &[(&str, &str)] = &[
    ("local/components.js", include_str!("local/components.js")),
    ("local/cuts.js", include_str!("local/cuts.js")),
    ("local/decision.js", include_str!("local/decision.js")),
    ("local/digits.js", include_str!("local/digits.js")),
    ("local/distance.js", include_str!("local/distance.js")),
    ("local/examples.js", include_str!("local/examples.js")),
    (
        "local/formats/exif.js",
        include_str!("local/formats/exif.js"),
    ),
    (
        "local/formats/foreign_file.js",
        include_str!("local/formats/foreign_file.js"),
    ),
    (
        "local/formats/inflate.js",
        include_str!("local/formats/inflate.js"),
    ),
    (
        "local/formats/jpeg.js",
        include_str!("local/formats/jpeg.js"),
    ),
    (
        "local/formats/jpeg_bits.js",
        include_str!("local/formats/jpeg_bits.js"),
    ),
    (
        "local/formats/jpeg_frame.js",
        include_str!("local/formats/jpeg_frame.js"),
    ),
    (
        "local/formats/jpeg_rows.js",
        include_str!("local/formats/jpeg_rows.js"),
    ),
    (
        "local/formats/jpeg_scan.js",
        include_str!("local/formats/jpeg_scan.js"),
    ),
    (
        "local/formats/jpeg_transform.js",
        include_str!("local/formats/jpeg_transform.js"),
    ),
    (
        "local/formats/picture_decoder.js",
        include_str!("local/formats/picture_decoder.js"),
    ),
    ("local/formats/png.js", include_str!("local/formats/png.js")),
    (
        "local/formats/png_filter.js",
        include_str!("local/formats/png_filter.js"),
    ),
    (
        "local/formats/png_pixels.js",
        include_str!("local/formats/png_pixels.js"),
    ),
    (
        "local/formats/problem.js",
        include_str!("local/formats/problem.js"),
    ),
    ("local/found.js", include_str!("local/found.js")),
    ("local/frame.js", include_str!("local/frame.js")),
    ("local/framing.js", include_str!("local/framing.js")),
    ("local/gradients.js", include_str!("local/gradients.js")),
    ("local/guard.js", include_str!("local/guard.js")),
    ("local/images.js", include_str!("local/images.js")),
    ("local/inked.js", include_str!("local/inked.js")),
    ("local/layers.js", include_str!("local/layers.js")),
    ("local/numbers.js", include_str!("local/numbers.js")),
    (
        "local/parts_of_work.js",
        include_str!("local/parts_of_work.js"),
    ),
    (
        "local/picture/clipped.js",
        include_str!("local/picture/clipped.js"),
    ),
    (
        "local/picture/color.js",
        include_str!("local/picture/color.js"),
    ),
    (
        "local/picture/filters.js",
        include_str!("local/picture/filters.js"),
    ),
    (
        "local/picture/ground.js",
        include_str!("local/picture/ground.js"),
    ),
    ("local/picture/ink.js", include_str!("local/picture/ink.js")),
    (
        "local/picture/lines.js",
        include_str!("local/picture/lines.js"),
    ),
    (
        "local/picture/noise.js",
        include_str!("local/picture/noise.js"),
    ),
    (
        "local/picture/outline.js",
        include_str!("local/picture/outline.js"),
    ),
    (
        "local/picture/paler.js",
        include_str!("local/picture/paler.js"),
    ),
    (
        "local/picture/picture.js",
        include_str!("local/picture/picture.js"),
    ),
    (
        "local/picture/plate.js",
        include_str!("local/picture/plate.js"),
    ),
    (
        "local/picture/prepare.js",
        include_str!("local/picture/prepare.js"),
    ),
    (
        "local/picture/threshold.js",
        include_str!("local/picture/threshold.js"),
    ),
    ("local/pixel_order.js", include_str!("local/pixel_order.js")),
    ("local/plane.js", include_str!("local/plane.js")),
    ("local/predict.js", include_str!("local/predict.js")),
    ("local/prediction.js", include_str!("local/prediction.js")),
    ("local/refusal.js", include_str!("local/refusal.js")),
    ("local/resize.js", include_str!("local/resize.js")),
    ("local/row.js", include_str!("local/row.js")),
    ("local/sheet.js", include_str!("local/sheet.js")),
    ("predictor.js", include_str!("local/stand_in.js")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_in_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page/local");
        let mut seen = 0;
        for folder in [
            folder.to_owned(),
            format!("{folder}/picture"),
            format!("{folder}/formats"),
        ] {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "js") {
                    let content = fs_err::read_to_string(&path).unwrap();
                    let is_listed = LOCAL_MODULES.iter().any(|(_, source)| *source == content);
                    assert!(is_listed, "{}", path.display());
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, LOCAL_MODULES.len());
    }
}
