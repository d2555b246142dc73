//! The noise of a picture: how strong it is, and the picture without it.

use super::plane::{Plane, kept, quantile, quantile_of_all};

/// Removes single pixels that differ from all around them, and of larger pictures the noise of a camera.
pub(crate) fn without_noise(signal: &Plane) -> Plane {
    if signal.side() < 48 {
        return signal.clone();
    }
    let range = range(signal);
    let cleaned = if has_impulses(signal, range) {
        signal.median_of_9().median_of_9().with_inner_border()
    } else {
        signal.clone()
    };
    let noise = pixel_noise(&cleaned);
    if noise > 0.01 * range {
        cleaned.blurred(1 + usize::from(noise > 0.04 * range && signal.side() > 150))
    } else {
        cleaned
    }
}

/// How far the brightest pixels are from the darkest, but for one in two thousand of each: a thin pen covers few.
fn range(signal: &Plane) -> f32 {
    let step = (signal.values.len() / 30_000).max(1);
    let mut values: Vec<f32> = signal.values.iter().copied().step_by(step).collect();
    let least = quantile_of_all(&mut values, 0.0005);
    quantile_of_all(&mut values, 0.9995) - least
}

/// Says whether single pixels, more than one in 400, differ much from those around them; looked at in every sixth row.
fn has_impulses(signal: &Plane, range: f32) -> bool {
    let most = 0.4 * range;
    let count_of_row = |y: usize| {
        let row = &signal.values[y * signal.width + 1..];
        let pairs = row.iter().zip(signal.medians_of_row(y));
        let differs = pairs.map(|(value, median)| u32::from((value - median).abs() > most));
        differs.sum::<u32>() as usize
    };
    let rows = (1..signal.height - 1).step_by(6);
    rows.map(count_of_row).sum::<usize>() * 2400 > signal.values.len()
}

/// The noise of single pixels, as a standard deviation: from the difference of each pixel and the mean of its four
/// neighbours, whose median strokes hardly change.
pub(crate) fn pixel_noise(plane: &Plane) -> f32 {
    let mut differences = Vec::with_capacity(plane.values.len());
    for y in (1..plane.height.saturating_sub(1)).step_by(2) {
        let row = |y: usize| &plane.values[y * plane.width..][..plane.width];
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        let inner = above.iter().zip(below).skip(1).zip(here.windows(3));
        differences.extend(inner.map(|((above, below), here)| {
            let around = above + below + here[0] + here[2];
            (here[1] - around / 4.0).abs()
        }));
    }
    // Of a normal distribution, the median of absolute values is 0.6745 standard deviations; the mean of four adds a
    // quarter to the variance.
    quantile(&mut differences, 0.5) / (0.6745 * 1.25_f32.sqrt())
}

/// A standard deviation of the ground that neither ink nor a part with another level changes: from the quarter of the
/// values that are nearest to 0, of all or of those above it.
pub(crate) fn deviation(response: &Plane) -> f32 {
    // Of a normal distribution, a quarter is nearer than 0.3186 standard deviations.
    let quarter = |mut values: Vec<f32>| quantile(&mut values, 0.25) / 0.3186;
    let above = kept(&response.values, |value| value > 0.0);
    let all = response.values.iter().map(|value| value.abs());
    quarter(above).min(quarter(all.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::plane;

    /// A line one pixel wide on paper whose values differ by 0.01: it is most of the range, and stays sharp.
    #[test]
    fn a_thin_line_is_no_noise_and_stays_as_it_is() {
        let signal = plane(400, 400, |x, y| {
            let grain = ((x * 7919 + y * 104_729) % 101) as f32 / 10_000.0;
            let is_line = x == 200 && (100..300).contains(&y);
            if is_line { 0.2 } else { 0.9 + grain }
        });
        assert_eq!(without_noise(&signal), signal);
    }
}
