// Strokes as points [x, y]: their extent, and what an eraser leaves of them.

const SHORTEST_STEP = 0.6; // units between two points of a stroke

// Appends a point, unless it is as good as the last one.
export function appendPoint(stroke, point) {
  const last = stroke.at(-1);
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < SHORTEST_STEP) return false;
  stroke.push([Math.round(point[0] * 10) / 10, Math.round(point[1] * 10) / 10]);
  return true;
}

// Left, top, right and bottom of all points; null if there is none.
export function extentOf(strokes) {
  let extent = null;
  for (const [x, y] of strokes.flat()) {
    extent ??= [x, y, x, y];
    extent = [Math.min(extent[0], x), Math.min(extent[1], y), Math.max(extent[2], x), Math.max(extent[3], y)];
  }
  return extent;
}

// What is left of the strokes after an eraser went from one point to another; the same array if nothing was touched.
export function eraseAlong(strokes, from, to, radius) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / (radius / 2)));
  let left = strokes;
  for (let step = 1; step <= steps; step += 1) {
    const part = step / steps;
    left = eraseAt(left, [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part], radius);
  }
  return left;
}

function eraseAt(strokes, centre, radius) {
  let isTouched = false;
  const left = strokes.flatMap((stroke) => {
    const parts = splitStroke(stroke, centre, radius);
    if (parts.length !== 1 || parts[0] !== stroke) isTouched = true;
    return parts;
  });
  return isTouched ? left : strokes;
}

// The parts of a stroke outside a circle.
function splitStroke(stroke, centre, radius) {
  const isInside = (point) => Math.hypot(point[0] - centre[0], point[1] - centre[1]) < radius;
  if (stroke.length === 1) return isInside(stroke[0]) ? [] : [stroke];
  const parts = [];
  let part = isInside(stroke[0]) ? null : [stroke[0]];
  let isWhole = part !== null;
  for (let index = 1; index < stroke.length; index += 1) {
    const [a, b] = [stroke[index - 1], stroke[index]];
    const cut = insideOf(a, b, centre, radius);
    if (cut) {
      isWhole = false;
      if (cut[0] > 0 && part) parts.push([...part, between(a, b, cut[0])]);
      part = cut[1] < 1 ? [between(a, b, cut[1])] : null;
    }
    if (!isInside(b)) part = [...(part ?? []), b];
  }
  if (isWhole) return [stroke];
  if (part) parts.push(part);
  return parts.filter((points) => points.length > 1);
}

// From where to where a line from a to b lies in a circle, as parts of its length; null if it does not.
function insideOf(a, b, centre, radius) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const [ox, oy] = [a[0] - centre[0], a[1] - centre[1]];
  const square = dx * dx + dy * dy;
  const middle = ox * dx + oy * dy;
  const root = middle * middle - square * (ox * ox + oy * oy - radius * radius);
  if (square === 0 || root <= 0) return null;
  const [enters, leaves] = [(-middle - Math.sqrt(root)) / square, (-middle + Math.sqrt(root)) / square];
  return leaves <= 0 || enters >= 1 ? null : [Math.max(0, enters), Math.min(1, leaves)];
}

function between(a, b, part) {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
}
