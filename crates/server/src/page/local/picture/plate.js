// A sheet of paper on a table, a sticker, a key: something that a digit stands on, smaller than the picture. As plate.rs.

import { piecesOf, touchedSides } from '../components.js';
import { largestDistance } from '../distance.js';
import { areaHeight, areaWidth, longerSide } from '../frame.js';
import { areaAbove } from '../framing.js';
import { cutPlane, enlargedPlane, filledPlane, mapPlane, planeArea, quantileOf, reducedPlane, shorterSide } from '../plane.js';
import { erodedPlane } from './filters.js';
import { otsuSplit } from './threshold.js';

const f32 = Math.fround;
// The sides of the small plane in which plates are looked for.
const SMALL = 120;
// The smallest plate, as a share of the picture.
const LEAST_SHARE = f32(0.06);

// Finds a plate with something on it. Returns its `area` and its part of the picture, in which what is outside of it is of its
// own level, the `signal`; null if there is none.
export function plateOf(signal) {
  const factor = Math.ceil(shorterSide(signal) / SMALL);
  const small = reducedPlane(signal, factor);
  const split = otsuSplit(small.values);
  if (!split || split.separation <= f32(0.6)) return null;
  const dark = mapPlane(small, (value) => (value < split.threshold ? 1 : 0));
  const bright = mapPlane(dark, (isDark) => 1 - isDark);
  const shape = plateIn(dark) ?? plateIn(bright);
  if (!shape) return null;
  // The edge of the plate is left out.
  const whole = enlargedPlane(erodedPlane(shape, 2), factor, signal.width, signal.height);
  const area = areaAbove(whole, 0.5);
  if (!area) return null;
  const [inside, part] = [cutPlane(whole, area), cutPlane(signal, area)];
  const level = quantileOf(part.values.filter((_, at) => inside.values[at] > 0.5), 0.5);
  return { area, signal: mapPlane(part, (value, at) => (inside.values[at] > 0.5 ? value : level)) };
}

function plateIn(level) {
  const [piece] = piecesOf(level);
  return piece ? plateOfPiece(level, piece) : null;
}

// The shape of a plate, its holes filled, if a piece is one: solid, and with a hole that has the shape of strokes.
function plateOfPiece(level, piece) {
  const border = planeArea(level);
  if (touchedSides(piece, border).count > 2) return null;
  const others = mapPlane(level, () => 1);
  for (const at of piece.pixels) others.values[at] = 0;
  const filled = mapPlane(others, (other) => 1 - other);
  const holes = filledPlane(level.width, level.height);
  let longest = 0;
  const holesInIt = piecesOf(others).filter((hole) => touchedSides(hole, border).count === 0);
  for (const hole of holesInIt) {
    for (const at of hole.pixels) {
      filled.values[at] = 1;
      // The inside of a zero is of the plate's level.
      holes.values[at] = 1 - level.values[at];
    }
    longest = Math.max(longest, longerSide(hole.area));
  }
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const all = sum(filled.values);
  const [width, height] = [areaWidth(piece.area), areaHeight(piece.area)];
  const shorter = Math.min(width, height);
  const ofHoles = largestDistance(holes);
  // A plate is a disc or has straight sides. A bold 8 or 9 has a waist, and holes that are a large part of it.
  const isSolid = piece.pixels.length > f32(f32(0.9) * all);
  const isRoundOrStraight = largestDistance(filled) > f32(f32(isSolid ? 0.38 : 0.44) * shorter);
  const isPlate =
    all > f32(LEAST_SHARE * level.values.length) &&
    piece.pixels.length > f32(f32(0.6) * all) &&
    all > f32(0.5 * (width * height)) &&
    isRoundOrStraight &&
    longerSide(piece.area) <= f32(f32(2.2) * shorter) &&
    longest * 4 > longerSide(piece.area) &&
    !areHalves(holesInIt) &&
    sum(holes.values) > f32(f32(12 * ofHoles) * ofHoles);
  return isPlate ? filled : null;
}

// Whether the largest hole and the next, the larger first, are the halves of one, as in a zero with a slash through it.
// Digits are beside each other.
function areHalves([one, other]) {
  if (!other) return false;
  const [a, b] = [one.area, other.area];
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return other.pixels.length * 2 > one.pixels.length && across > 0 && down > 0;
}
