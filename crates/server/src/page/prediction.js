// The prediction in large, in words, and aloud; of a number, the choice of the digit whose network is shown.

import { create, element, write } from './page.js';
import { countOf, percent } from './words.js';

const UNSURE_BELOW = 0.6; // a prediction that is shown as a guess
const SETTLES = 700; // ms until a prediction is spoken
const REFUSALS = {
  rejected: 'Not sure enough',
  noise: 'Too many marks',
  several_digits: 'Several digits',
  no_digit: 'That is no digit',
  other_digit: 'A digit it does not know',
  disputed: 'No prediction',
};
let speaking = null;

// Shows what was predicted, and of a number the reason for the chosen digit; null for an empty board.
export function showPrediction(image, chosen, networks) {
  const words = image === null ? wordsOfNothing() : wordsOfImage(image, chosen, networks);
  showWords(words);
  say(image === null ? '' : spokenWords(words));
}

// Shows why there is no prediction at all.
export function showProblem(detail) {
  const words = { state: 'refused', text: '', heading: 'No prediction', reason: sentence(detail) };
  showWords(words);
  say(spokenWords(words));
}

// Marks the prediction as one of an earlier drawing, or as that of the drawing.
export function setPredictionStale(isStale) {
  element('prediction').classList.toggle('stale', isStale);
}

// Shows a choice for each of several digits.
export function showChips(digits, chosen, onChoose) {
  const chips = element('chips');
  chips.hidden = digits.length < 2;
  while (chips.querySelectorAll('label').length > digits.length) chips.lastElementChild.remove();
  digits.forEach((digit, index) => {
    const chip = chips.querySelectorAll('label')[index] ?? addChip(chips, index, onChoose);
    chip.querySelector('input').checked = index === chosen;
    write(chip.querySelector('.chip-digit'), digit.digit === null ? '?' : String(digit.digit));
    write(chip.querySelector('.chip-probability'), digit.digit === null ? 'none' : percent(digit.probability));
  });
}

function addChip(chips, index, onChoose) {
  const chip = create('label', 'chip');
  const input = create('input');
  input.type = 'radio';
  input.name = 'shown-digit';
  input.addEventListener('change', () => onChoose(index));
  chip.append(input, create('span', 'chip-digit'), create('span', 'chip-probability'));
  chips.append(chip);
  return chip;
}

function wordsOfNothing() {
  return { state: 'empty', text: '', heading: 'Nothing is drawn yet', reason: 'The prediction follows the pen.' };
}

// The reason says it all: that nothing is drawn, or that the picture is blank.
function wordsOfBlank(reason) {
  return { state: 'empty', text: '', heading: capitalized(reason), reason: 'Nothing stands out from the background.' };
}

function wordsOfImage(image, chosen, networks) {
  const { status, digits, text } = image;
  if (status === 'digit') return wordsOfDigit(digits[0], networks);
  if (status === 'digits') return { state: 'number', text, heading: `A number of ${digits.length} digits`, reason: leastSure(digits) };
  if (status === 'blank') return wordsOfBlank(image.reason);
  const reason = sentence(image.reason ?? '');
  if (status === 'partly') {
    const own = digits[chosen].digit === null && digits[chosen].reason;
    return { state: 'partly', text, heading: 'Not all digits are predicted', reason: own ? `Digit ${chosen + 1}: ${own}.` : reason };
  }
  return { state: 'refused', text: digits.length > 0 ? text : '', heading: REFUSALS[status] ?? 'No prediction', reason };
}

function wordsOfDigit(digit, networks) {
  const isUnsure = digit.probability < UNSURE_BELOW;
  const heading = `${isUnsure ? 'Unsure: probability' : 'Probability'} ${percent(digit.probability)}`;
  const next = digit.probabilities.filter((other) => other.digit !== digit.digit).sort((a, b) => b.probability - a.probability)[0];
  const second = next ? `Next is ${next.digit} with ${percent(next.probability)}.` : '';
  const spread = digit.disagreement === undefined ? '' : ` The ${networks} networks differ by ${(digit.disagreement * 100).toFixed(1)} %.`;
  return { state: isUnsure ? 'unsure' : 'digit', text: String(digit.digit), heading, reason: second + spread };
}

function leastSure(digits) {
  const least = digits.reduce((a, b) => (b.probability < a.probability ? b : a));
  return `Least sure is the ${least.digit} with ${percent(least.probability)}.`;
}

function showWords({ state, text, heading, reason }) {
  const shown = element('prediction');
  shown.dataset.state = state;
  shown.dataset.length = text.length > 9 ? 'longest' : text.length > 5 ? 'long' : text.length > 1 ? 'some' : 'one';
  write(element('prediction-text'), text);
  write(element('prediction-heading'), heading);
  write(element('prediction-reason'), reason);
}

function spokenWords({ state, text, heading, reason }) {
  const isPrediction = ['digit', 'unsure', 'number', 'partly'].includes(state);
  return isPrediction ? `Prediction ${text.replaceAll('?', ' unknown ')}. ${heading}. ${reason}` : `${heading}. ${reason}`;
}

// Speaks once a drawing has settled, not at each point of a stroke.
function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => write(element('spoken'), text), SETTLES);
}

function sentence(text) {
  return text === '' ? '' : `${capitalized(text)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function capitalized(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

// What is on the board, for those who do not see it.
export function describeBoard(content, image) {
  const found = image ? foundInWords(image) : '';
  if (content.kind === 'picture') return `A picture, ${content.name}, of ${content.width} by ${content.height} pixels. ${found}`;
  if (content.kind === 'example') return `Row ${content.row} of the data set, labelled ${content.label}. ${found}`;
  if (content.strokes.length === 0) return 'Nothing is drawn.';
  return `${countOf(content.strokes.length, 'stroke', 'strokes')}. ${found}`;
}

function foundInWords(image) {
  if (image.digits.length === 0) return 'No digit was found.';
  const names = image.digits.map((digit) => (digit.digit === null ? 'something that is not predicted' : String(digit.digit)));
  return `Found from left to right: ${names.join(', ')}.`;
}
