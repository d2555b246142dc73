// The noise of a picture: how strong it is, and the picture without it. As noise.rs.

import { everySecond, quantileOf, quantileOfAll, shorterSide } from '../plane.js';
import { blurredPlane, medianAround, mediansOf9, withInnerBorder } from './filters.js';

const f32 = Math.fround;
// Of a normal distribution, the median of absolute values is 0.6745 standard deviations; the mean of four adds a quarter to the
// variance.
const OF_MEDIAN = f32(f32(0.6745) * f32(Math.sqrt(1.25)));
// Of a normal distribution, a quarter is nearer than that many standard deviations.
const OF_QUARTER = f32(0.3186);

// Removes single pixels that differ from all around them, and of larger pictures the noise of a camera.
export function withoutNoise(signal) {
  if (shorterSide(signal) < 48) return signal;
  const range = rangeOf(signal);
  const cleaned = hasImpulses(signal, range) ? withInnerBorder(mediansOf9(mediansOf9(signal))) : signal;
  const noise = pixelNoise(cleaned);
  if (noise <= f32(f32(0.01) * range)) return cleaned;
  return blurredPlane(cleaned, noise > f32(f32(0.04) * range) && shorterSide(signal) > 150 ? 2 : 1);
}

// How far the brightest pixels are from the darkest, but for one in two thousand of each: a thin pen covers few.
function rangeOf({ values }) {
  const some = everySecond(values, Math.max(Math.floor(values.length / 30_000), 1));
  return f32(quantileOfAll(some, 0.9995) - quantileOfAll(some, 0.0005));
}

// Whether single pixels, more than one in 400, differ much from those around them; looked at in every sixth row.
function hasImpulses(signal, range) {
  const least = f32(f32(0.4) * range);
  let count = 0;
  for (let y = 1; y < signal.height - 1; y += 6) {
    for (let x = 1; x < signal.width - 1; x += 1) {
      if (Math.abs(f32(signal.values[y * signal.width + x] - medianAround(signal, x, y))) > least) count += 1;
    }
  }
  return count * 2400 > signal.values.length;
}

// The noise of single pixels, as a standard deviation: from the difference of each pixel and the mean of its four neighbours,
// whose median strokes hardly change.
export function pixelNoise({ width, height, values }) {
  const differences = new Float32Array(values.length);
  let count = 0;
  for (let y = 1; y < height - 1; y += 2) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const around = f32(f32(f32(values[at - width] + values[at + width]) + values[at - 1]) + values[at + 1]);
      differences[count] = Math.abs(f32(values[at] - around / 4));
      count += 1;
    }
  }
  return f32(quantileOf(differences.subarray(0, count), 0.5) / OF_MEDIAN);
}

// A standard deviation of the ground that neither ink nor a part with another level changes: from the quarter of the values
// that are nearest to 0, of all or of those above it.
export function deviationOf({ values }) {
  const quarter = (some) => f32(quantileOf(some, 0.25) / OF_QUARTER);
  return Math.min(quarter(values.filter((value) => value > 0)), quarter(values.map(Math.abs)));
}
