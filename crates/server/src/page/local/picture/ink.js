// Ink against its ground: how much darker or brighter each pixel is than the paper around it. As ink.rs.

import { mapPlane, quantileOf } from '../plane.js';
import { groundOf } from './ground.js';
import { deviationOf, pixelNoise, withoutNoise } from './noise.js';
import { otsuSplit } from './threshold.js';

const f32 = Math.fround;
// Less is no ink, but rounding: two of the 255 steps of a picture.
const LEAST_CONTRAST = f32(2 / 255);
// Ink is that many standard deviations from its ground.
const LEAST_DEVIATIONS = 4;
// What is above 0 by more is ink, even if it covers most of the picture.
const MOST_NOISE = f32(0.03);
// That share of the clear ink is less than full ink, which has room for the grey edges of strokes.
const FULL = 0.85;

// Finds ink: 0 is ground, and 1 is as far from it as ink usually is. Null if the signal is the same everywhere, or if no pixel
// is far enough from its surroundings.
export function findInk(signal) {
  const smooth = withoutNoise(signal);
  const ground = groundOf(smooth);
  if (!ground) return null;
  const response = ground(smooth);
  const noise = Math.max(Math.min(deviationOf(response), MOST_NOISE), pixelNoise(smooth));
  const least = Math.max(f32(LEAST_DEVIATIONS * noise), LEAST_CONTRAST);
  let strong = response.values.filter((value) => value > least);
  if (strong.length < Math.max(4, Math.floor(signal.values.length / 20_000))) return null;
  // Without a split all are the same: a picture of two levels.
  const split = otsuSplit(strong);
  if (split) strong = strong.filter((value) => value >= split.threshold);
  const contrast = quantileOf(strong, FULL);
  return mapPlane(response, (value) => Math.max(value / contrast, 0));
}
