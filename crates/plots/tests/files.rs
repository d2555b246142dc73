//! What callers get: complete SVG and PNG files, and parts of an HTML page.

use std::collections::BTreeSet;

use plots::{
    Activations, Best, Bitmap, ColorBitmap, DenseLayer, EmbeddedImage, EpochMetrics,
    EvaluationResults, Figure, FoundDigit, GridCell, HeatMapChart, HeatMapResult, InitialWeights,
    LayerActivations, LayerWeights, LossAxis, MetricAxis, PreparedPicture, RunHistory, Setting,
    SettingAxis, SettingValue, SweepMetric,
};

fn digit() -> Bitmap {
    Bitmap {
        columns: 20,
        values: vec![0.5; 400],
    }
}

fn run(name: &str) -> RunHistory {
    let metrics = |epoch| EpochMetrics {
        epoch,
        loss: 0.5,
        accuracy: 0.8,
        validation_loss: Some(0.6),
        validation_accuracy: Some(0.7),
        learning_rate: Some(0.001),
    };
    RunHistory {
        name: name.to_owned(),
        epochs: vec![metrics(1), metrics(2)],
        best: Some(2),
    }
}

fn results() -> EvaluationResults {
    EvaluationResults {
        digits: [0, 1],
        threshold: 0.5,
        confusion_matrix: [[1, 1], [0, 1]],
        rejected: 0,
        roc: vec![[0.0, 0.0], [0.0, 0.99], [0.01, 1.0], [1.0, 1.0]],
        roc_auc: Some(0.99),
        precision_recall: Vec::new(),
        average_precision: None,
        calibration: Vec::new(),
        calibration_error: None,
        probabilities: [vec![0.1, 0.6], vec![0.8]],
    }
}

/// One picture of each kind, with everything that is drawn only in some of them.
fn pictures() -> Vec<Figure> {
    let seven: Vec<RunHistory> = (0..7).map(|number| run(&number.to_string())).collect();
    let embedded = |positive| EmbeddedImage {
        at: [f64::from(u8::from(positive)), 0.0],
        class: usize::from(positive),
        wrong: true,
        name: "row 5: 1".to_owned(),
    };
    let layer = LayerWeights {
        name: "layer1".to_owned(),
        inputs: 400,
        units: 1,
        digits: Vec::new(),
        kernel: vec![0.1; 400],
        bias: vec![0.1],
        initial: Some(InitialWeights {
            kernel: vec![0.2; 400],
            bias: vec![0.2],
        }),
    };
    let activations = |units, kernel: &[f32]| LayerActivations {
        name: "layer".to_owned(),
        values: vec![0.5; units],
        kernel: kernel.to_vec(),
    };
    let shown = Activations {
        image: digit(),
        layers: vec![activations(2, &[]), activations(1, &[1.0, -1.0])],
        digits: vec![0, 1],
        label: Some(0),
        prediction: Some(1),
    };
    let cell = GridCell {
        image: digit(),
        name: "row 5".to_owned(),
        caption: "0, 1".to_owned(),
        wrong: true,
    };
    let dense = DenseLayer {
        name: "layer1".to_owned(),
        inputs: 400,
        units: 25,
        activation: "sigmoid".to_owned(),
        digits: Vec::new(),
    };
    let cell_of = |setting: f64, value: f64| HeatMapResult {
        at: [setting, 1.0].map(SettingValue::Number),
        values: vec![value],
    };
    let heat_map = HeatMapChart {
        settings: ["rate", "units"].map(|name| Setting {
            name: name.to_owned(),
            axis: SettingAxis::Linear,
        }),
        metric: SweepMetric {
            name: "loss".to_owned(),
            best: Best::Lowest,
            axis: MetricAxis::Linear,
        },
        results: vec![cell_of(0.1, 0.2), cell_of(0.2, f64::NAN), cell_of(0.3, 0.4)],
    };
    let prepared = PreparedPicture {
        name: "seven.jpg".to_owned(),
        original: ColorBitmap {
            columns: 40,
            pixels: vec![[1.0, 0.8, 0.6]; 1200],
        },
        offset: [10, 5],
        ink: digit(),
        digits: vec![FoundDigit {
            area: [5, 5, 12, 18],
            network: digit(),
            label: "7, P = 0.98".to_owned(),
        }],
        prediction: "no prediction: P is below 0.99".to_owned(),
        has_prediction: false,
    };
    vec![
        plots::predicted(&prepared),
        plots::preparation("Preparation", "", &[prepared]),
        plots::heat_map("Heat map", "", &heat_map),
        plots::history("History", &[run("only")], LossAxis::Linear),
        plots::history("History", &seven, LossAxis::Linear),
        plots::evaluation("Evaluation", "", &results()),
        plots::embedding(
            "Embedding",
            "",
            &[0, 1],
            &[embedded(false), embedded(true)],
            [0.9, 0.1],
        ),
        plots::weights("Weights", "", &[digit()], &[digit()], &[layer]),
        plots::activations("Activations", "", &shown),
        plots::grid("Digits", "", &[cell], 8),
        plots::model_diagram("Model", &[dense]),
    ]
}

