// Strokes of a pen, drawn as ink. As drawing.rs.

import { filledPlane } from './plane.js';

// Pixels of a drawing, at most: high, and wide.
const MOST = [140, 1400];
// Ground around the ink, in pixels.
const MARGIN = 2;
// Without a width of the pen, it is the longer side divided by that.
const SIDE_OF_PENS = 12;
// Pixels that may be computed for all strokes together. Of more, the drawing is made smaller.
const MOST_COMPUTED = 2e7;
// The smallest normal number in single precision.
const SMALLEST = 2 ** -126;

// Where strokes, each of points [x, y], are drawn, and how large: `origin` is the first pixel and `pixel` the side of one,
// in units of the strokes; `radius` is half the width of the pen, in pixels. Null if there is no point.
export function sheetAround(strokes, penWidth) {
  let least = null;
  let most = null;
  for (const stroke of strokes) {
    for (const [x, y] of stroke) {
      least = least ? [Math.min(least[0], x), Math.min(least[1], y)] : [x, y];
      most = most ? [Math.max(most[0], x), Math.max(most[1], y)] : [x, y];
    }
  }
  if (!least) return null;
  const sides = [most[0] - least[0], most[1] - least[1]];
  const usual = Math.max(Math.max(sides[0], sides[1]) / SIDE_OF_PENS, SMALLEST);
  const pen = Number.isFinite(penWidth) && penWidth > 0 ? penWidth : usual;
  const [wide, high] = [sides[0] + pen, sides[1] + pen];
  // Pixels per unit.
  let scale = Math.min(MOST[0] / high, MOST[1] / wide);
  const computed = computedPixels(strokes, pen, scale);
  if (computed > MOST_COMPUTED) scale *= Math.sqrt(MOST_COMPUTED / computed);
  const pixel = 1 / scale;
  return {
    origin: least.map((side) => side - pen / 2 - MARGIN * pixel),
    pixel,
    radius: (pen / 2) * scale,
    width: Math.ceil(wide * scale + 2 * MARGIN),
    height: Math.ceil(high * scale + 2 * MARGIN),
  };
}

// Where an area is in the drawing: left, top, right and bottom, in units of the strokes.
export function boundsOn(sheet, area) {
  const [x, y] = sheet.origin;
  const { left, top, right, bottom } = area;
  return [left * sheet.pixel + x, top * sheet.pixel + y, right * sheet.pixel + x, bottom * sheet.pixel + y];
}

// From which column of an area to which each stroke goes whose middle is in it.
export function strokesIn(sheet, strokes, area) {
  const found = [];
  for (const stroke of strokes) {
    if (stroke.length === 0) continue;
    const [across, down] = [0, 1].map((axis) => {
      const places = stroke.map((point) => (point[axis] - sheet.origin[axis]) / sheet.pixel);
      return [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))];
    });
    const isIn = ([least, most], from, to) => from <= (least + most) / 2 && (least + most) / 2 < to;
    if (isIn(across, area.left, area.right) && isIn(down, area.top, area.bottom)) found.push(across.map((place) => place - area.left));
  }
  return found;
}

// The ink of strokes on a sheet.
export function inkOn(sheet, strokes) {
  const ink = filledPlane(sheet.width, sheet.height);
  for (const stroke of strokes) {
    let before = null;
    for (const [x, y] of stroke) {
      const at = [(x - sheet.origin[0]) / sheet.pixel, (y - sheet.origin[1]) / sheet.pixel];
      drawLine(sheet, ink, before ?? at, at);
      before = at;
    }
  }
  return ink;
}

// Draws a line with round ends; a pixel that the edge runs through is part ink.
function drawLine(sheet, ink, from, to) {
  const reach = sheet.radius + 0.5;
  const [fromX, fromY] = from;
  const [alongX, alongY] = [to[0] - fromX, to[1] - fromY];
  const length = Math.sqrt(alongX * alongX + alongY * alongY);
  const square = length * length;
  const [left, right] = spanOf(fromX, to[0], reach, sheet.width);
  const [top, bottom] = spanOf(fromY, to[1], reach, sheet.height);
  const half = (reach * length) / Math.abs(alongY);
  const isSlanted = Math.abs(alongY) > 1e-6;
  for (let y = top; y < bottom; y += 1) {
    const dy = y + 0.5 - fromY;
    // The part of the row that is near the line, which may be a small part of its box.
    let first = left;
    let last = right;
    if (isSlanted) {
      const middle = fromX + (dy * alongX) / alongY;
      first = Math.max(Math.trunc(Math.max(middle - half, 0)), left);
      last = Math.min(Math.ceil(Math.max(middle + half, 0)), right);
    }
    for (let x = first; x < last; x += 1) {
      const dx = x + 0.5 - fromX;
      const share = length > 0 ? Math.min(Math.max((dx * alongX + dy * alongY) / square, 0), 1) : 0;
      const [offX, offY] = [dx - share * alongX, dy - share * alongY];
      const covered = Math.min(reach - Math.sqrt(offX * offX + offY * offY), 1);
      const at = y * sheet.width + x;
      if (covered > ink.values[at]) ink.values[at] = covered;
    }
  }
}

// The pixels along one axis that a line may reach.
function spanOf(from, to, reach, length) {
  const first = Math.trunc(Math.max(Math.min(from, to) - reach, 0));
  const last = Math.ceil(Math.max(Math.max(from, to) + reach, 0));
  return [Math.min(first, length), Math.min(last, length)];
}

// About how many pixels are computed to draw the strokes.
function computedPixels(strokes, pen, scale) {
  const wide = Math.min(pen * scale, MOST[0]) + 2;
  let lines = 0;
  let long = 0;
  for (const stroke of strokes) {
    lines += stroke.length;
    let ofStroke = 0;
    for (let at = 1; at < stroke.length; at += 1) {
      const [dx, dy] = [stroke[at][0] - stroke[at - 1][0], stroke[at][1] - stroke[at - 1][1]];
      ofStroke += Math.sqrt(dx * dx + dy * dy);
    }
    long += ofStroke;
  }
  // The rows of a slanted line are cut obliquely, so twice its length.
  return wide * (lines * wide + 2 * long * scale);
}
