// Areas, which are parts of a grid of pixels (their first column and row, and the ones after their last), and frames and margins
// around a picture, which are no ink. As frame.rs.

import { cutPlane, planeArea, quantileOf, quantileOfPlane, shorterSide, transposedPlane } from './plane.js';

const f32 = Math.fround;
// Frames are looked for that far from the border, as a fraction of the shorter side.
const DEEPEST = 0.12;

export function areaWidth(area) {
  return area.right - area.left;
}

export function areaHeight(area) {
  return area.bottom - area.top;
}

export function longerSide(area) {
  return Math.max(areaWidth(area), areaHeight(area));
}

// The smallest area that holds both.
export function joinedAreas(a, b) {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function movedArea(area, right, down) {
  return {
    left: area.left + right,
    top: area.top + down,
    right: area.right + right,
    bottom: area.bottom + down,
  };
}

export function containsArea(outer, inner) {
  return (
    outer.left <= inner.left &&
    outer.top <= inner.top &&
    outer.right >= inner.right &&
    outer.bottom >= inner.bottom
  );
}

export function isSameArea(a, b) {
  return containsArea(a, b) && containsArea(b, a);
}

// The area without a margin of that width; all of it if nothing would be left.
export function shrunkArea(area, margin) {
  if (Math.min(areaWidth(area), areaHeight(area)) <= 2 * margin) return area;
  const { left, top, right, bottom } = area;
  return { left: left + margin, top: top + margin, right: right - margin, bottom: bottom - margin };
}

// The part of a picture within its frames: of one level each, on three or four sides, with a margin outside or without.
export function withinFrames(signal) {
  const range = f32(quantileOfPlane(signal, 0.995) - quantileOfPlane(signal, 0.005));
  let area = planeArea(signal);
  // A margin, a frame, and a second line.
  for (let frame = 0; frame < 3; frame += 1) {
    const found = frameOf(cutPlane(signal, area), range);
    if (!found) break;
    const [left, top, right, bottom] = found;
    area = { left: area.left + left, top: area.top + top, right: area.right - right, bottom: area.bottom - bottom };
  }
  return area;
}

// How thick a frame is on each side: left, top, right, bottom.
function frameOf(signal, range) {
  if (shorterSide(signal) < 12) return null;
  const turned = transposedPlane(signal);
  const sides = [
    bandOf(turned, range, (at) => at),
    bandOf(signal, range, (at) => at),
    bandOf(turned, range, (at) => turned.height - 1 - at),
    bandOf(signal, range, (at) => signal.height - 1 - at),
  ];
  const levels = sides.filter((band) => band !== null).map(({ level }) => level);
  if (levels.length < 3 || f32(Math.max(...levels) - Math.min(...levels)) > f32(0.25 * range)) return null;
  return sides.map((band) => band?.thickness ?? 0);
}

// Lines of one level from one side up to a change of level: how many, and their level. `rowAt` are the rows from that side on.
function bandOf(plane, range, rowAt) {
  const deepest = Math.max(Math.trunc(shorterSide(plane) * DEEPEST), 2);
  const most = f32(f32(0.3) * range);
  const line = (at) => {
    const row = rowAt(at) * plane.width;
    const [low, level, high] = [0.1, 0.5, 0.9].map((share) => quantileOf(plane.values.subarray(row, row + plane.width), share));
    return { level, spread: f32(high - low) };
  };
  const { level, spread } = line(0);
  if (spread > most) return null;
  for (let at = 1; at <= deepest; at += 1) {
    const inner = line(at);
    if (Math.abs(f32(inner.level - level)) > most) return { thickness: edgeOf(line, at, deepest, range), level };
    if (inner.spread > most) return null;
  }
  return null;
}

// Where a band ends: the edge of a thick frame is blurred over some lines.
function edgeOf(line, from, deepest, range) {
  let [thickness, before] = [from, line(from).level];
  while (thickness < deepest) {
    const next = line(thickness + 1).level;
    if (Math.abs(f32(next - before)) < f32(f32(0.05) * range)) break;
    [before, thickness] = [next, thickness + 1];
  }
  return thickness;
}
