// Ruled and squared paper: long thin lines, which are removed so that digits written across them stay whole. As lines.rs.

import { shorterSide, transposedPlane } from '../plane.js';

const f32 = Math.fround;
// Removes lines across the whole picture, of at least that share of its width or height.
const LEAST_LENGTH = 0.9;
// A pixel above that is part of a line.
const LINE = f32(0.2);

// The ink without the lines of paper.
export function withoutLines(ink) {
  if (shorterSide(ink) < 40) return ink;
  return transposedPlane(withoutRows(transposedPlane(withoutRows(ink))));
}

// Removes lines that run from left to right, a little tilted or curved.
function withoutRows(ink) {
  const { width, height, values } = ink;
  const thickest = Math.max(Math.floor(shorterSide(ink) / 40), 2);
  let cleaned = null;
  let next = 0;
  for (const start of startRows(ink, thickest)) {
    if (start < next) continue;
    const line = followLine(ink, start, thickest);
    if (!line) continue;
    cleaned ??= values.slice();
    next = start + thickest + 1;
    for (let x = 0; x < width; x += 1) {
      const [top, bottom] = [line.tops[x], line.bottoms[x]];
      if (top < 0) continue;
      const isInk = (y) => y >= 0 && y < height && values[y * width + x] > LINE;
      // A stroke crosses the line here.
      if (bottom - top > thickest || (isInk(top - 2) && isInk(bottom + 1))) continue;
      for (let y = Math.max(top - 1, 0); y < Math.min(bottom + 1, height); y += 1) cleaned[y * width + x] = 0;
    }
  }
  return cleaned ? { width, height, values: cleaned } : ink;
}

// The rows in which a line may begin: in one of the first columns there is ink, and it is thin.
function startRows({ width, height, values }, thickest) {
  const rows = new Set();
  for (const column of [0, Math.floor(width / 100), Math.floor(width / 50), Math.floor(width / 25)]) {
    const isInk = (y) => y < height && values[y * width + column] > LINE;
    for (let y = 0; y < height; y += 1) {
      const top = y;
      while (isInk(y)) y += 1;
      if (y > top && y - top <= thickest) rows.add(Math.floor((top + y - 1) / 2));
    }
  }
  return [...rows].sort((a, b) => a - b);
}

// Follows a line from left to right. Returns for each column the first row of ink there, -1 for none, and the one after the
// last, as long as the line is found in enough of the columns; otherwise null.
function followLine({ width, height, values }, start, thickest) {
  const reach = 1 + Math.floor(thickest / 2);
  const mostMissing = Math.trunc(width * (1 - LEAST_LENGTH));
  const [tops, bottoms] = [new Int32Array(width).fill(-1), new Int32Array(width)];
  let [middle, slope, missing, thin] = [start, 0, 0, 0];
  for (let x = 0; x < width; x += 1) {
    const isInk = (y) => values[y * width + x] > LINE;
    const expected = f32(middle + slope);
    const near = Math.floor(Math.max(expected, 0) + 0.5);
    const darkest = darkestRow(values, width, x, [Math.max(near - reach, 0), Math.min(near + reach + 1, height)], expected);
    if (darkest < 0) return null;
    if (!isInk(darkest)) {
      missing += 1;
      if (missing > mostMissing) return null;
      middle = expected;
      continue;
    }
    let [top, bottom] = [darkest, darkest + 1];
    while (top > 0 && isInk(top - 1)) top -= 1;
    while (bottom < height && isInk(bottom)) bottom += 1;
    if (bottom - top <= thickest) {
      const off = f32((top + bottom - 1) / 2 - expected);
      slope = f32(slope + f32(f32(0.02) * off));
      slope = Math.min(Math.max(slope, -f32(0.3)), f32(0.3));
      middle = f32(expected + f32(0.5 * off));
      thin += 1;
    } else {
      middle = expected;
    }
    tops[x] = top;
    bottoms[x] = bottom;
  }
  // Wide strokes on the way are no line: it has to be thin in most columns.
  return thin > 0.5 * width ? { tops, bottoms } : null;
}

// The row with most ink, near to where it is expected; the last of equal ones, and -1 if there is none.
function darkestRow(values, width, x, [from, to], expected) {
  let [darkest, most] = [-1, -Infinity];
  for (let y = from; y < to; y += 1) {
    const away = f32(Math.abs(f32(y - expected)) * f32(0.05));
    const ink = f32(Math.min(values[y * width + x], 1) - away);
    if (ink >= most) [darkest, most] = [y, ink];
  }
  return darkest;
}
