// The network that is asked, in a page without a server: this stands in for predictor.js, with the same names.
//
// The network is in the page: `<script type="application/json" id="network">`.

import { createLocalPredictor } from './local/predict.js';

let local = null;

// Predicts `{ strokes, pen_width }` or `{ pixels }`, and returns what /v1/predict returns. A picture needs a server.
export async function predict(input) {
  return predictor().predict(input, { row: true, detail: true });
}

// Returns what /v1/model returns.
export async function describeModel() {
  return predictor().model();
}

// Returns what /v1/model/weights returns.
export async function loadWeights() {
  return predictor().weights();
}

function predictor() {
  local ??= createLocalPredictor(JSON.parse(document.getElementById('network').textContent));
  return local;
}
