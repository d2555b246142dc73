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
