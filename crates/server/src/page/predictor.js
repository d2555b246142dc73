// The network that is asked: here the server's; an exported page has one of its own in this place.

import { apiPath, getJson, postFile, postJson } from './api.js';

// Predicts `{ strokes, pen_width }`, `{ pixels }` or a picture (a Blob), and returns what /v1/predict returns.
export function predict(input, run, signal) {
  const path = apiPath('/v1/predict', run, { row: 'true', detail: 'true' });
  return input instanceof Blob ? postFile(path, input, signal) : postJson(path, input, signal);
}

// Returns what /v1/model returns.
export function describeModel(run) {
  return getJson(apiPath('/v1/model', run));
}

// Returns what /v1/model/weights returns.
export function loadWeights(run) {
  return getJson(apiPath('/v1/model/weights', run));
}

// Says why a file cannot be read as a picture, or null: the server says it with its prediction.
export async function pictureRefusal() {
  return null;
}

// Whether there are images of the data set.
export function hasExamples() {
  return true;
}

// Returns what /v1/digits/random returns.
export function randomDigit(run) {
  return getJson(apiPath('/v1/digits/random', run));
}
