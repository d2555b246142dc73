// The resize that made the course's images of 20 x 20 pixels: MATLAB's imresize with its bicubic kernel. As resize.rs.

const SIDE = 20;
const known = new Map(); // the length of an axis -> its taps

// Resizes an image, row by row, to 20 x 20 pixels, column by column. The result may be below 0 and above 1.
export function imresize(image, height, width) {
  const [rows, columns] = [tapsOf(height), tapsOf(width)];
  // First vertically: the columns of the image of 20 rows; ...
  const narrow = new Float64Array(width * SIDE);
  rows.forEach(({ start, weights }, row) => {
    weights.forEach((weight, tap) => {
      const source = (start + tap) * width;
      for (let x = 0; x < width; x += 1) narrow[x * SIDE + row] += weight * image[source + x];
    });
  });
  // ... then horizontally.
  const resized = new Float64Array(SIDE * SIDE);
  columns.forEach(({ start, weights }, column) => {
    weights.forEach((weight, tap) => {
      const source = (start + tap) * SIDE;
      for (let y = 0; y < SIDE; y += 1) resized[column * SIDE + y] += weight * narrow[source + y];
    });
  });
  return Float32Array.from(resized);
}

// The pixels along one axis that contribute to each of the 20 pixels: the first of them, and their weights.
function tapsOf(length) {
  if (!known.has(length)) known.set(length, computedTaps(length));
  return known.get(length);
}

function computedTaps(length) {
  const step = length / SIDE;
  const widening = Math.max(step, 1);
  const within = (position) => Math.min(Math.max(position, 0), length - 1);
  return Array.from({ length: SIDE }, (_, output) => {
    // The first pixel's centre is half a pixel from the edge, in the input and in the output.
    const centre = (output + 0.5) * step - 0.5;
    const first = Math.ceil(centre - 2 * widening);
    const end = Math.floor(centre + 2 * widening);
    const start = within(first);
    const weights = new Float64Array(within(end) - start + 1);
    for (let position = first; position <= end; position += 1) {
      weights[within(position) - start] += keysKernel((position - centre) / widening);
    }
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

// The cubic convolution kernel of Keys (1981), equation 15 (a = -1/2).
function keysKernel(distance) {
  const x = Math.abs(distance);
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x <= 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}
