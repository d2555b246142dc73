// A network of dense layers, each `{ inputs, units, kernel, bias }` with a kernel `[inputs, units]`, row by row. Sums are in
// double precision, so that they are nearer to the exact ones than those of any other program.

// 1 / (1 + exp(-logit)), a probability.
export function sigmoidOf(logit) {
  return 1 / (1 + Math.exp(-logit));
}

// The logits, in single precision, and the activations of the hidden layers.
export function forwardPass(layers, image) {
  const activations = [];
  let values = image;
  layers.forEach((layer, at) => {
    if (at > 0) {
      values = values.map(sigmoidOf);
      activations.push(values);
    }
    values = denseLayer(layer, values);
  });
  return { logits: Float32Array.from(values), activations };
}

function denseLayer({ inputs, units, kernel, bias }, values) {
  const sums = Float64Array.from(bias);
  for (let input = 0; input < inputs; input += 1) {
    const value = values[input];
    if (value === 0) continue;
    const row = input * units;
    for (let unit = 0; unit < units; unit += 1) sums[unit] += value * kernel[row + unit];
  }
  return sums;
}
