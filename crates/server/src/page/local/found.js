// The digits that were found in a drawing or a picture, and whether they may be predicted. As found.rs.

import { certainDigit, guardVerdict } from './guard.js';
import { dividedDigit } from './row.js';

// Divides digits that touch each other, and judges each for networks that know the digits `known`. Returns them, and why
// there is no prediction for the whole (null if there is one). `row` says whether several digits are expected.
export async function judgedDigits({ digits, none }, guard, known, row) {
  if (none) return { found: [], refusal: { status: none } };
  const divided = [];
  for (const digit of digits) divided.push(...(await dividedDigit(digit, guard)));
  const found = divided.map(({ area, pixels, judgement }) => ({
    area,
    pixels,
    looksLike: certainDigit(guard, judgement, known),
    refusal: guardVerdict(guard, judgement, known),
  }));
  return { found, refusal: refusalOfWhole(found, row) };
}

function refusalOfWhole(found, row) {
  if (found.length === 0) return { status: 'blank' };
  if (found.length === 1) return found[0].refusal;
  return row && found.some(({ refusal }) => !refusal) ? null : severalDigits(found);
}

// Several marks are several digits if most look like some.
function severalDigits(found) {
  const digits = found.filter(({ refusal }) => refusal?.status !== 'no_digit').length;
  return digits * 2 > found.length ? { status: 'several_digits', found: found.length } : { status: 'no_digit' };
}
