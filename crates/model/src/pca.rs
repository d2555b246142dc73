//! Principal components: many columns of numbers seen in two dimensions.
//!
//! The eigenvectors are found here, not by a linear algebra crate: those that there are would switch
//! on features of crates that Burn uses, and Burn would be compiled twice.

use crate::metrics::real;

/// Rows projected on the two directions in which they differ most.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// Each row's place along the first and the second principal component; `[0, 0]` is the mean.
    pub points: Vec<[f64; 2]>,
    /// Shares of all variance that lie along the two components, each in [0, 1]; 0 where nothing
    /// varies.
    pub explained: [f64; 2],
}

/// Projects rows of `columns` numbers, one row after the other, on their first two principal
/// components (Pearson, Philosophical Magazine 2, 1901).
///
/// A component points to where its coefficient of largest magnitude is positive, the first one of
/// several: scikit-learn's `PCA` does the same. Along a component that is not there, as the second
/// of a single column, all points are at 0. A NaN or infinite number makes everything NaN.
///
/// For few columns, such as the 15 units of a layer: takes time in proportion to their cube.
///
/// # Panics
///
/// Panics if the last row is not whole.
#[must_use]
pub fn principal_components(rows: &[f32], columns: usize) -> Projection {
    assert!(
        rows.is_empty() || columns > 0 && rows.len().is_multiple_of(columns),
        "whole rows of {columns} numbers"
    );
    let rows = centred(rows, columns.max(1));
    let scatter = scatter_matrix(&rows, columns);
    let total: f64 = (0..columns).map(|column| scatter[column][column]).sum();
    let mut components = eigenvectors(scatter);
    components.sort_by(|a, b| b.0.total_cmp(&a.0));
    components.resize(components.len().max(2), (0.0, vec![0.0; columns]));

    let place = |row: &Vec<f64>| {
        [0, 1].map(|component| {
            let (_, direction) = &components[component];
            upright(direction) * dot(row, direction)
        })
    };
    let explained = [0, 1].map(|component| {
        // Rounding may leave a little less than nothing.
        let variance = components[component].0.max(0.0);
        if total == 0.0 { 0.0 } else { variance / total }
    });
    Projection {
        points: rows.iter().map(place).collect(),
        explained,
    }
}

/// Moves the mean of each column to 0.
fn centred(rows: &[f32], columns: usize) -> Vec<Vec<f64>> {
    let Some(first) = rows.get(..columns) else {
        return Vec::new();
    };
    // Seen from the first row, a column that is constant is exactly 0, and so is its mean.
    let mut rows: Vec<Vec<f64>> = rows
        .chunks_exact(columns)
        .map(|row| {
            let pairs = row.iter().zip(first);
            pairs
                .map(|(x, first)| f64::from(*x) - f64::from(*first))
                .collect()
        })
        .collect();
    for column in 0..columns {
        let sum: f64 = rows.iter().map(|row| row[column]).sum();
        let mean = sum / real(rows.len());
        for row in &mut rows {
            row[column] -= mean;
        }
    }
    rows
}

/// Sums up the products of all pairs of columns: the covariance matrix times a number that does
/// not matter here.
fn scatter_matrix(rows: &[Vec<f64>], columns: usize) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; columns]; columns];
    for row in rows {
        for (products, x) in matrix.iter_mut().zip(row) {
            for (product, y) in products.iter_mut().zip(row) {
                *product += x * y;
            }
        }
    }
    matrix
}

/// Finds the eigenvalues of a symmetric matrix, each with its eigenvector of length 1, in no order.
///
/// Jacobi's method: each rotation makes one number beside the diagonal 0, and the others smaller in
/// sum (Golub and Van Loan, Matrix Computations, 4th edition, section 8.5).
fn eigenvectors(mut matrix: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    // Ten sweeps do for any matrix that is not far larger than ours; NaN would never end.
    const MOST_SWEEPS: usize = 50;
    let columns = matrix.len();
    let sum: f64 = (0..columns).map(|index| matrix[index][index]).sum();
    let mut vectors: Vec<Vec<f64>> = (0..columns)
        .map(|row| {
            (0..columns)
                .map(|column| f64::from(u8::from(row == column)))
                .collect()
        })
        .collect();
    for _ in 0..MOST_SWEEPS {
        let mut is_diagonal = true;
        for p in 0..columns {
            for q in p + 1..columns {
                let beside = matrix[p][q];
                // The sum of the eigenvalues stays what it is while the matrix turns.
                if beside.abs() <= f64::EPSILON * sum {
                    continue;
                }
                is_diagonal = false;
                let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * beside);
                let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = tangent * cosine;
                let turned = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
                for row in &mut matrix {
                    (row[p], row[q]) = turned(row[p], row[q]);
                }
                for column in 0..columns {
                    let (x, y) = (matrix[p][column], matrix[q][column]);
                    (matrix[p][column], matrix[q][column]) = turned(x, y);
                    let (x, y) = (vectors[p][column], vectors[q][column]);
                    (vectors[p][column], vectors[q][column]) = turned(x, y);
                }
            }
        }
        if is_diagonal {
            break;
        }
    }
    let values = (0..columns).map(|index| matrix[index][index]);
    values.zip(vectors).collect()
}

