//! Work on several processor cores, in parts whose results do not depend on their number.

/// The least number of multiplications that is worth a thread, about 50 microseconds: handing over a
/// part and waiting for it takes up to ten.
const LEAST_WORK: usize = 3 << 20;

/// Returns the number of parts that so many multiplications are worth, at most one for each thread.
pub(crate) fn parts_for(multiplications: usize) -> usize {
    let wanted = multiplications / LEAST_WORK;
    // Asking for their number starts the threads.
    if wanted < 2 {
        return 1;
    }
    wanted.min(rayon::current_num_threads())
}

/// Runs the parts side by side, the first on this thread; returns their results in order.
pub(crate) fn run<P: Send, R: Send>(parts: Vec<P>, run: impl Fn(P) -> R + Sync) -> Vec<R> {
    if parts.len() <= 1 {
        return parts.into_iter().map(run).collect();
    }
    let mut results: Vec<Option<R>> = parts.iter().map(|_| None).collect();
    rayon::in_place_scope(|scope| {
        let mut parts = parts.into_iter().zip(&mut results);
        let first = parts.next();
        let run = &run;
        for (part, result) in parts {
            scope.spawn(move |_| *result = Some(run(part)));
        }
        if let Some((part, result)) = first {
            *result = Some(run(part));
        }
    });
    // The scope ends when all of them are there.
    results.into_iter().flatten().collect()
}

/// Divides `count` things into at most `parts` ranges of about the same length, each but the last a
/// multiple of `multiple`; returns the lengths.
pub(crate) fn lengths(count: usize, parts: usize, multiple: usize) -> Vec<usize> {
    let length = count.div_ceil(parts).next_multiple_of(multiple);
    (0..count)
        .step_by(length.max(1))
        .map(|start| length.min(count - start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_multiples_and_add_up() {
        assert_eq!(lengths(32, 1, 16), [32]);
        assert_eq!(lengths(32, 2, 16), [16, 16]);
        assert_eq!(lengths(33, 2, 16), [32, 1]);
        assert_eq!(lengths(100, 3, 16), [48, 48, 4]);
        assert_eq!(lengths(5, 8, 16), [5]);
        assert!(lengths(0, 2, 16).is_empty());
    }

    #[test]
    fn results_are_in_the_order_of_the_parts() {
        for count in [0, 1, 2, 17] {
            let squares = run((0..count).collect(), |part: usize| part * part);
            assert_eq!(
                squares,
                (0..count).map(|part| part * part).collect::<Vec<_>>()
            );
        }
        assert_eq!(parts_for(2 * LEAST_WORK - 1), 1);
    }
}
