// Digits that the border of the picture cuts: two strokes that lean towards each other where they leave the picture meet
// outside of it, and are joined there by an arc. As clipped.rs.

import { distancesInside, meanWidth } from '../distance.js';
import { filledPlane, mirroredPlane, transposedPlane, upsideDownPlane } from '../plane.js';

const f32 = Math.fround;
// A pixel with that much ink is of a stroke.
const STROKE = 0.5;
// Strokes lean towards each other by more columns a row.
const LEAST_LEANING = f32(0.2);
// Which of two, three or four strokes are joined.
const PAIRS = { 2: [[0, 1]], 3: [[0, 1], [1, 2]], 4: [[0, 1], [2, 3]] };

// The ink of a digit in its area, with what the border of the picture cuts off as far as it can be told: an arc between two
// strokes that leave the picture on one side. Null if there is none.
export function completedDigit(ink, area, picture) {
  const cut = [
    area.left <= picture.left,
    area.top <= picture.top,
    area.right >= picture.right,
    area.bottom >= picture.bottom,
  ];
  if (cut.filter((isCut) => isCut).length !== 1) return null;
  const [toTop, back] = [
    [transposedPlane, transposedPlane],
    [(plane) => plane, (plane) => plane],
    [(plane) => transposedPlane(mirroredPlane(plane)), (plane) => mirroredPlane(transposedPlane(plane))],
    [upsideDownPlane, upsideDownPlane],
  ][cut.indexOf(true)];
  const joined = withArcsAbove(toTop(ink));
  return joined && back(joined);
}

// The plane with rows above in which strokes are joined; null if there are none to be joined.
function withArcsAbove(ink) {
  const width = meanWidth(distancesInside(ink));
  const strokes = runsIn(ink, 0).map((run) => strokeFromAbove(ink, run, width));
  const pairs = PAIRS[strokes.length] ?? [];
  const points = pairs.flatMap(([left, right]) => arcBetween(strokes[left], strokes[right], width));
  if (points.length === 0) return null;
  const highest = points.reduce((least, [, y]) => Math.min(least, y), Infinity);
  const above = Math.max(Math.ceil(f32(f32(width / 2) - highest)), 0);
  const joined = filledPlane(ink.width, ink.height + above);
  joined.values.set(ink.values, above * ink.width);
  for (const [x, y] of points) drawDot(joined, [x, f32(y + above)], f32(width / 2));
  return joined;
}

// The first columns and the ones after the last of the strokes in a row.
function runsIn(ink, row) {
  const runs = [];
  for (let x = 0; x < ink.width; x += 1) {
    if (!(ink.values[row * ink.width + x] > STROKE)) continue;
    const last = runs.at(-1);
    if (last && x <= last[1] + 1) last[1] = x + 1;
    else runs.push([x, x + 1]);
  }
  return runs;
}

// Follows a stroke down from the first row, by one and a half times its width. Returns the `middle` of its columns in the first
// row, and how many columns further right it is a row higher, its `leaning`.
function strokeFromAbove(ink, first, width) {
  const middle = ([from, to]) => (from + to) / 2;
  const length = ([from, to]) => to - from;
  const depth = Math.trunc(f32(1.5 * width)) + 3;
  let [run, rows] = [first, 0];
  for (let y = 1; y < Math.min(depth, ink.height); y += 1) {
    const before = run;
    const next = runsIn(ink, y).find(([from, to]) => from < before[1] && to > before[0]);
    if (!next || length(next) * 2 > length(first) * 3 + 2) break;
    [run, rows] = [next, y];
  }
  return { middle: middle(first), leaning: f32((middle(first) - middle(run)) / Math.max(rows, 1)) };
}

// Points of the arc, close together, by which two strokes go on: a cubic curve that is nearly a part of a circle if both lean
// alike.
function arcBetween(left, right, width) {
  const apart = f32(right.middle - left.middle);
  if (apart < f32(1.5 * width) || f32(left.leaning - right.leaning) < LEAST_LEANING) return [];
  const inward = [f32(Math.atan(left.leaning)), f32(Math.atan(-right.leaning))];
  const turn = f32(f32(f32(Math.PI) - inward[0]) - inward[1]);
  const ofTurn = f32(f32(f32(4 / 3) * f32(Math.tan(f32(turn / 4)))) * apart);
  const reach = f32(ofTurn / f32(2 * f32(Math.sin(f32(turn / 2)))));
  const by = (angle) => [f32(reach * f32(Math.sin(angle))), f32(-reach * f32(Math.cos(angle)))];
  const [out, back] = inward.map(by);
  const controls = [
    [left.middle, 0],
    [f32(left.middle + out[0]), out[1]],
    [f32(right.middle - back[0]), back[1]],
    [right.middle, 0],
  ];
  const steps = Math.trunc(f32(4 * apart)) + 4;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const t = f32(step / steps);
    const s = f32(1 - t);
    const shares = [f32(f32(s * s) * s), f32(f32(f32(3 * s) * s) * t), f32(f32(f32(3 * s) * t) * t), f32(f32(t * t) * t)];
    return [0, 1].map((axis) => shares.reduce((sum, share, at) => f32(sum + f32(share * controls[at][axis])), 0));
  });
}

// Draws a disc of ink, its edge antialiased.
function drawDot(ink, [x, y], radius) {
  const range = (at, length) => [
    Math.trunc(Math.max(f32(f32(at - radius) - 1), 0)),
    Math.min(Math.trunc(Math.max(f32(f32(at + radius) + 1), 0)) + 1, length),
  ];
  const [top, bottom] = range(y, ink.height);
  const [left, right] = range(x, ink.width);
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      const [dx, dy] = [f32(f32(column + 0.5) - x), f32(f32(row + 0.5) - y)];
      const covered = Math.min(Math.max(f32(f32(radius + 0.5) - f32(Math.sqrt(dx * dx + dy * dy))), 0), 1);
      const at = row * ink.width + column;
      if (covered > ink.values[at]) ink.values[at] = covered;
    }
  }
}
