//! Principal components against scikit-learn's: `sklearn/make_fixtures.py` says how.

use model::principal_components;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    rows: Vec<f32>,
    points: Vec<[f64; 2]>,
    explained: [f64; 2],
}

#[test]
fn points_and_shares_of_variance_agree_with_scikit_learn() {
    let fixtures: Fixtures = serde_json::from_str(include_str!("sklearn/pca.json")).unwrap();
    assert_eq!(fixtures.cases.len(), 9);
    for case in fixtures.cases {
        let name = &case.name;
        let found = principal_components(&case.rows, case.columns);
        assert_eq!(found.points.len(), case.points.len(), "{name}");
        for (found, expected) in found.points.iter().zip(&case.points) {
            let differs = (0..2).any(|axis| (found[axis] - expected[axis]).abs() > 1e-11);
            assert!(!differs, "{name}: {found:?}, expected {expected:?}");
        }
        for (found, expected) in found.explained.iter().zip(&case.explained) {
            assert!(
                (found - expected).abs() < 1e-12,
                "{name}: {found}, expected {expected}"
            );
        }
    }
}
