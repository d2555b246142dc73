// The ground that ink is on, and whether the ink is darker or brighter. As ground.rs.

import { piecesOf, touchedSides } from '../components.js';
import { largestDistance } from '../distance.js';
import { shrunkArea } from '../frame.js';
import {
  combinedPlanes, enlargedPlane, mapPlane, outermostValues, planeArea, quantileOf, quantileOfPlane, reducedPlane, shorterSide,
} from '../plane.js';
import { dilatedPlane, erodedPlane } from './filters.js';
import { otsuSplit } from './threshold.js';

const f32 = Math.fround;
// The sign of ink that is darker than its ground, as on paper, or brighter, as on a blackboard.
const [DARK_ON_LIGHT, LIGHT_ON_DARK] = [-1, 1];

// Finds the ground, and whether ink is darker or brighter. Returns what says how far each pixel of a plane is from the ground
// towards ink; null if all values are the same.
export function groundOf(signal) {
  const split = otsuSplit(signal.values);
  return split && (evenGround(signal, split) ?? unevenGround(signal));
}

// The ground of a picture that has two levels, of which one is all inside or has no margin; null if it does not.
function evenGround(signal, split) {
  const small = reducedPlane(signal, Math.ceil(shorterSide(signal) / 100));
  const dark = levelOf(mapPlane(small, (value) => (value < split.threshold ? 1 : 0)));
  const bright = levelOf(mapPlane(small, (value) => (value > split.threshold ? 1 : 0)));
  const thickest = f32(f32(0.22) * Math.max(small.width, small.height));
  const [isDarkTight, isBrightTight] = [dark, bright].map((level) => isTight(level) && level.radius < thickest);
  const hasTight = isDarkTight !== isBrightTight;
  const isDark = hasTight
    ? isDarkTight
    : isInner(dark) !== isInner(bright) ? isInner(dark) : dark.radius <= bright.radius;
  const ink = isDark ? dark : bright;
  if (hasTight && hasThreeLevels(signal, split)) return null;
  if (split.separation <= 0.75 || !(hasTight || isInner(ink))) return null;
  const ground = signal.values.filter((value) => value > split.threshold === isDark);
  const spread = f32(quantileOf(ground, 0.8) - quantileOf(ground, 0.2));
  const contrast = f32(split.means[1] - split.means[0]);
  const hasThinInk = isThin(ink) && ink.radius < f32(f32(0.22) * shorterSide(small));
  const isEven = spread < f32(f32(0.05) * contrast) || (hasThinInk && spread < f32(f32(0.15) * contrast));
  if (!isEven) return null;
  const [level, sign] = [quantileOf(ground, 0.5), isDark ? DARK_ON_LIGHT : LIGHT_ON_DARK];
  return (plane) => mapPlane(plane, (value) => sign * (value - level));
}

// The ground of a photograph, which changes from place to place.
function unevenGround(signal) {
  const factor = Math.ceil(shorterSide(signal) / 40);
  const small = reducedPlane(signal, factor);
  const [darker, median, brighter] = localLevels(small, Math.floor(shorterSide(small) / 4));
  // Large differences count more, because ink lies farther from its ground than anything else.
  const evidence = (sign) =>
    unevenResponse(small, median, sign).values.reduce((sum, value) => {
      const above = Math.max(value, 0);
      return f32(sum + f32(f32(above * above) * above));
    }, 0);
  const sign = evidence(DARK_ON_LIGHT) >= evidence(LIGHT_ON_DARK) ? DARK_ON_LIGHT : LIGHT_ON_DARK;
  const level = enlargedPlane(sign === DARK_ON_LIGHT ? brighter : darker, factor, signal.width, signal.height);
  return (plane) => unevenResponse(plane, level, sign);
}

