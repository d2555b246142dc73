// What is paler than a digit and touches it: the ring of a cup, a bar of a window, a line of the paper. As paler.rs.

import { cutPlane, mapPlane } from '../plane.js';
import { dilatedPlane } from './filters.js';

const f32 = Math.fround;
// More is ink of the digit,
const STRONG = 0.75;
// and less is paler.
const PALE = f32(0.6);
// The edge of a stroke is so many pixels wide.
const EDGE = 3;
// The strong and the pale part of a piece each have at least that share of its pixels.
const LEAST_SHARE = f32(0.03);
// The pale part away from the edge has at least that share: the paler end of a stroke has less.
const LEAST_PALE = f32(0.1);
// What is between the two is less than that share of the pale part: in strokes that fade it is more.
const BETWEEN = f32(0.05);

// The ink without what is clearly paler than the piece of ink that it touches; null if there is nothing like that.
export function withoutPaler(ink, pieces) {
  let cleaned = null;
  for (const piece of pieces) {
    for (const at of palerPixels(ink, piece)) {
      cleaned ??= { ...ink, values: ink.values.slice() };
      cleaned.values[at] = 0;
    }
  }
  return cleaned;
}

// The pixels of a piece that are paler than the rest of it, and away from its edge; none if it fades.
function palerPixels(ink, { area, pixels }) {
  const least = f32(LEAST_SHARE * pixels.length);
  const [strong, pale] = [(at) => ink.values[at] > STRONG, (at) => ink.values[at] < PALE];
  if (pixels.filter(strong).length <= least || pixels.filter(pale).length <= least) return [];
  const nearStrong = dilatedPlane(mapPlane(cutPlane(ink, area), (value) => (value > STRONG ? 1 : 0)), EDGE);
  const isAway = (at) => {
    const [x, y] = [(at % ink.width) - area.left, Math.floor(at / ink.width) - area.top];
    return nearStrong.values[y * nearStrong.width + x] <= 0;
  };
  const away = pixels.filter(isAway);
  const found = away.filter(pale);
  const between = away.length - found.length;
  const isMore = found.length > f32(LEAST_PALE * pixels.length);
  return isMore && between < f32(BETWEEN * found.length) ? found : [];
}
