// Images of the data set, to try the network with: their `rows`, their `labels`, and the bytes of all `pixels`.

import { bytesOf } from './numbers.js';

const PIXELS = 400;

// One of them, as /v1/digits/random has it: pixels row by row, from 0 to 1.
export function exampleAt({ rows, labels, pixels }, index) {
  const bytes = bytesOf(pixels).subarray(index * PIXELS, (index + 1) * PIXELS);
  return { row: rows[index], label: labels[index], pixels: Array.from(bytes, (byte) => byte / 255) };
}
