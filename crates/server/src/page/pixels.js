// Small images of 20 x 20 numbers: pixels from ground to ink, and weights from blue to orange.

import { redGreenBlue } from './palette.js';

const SIDE = 20;

// Paints what a network sees: 0 as the surface, 1 as ink.
export function paintPixels(canvas, pixels, palette) {
  const [ground, ink] = [redGreenBlue(palette.surface), redGreenBlue(palette.ink)];
  paintImage(canvas, pixels, (value) => mixed(ground, ink, value));
}

// Paints weights: `limit` in full orange, 0 as the surface, `-limit` in full blue.
export function paintWeights(canvas, weights, limit, palette) {
  const ground = redGreenBlue(palette.surface);
  const [positive, negative] = [redGreenBlue(palette.positive), redGreenBlue(palette.negative)];
  paintImage(canvas, weights, (value) => mixed(ground, value < 0 ? negative : positive, Math.min(1, Math.abs(value) / limit)));
}

export function paintNothing(canvas) {
  canvas.getContext('2d').clearRect(0, 0, SIDE, SIDE);
}

function paintImage(canvas, values, colorOf) {
  const image = new ImageData(SIDE, SIDE);
  values.forEach((value, index) => image.data.set([...colorOf(value), 255], index * 4));
  canvas.getContext('2d').putImageData(image, 0, 0);
}

function mixed(from, to, part) {
  return from.map((channel, index) => Math.round(channel + (to[index] - channel) * part));
}