/// Gives the sign that makes the coefficient of largest magnitude positive.
fn upright(direction: &[f64]) -> f64 {
    // Magnitudes that differ by rounding alone are the same.
    const SAME: f64 = 1.0 - 1e-9;
    let largest = direction.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let first = direction.iter().find(|x| x.abs() >= largest * SAME);
    first.map_or(1.0, |x| x.signum())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    // tests/pca.rs compares with scikit-learn.

    #[test]
    fn a_line_of_points_has_one_component_and_its_largest_coefficient_is_positive() {
        // By hand: y = -2 x, of which the direction is (-1, 2) / sqrt 5.
        let found = principal_components(&[1.0, -2.0, 2.0, -4.0, 3.0, -6.0], 2);
        let step = 5.0_f64.sqrt();
        for ([x, y], expected) in found.points.into_iter().zip([step, 0.0, -step]) {
            assert!((x - expected).abs() < 1e-12, "{x} {expected}");
            assert!(y.abs() < 1e-12, "{y}");
        }
        assert!((found.explained[0] - 1.0).abs() < 1e-12);
        assert!((0.0..1e-12).contains(&found.explained[1]));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "all of this is exact")]
    fn a_single_column_is_the_first_component() {
        let found = principal_components(&[1.0, 3.0, 8.0], 1);
        assert_eq!(found.points, [[-3.0, 0.0], [-1.0, 0.0], [4.0, 0.0]]);
        assert_eq!(found.explained, [1.0, 0.0]);
    }

    #[test]
    fn where_nothing_varies_all_points_are_at_zero_and_nothing_is_explained() {
        let nothing = |rows| Projection {
            points: vec![[0.0; 2]; rows],
            explained: [0.0; 2],
        };
        assert_eq!(principal_components(&[], 15), nothing(0));
        assert_eq!(principal_components(&[], 0), nothing(0));
        assert_eq!(principal_components(&[0.1, 0.2, 0.3], 3), nothing(1));
        // 0.1 added up ten times is not 1.
        assert_eq!(principal_components(&[0.1; 30], 3), nothing(10));
        assert_eq!(principal_components(&[0.1; 10], 1), nothing(10));
    }

    #[test]
    fn a_nan_or_infinite_number_makes_all_nan() {
        for odd in [f32::NAN, f32::INFINITY] {
            let found = principal_components(&[0.5, 1.0, odd, 2.0, 0.0, 1.0], 2);
            assert!(found.points.iter().flatten().all(|x| x.is_nan()));
            assert!(found.explained.iter().all(|share| share.is_nan()));
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "signs are exact")]
    fn of_coefficients_that_only_rounding_tells_apart_the_first_is_positive() {
        const MORE: f64 = 0.7 + f64::EPSILON;
        assert_eq!(upright(&[-0.7, MORE]), -1.0);
        assert_eq!(upright(&[0.7, -MORE]), 1.0);
        assert_eq!(upright(&[-0.6, 0.8]), 1.0);
    }

    #[test]
    fn components_of_equal_variance_are_at_right_angles_and_of_length_one() {
        // The corners of an octahedron vary alike in all directions: any three will do.
        let corners = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let rows: Vec<f32> = corners
            .iter()
            .flat_map(|corner| [*corner, corner.map(|x: f32| -x)])
            .flatten()
            .collect();
        let found = principal_components(&rows, 3);
        for share in found.explained {
            assert!((share - 1.0 / 3.0).abs() < 1e-12, "{share}");
        }
        let sum = |product: fn(&[f64; 2]) -> f64| found.points.iter().map(product).sum::<f64>();
        assert!((sum(|[x, _]| x * x) - 2.0).abs() < 1e-12);
        assert!((sum(|[_, y]| y * y) - 2.0).abs() < 1e-12);
        assert!(sum(|[x, y]| x * y).abs() < 1e-12);
    }
}
