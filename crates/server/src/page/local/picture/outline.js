// Digits of which only the outline is drawn: what lies between its lines is ink. As outline.rs.

import { regionsOf, touchedSides } from '../components.js';
import { distancesInside, meanWidth, widthOfMean } from '../distance.js';
import { longerSide } from '../frame.js';
import { filledPlane, mapPlane, planeArea, reducedPlane, shorterSide } from '../plane.js';
import { dilatedPlane } from './filters.js';

const f32 = Math.fround;
// A pixel with that much ink is part of a line.
const LINE = f32(0.3);
// The body of an outlined digit is at least so many times as long as it is wide. The hole of a zero that is five times as high
// as wide is 5.4 times as long as its mean width.
const LEAST_LENGTH = 6;
// The width of the body as a share of its height, and the width of the line as a share of that of the body, are together less.
// Between a digit and a circle around it they are more.
const THICKEST = f32(0.4);
// The shorter side of the plane in which strips are looked for first, at most.
const COARSE = 160;
// A smaller body, as a share of the picture, is none.
const LEAST_SHARE = f32(0.002);

// The ink with the bodies of outlined digits filled: long enclosed strips of ground, along which a thin line runs that has the
// ground around the digit on its other side.
export function withBodies(ink) {
  // Most pictures have no such strip, which is soon seen.
  if (longStrips(coarseGround(ink)).length === 0) return ink;
  const ground = mapPlane(ink, (value) => (value <= LINE ? 1 : 0));
  const line = meanWidth(distancesInside(mapPlane(ground, (of) => 1 - of)));
  // A hole of the digit lies behind its body, and two lines.
  const outside = dilatedPlane(outsideOf(ground), Math.ceil(line) + 2);
  const filled = { ...ink, values: ink.values.slice() };
  for (const { pixels, width, height } of longStrips(ground)) {
    let near = 0;
    for (const at of pixels) if (outside.values[at] > 0) near += 1;
    if (f32(f32(width / height) + f32(line / width)) < THICKEST && near * 20 > pixels.length) {
      for (const at of pixels) filled.values[at] = 1;
    }
  }
  return filled;
}

// The ground in squares, those with a line left out.
function coarseGround(ink) {
  const lines = mapPlane(ink, (value) => (value <= LINE ? 0 : 1));
  return mapPlane(reducedPlane(lines, Math.ceil(shorterSide(ink) / COARSE)), (line) => (line <= 0 ? 1 : 0));
}

// The parts of a ground that ink encloses and that are long: their `pixels`, their mean `width`, and their `height`.
function longStrips(ground) {
  const least = f32(LEAST_SHARE * ground.values.length);
  const border = planeArea(ground);
  const enclosed = regionsOf(ground).filter((piece) => touchedSides(piece, border).count === 0 && piece.mass > least);
  if (enclosed.length === 0) return [];
  const distances = distancesInside(ground);
  const strips = enclosed.map(({ pixels, area }) => {
    const sum = pixels.reduce((total, at) => f32(total + distances[at]), 0);
    return { pixels, width: widthOfMean(f32(sum / pixels.length)), height: longerSide(area) };
  });
  return strips.filter(({ pixels, width }) => f32(pixels.length / f32(width * width)) > LEAST_LENGTH);
}

// The parts of a ground that run into the border.
function outsideOf(ground) {
  const outside = filledPlane(ground.width, ground.height);
  const border = planeArea(ground);
  for (const piece of regionsOf(ground)) {
    if (touchedSides(piece, border).count === 0) continue;
    for (const at of piece.pixels) outside.values[at] = 1;
  }
  return outside;
}
