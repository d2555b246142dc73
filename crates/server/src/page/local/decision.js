// From logits to predictions: the one decision rule, and the mean of several networks. As decision.rs, ensemble.rs and
// ensemble_logits.rs.

import { sigmoidOf } from './layers.js';

// Decides on the logits of one image: one, of which class 1 is the positive digit, or one for each class.
export function decideClass(logits, { threshold, reject }) {
  const { index, probability } = logits.length === 1 ? ofTwo(logits[0], threshold) : ofSeveral(logits);
  const isRejected = probability < reject || (Number.isNaN(probability) && reject > 0);
  return { index, probability, isRejected };
}

function ofTwo(logit, threshold) {
  const positive = sigmoidOf(logit);
  return positive >= threshold ? { index: 1, probability: positive } : { index: 0, probability: 1 - positive };
}

// The largest, the first of equal ones; a NaN is smaller than all numbers.
function ofSeveral(logits) {
  let index = 0;
  logits.forEach((logit, at) => {
    if (logit > logits[index] || (Number.isNaN(logits[index]) && !Number.isNaN(logit))) index = at;
  });
  return { index, probability: sigmoidOf(logits[index]) };
}

// The probability of each class, of two also of the one without an output.
export function classProbabilities(logits) {
  if (logits.length > 1) return Array.from(logits, sigmoidOf);
  const positive = sigmoidOf(logits[0]);
  return [1 - positive, positive];
}

// The logits of the mean of the probabilities of several networks; those of one as they are.
export function meanLogits(members) {
  if (members.length === 1) return members[0];
  return members[0].map((_, index) => {
    const logits = members.map((member) => member[index]);
    const positive = logSumExp(logits.map((logit) => -softplus(-logit)));
    const negative = logSumExp(logits.map((logit) => -softplus(logit)));
    return positive - negative;
  });
}

// ln(1 + exp(x)) without overflow.
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

// ln(exp(a) + exp(b) + ...), of which the largest is subtracted before the others could become 0.
function logSumExp(values) {
  const most = Math.max(...values);
  const largest = Number.isFinite(most) ? most : 0;
  return Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0)) + largest;
}

// How much networks disagree: the standard deviation of their probabilities of a class.
export function disagreementOn(index, members) {
  const probabilities = members.map((logits) => classProbabilities(logits)[index]);
  const mean = probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length;
  const squares = probabilities.reduce((sum, p) => sum + (p - mean) ** 2, 0);
  return Math.sqrt(squares / probabilities.length);
}
