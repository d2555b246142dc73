// From the levels of a JPEG's components to rows of colours. As zune-jpeg: what has fewer columns or rows is interpolated
// linearly, three quarters of the nearer and one of the other.

import { otherTasks } from '../parts_of_work.js';
import { addRow, pictureRows } from '../picture/picture.js';

const OF_LEVEL = Float32Array.from({ length: 256 }, (_, level) => level / 255);

// The rows of the whole picture; `adobe` says how a program of Adobe coded the colours, null if none did.
export async function rowsOfJpeg(frame, adobe, isDue) {
  const [height, width] = frame.size;
  const rows = pictureRows(width, height);
  const rgba = new Float32Array(4 * width).fill(1);
  const sources = frame.components.map((component) => rowSource(component, frame.sampling));
  const convert = converterOf(sources.length, adobe);
  for (let y = 0; y < height; y += 1) {
    convert(sources.map((rowAt) => rowAt(y)), width, rgba);
    addRow(rows, rgba);
    if (isDue()) await otherTasks();
  }
  return rows;
}

// A function that returns a row of a component, with as many columns as the picture has, or more.
function rowSource({ levels, rows, columns, sampling }, largest) {
  const stride = 8 * columns;
  const [down, across] = [0, 1].map((axis) => Math.floor(largest[axis] / sampling[axis]));
  const own = (y) => levels.subarray(y * stride, (y + 1) * stride);
  if (down === 1 && across === 1) return own;
  const [mixed, wide] = [new Uint8Array(stride), new Uint8Array(stride * across)];
  if (down > 2 || across > 2) return (y) => repeated(own(Math.floor(y / down)), wide, across);
  const last = 8 * rows - 1;
  const upright = (y) => {
    const at = y >> 1;
    const other = (y & 1) === 0 ? Math.max(at - 1, 0) : Math.min(at + 1, last);
    return between(own(at), own(other), mixed);
  };
  const rowAt = down === 2 ? upright : own;
  return across === 2 ? (y) => widened(rowAt(y), wide) : rowAt;
}

function repeated(row, wide, times) {
  for (let x = 0; x < wide.length; x += 1) wide[x] = row[Math.floor(x / times)];
  return wide;
}

function between(row, other, mixed) {
  for (let x = 0; x < row.length; x += 1) mixed[x] = (3 * row[x] + 2 + other[x]) >> 2;
  return mixed;
}

function widened(row, wide) {
  const last = row.length - 1;
  for (let x = 0; x <= last; x += 1) {
    wide[2 * x] = x === 0 ? row[0] : (3 * row[x] + 2 + row[x - 1]) >> 2;
    wide[2 * x + 1] = x === last ? row[last] : (3 * row[x] + 2 + row[x + 1]) >> 2;
  }
  return wide;
}

function converterOf(components, adobe) {
  if (components === 1) return ([grey], width, rgba) => writeColors(width, rgba, [grey, grey, grey]);
  if (components === 3) return adobe === 0 ? (rows, width, rgba) => writeColors(width, rgba, rows) : fromBrightness;
  return adobe === 2 ? fromBrightnessAndBlack : fromInks;
}

function writeColors(width, rgba, [red, green, blue]) {
  for (let x = 0; x < width; x += 1) {
    rgba[4 * x] = OF_LEVEL[red[x]];
    rgba[4 * x + 1] = OF_LEVEL[green[x]];
    rgba[4 * x + 2] = OF_LEVEL[blue[x]];
  }
}

// Of brightness and two differences of colours (ITU-R BT.601, all 256 levels).
function fromBrightness([brightness, blues, reds], width, rgba) {
  for (let x = 0; x < width; x += 1) {
    const grey = brightness[x] * 16384 + 8191;
    const [blue, red] = [blues[x] - 128, reds[x] - 128];
    rgba[4 * x] = OF_LEVEL[clamped((grey + red * 22970) >> 14)];
    rgba[4 * x + 1] = OF_LEVEL[clamped((grey - red * 11700 - blue * 5638) >> 14)];
    rgba[4 * x + 2] = OF_LEVEL[clamped((grey + blue * 29032) >> 14)];
  }
}

// The same of the inks, and black.
function fromBrightnessAndBlack(rows, width, rgba) {
  fromBrightness(rows, width, rgba);
  for (let x = 0; x < width; x += 1) {
    for (let at = 4 * x; at < 4 * x + 3; at += 1) rgba[at] = OF_LEVEL[product(255 - Math.round(rgba[at] * 255), rows[3][x])];
  }
}

// Of four inks, as most programs store them: 255 is none.
function fromInks([cyan, magenta, yellow, black], width, rgba) {
  for (let x = 0; x < width; x += 1) {
    rgba[4 * x] = OF_LEVEL[product(cyan[x], black[x])];
    rgba[4 * x + 1] = OF_LEVEL[product(magenta[x], black[x])];
    rgba[4 * x + 2] = OF_LEVEL[product(yellow[x], black[x])];
  }
}

// The product of two levels, of which 255 is the whole.
function product(a, b) {
  const rounded = a * b + 128;
  return (rounded + (rounded >> 8)) >> 8;
}

function clamped(level) {
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
