// Undoes the filter of a row of a PNG: section 9 of its specification.

import { damagedPng } from './problem.js';

// `row` begins with the number of its filter, and so does the row `above`, which was undone; `pixel` is the number of bytes after
// which a sample of the next pixel follows.
export function unfilterRow(row, above, pixel) {
  const { length } = row;
  switch (row[0]) {
    case 0:
      return;
    case 1:
      for (let at = 1 + pixel; at < length; at += 1) row[at] += row[at - pixel];
      return;
    case 2:
      for (let at = 1; at < length; at += 1) row[at] += above[at];
      return;
    case 3:
      for (let at = 1; at < length; at += 1) row[at] += ((at > pixel ? row[at - pixel] : 0) + above[at]) >> 1;
      return;
    case 4:
      for (let at = 1; at < length; at += 1) {
        row[at] += at > pixel ? nearestOf(row[at - pixel], above[at], above[at - pixel]) : above[at];
      }
      return;
    default:
      throw damagedPng(`there is no filter ${row[0]}`);
  }
}

// The one of three bytes, left, above and above left, that is nearest to what they let expect (A. W. Paeth).
function nearestOf(left, above, corner) {
  const expected = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(expected - left), Math.abs(expected - above), Math.abs(expected - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
