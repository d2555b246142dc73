// Filters that look at the pixels around each pixel. As filters.rs.

import { filledPlane, mapPlane, transposedPlane } from '../plane.js';

// Comparisons that leave the median of nine values in the middle (J. L. Smith, "Implementing median filters in XC4000E
// FPGAs", 1996): of each two, the smaller goes to the first place.
const NETWORK = Uint8Array.of(
  1, 2, 4, 5, 7, 8, 0, 1, 3, 4, 6, 7, 1, 2, 4, 5, 7, 8, 0, 3, 5, 8, 4, 7, 3, 6, 1, 4, 2, 5, 4, 7, 4, 2, 6, 4, 4, 2,
);

// The mean of the square of `2 * radius + 1` pixels around each pixel, of which what lies outside does not count.
export function blurredPlane(plane, radius) {
  return radius === 0 ? plane : inBothDirections(plane, (rows) => meansOfRows(rows, radius));
}

// The largest value in the square of `2 * radius + 1` pixels around each pixel.
export function dilatedPlane(plane, radius) {
  return radius === 0 ? plane : inBothDirections(plane, (rows) => largestOfRows(rows, radius));
}

// The smallest value in the square of `2 * radius + 1` pixels around each pixel.
export function erodedPlane(plane, radius) {
  const negative = mapPlane(plane, (value) => -value);
  return mapPlane(dilatedPlane(negative, radius), (value) => -value);
}

function inBothDirections(plane, filter) {
  return transposedPlane(filter(transposedPlane(filter(plane))));
}

function meansOfRows({ width, height, values }, radius) {
  const found = filledPlane(width, height);
  const sums = new Float64Array(width + 1);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) sums[x + 1] = sums[x] + values[row + x];
    for (let x = 0; x < width; x += 1) {
      const [from, to] = [Math.max(x - radius, 0), Math.min(x + radius + 1, width)];
      found.values[row + x] = (sums[to] - sums[from]) / (to - from);
    }
  }
  return found;
}

// By the method of van Herk and of Gil and Werman: three comparisons a pixel, whatever the radius.
function largestOfRows({ width, height, values }, radius) {
  const size = 2 * radius + 1;
  const padded = Math.ceil((width + 2 * radius) / size) * size;
  const line = new Float32Array(padded).fill(-Infinity);
  const forward = new Float32Array(padded);
  const backward = new Float32Array(padded);
  const found = filledPlane(width, height);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    line.set(values.subarray(row, row + width), radius);
    for (let start = 0; start < padded; start += size) {
      let largest = -Infinity;
      for (let at = start; at < start + size; at += 1) {
        if (line[at] > largest) largest = line[at];
        forward[at] = largest;
      }
      largest = -Infinity;
      for (let at = start + size - 1; at >= start; at -= 1) {
        if (line[at] > largest) largest = line[at];
        backward[at] = largest;
      }
    }
    for (let x = 0; x < width; x += 1) found.values[row + x] = Math.max(backward[x], forward[x + size - 1]);
  }
  return found;
}

// The medians of the squares of 3 x 3 pixels; the outermost pixels keep their values.
export function mediansOf9(plane) {
  const found = { width: plane.width, height: plane.height, values: plane.values.slice() };
  for (let y = 1; y < plane.height - 1; y += 1) {
    for (let x = 1; x < plane.width - 1; x += 1) found.values[y * plane.width + x] = medianAround(plane, x, y);
  }
  return found;
}

// Gives the outermost pixels the values of those beside them; neither side may be less than 3.
export function withInnerBorder({ width, height, values }) {
  const found = { width, height, values: values.slice() };
  const within = (at, length) => Math.min(Math.max(at, 1), length - 2);
  const take = (x, y) => {
    found.values[y * width + x] = values[within(y, height) * width + within(x, width)];
  };
  for (let x = 0; x < width; x += 1) [0, height - 1].forEach((y) => take(x, y));
  for (let y = 0; y < height; y += 1) [0, width - 1].forEach((x) => take(x, y));
  return found;
}

const nine = new Float32Array(9);

// The median of the 3 x 3 pixels around one that is not outermost.
export function medianAround({ width, values }, x, y) {
  for (let row = 0; row < 3; row += 1) {
    const start = (y - 1 + row) * width + x - 1;
    nine[3 * row] = values[start];
    nine[3 * row + 1] = values[start + 1];
    nine[3 * row + 2] = values[start + 2];
  }
  for (let step = 0; step < NETWORK.length; step += 2) {
    const [a, b] = [nine[NETWORK[step]], nine[NETWORK[step + 1]]];
    if (a > b) {
      nine[NETWORK[step]] = b;
      nine[NETWORK[step + 1]] = a;
    }
  }
  return nine[4];
}
