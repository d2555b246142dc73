// Finds the digits in a picture. As prepare in preparation.rs.

import { piecesOf } from '../components.js';
import { digitGroups, isScattered } from '../digits.js';
import { movedArea, withinFrames } from '../frame.js';
import { alreadyFramed } from '../framing.js';
import { digitInPicture, digitOfImage } from '../inked.js';
import { otherTasks } from '../parts_of_work.js';
import { cutPlane, planeArea } from '../plane.js';
import { signalOf } from './color.js';
import { findInk } from './ink.js';
import { withoutLines } from './lines.js';
import { withBodies } from './outline.js';
import { withoutPaler } from './paler.js';
import { plateOf } from './plate.js';

// Returns the digits from left to right, or why there are none (`none`: 'blank' or 'noise'), and the area of the picture in which
// they are, `within`. The page goes on between two steps.
export async function digitsInPicture(picture) {
  const signalOfAll = signalOf(picture);
  const framed = alreadyFramed(signalOfAll);
  if (framed) return { digits: [digitOfImage(framed)], none: null, within: planeArea(framed) };
  await otherTasks();
  const { within, signal } = withoutSurroundings(signalOfAll);
  await otherTasks();
  const found = findInk(signal);
  if (!found) return { digits: [], none: 'blank', within };
  await otherTasks();
  const whole = withBodies(withoutLines(found));
  await otherTasks();
  const all = piecesOf(whole);
  const ink = withoutPaler(whole, all) ?? whole;
  const pieces = ink === whole ? all : piecesOf(ink);
  if (pieces.length === 0) return { digits: [], none: 'blank', within };
  if (isScattered(pieces)) return { digits: [], none: 'noise', within };
  const digits = digitGroups(ink, pieces).map((group) => digitInPicture(ink, group));
  return { digits, none: null, within };
}

// The picture without its frames and what is around a plate.
function withoutSurroundings(whole) {
  const within = withinFrames(whole);
  const signal = cutPlane(whole, within);
  const plate = plateOf(signal);
  return plate ? { within: movedArea(plate.area, within.left, within.top), signal: plate.signal } : { within, signal };
}