#[test]
fn files_are_complete_and_a_png_is_twice_as_large() {
    for picture in pictures() {
        let svg = picture.to_svg();
        assert!(svg.starts_with("<?xml") && svg.contains("@font-face"));
        for external in ["href=\"http", "url(http", "<script"] {
            assert!(!svg.contains(external), "{}", picture.title());
        }
        let png = image::load_from_memory(&picture.to_png().unwrap()).unwrap();
        for (name, pixels) in [("width", png.width()), ("height", png.height())] {
            let attribute = format!(" {name}=\"{}\"", pixels / 2);
            let (tag, _) = svg[svg.find("<svg").unwrap()..].split_once('>').unwrap();
            assert!(tag.contains(&attribute), "{attribute}: {tag}");
        }
        // The corner is white paper, not transparent.
        assert_eq!(png.to_rgba8().get_pixel(0, 0).0, [255; 4]);
    }
}

/// In the PNG of a name is as much ink as in another of the same letters, and a box for a character
/// that the font does not have.
#[test]
fn names_in_every_script_are_visible() {
    let dark = |name: &str| {
        let png = plots::history(name, &[], LossAxis::Linear)
            .to_png()
            .unwrap();
        let pixels = image::load_from_memory(&png).unwrap().into_luma8();
        pixels.pixels().filter(|pixel| pixel.0[0] < 100).count()
    };
    let blank = dark("");
    for name in [
        "эксперимент",
        "łódź",
        "δοκιμή",
        "実験",
        "ניסוי",
        "تجربة",
        "प्रयोग",
        "🎉",
        "\u{fffd}",
        "\u{202e}",
        "\u{1b}",
    ] {
        let added = dark(name) - blank;
        // A letter of 34 pixels height has about 150 dark pixels, an "l" has half as many.
        let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
        assert!(added > 60 * letters.max(1), "{name}: {added}");
    }
    // In an SVG they stay, for the fonts of the viewer.
    let svg = plots::history("実験 🎉", &[], LossAxis::Linear).to_svg();
    assert!(svg.contains("\n実験 🎉\n"), "{svg}");
}

#[test]
fn every_color_in_a_page_changes_in_dark_mode() {
    let rules = plots::dark_mode_css();
    let mut classes = BTreeSet::new();
    for picture in pictures() {
        let svg = picture.to_inline_svg();
        assert!(!svg.contains("@font-face"), "{}", picture.title());
        let values = svg.split(" class=\"").skip(1);
        let values = values.map(|rest| rest.split('"').next().unwrap().to_owned());
        classes.extend(
            values.filter(|class| class.starts_with("fill-") || class.starts_with("stroke-")),
        );
    }
    // Two of them by their values.
    assert!(rules.contains(".fill-paper{fill:#16181c}"), "{rules}");
    assert!(rules.contains(".stroke-series0{stroke:#4aa8e0}"), "{rules}");
    // Seven series, and the colors with a meaning, as fill or stroke or both.
    assert!(classes.len() > 15, "{classes:?}");
    for class in classes {
        let property = class.split('-').next().unwrap();
        let rule = format!(".{class}{{{property}:#");
        assert!(rules.contains(&rule), "{rule}");
    }
}
