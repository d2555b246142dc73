//! What a network accepts, by kind, and what it takes for another digit than those of a run.

use std::collections::BTreeMap;

use crate::pictures::Shown;

const OUTPUTS: usize = 11;
const DIGITS: usize = OUTPUTS - 1;

/// Parts of MNIST's test digits that are refused.
const REFUSED: [f64; 4] = [0.0025, 0.005, 0.01, 0.02];

/// Prints both tables; `logits` is `[pictures, 11]`.
pub(crate) fn print(logits: &[f32], shown: &[Shown]) {
    let logits = logits.as_chunks().0;
    print_accepted(logits, shown);
    print_others(logits, shown);
}

fn print_accepted(logits: &[[f32; OUTPUTS]], shown: &[Shown]) {
    let scores: Vec<f32> = logits
        .iter()
        .map(|logits| best(logits).1 - logits[DIGITS])
        .collect();
    let pairs = || scores.iter().copied().zip(shown);
    let mut of_digits: Vec<f32> = pairs()
        .filter(|(_, shown)| shown.kind == "MNIST")
        .map(|(score, _)| score)
        .collect();
    of_digits.sort_by(f32::total_cmp);
    let limits = REFUSED.map(|part| of_digits[(part * of_digits.len() as f64) as usize]);
    let evidence = limits.map(|limit| 1.0 / (1.0 + (-limit).exp()));
    println!(
        "accepted in percent where {REFUSED:?} of MNIST's test images are refused: evidence {evidence:.3?}"
    );
    let mut kinds: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for (score, shown) in pairs() {
        kinds.entry(shown.kind).or_default().push(score);
        if shown.digit.is_none() {
            kinds.entry("all that is no digit").or_default().push(score);
        }
    }
    for (kind, scores) in kinds {
        let accepted = limits.map(|limit| {
            percent(
                scores.iter().filter(|score| **score >= limit).count(),
                scores.len(),
            )
        });
        let columns = accepted.map(|percent| format!("{percent:7.2}")).concat();
        println!("{kind:22} {:6} {columns}", scores.len());
    }
}

/// Prints, on average over all pairs of digits, how often one of the pair is taken for another digit, and how often
/// another one is.
fn print_others(logits: &[[f32; OUTPUTS]], shown: &[Shown]) {
    println!("taken for another digit than a run's two, in percent");
    for evidence in [0.9_f32, 0.99, 0.995, 0.999, 0.9995, 0.9999] {
        let least = (evidence / (1.0 - evidence)).ln();
        let mut columns = Vec::new();
        for kind in ["MNIST", "MNIST, altered", "font"] {
            let (mut of_run, mut all_of_run, mut others, mut all_others) = (0, 0, 0, 0);
            for (logits, shown) in logits
                .iter()
                .zip(shown)
                .filter(|(_, shown)| shown.kind == kind)
            {
                let Some(digit) = shown.digit.map(usize::from) else {
                    continue;
                };
                for (first, second) in
                    (0..DIGITS).flat_map(|first| (0..first).map(move |second| (first, second)))
                {
                    let is_other = best(logits).1 - logits[first].max(logits[second]) >= least;
                    let (count, all) = if digit == first || digit == second {
                        (&mut of_run, &mut all_of_run)
                    } else {
                        (&mut others, &mut all_others)
                    };
                    *count += usize::from(is_other);
                    *all += 1;
                }
            }
            let found = [percent(of_run, all_of_run), percent(others, all_others)];
            columns.push(format!(
                "{kind}: {:.2} of the two, {:.2} of others",
                found[0], found[1]
            ));
        }
        println!("evidence {evidence:.4}  {}", columns.join("  "));
    }
}

/// The digit with the greatest logit, and this.
fn best(logits: &[f32; OUTPUTS]) -> (usize, f32) {
    let digits = logits[..DIGITS].iter().copied().enumerate();
    digits.fold(
        (0, f32::MIN),
        |best, next| if next.1 > best.1 { next } else { best },
    )
}

fn percent(count: usize, all: usize) -> f64 {
    100.0 * count as f64 / all as f64
}
