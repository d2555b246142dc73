// MNIST's framing: the ink's bounding box becomes 20 pixels long, keeps its aspect, and is centred by mass in 28 x 28
// pixels; then the course's resize to 20 x 20. As framing.rs, number by number in single precision.

import { distancesInside, distancesOutside } from './distance.js';
import { joinedAreas, longerSide } from './frame.js';
import { blurredPlane, dilatedPlane } from './picture/filters.js';
import {
  combinedPlanes, cutPlane, enlargedPlane, filledPlane, mapPlane, outermostValues, planeArea, quantileOf, reducedPlane,
  transposedPlane,
} from './plane.js';
import { imresize } from './resize.js';

const f32 = Math.fround;
// Pixels along a side of MNIST's images, and of the box in them.
const SIDE_28 = 28;
const BOX = 20;
// The pen of MNIST's writers is 2 to 4 pixels wide: thinner strokes would be grey, and thicker ones fill their loops.
const STROKE = [f32(1.8), 5];
// Paler ink is not made as strong as other ink.
const PALEST = f32(0.55);
// Ink above that belongs to the bounding box.
const EDGE = f32(0.15);

// The ink of a picture that has this framing already, in 28 x 28 pixels or after the resize to 20 x 20: its pixels are kept as
// they are. Null if it has not.
export function alreadyFramed(signal) {
  if (signal.width !== signal.height || ![SIDE_28, 20].includes(signal.width)) return null;
  const outermost = outermostValues(signal);
  const [ground] = outermost;
  if (!outermost.every((value) => Math.abs(f32(value - ground)) < f32(0.05))) return null;
  if (ground >= f32(0.05) && ground <= f32(0.95)) return null;
  const ink = ground < f32(0.05) ? signal : mapPlane(signal, (value) => 1 - value);
  const area = boundingBox(ink);
  if (!area) return null;
  const scale = f32(signal.width / SIDE_28);
  const longer = f32(longerSide(area) / scale);
  const isCentred = centreOfMass(ink).every((at) => Math.abs(f32(f32(at / scale) - SIDE_28 / 2)) < f32(1.2));
  const isFramed = longer >= BOX - 2 && longer <= BOX + 1.5 && isCentred && ink.values.some((value) => value > f32(0.9));
  return isFramed ? ink : null;
}

// A digit of a picture in MNIST's framing: 28 x 28 pixels, row by row, 0 to 1.
export function framedDigit(ink) {
  return framedDrawing(evenedInk(withRoom(ink)));
}

// The same of a digit whose ink is equally strong everywhere.
export function framedDrawing(ink) {
  const inked = withUsualStroke(ink);
  const area = boundingBox(inked);
  if (!area) return filledPlane(SIDE_28, SIDE_28);
  const digit = cutPlane(inked, area);
  const longer = Math.max(digit.width, digit.height);
  const scale = longer >= BOX - 2 && longer <= BOX ? 1 : f32(BOX / longer);
  const [x, y] = centreOfMass(digit);
  // MNIST's images are moved by whole pixels.
  const offset = (centre) => roundedAway(f32(SIDE_28 / 2 - f32(centre * scale)));
  const narrow = resampledRows(digit, scale, offset(x));
  const scaled = transposedPlane(resampledRows(transposedPlane(narrow), scale, offset(y)));
  return fullContrast(scaled);
}

// The 400 pixels of the network, column by column, of an image in MNIST's framing.
export function networkPixels(framed) {
  return imresize(framed.values, framed.height, framed.width);
}

// A border of ground, into which strokes may be thickened.
function withRoom(ink) {
  return withMargin(ink, Math.floor(longerSide(planeArea(ink)) / 8) + 1);
}

// Makes ink as strong everywhere as it is in its middle: parts on which a lamp shines are pale, and would be missing.
function evenedInk(digit) {
  const factor = Math.max(Math.floor(longerSide(planeArea(digit)) / 40), 1);
  const small = reducedPlane(digit, factor);
  const radius = 1 + Math.floor(longerSide(planeArea(small)) / 10);
  const strongest = enlargedPlane(blurredPlane(dilatedPlane(small, radius), radius), factor, digit.width, digit.height);
  return combinedPlanes(digit, strongest, (ink, most) => Math.min(ink / Math.max(most, PALEST), 1));
}

function withMargin(plane, margin) {
  const wide = filledPlane(plane.width + 2 * margin, plane.height + 2 * margin);
  for (let y = 0; y < plane.height; y += 1) {
    const row = plane.values.subarray(y * plane.width, (y + 1) * plane.width);
    wide.values.set(row, (y + margin) * wide.width + margin);
  }
  return wide;
}

