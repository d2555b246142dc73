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
  const { width, height, values } = ink;
  const isOpen = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) isOpen[at] = values[at] > WEAK ? 1 : 0;
  const found = [];
  for (let start = 0; start < isOpen.length; start += 1) {
    if (!isOpen[start]) continue;
    const piece = pieceFrom(start, isOpen, ink, width, height);
    if (piece.strongest >= STRONG) found.push(piece);
  }
  return found.sort((a, b) => b.mass - a.mass);
}

function pieceFrom(start, isOpen, ink, width, height) {
  const stack = [start];
  isOpen[start] = 0;
  const pixels = [];
  const area = { left: width, top: height, right: 0, bottom: 0 };
  let [mass, strongest] = [0, 0];
  while (stack.length > 0) {
    const at = stack.pop();
    const x = at % width;
    const y = (at - x) / width;
    pixels.push(at);
    mass = f32(mass + Math.min(ink.values[at], 1));
    strongest = Math.max(strongest, ink.values[at]);
    if (x < area.left) area.left = x;
    if (x >= area.right) area.right = x + 1;
    if (y < area.top) area.top = y;
    if (y >= area.bottom) area.bottom = y + 1;
    for (let nextY = Math.max(y - 1, 0); nextY < Math.min(y + 2, height); nextY += 1) {
      for (let nextX = Math.max(x - 1, 0); nextX < Math.min(x + 2, width); nextX += 1) {
        const next = nextY * width + nextX;
        if (isOpen[next]) {
          isOpen[next] = 0;
          stack.push(next);
        }
      }
    }
  }
  return { area, pixels, mass, strongest };
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
  for (const piece of pieces) {
    for (const at of piece.pixels) {
      const x = at % ink.width;
      const y = (at - x) / ink.width;
      const [left, right] = [Math.max(x - 1, area.left), Math.min(x + 2, area.right)];
      const [top, bottom] = [Math.max(y - 1, area.top), Math.min(y + 2, area.bottom)];
      for (let row = top; row < bottom; row += 1) {
        for (let column = left; column < right; column += 1) {
          const value = ink.values[row * ink.width + column];
          found.values[(row - area.top) * found.width + column - area.left] = Math.min(value, 1);
        }
      }
    }
  }
  return found;
}
