// The guard: a small network that says whether a picture shows a digit at all. As guard.rs.

import { gradientHistograms } from './gradients.js';
import { forwardPass, sigmoidOf } from './layers.js';
import { halvesOf } from './numbers.js';

const DIGITS = 10;
// Ink below that is none: the preparation stretches the darkest pixel to 1.
const LEAST_INK = Math.fround(0.2);
const LOWEST = -3.4028234663852886e38; // the lowest number in single precision

// Reads the guard of `data.guard`: its layers, and the evidence from which on it is sure.
export function readGuard({ layers, weights, evidence }) {
  const numbers = halvesOf(weights);
  let start = 0;
  const take = (count) => numbers.subarray(start, (start += count));
  const read = ({ inputs, units }) => ({ inputs, units, kernel: take(inputs * units), bias: take(units) });
  return { layers: layers.map(read), evidence };
}

// Judges an image of 400 pixels, column by column: the evidence that it shows a digit, in [0, 1], which digit it looks like
// most, and the logit of each.
export function judgeImage(guard, pixels) {
  const outputs = forwardPass(guard.layers, gradientHistograms(pixels)).logits;
  const logits = outputs.subarray(0, DIGITS);
  let [digit, best] = [0, LOWEST];
  logits.forEach((logit, at) => {
    if (logit > best) [digit, best] = [at, logit];
  });
  const hasInk = pixels.some((pixel) => pixel >= LEAST_INK);
  return { isDigit: hasInk ? sigmoidOf(Math.fround(best - outputs[DIGITS])) : 0, digit, logits };
}

// The digit, of those that the networks know, that the picture shows beyond doubt; null if there is none.
export function certainDigit(guard, { digit, logits }, known) {
  if (!known.includes(digit)) return null;
  const others = known.filter((other) => other !== digit && other < DIGITS);
  const second = Math.max(LOWEST, ...others.map((other) => logits[other]));
  return sigmoidOf(logits[digit] - second) >= guard.evidence.certain_digit ? digit : null;
}

// Whether the picture may show one of the digits that the networks know: null if it may, or why not.
export function guardVerdict(guard, { isDigit, digit, logits }, known) {
  if (isDigit < guard.evidence.digit) return { status: 'no_digit' };
  const ofKnown = known.filter((one) => one < DIGITS).map((one) => logits[one]);
  const ahead = logits[digit] - Math.max(LOWEST, ...ofKnown);
  return sigmoidOf(ahead) >= guard.evidence.other_digit ? { status: 'other_digit', looksLike: digit } : null;
}
