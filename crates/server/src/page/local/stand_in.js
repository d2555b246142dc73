// The network that is asked, in a page without a server: this stands in for predictor.js, with the same names.
//
// The network is in the page: `<script type="application/json" id="network">`.

import { exampleAt } from './local/examples.js';
import { openedPicture, readPicture } from './local/formats/picture_decoder.js';
import { PictureProblem } from './local/formats/problem.js';
import { createLocalPredictor } from './local/predict.js';

let network = null;
let local = null;
const pictures = new WeakMap(); // files that were read

// Predicts `{ strokes, pen_width }`, `{ pixels }` or a picture (a Blob), and returns what /v1/predict returns.
export async function predict(input) {
  const read = input instanceof Blob ? await pictureIn(input) : input;
  return predictor().predict(read, { row: true, detail: true });
}

// Says why a file cannot be read as a picture, as far as it is known before it is decoded; null if it may.
export async function pictureRefusal(blob) {
  try {
    await openedPicture(blob);
    return null;
  } catch (problem) {
    if (problem instanceof PictureProblem) return problem.message;
    throw problem;
  }
}

// Returns what /v1/model returns.
export async function describeModel() {
  return predictor().model();
}

// Returns what /v1/model/weights returns.
export async function loadWeights() {
  return predictor().weights();
}

// Whether the page has images of the data set.
export function hasExamples() {
  return (data().examples?.rows.length ?? 0) > 0;
}

// Returns what /v1/digits/random returns.
export async function randomDigit() {
  const { examples } = data();
  return exampleAt(examples, Math.floor(Math.random() * examples.rows.length));
}

function pictureIn(blob) {
  if (!pictures.has(blob)) pictures.set(blob, readPicture(blob));
  return pictures.get(blob);
}

function predictor() {
  local ??= createLocalPredictor(data());
  return local;
}

function data() {
  network ??= JSON.parse(document.getElementById('network').textContent);
  return network;
}
