// PNG files, row by row, of all colour types and depths, interlaced too.
//
// A canvas decodes pictures as well, but some browsers falsify what is read back from it.
//
// Source: Portable Network Graphics (PNG) Specification, third edition.

import { otherTasks, partClock } from '../parts_of_work.js';
import { addRow, finishedPicture, pictureRows } from '../picture/picture.js';
import { orientationIn } from './exif.js';
import { inflatedBytes } from './inflate.js';
import { unfilterRow } from './png_filter.js';
import { pixelReader } from './png_pixels.js';
import { cutShort, damagedPng } from './problem.js';

const SIGNATURE_LENGTH = 8;
// The bytes of a chunk besides its data: length, type, and checksum.
const FRAME = 12;
// Samples of a pixel, by colour type, and the depths in which they come.
const KINDS = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
// The passes of an interlaced picture: first column and row, and the steps between columns and rows (Adam7).
const PASSES = [
  [0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2],
];

// What stands before the pixels: sides, kind, palette, transparency and orientation, and the compressed `data`. All chunks have to
// be there, and the checksums of those that are needed to be right.
export function readPngHeader(bytes) {
  const header = { palette: null, transparency: null, orientation: 1, data: [] };
  for (const { name, data, isRight } of [...chunksOf(bytes)]) {
    const isNeeded = name[0] === name[0].toUpperCase();
    if (isNeeded && !isRight()) throw damagedPng(`the checksum of its chunk ${name} is wrong`);
    if (header.kind === undefined && name !== 'IHDR') throw damagedPng('it does not begin with its sides');
    if (name === 'IHDR') Object.assign(header, sidesAndKind(data));
    else if (name === 'PLTE') header.palette = data;
    else if (name === 'IDAT') header.data.push(data);
    else if (name === 'tRNS' && isRight()) header.transparency = data;
    else if (name === 'eXIf' && header.data.length === 0 && isRight()) header.orientation = orientationIn(data);
  }
  if (header.data.length === 0) throw damagedPng('it has no pixels');
  if (header.kind === 3 && !header.palette) throw damagedPng('its palette is missing');
  return header;
}

function* chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = SIGNATURE_LENGTH;
  for (;;) {
    if (at + 8 > bytes.length) throw cutShort();
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + length + FRAME;
    if (end > bytes.length) throw cutShort();
    if (name === 'IEND') return;
    const checked = bytes.subarray(at + 4, end - 4);
    yield { name, data: checked.subarray(4), isRight: () => checksumOf(checked) === view.getUint32(end - 4) };
    at = end;
  }
}

function sidesAndKind(data) {
  if (data.length !== 13) throw damagedPng('its sides are missing');
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const [depth, kind, , , interlacing] = data.subarray(8);
  if (!KINDS[kind]?.depths.includes(depth)) throw damagedPng(`there is no colour type ${kind} of ${depth} bits`);
  return { width: view.getUint32(0), height: view.getUint32(4), depth, kind, isInterlaced: interlacing === 1 };
}

// The picture of a header whose sides were checked.
export async function decodePng(header) {
  const { width, height, depth, kind, isInterlaced } = header;
  const bits = KINDS[kind].samples * depth;
  const take = pixelReader(header);
  const rows = pictureRows(width, height);
  const rgba = new Float32Array(4 * width);
  const add = (row) => {
    take(row, rgba);
    addRow(rows, rgba);
  };
  if (isInterlaced) {
    const whole = await interlacedRows(header, bits);
    const [isDue, rowBytes] = [partClock(), whole.length / height];
    for (let y = 0; y < height; y += 1) {
      add(whole.subarray(y * rowBytes, (y + 1) * rowBytes));
      if (isDue()) await otherTasks();
    }
  } else {
    await readRows(header.data, bits, [{ width, height, take: add }]);
  }
  return finishedPicture(rows, header.orientation);
}

// The rows of an interlaced picture, one behind the other, each of whole bytes.
async function interlacedRows({ width, height, data }, bits) {
  const rowBytes = Math.ceil((width * bits) / 8);
  const whole = new Uint8Array(rowBytes * height);
  const passes = PASSES.map(([left, top, across, down]) => {
    let y = top;
    return {
      width: Math.ceil(Math.max(width - left, 0) / across),
      height: Math.ceil(Math.max(height - top, 0) / down),
      take(row) {
        const to = whole.subarray(y * rowBytes, (y + 1) * rowBytes);
        spreadPixels(row, to, bits, left, across, this.width);
        y += down;
      },
    };
  });
  await readRows(data, bits, passes);
  return whole;
}

// Puts the pixels of a pass into their places in a row.
function spreadPixels(row, to, bits, left, across, count) {
  if (bits < 8) {
    const mask = (1 << bits) - 1;
    for (let pixel = 0; pixel < count; pixel += 1) {
      const [from, at] = [pixel * bits, (left + pixel * across) * bits];
      const value = (row[from >> 3] >> (8 - bits - (from & 7))) & mask;
      to[at >> 3] |= value << (8 - bits - (at & 7));
    }
    return;
  }
  const size = bits / 8;
  for (let pixel = 0; pixel < count; pixel += 1) {
    const at = (left + pixel * across) * size;
    for (let byte = 0; byte < size; byte += 1) to[at + byte] = row[pixel * size + byte];
  }
}

// Inflates the pixels, and gives each row, its filter undone, to its pass.
async function readRows(data, bits, passes) {
  const open = passes.filter((pass) => pass.width > 0 && pass.height > 0);
  const lengthOf = (pass) => 1 + Math.ceil((pass.width * bits) / 8);
  const all = open.reduce((sum, pass) => sum + pass.height * lengthOf(pass), 0);
  const pixelBytes = Math.max(bits >> 3, 1);
  let [pass, y, filled, row, above] = [0, 0, 0, null, null];
  const begin = () => {
    if (pass === open.length) return;
    row = new Uint8Array(lengthOf(open[pass]));
    above = new Uint8Array(row.length);
  };
  begin();
  const isDue = partClock();
  for await (const bytes of inflatedBytes(data, all)) {
    if (isDue()) await otherTasks();
    for (let at = 0; at < bytes.length && pass < open.length; ) {
      const part = bytes.subarray(at, at + row.length - filled);
      row.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < row.length) continue;
      unfilterRow(row, above, pixelBytes);
      open[pass].take(row.subarray(1));
      [row, above, filled, y] = [above, row, 0, y + 1];
      if (y === open[pass].height) {
        [pass, y] = [pass + 1, 0];
        begin();
      }
    }
  }
}

let checksums = null;

// CRC-32, of ISO 3309.
function checksumOf(bytes) {
  checksums ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    return sum;
  });
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) sum = checksums[(sum ^ bytes[at]) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
