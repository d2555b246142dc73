//! The modules with which a page predicts without a server: `local/README.md` says what they need and answer.

/// The modules by their paths in the folder of the page.
pub static LOCAL_MODULES: &[(&str, &str)] = &[
    ("local/answer.js", include_str!("local/answer.js")),
    ("local/components.js", include_str!("local/components.js")),
    ("local/cuts.js", include_str!("local/cuts.js")),
    ("local/decision.js", include_str!("local/decision.js")),
    ("local/digits.js", include_str!("local/digits.js")),
    ("local/distance.js", include_str!("local/distance.js")),
    ("local/found.js", include_str!("local/found.js")),
    ("local/frame.js", include_str!("local/frame.js")),
    ("local/framing.js", include_str!("local/framing.js")),
    ("local/gradients.js", include_str!("local/gradients.js")),
    ("local/guard.js", include_str!("local/guard.js")),
    ("local/images.js", include_str!("local/images.js")),
    ("local/inked.js", include_str!("local/inked.js")),
    ("local/layers.js", include_str!("local/layers.js")),
    ("local/numbers.js", include_str!("local/numbers.js")),
    ("local/pixel_order.js", include_str!("local/pixel_order.js")),
    ("local/plane.js", include_str!("local/plane.js")),
    ("local/predict.js", include_str!("local/predict.js")),
    ("local/refusal.js", include_str!("local/refusal.js")),
    ("local/resize.js", include_str!("local/resize.js")),
    ("local/row.js", include_str!("local/row.js")),
    ("local/sheet.js", include_str!("local/sheet.js")),
    ("predictor.js", include_str!("local/stand_in.js")),
];
