//! Digits that touch each other: the division into pieces that look most like digits.

use data::InkedDigit;

use crate::predictor::guard::Guard;

/// Digits, of which two may be one: the narrowest and the widest, as multiples of their height.
const WIDTHS: [f64; 2] = [0.12, 1.3];
/// A division has to be that much more like digits than the whole.
const GAIN: f64 = 0.2;
/// Evidence of a digit in each part of a division.
const LEAST: f64 = 0.6;

/// Divides what may be several digits; returns it alone if no division looks more like digits than it does.
///
/// Of all divisions at the columns with least ink it is the one whose worst part looks most like a digit; of two with the
/// same worst part, the one with fewer.
pub(crate) fn divided(whole: InkedDigit, guard: &Guard) -> Vec<InkedDigit> {
    let [width, height] = [whole.area.width(), whole.area.height()];
    #[expect(clippy::cast_precision_loss, reason = "sides of a picture")]
    let aspect = width as f64 / height.max(1) as f64;
    if aspect < 0.6 {
        return vec![whole];
    }
    let evidence = |digit: &InkedDigit| guard.judge(&digit.pixels)[0].is_digit;
    let of_whole = if aspect > WIDTHS[1] {
        0.0
    } else {
        evidence(&whole)
    };
    if of_whole > 1.0 - GAIN {
        return vec![whole];
    }
    let mut cuts = vec![0];
    cuts.extend(whole.cuts());
    cuts.push(width);
    // The best division of the columns up to each cut: its worst evidence, and where its last part begins.
    let mut best: Vec<Option<(f64, usize)>> = vec![None; cuts.len()];
    best[0] = Some((1.0, 0));
    for end in 1..cuts.len() {
        for start in 0..end {
            let Some((before, _)) = best[start] else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "sides of a picture")]
            let aspect = (cuts[end] - cuts[start]) as f64 / height as f64;
            if !(WIDTHS[0]..=WIDTHS[1]).contains(&aspect) || (start == 0 && end + 1 == cuts.len()) {
                continue;
            }
            let Some(part) = whole.columns(cuts[start], cuts[end]) else {
                continue;
            };
            // A digit of a pair is about as high as the other.
            if part.area.height() * 2 < height {
                continue;
            }
            let worst = evidence(&part).min(before);
            if best[end].is_none_or(|(other, _)| worst > other + 1e-3) {
                best[end] = Some((worst, start));
            }
        }
    }
    match best[cuts.len() - 1] {
        Some((worst, _)) if worst > LEAST && worst > of_whole + GAIN => parts(&whole, &cuts, &best),
        _ => vec![whole],
    }
}

/// Follows the beginnings of the last parts back.
fn parts(whole: &InkedDigit, cuts: &[usize], best: &[Option<(f64, usize)>]) -> Vec<InkedDigit> {
    let mut found = Vec::new();
    let mut end = cuts.len() - 1;
    while let (true, Some((_, start))) = (end > 0, best[end]) {
        found.extend(whole.columns(cuts[start], cuts[end]));
        end = start;
    }
    found.reverse();
    found
}
