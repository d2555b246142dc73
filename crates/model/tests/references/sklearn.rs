//! The fixtures that `crates/model/tests/sklearn/make_fixtures.py` recorded.

use model::{Decision, Evaluation, evaluate};
use serde::Deserialize;

/// Logits and labels of some images, and what scikit-learn and others compute from them.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) logits: Vec<f32>,
    /// 1 for a positive image, 0 for a negative one.
    pub(crate) targets: Vec<u8>,
    pub(crate) threshold: f64,
    pub(crate) expected: Metrics,
    pub(crate) curves: Curves,
}

#[derive(Deserialize)]
pub(crate) struct Metrics {
    pub(crate) loss: f64,
    pub(crate) accuracy: f64,
    pub(crate) accuracy_interval: [f64; 2],
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) roc_auc: Option<f64>,
    pub(crate) average_precision: Option<f64>,
    pub(crate) brier_score: f64,
    pub(crate) calibration_error: f64,
    pub(crate) confusion_matrix: [[usize; 2]; 2],
}

#[derive(Deserialize)]
pub(crate) struct Curves {
    pub(crate) roc: Option<Vec<[f64; 2]>>,
    pub(crate) precision_recall: Option<Vec<[f64; 2]>>,
    /// Of each bin the mean probability, the share of positive images and the number of images.
    pub(crate) calibration: Vec<(f64, f64, usize)>,
}

/// Logits and classes of some images, and what scikit-learn and others compute from them.
#[derive(Deserialize)]
pub(crate) struct ClassCase {
    pub(crate) name: String,
    /// Number of classes, each of which has an output.
    pub(crate) classes: usize,
    pub(crate) logits: Vec<f32>,
    pub(crate) targets: Vec<u8>,
    pub(crate) reject: f64,
    pub(crate) expected: ClassMetrics,
    /// The curves of each class, of three classes only.
    #[serde(default)]
    pub(crate) curves: Vec<Curves>,
}

#[derive(Deserialize)]
pub(crate) struct ClassMetrics {
    pub(crate) loss: f64,
    pub(crate) log_loss: f64,
    pub(crate) accuracy: f64,
    pub(crate) accuracy_interval: [f64; 2],
    pub(crate) top_2_accuracy: f64,
    pub(crate) accuracy_of_answered: Option<f64>,
    pub(crate) confusion_matrix: Vec<Vec<usize>>,
    /// Rejected images by class.
    pub(crate) rejected: Vec<usize>,
    /// Precision, recall, F1, ROC AUC, average precision, Brier score and calibration error.
    #[serde(rename = "macro")]
    pub(crate) macro_averages: [Option<f64>; 7],
    /// Precision, recall and F1.
    pub(crate) weighted: [Option<f64>; 3],
    /// Of each class the same as in `macro_averages`.
    #[serde(rename = "classes")]
    pub(crate) by_class: Vec<[Option<f64>; 7]>,
    pub(crate) support: Vec<usize>,
}

/// Rows of numbers and their principal components.
#[derive(Deserialize)]
pub(crate) struct PcaCase {
    pub(crate) name: String,
    pub(crate) columns: usize,
    pub(crate) rows: Vec<f32>,
    pub(crate) points: Vec<[f64; 2]>,
    pub(crate) explained: [f64; 2],
}

#[derive(Deserialize)]
struct Fixtures<T> {
    cases: Vec<T>,
}

pub(crate) fn cases() -> Vec<Case> {
    let json = include_str!("../sklearn/fixtures.json");
    let fixtures: Fixtures<Case> = serde_json::from_str(json).unwrap();
    assert_eq!(fixtures.cases.len(), 16);
    fixtures.cases
}

pub(crate) fn class_cases() -> Vec<ClassCase> {
    let json = include_str!("../sklearn/classes.json");
    let fixtures: Fixtures<ClassCase> = serde_json::from_str(json).unwrap();
    assert_eq!(fixtures.cases.len(), 9);
    fixtures.cases
}

pub(crate) fn pca_cases() -> Vec<PcaCase> {
    let json = include_str!("../sklearn/pca.json");
    let fixtures: Fixtures<PcaCase> = serde_json::from_str(json).unwrap();
    assert_eq!(fixtures.cases.len(), 9);
    fixtures.cases
}

impl Case {
    /// Which images are positive.
    pub(crate) fn positive(&self) -> Vec<bool> {
        self.targets.iter().map(|&target| target == 1).collect()
    }

    /// Evaluates the logits with the case's threshold.
    pub(crate) fn evaluate(&self) -> Evaluation {
        let decision = Decision {
            threshold: self.threshold,
            ..Decision::default()
        };
        evaluate(&self.logits, &self.targets, 1, decision)
    }
}
