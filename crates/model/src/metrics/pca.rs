//! Principal component analysis: the projection of activations to two dimensions.
//!
//! The eigenvectors are computed here instead of in a linear algebra crate: the available ones enable
//! features of crates that Burn also uses, so that Burn would be compiled a second time.

use super::ratio::real;

/// Rows projected onto the two directions of largest variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// Each row's coordinates along the first and the second principal component; `[0, 0]` is the
    /// mean.
    pub points: Vec<[f64; 2]>,
    /// Shares of the total variance along the two components, each in [0, 1]; NaN if the total is 0.
    pub explained: [f64; 2],
}

/// Projects `rows`, `[n, columns]`, onto their first two principal components (Pearson, Philosophical
/// Magazine 2, 1901).
///
/// The sign of a component is chosen so that its coefficient of largest magnitude is positive, the
/// first one if several are equal, like scikit-learn's `PCA`. With a single column there is no second
/// component, and its coordinates are 0. A NaN or infinite number makes everything NaN.
///
/// Meant for few columns, such as the 15 units of a layer: the time grows with their cube.
///
/// # Panics
///
/// Panics if the length of `rows` is not a multiple of `columns`.
#[must_use]
pub fn principal_components(rows: &[f32], columns: usize) -> Projection {
    assert!(
        rows.is_empty() || columns > 0 && rows.len().is_multiple_of(columns),
        "complete rows of {columns} numbers"
    );
    let rows = centered(rows, columns.max(1));
    let scatter = scatter_matrix(&rows, columns);
    let total: f64 = (0..columns).map(|column| scatter[column][column]).sum();
    let mut components = eigenvectors(scatter);
    components.sort_by(|a, b| b.0.total_cmp(&a.0));
    components.resize(components.len().max(2), (0.0, vec![0.0; columns]));

    let project = |row: &Vec<f64>| {
        [0, 1].map(|component| {
            let (_, direction) = &components[component];
            sign(direction) * dot(row, direction)
        })
    };
    let explained = [0, 1].map(|component| {
        if total == 0.0 {
            return f64::NAN;
        }
        // Rounding may give a share slightly outside of [0, 1].
        (components[component].0 / total).clamp(0.0, 1.0)
    });
    Projection {
        points: rows.iter().map(project).collect(),
        explained,
    }
}

/// Subtracts the mean of each column.
fn centered(rows: &[f32], columns: usize) -> Vec<Vec<f64>> {
    let Some(first) = rows.get(..columns) else {
        return Vec::new();
    };
    // Differences from the first row are small if a column has a large offset, and 0 if it is
    // constant, so that the mean loses no precision.
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

/// Sums up the products of all pairs of columns: the covariance matrix times the number of rows, a
/// factor that changes neither directions nor shares.
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

/// Computes the eigenvalues of a symmetric matrix, each with its eigenvector of length 1, unsorted.
///
/// Jacobi's method: each rotation makes one off-diagonal element 0 and reduces the sum of squares of
/// all of them (Golub and Van Loan, Matrix Computations, 4th edition, section 8.5).
fn eigenvectors(mut matrix: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    // Ten sweeps are enough for matrices of our sizes; the limit ends the loop if there is a NaN.
    const MAX_SWEEPS: usize = 50;
    let columns = matrix.len();
    let trace: f64 = (0..columns).map(|index| matrix[index][index]).sum();
    let mut vectors: Vec<Vec<f64>> = (0..columns)
        .map(|row| {
            (0..columns)
                .map(|column| f64::from(u8::from(row == column)))
                .collect()
        })
        .collect();
    for _ in 0..MAX_SWEEPS {
        let mut is_diagonal = true;
        for p in 0..columns {
            for q in p + 1..columns {
                // Rotations preserve the trace, the sum of the eigenvalues.
                if matrix[p][q].abs() <= f64::EPSILON * trace {
                    continue;
                }
                is_diagonal = false;
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
        if is_diagonal {
            break;
        }
    }
    let values = (0..columns).map(|index| matrix[index][index]);
    values.zip(vectors).collect()
}

/// Rotates the matrix in the plane of axes p and q so that its element `[p][q]` becomes 0, and the
/// vectors with it.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let rotated = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for row in &mut *matrix {
        (row[p], row[q]) = rotated(row[p], row[q]);
    }
    for column in 0..matrix.len() {
        let (x, y) = (matrix[p][column], matrix[q][column]);
        (matrix[p][column], matrix[q][column]) = rotated(x, y);
        let (x, y) = (vectors[p][column], vectors[q][column]);
        (vectors[p][column], vectors[q][column]) = rotated(x, y);
    }
}

/// Returns the sign, 1 or -1, that makes the coefficient of largest magnitude positive.
fn sign(direction: &[f64]) -> f64 {
    // Magnitudes that differ only by rounding count as equal.
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

    // tests/references/pca.rs compares with scikit-learn.

    #[test]
    fn a_line_of_points_has_one_component_and_its_largest_coefficient_is_positive() {
        // By hand: points on y = -2 x, whose direction is (-1, 2) / sqrt 5.
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
    fn shares_of_variance_never_leave_0_to_1_by_rounding() {
        // Points on lines: the second share is 0, up to rounding in both directions.
        for slope in 1..200_u8 {
            let y = |x: f32| x * f32::from(slope) / 7.0;
            let rows = [0.1, 0.7, 1.3, 2.9].map(|x| [x, y(x)]).concat();
            let [first, second] = principal_components(&rows, 2).explained;
            assert!((0.999..=1.0).contains(&first), "{slope}: {first}");
            assert!((0.0..0.001).contains(&second), "{slope}: {second}");
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
    fn a_single_column_is_the_first_component() {
        let found = principal_components(&[1.0, 3.0, 8.0], 1);
        assert_eq!(found.points, [[-3.0, 0.0], [-1.0, 0.0], [4.0, 0.0]]);
        assert_eq!(found.explained, [1.0, 0.0]);
    }

    #[test]
    fn without_variance_all_coordinates_are_0_and_there_are_no_shares() {
        for (rows, columns, images) in [
            (&[][..], 15, 0),
            (&[], 0, 0),
            (&[0.1, 0.2, 0.3], 3, 1),
            (&[0.1; 30], 3, 10),
            (&[0.1; 10], 1, 10),
        ] {
            let found = principal_components(rows, columns);
            assert_eq!(found.points, vec![[0.0; 2]; images]);
            // As scikit-learn's `explained_variance_ratio_`.
            assert!(found.explained.iter().all(|share| share.is_nan()));
        }
    }

    #[test]
    fn a_nan_or_infinite_number_makes_everything_nan() {
        for odd in [f32::NAN, f32::INFINITY] {
            let found = principal_components(&[0.5, 1.0, odd, 2.0, 0.0, 1.0], 2);
            assert!(found.points.iter().flatten().all(|x| x.is_nan()));
            assert!(found.explained.iter().all(|share| share.is_nan()));
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "signs are exact")]
    fn of_coefficients_that_differ_only_by_rounding_the_first_is_positive() {
        const MORE: f64 = 0.7 + f64::EPSILON;
        assert_eq!(sign(&[-0.7, MORE]), -1.0);
        assert_eq!(sign(&[0.7, -MORE]), 1.0);
        assert_eq!(sign(&[-0.6, 0.8]), 1.0);
    }

    #[test]
    fn components_of_equal_variance_are_orthogonal_and_of_length_1() {
        // The corners of an octahedron have the same variance in all directions.
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
