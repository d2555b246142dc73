// The digits in a drawing or a picture, each with its pixels. As InkedDigit in preparation.rs, and prepare_drawing in drawing.rs.

import { onlyInk, piecesOf } from './components.js';
import { cutsOf } from './cuts.js';
import { digitGroups, isScattered } from './digits.js';
import { movedArea } from './frame.js';
import { framedDigit, framedDrawing, networkPixels } from './framing.js';
import { completedDigit } from './picture/clipped.js';
import { cutPlane, planeArea } from './plane.js';
import { inkOn, sheetAround, strokesIn } from './sheet.js';

// Finds the digits in strokes. Returns them from left to right, or why there are none (`none`: 'blank' or 'noise'), and the
// sheet on which their areas are.
export function digitsInStrokes(given, penWidth) {
  const strokes = given.map(finitePoints);
  const sheet = sheetAround(strokes, penWidth === null ? null : Math.fround(penWidth));
  if (!sheet) return { digits: [], none: 'blank', sheet };
  const ink = inkOn(sheet, strokes);
  const pieces = piecesOf(ink);
  if (pieces.length === 0) return { digits: [], none: 'blank', sheet };
  if (isScattered(pieces)) return { digits: [], none: 'noise', sheet };
  const groups = digitGroups(ink, pieces);
  const digits = groups.map(({ pieces: own, area }) => {
    const digit = inkedDigit(onlyInk(ink, own, area), area, framedDrawing);
    return { ...digit, strokes: strokesIn(sheet, strokes, area) };
  });
  return { digits, none: null, sheet };
}

// A digit of a picture, with what the border of the picture cuts off.
export function digitInPicture(ink, { pieces, area }) {
  const own = onlyInk(ink, pieces, area);
  const whole = completedDigit(own, area, planeArea(ink)) ?? own;
  return inkedDigit(own, area, framedDigit, framedDigit(whole));
}

// An image that is one digit, in MNIST's framing.
export function digitOfImage(image) {
  return inkedDigit(image, planeArea(image), framedDigit, image);
}

// In single precision, as a server reads them.
function finitePoints(stroke) {
  const points = stroke.map(([x, y]) => [Math.fround(x), Math.fround(y)]);
  return points.filter((point) => point.every(Number.isFinite));
}

// The part of a stroke's width that a division may cut off.
const MOST_CUT_OFF = 0.25;

// The columns at which two digits that touch each other may be divided. A stroke is not cut in two.
export function cutsOfDigit(digit) {
  const isWhole = (cut) => ([from, to]) => Math.min(cut - from, to - cut) <= MOST_CUT_OFF * (to - from);
  return cutsOf(digit.ink).filter((cut) => digit.strokes.every(isWhole(cut)));
}

// A digit with its area, its own ink, and 400 pixels, column by column. `frame` makes MNIST's framing of ink, and `strokes` are
// from which column to which those of a drawing go.
function inkedDigit(ink, area, frame, framed = frame(ink)) {
  return { area, ink, frame, strokes: [], pixels: networkPixels(framed) };
}

// The digit in some of the columns of a digit's area; null if there is no ink in them.
export function digitInColumns(digit, from, to) {
  const right = Math.min(to, digit.ink.width);
  if (from >= right) return null;
  const ink = cutPlane(digit.ink, { left: from, top: 0, right, bottom: digit.ink.height });
  const [largest] = piecesOf(ink);
  if (!largest) return null;
  const { area } = largest;
  return inkedDigit(onlyInk(ink, [largest], area), movedArea(area, digit.area.left + from, digit.area.top), digit.frame);
}
