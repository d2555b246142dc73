// Why there is no prediction, in words: `{ status }` with `isOfPicture`, `found`, `predicted` or `looksLike`. As refusal.rs.

import { MOST_PIECES } from './digits.js';

// For networks that know the digits `known`.
export function refusalReason(refusal, known) {
  switch (refusal.status) {
    case 'blank':
      return refusal.isOfPicture ? 'the picture is blank' : 'nothing is drawn';
    case 'noise':
      return `more than ${MOST_PIECES} marks, none of which stands out: noise, or too many digits at a time`;
    case 'several_digits':
      return `${countedDigits(refusal.found)} side by side: row=true reads them`;
    case 'no_digit':
      return 'the ink does not have the shape of a digit';
    case 'other_digit':
      return `it looks like a ${refusal.looksLike}, and the network only knows ${listedDigits(known)}`;
    case 'disputed':
      return `the network says ${refusal.predicted}, but it looks like a ${refusal.looksLike}`;
    default:
      throw new Error(`no reason for ${refusal.status}`);
  }
}

export function countedDigits(count) {
  return count === 1 ? '1 digit' : `${count.toLocaleString('en')} digits`;
}

function listedDigits(digits) {
  const isRange = digits.every((digit, at) => at === 0 || digit === digits[at - 1] + 1);
  if (digits.length > 2 && isRange) return `${digits[0]} to ${digits.at(-1)}`;
  if (digits.length < 2) return digits.join('');
  return `${digits.slice(0, -1).join(', ')} and ${digits.at(-1)}`;
}
