// What networks say of an input, as the JSON of /v1/predict. As predictions.rs of the program.

import { classProbabilities, decideClass, disagreementOn, meanLogits } from './decision.js';
import { forwardPass } from './layers.js';
import { countedDigits, refusalReason } from './refusal.js';
import { rowsOfColumns } from './pixel_order.js';

// An image of its own that is one digit, `{ pixels, looksLike, refusal, bounds }`.
export function predictionOfOne(networks, placed, detail) {
  return imageOfOne(judgedDigit(networks, placed, null, detail));
}

// A drawing or a picture with the digits in it, and why the whole is refused.
export function predictionOfInput(networks, placed, refusal, detail) {
  const digits = placed.map((digit) => judgedDigit(networks, digit, refusal, detail));
  const text = digits.map(characterOf).join('');
  if (refusal) return { status: refusal.status, reason: refusalReason(refusal, networks.digits), text, digits };
  if (digits.length === 1) return imageOfOne(digits[0]);
  const missing = digits.filter(({ digit }) => digit === null).length;
  const reason = missing > 0 ? `${missing} of ${countedDigits(digits.length)} without a prediction` : null;
  return { status: missing > 0 ? 'partly' : 'digits', reason, text, digits };
}

function imageOfOne(digit) {
  return { status: digit.status, reason: digit.reason, text: characterOf(digit), digits: [digit] };
}

function characterOf({ digit }) {
  return digit === null ? '?' : String(digit);
}

// One of several, where one was asked for, has no reason of its own.
function judgedDigit(networks, placed, refusalOfAll, detail) {
  const refusal = placed.refusal ?? refusalOfAll;
  const passes = refusal ? null : networks.members.map((layers) => forwardPass(layers, placed.pixels));
  const prediction = refusal ? refusedDigit(refusal, networks.digits) : predictedDigit(networks, placed, passes);
  if (placed.bounds) prediction.box = placed.bounds;
  if (detail) {
    const activations = passes ? passes[0].activations.map((layer) => Array.from(layer)) : [];
    prediction.detail = { pixels: rowsOfColumns(placed.pixels), activations };
  }
  return prediction;
}

function refusedDigit(refusal, known) {
  const prediction = {
    status: refusal.status,
    reason: refusalReason(refusal, known),
    digit: null,
    probability: null,
    probabilities: [],
  };
  if (refusal.looksLike !== undefined) prediction.looks_like = refusal.looksLike;
  return prediction;
}

// A digit that the networks were asked about.
function predictedDigit({ digits, decision }, { looksLike }, passes) {
  const members = passes.map(({ logits }) => logits);
  const logits = meanLogits(members);
  const { index, probability, isRejected } = decideClass(logits, decision);
  const predicted = isRejected ? null : digits[index];
  const isDisputed = predicted !== null && looksLike !== null && predicted !== looksLike;
  const prediction = isDisputed
    ? refusedDigit({ status: 'disputed', predicted, looksLike }, digits)
    : {
        status: isRejected ? 'rejected' : 'digit',
        reason: isRejected ? `no digit has a probability of ${inFull(decision.reject)} or more` : null,
        digit: predicted,
        probability: isRejected ? null : probability,
      };
  prediction.probabilities = classProbabilities(logits).map((of, at) => ({ digit: digits[at], probability: of }));
  if (members.length > 1) prediction.disagreement = disagreementOn(index, members);
  return prediction;
}

// A number from 0 to 1 without an exponent.
function inFull(number) {
  const [mantissa, exponent] = String(number).split('e-');
  return exponent ? `0.${'0'.repeat(exponent - 1)}${mantissa.replace('.', '')}` : mantissa;
}
