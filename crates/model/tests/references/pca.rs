//! Principal components against scikit-learn's.

use model::principal_components;

use crate::sklearn::pca_cases;

#[test]
fn points_and_shares_of_variance_agree_with_scikit_learn() {
    for case in pca_cases() {
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
