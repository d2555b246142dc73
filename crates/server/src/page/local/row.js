// Digits that touch each other: the division into pieces that look most like digits. As row.rs.

import { areaHeight, areaWidth } from './frame.js';
import { judgeImage } from './guard.js';
import { cutsOfDigit, digitInColumns } from './inked.js';
import { otherTasks, partClock } from './parts_of_work.js';

// Digits, of which two may be one: the narrowest and the widest, as multiples of their height.
const WIDTHS = [0.12, 1.3];
// A division has to be that much more like digits than the whole.
const GAIN = 0.2;
// Evidence of a digit in each part of a division.
const LEAST = 0.6;

// Divides what may be several digits; returns it alone if no division looks more like digits than it does. Each gets its
// `judgement`.
//
// Of all divisions at the columns with least ink it is the one whose worst part looks most like a digit.
export async function dividedDigit(digit, guard) {
  const judged = (part) => ({ ...part, judgement: judgeImage(guard, part.pixels) });
  const whole = judged(digit);
  const [width, height] = [areaWidth(whole.area), areaHeight(whole.area)];
  const aspect = width / Math.max(height, 1);
  if (aspect < 0.6) return [whole];
  const ofWhole = aspect > WIDTHS[1] ? 0 : whole.judgement.isDigit;
  if (ofWhole > 1 - GAIN) return [whole];
  const cuts = [0, ...cutsOfDigit(whole), width];
  // A division that is to be taken has to be better.
  const least = Math.max(LEAST, ofWhole + GAIN) - 1e-3;
  // The best division of the columns up to each cut: its worst evidence, its last part, and the division before that.
  const isDue = partClock();
  const best = [{ worst: 1, part: null, before: null }];
  for (let end = 1; end < cuts.length; end += 1) {
    let found = null;
    for (let start = 0; start < end; start += 1) {
      const before = best[start];
      // A division is no better than its worst part.
      if (!before || before.worst <= Math.max(least, found ? found.worst + 1e-3 : 0)) continue;
      const ofPart = (cuts[end] - cuts[start]) / height;
      const isWhole = start === 0 && end + 1 === cuts.length;
      if (ofPart < WIDTHS[0] || ofPart > WIDTHS[1] || isWhole) continue;
      if (isDue()) await otherTasks();
      const columns = digitInColumns(whole, cuts[start], cuts[end]);
      // A digit of a pair is about as high as the other.
      if (!columns || areaHeight(columns.area) * 2 < height) continue;
      const part = judged(columns);
      const worst = Math.min(part.judgement.isDigit, before.worst);
      if (!found || worst > found.worst + 1e-3) found = { worst, part, before };
    }
    best.push(found);
  }
  const division = best.at(-1);
  return division && division.worst > LEAST && division.worst > ofWhole + GAIN ? partsOf(division) : [whole];
}

// Follows the divisions back.
function partsOf(division) {
  return division.part ? [...partsOf(division.before), division.part] : [];
}
