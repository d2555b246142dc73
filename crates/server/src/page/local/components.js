// Connected pieces of ink. As components.rs.

import { areaHeight, areaWidth } from './frame.js';
import { filledPlane } from './plane.js';

const f32 = Math.fround;
// A pixel with that much ink belongs to a piece,
const WEAK = f32(0.3);
// if the piece has a pixel with that much.
const STRONG = f32(0.55);

// The pieces of ink whose pixels touch each other, also at their corners, the one with most ink first: each with its
// `area`, the indices of its `pixels`, and the sum of their ink, its `mass`.
export function piecesOf(ink) {
  return connectedPieces(ink, 'corners');
}

// The parts of a shape whose pixels touch each other at their sides, the largest first: of ground, parts that a line one pixel
// wide divides.
export function regionsOf(shape) {
  return connectedPieces(shape, 'sides');
}

function connectedPieces(ink, touching) {
  const { values } = ink;
  const isOpen = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) isOpen[at] = values[at] > WEAK ? 1 : 0;
  const found = [];
  const pixels = new Uint32Array(values.length);
  const stack = new Uint32Array(values.length);
  let used = 0;
  for (let start = 0; start < isOpen.length; start += 1) {
    if (!isOpen[start]) continue;
    const piece = pieceFrom(start, isOpen, ink, touching, pixels.subarray(used), stack);
    used += piece.pixels.length;
    if (piece.strongest >= STRONG) found.push(piece);
  }
  return found.sort((a, b) => b.mass - a.mass);
}

// Follows a piece from one of its pixels, writes its pixels into `pixels` and takes them from those that are open.
function pieceFrom(start, isOpen, { width, height, values }, touching, pixels, stack) {
  const isAtSides = touching === 'sides';
  stack[0] = start;
  isOpen[start] = 0;
  let [waiting, count] = [1, 0];
  const area = { left: width, top: height, right: 0, bottom: 0 };
  let [mass, strongest] = [0, 0];
  while (waiting > 0) {
    waiting -= 1;
    const at = stack[waiting];
    const x = at % width;
    const y = (at - x) / width;
    pixels[count] = at;
    count += 1;
    mass = f32(mass + Math.min(values[at], 1));
    strongest = Math.max(strongest, values[at]);
    if (x < area.left) area.left = x;
    if (x >= area.right) area.right = x + 1;
    if (y < area.top) area.top = y;
    if (y >= area.bottom) area.bottom = y + 1;
    const [left, right] = [x > 0 ? x - 1 : x, x + 1 < width ? x + 1 : x];
    const [top, bottom] = [y > 0 ? y - 1 : y, y + 1 < height ? y + 1 : y];
    for (let row = top; row <= bottom; row += 1) {
      const areCorners = isAtSides && row !== y;
      const [first, last] = areCorners ? [x, x] : [left, right];
      for (let next = row * width + first; next <= row * width + last; next += 1) {
        if (isOpen[next]) {
          isOpen[next] = 0;
          stack[waiting] = next;
          waiting += 1;
        }
      }
    }
  }
  return { area, pixels: pixels.subarray(0, count), mass, strongest };
}

// How many sides of the picture a piece touches, beside each other and above each other.
export function touchedSides(piece, border) {
  const { left, top, right, bottom } = piece.area;
  const across = Number(left <= border.left) + Number(right >= border.right);
  const down = Number(top <= border.top) + Number(bottom >= border.bottom);
  return { across, down, count: across + down };
}

// The ink of some pieces, with the pixels beside them, and none elsewhere, in an area.
export function onlyInk(ink, pieces, area) {
  const found = filledPlane(areaWidth(area), areaHeight(area));
  // With a column on either side, and a row above and below, so that each pixel has neighbours.
  const wide = ink.width + 2;
  const isOf = new Uint8Array(wide * (ink.height + 2));
  for (const { pixels } of pieces) {
    for (let at = 0; at < pixels.length; at += 1) {
      isOf[pixels[at] + 2 * Math.floor(pixels[at] / ink.width) + wide + 1] = 1;
    }
  }
  let to = 0;
  for (let y = area.top; y < area.bottom; y += 1) {
    for (let x = area.left; x < area.right; x += 1) {
      const value = ink.values[y * ink.width + x];
      if (value > 0 && isBeside(isOf, (y + 1) * wide + x + 1, wide)) found.values[to] = Math.min(value, 1);
      to += 1;
    }
  }
  return found;
}

// Whether a place or one of the eight around it is marked.
function isBeside(isOf, at, wide) {
  const [above, below] = [at - wide, at + wide];
  const inRow = isOf[at] | isOf[at - 1] | isOf[at + 1];
  return (inRow | isOf[above] | isOf[above - 1] | isOf[above + 1] | isOf[below] | isOf[below - 1] | isOf[below + 1]) > 0;
}