// Whether the darker or the brighter part of a picture has two clear levels itself, as a lit or a shaded half of a page has,
// and the ink on it.
function hasThreeLevels({ values }, { threshold, means }) {
  const contrast = f32(means[1] - means[0]);
  const parts = [values.filter((value) => value < threshold), values.filter((value) => !(value < threshold))];
  return parts.some((part) => {
    const inner = otsuSplit(part);
    return inner !== null && inner.separation > 0.75 && f32(inner.means[1] - inner.means[0]) > f32(f32(0.45) * contrast);
  });
}

// The pixels of one of two levels: how many, the radius of the largest disc in them, whether one piece of them touches all four
// sides of the picture, and their share of the outermost pixels. `shape` is 1 where a pixel is of the level, and 0 elsewhere.
function levelOf(shape) {
  const border = outermostValues(shape);
  const nearBorder = shrunkArea(planeArea(shape), 1 + Math.floor(shorterSide(shape) / 40));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    pixels: sum(shape.values),
    radius: largestDistance(shape),
    touchesAllSides: piecesOf(shape).some((piece) => touchedSides(piece, nearBorder).count === 4),
    ofBorder: f32(sum(border) / border.length),
  };
}

// Strokes: a disc has 3.1 times the square of its radius, a triangle up to 10.
function isThin({ pixels, radius }) {
  return pixels > f32(f32(8 * radius) * radius);
}

// What is in the middle of a picture, of which a part may be cut off.
function isInner({ ofBorder }) {
  return ofBorder < f32(0.2);
}

// A digit whose picture has no margin: the digit touches all sides, as ground does otherwise, but most of the outermost pixels
// are not of it.
function isTight({ touchesAllSides, ofBorder }) {
  return touchesAllSides && ofBorder < f32(0.6);
}

// How far each pixel is from the ground, where that changes from place to place.
//
// An opening removes what is thinner than its square, and follows the edge of a shadow exactly; the `level` around also knows
// the ground inside of a digit. Ink differs from both.
function unevenResponse(signal, level, sign) {
  const ink = mapPlane(signal, (value) => sign * value);
  const radius = Math.max(Math.floor(shorterSide(signal) / 8), 1);
  const opened = dilatedPlane(erodedPlane(ink, radius), radius);
  const above = combinedPlanes(ink, opened, (value, ground) => value - ground);
  const beside = combinedPlanes(ink, level, (value, of) => value - sign * of);
  // Noise makes an opening lower than the ground.
  const offset = quantileOfPlane(above, 0.4);
  const response = combinedPlanes(above, beside, (value, other) => Math.min(f32(value - offset), other));
  return sign === DARK_ON_LIGHT ? asBrightEverywhere(response, mapPlane(opened, (ground) => -ground)) : response;
}

// Dark ink reflects a share of the light, so that in a shadow it differs less from its ground.
function asBrightEverywhere(response, ground) {
  const usual = quantileOfPlane(ground, 0.5);
  const darkest = f32(0.02);
  return combinedPlanes(response, ground, (value, of) => value * Math.min(Math.max(f32(usual / Math.max(of, darkest)), 0.5), 4));
}

// The ground is brighter than that share of the pixels around it, if the ink is dark: strokes of a bold digit are most of them.
const OF_GROUND = 0.65;

// Of the square of `2 * radius + 1` pixels around each pixel the level of the ground if ink is bright, the median, and the
// level of the ground if ink is dark.
function localLevels(plane, radius) {
  const { width, height, values } = plane;
  const found = [0, 1, 2].map(() => ({ width, height, values: new Float32Array(values.length) }));
  const shares = [1 - OF_GROUND, 0.5, OF_GROUND];
  const square = new Float32Array((2 * radius + 1) * (2 * radius + 1));
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(y - radius, 0), Math.min(y + radius + 1, height)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(x - radius, 0), Math.min(x + radius + 1, width)];
      let count = 0;
      // Every second row is enough for a quantile, and takes half the time.
      for (let row = top; row < bottom; row += 2) {
        square.set(values.subarray(row * width + left, row * width + right), count);
        count += right - left;
      }
      const around = square.subarray(0, count);
      shares.forEach((share, at) => {
        found[at].values[y * width + x] = quantileOf(around, share);
      });
    }
  }
  return found;
}