// Thickens or thins strokes that no pen in MNIST is as thin or thick as.
function withUsualStroke(digit) {
  const inside = distancesInside(digit);
  const widths = positiveOf(inside);
  let sum = 0;
  for (let at = 0; at < widths.length; at += 1) sum = f32(sum + widths[at]);
  const area = boundingBox(digit);
  if (!area || widths.length === 0) return digit;
  // Across a stroke, distances rise from 1 to half its width: their mean is a quarter of it.
  const mean = f32(sum / widths.length);
  const middle = quantileOf(widths, 0.9);
  const width = Math.max(f32(f32(4 * mean) - 2), f32(f32(2 * middle) - 1.5), 1);
  const pixel = f32(longerSide(area) / BOX);
  const [thinnest, thickest] = STROKE.map((stroke) => f32(stroke * pixel));
  if (width < thinnest) {
    const reach = f32(f32(f32(thinnest - width) / 2) + 1);
    // A border of ground, into which strokes are thickened. Rust has it in any case, which changes nothing else.
    const wide = withRoom(digit);
    const outside = distancesOutside(wide);
    return mapPlane(wide, (ink, at) => {
      const inked = f32(reach - outside[at]);
      return inked > ink ? Math.min(inked, 1) : ink;
    });
  }
  if (width > thickest) {
    const radius = f32(f32(width - thickest) / 2);
    return mapPlane(digit, (ink, at) => Math.min(ink, Math.max(f32(inside[at] - radius), 0)));
  }
  return digit;
}

function positiveOf(values) {
  const found = new Float32Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] > 0) {
      found[count] = values[at];
      count += 1;
    }
  }
  return found.subarray(0, count);
}

function boundingBox(digit) {
  return areaAbove(digit, EDGE);
}

// The area of the values above a limit; null if there are none.
export function areaAbove(plane, limit) {
  let area = null;
  for (let y = 0; y < plane.height; y += 1) {
    const row = y * plane.width;
    let [left, right] = [0, plane.width];
    while (left < right && !(plane.values[row + left] > limit)) left += 1;
    if (left === right) continue;
    while (!(plane.values[row + right - 1] > limit)) right -= 1;
    const line = { left, top: y, right, bottom: y + 1 };
    area = area ? joinedAreas(area, line) : line;
  }
  return area;
}

function centreOfMass(digit) {
  let [mass, x, y] = [0, 0, 0];
  let at = 0;
  for (let row = 0; row < digit.height; row += 1) {
    for (let column = 0; column < digit.width; column += 1) {
      const ink = digit.values[at];
      mass += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
      at += 1;
    }
  }
  return [f32(x / mass), f32(y / mass)];
}

function roundedAway(value) {
  return Math.sign(value) * Math.round(Math.abs(value));
}

// Scales the rows, and moves them by `offset`, to 28 pixels; shrinking takes the mean over what a pixel covers.
function resampledRows(plane, scale, offset) {
  const found = filledPlane(SIDE_28, plane.height);
  for (let to = 0; to < SIDE_28; to += 1) {
    const { first, weights } = lineWeights(f32(to - offset), scale, plane.width);
    for (let y = 0; y < plane.height; y += 1) {
      const row = y * plane.width;
      let sum = 0;
      for (let at = 0; at < weights.length; at += 1) sum = f32(sum + f32(plane.values[row + first + at] * weights[at]));
      found.values[y * SIDE_28 + to] = sum;
    }
  }
  return found;
}

// How much some pixels of a line, from the first of them on, count for the one that begins at `start` in the scaled line;
// outside the line is ground. Enlarging interpolates linearly.
function lineWeights(start, scale, length) {
  if (scale <= 1) {
    const [from, to] = [f32(start / scale), f32(f32(start + 1) / scale)];
    const first = Math.trunc(Math.max(from, 0));
    const last = Math.max(Math.ceil(Math.min(to, length)), 0);
    const weights = new Float32Array(Math.max(last - first, 0));
    for (let at = first; at < last; at += 1) {
      const covered = Math.max(f32(Math.min(to, at + 1) - Math.max(from, at)), 0);
      weights[at - first] = covered * scale;
    }
    return { first, weights };
  }
  const middle = f32(f32(f32(start + 0.5) / scale) - 0.5);
  const first = Math.floor(middle);
  const share = f32(middle - first);
  const both = Float32Array.of(1 - share, share);
  const [from, to] = [first, first + 2].map((at) => Math.min(Math.max(at, 0), length));
  return { first: from, weights: both.subarray(from - first, Math.max(to - first, from - first)) };
}

// Stretches the ink so that the middle of strokes is 1.
function fullContrast(image) {
  const inked = image.values.filter((ink) => ink > f32(0.2));
  const full = quantileOf(inked, 0.8);
  if (full <= 0) return image;
  return mapPlane(image, (ink) => Math.min(f32(ink / full), 1));
}
