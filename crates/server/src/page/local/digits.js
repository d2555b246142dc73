// Which pieces of ink are digits, and which are clutter. As digits.rs.

import { touchedSides } from './components.js';
import { areaHeight, areaWidth, containsArea, isSameArea, joinedAreas, longerSide } from './frame.js';
import { planeArea } from './plane.js';

const f32 = Math.fround;
// More pieces, of which none stands out, are not looked at one by one.
export const MOST_PIECES = 60;

// Whether the ink is scattered over the picture, as noise and textures are.
export function isScattered(pieces) {
  const largest = pieces.length > 0 ? pieces[0].mass : 0;
  return pieces.length > MOST_PIECES && largest < f32(0.25 * massOf(pieces));
}

// Groups pieces, the largest first, into what are digits by their size and place, from left to right.
export function digitGroups(ink, all) {
  const border = planeArea(ink);
  const pieces = withoutSpecks(withoutUnderlines(withoutEnclosing(border, withoutBorders(ink, withoutBands(border, all)))));
  const tallestPiece = longestOf(pieces);
  let groups = [];
  for (const piece of pieces) {
    const joined = { area: piece.area, pieces: [piece] };
    const apart = [];
    for (const group of groups) {
      if (belongTogether(group.area, joined.area, tallestPiece)) {
        joined.area = joinedAreas(joined.area, group.area);
        joined.pieces.push(...group.pieces);
      } else {
        apart.push(group);
      }
    }
    groups = [...apart, joined];
  }
  const tallest = longestOf(groups);
  const masses = groups.map((group) => massOf(group.pieces));
  const least = f32(f32(0.08) * Math.max(0, ...masses));
  return groups
    .filter((group, at) => longerSide(group.area) * 20 > 9 * tallest && masses[at] > least)
    .sort((a, b) => a.area.left + a.area.right - b.area.left - b.area.right);
}

function massOf(pieces) {
  return pieces.reduce((sum, piece) => f32(sum + piece.mass), 0);
}

function heaviestOf(pieces) {
  return pieces.reduce((most, piece) => Math.max(most, piece.mass), 0);
}

function longestOf(parts) {
  return parts.reduce((most, part) => Math.max(most, longerSide(part.area)), 0);
}

// Shadows, the edges of paper and of a table, and parts of other digits run into the border; the digit does only if there is
// nothing else of its size.
function withoutBorders(ink, all) {
  const border = planeArea(ink);
  const pieces = keepUnless(
    all,
    (piece) => {
      const { count } = touchedSides(piece, border);
      return count > 1 || (count > 0 && isThinAlong(piece, border));
    },
    0.04,
  );
  const isTouching = (piece) => touchedSides(piece, border).count > 0;
  const inside = longestOf(pieces.filter((piece) => !isTouching(piece)));
  const touching = longestOf(pieces.filter(isTouching));
  if (inside * 5 > 3 * touching || inside * 4 > Math.min(ink.width, ink.height)) {
    return keepUnless(pieces, isTouching, 0.2);
  }
  return pieces;
}

// A band along a whole side is never a digit, even if there is nothing else: the ground of an empty page is not known well at its
// border.
function withoutBands(border, pieces) {
  return pieces.filter((piece) => {
    const [width, height] = [areaWidth(piece.area), areaHeight(piece.area)];
    const isWhole = height * 10 > 9 * areaHeight(border) || width * 10 > 9 * areaWidth(border);
    return !(isWhole && touchedSides(piece, border).count < 4 && isThinAlong(piece, border));
  });
}

// A band along one side.
function isThinAlong(piece, border) {
  const sides = touchedSides(piece, border);
  const [width, height] = [areaWidth(piece.area), areaHeight(piece.area)];
  const isUpright = sides.across > 0 && height > 4 * width && width * 12 < areaWidth(border);
  const isLying = sides.down > 0 && width > 4 * height && height * 12 < areaHeight(border);
  return isUpright || isLying;
}

// A line below a digit, as people draw it to stress one.
function withoutUnderlines(pieces) {
  const isUnderline = ({ area: line }) => {
    const isAbove = ({ area }) =>
      area.bottom <= line.top + Math.floor(areaHeight(line) / 2) &&
      areaHeight(area) > 3 * areaHeight(line) &&
      area.left < line.right &&
      area.right > line.left;
    return areaWidth(line) > 6 * areaHeight(line) && pieces.some(isAbove);
  };
  return keepUnless(pieces, isUnderline, 0.1);
}

// A box or a circle around a digit is no digit. What is inside has to be large: some people put a dot or a stroke into a
// zero. And it is whole: two pieces that the border of the picture cuts are parts of one digit.
function withoutEnclosing(border, pieces) {
  const whole = pieces.filter((piece) => touchedSides(piece, border).count === 0);
  const encloses = (piece) =>
    whole.some(
      ({ area, mass }) =>
        !isSameArea(area, piece.area) &&
        containsArea(piece.area, area) &&
        longerSide(area) * 5 > 2 * longerSide(piece.area) &&
        areaHeight(area) * 3 > areaHeight(piece.area) &&
        mass > f32(f32(0.06) * piece.mass),
    );
  return keepUnless(pieces, encloses, 0);
}

function withoutSpecks(pieces) {
  const largest = longestOf(pieces);
  const least = f32(f32(0.01) * heaviestOf(pieces));
  return keepUnless(pieces, (piece) => longerSide(piece.area) * 10 < largest || piece.mass < least, 0);
}

// Removes clutter, if what remains is at least that share of the heaviest piece of it.
function keepUnless(pieces, isClutter, leastShare) {
  const [clutter, kept] = [[], []];
  for (const piece of pieces) (isClutter(piece) ? clutter : kept).push(piece);
  const isTooLittle = heaviestOf(kept) < f32(f32(leastShare) * heaviestOf(clutter));
  return kept.length === 0 || isTooLittle ? pieces : kept;
}

// Whether two groups are parts of one digit: one above the other, or a small one very near to a large one.
function belongTogether(a, b, tallest) {
  const overlap = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const narrower = Math.min(areaWidth(a), areaWidth(b));
  const gapBelow = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  if (overlap > 0.35 * narrower) return gapBelow < 0.4 * tallest;
  const lower = Math.min(areaHeight(a), areaHeight(b));
  const higher = Math.max(areaHeight(a), areaHeight(b));
  return -overlap < 0.06 * tallest && gapBelow < 0.1 * tallest && lower < 0.55 * higher;
}
