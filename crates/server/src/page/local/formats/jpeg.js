// JPEG files, baseline and progressive, decoded as the server decodes them, to the same levels.
//
// Browsers differ by some levels, fill in grey for what is missing, and some falsify what is read back from a canvas. Every code
// of every block is read: each stretch between two markers has to hold exactly its blocks. As jpeg.rs, which checks the same, and
// the decoder zune-jpeg.
//
// Source: ITU-T T.81, section B.2 (markers).

import { otherTasks, partClock } from '../parts_of_work.js';
import { finishedPicture } from '../picture/picture.js';
import { orientationIn } from './exif.js';
import { bitsFrom, endOfBits, huffmanTable } from './jpeg_bits.js';
import { parseFrame, parseScan, unitsOf } from './jpeg_frame.js';
import { rowsOfJpeg } from './jpeg_rows.js';
import { beginStretch, decodeUnit, isStretchComplete, transformBlocks } from './jpeg_scan.js';
import { cutShort, damagedJpeg, unreadJpeg } from './problem.js';

const MOST_SCANS = 100;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

// Reads up to the first scan: the sides, the components, the orientation and the tables.
export function readJpegHeader(bytes) {
  const file = {
    bytes,
    position: 2,
    frame: null,
    orientation: 1,
    adobe: null, // how a program of Adobe coded the colours
    quantization: [],
    tables: [[], []], // of means and of bands, by number
    restartInterval: 0, // units between two restart markers; 0 without such markers
  };
  for (;;) {
    const marker = nextMarker(file);
    if (marker === END_OF_IMAGE) throw cutShort();
    if (marker === START_OF_SCAN) break;
    readSegment(file, marker);
  }
  if (!file.frame) throw damagedJpeg(file.position);
  const [height, width] = file.frame.size;
  return { width, height, file };
}

// The picture of a header whose sides were checked.
export async function decodeJpeg({ file }) {
  const isDue = partClock();
  let scans = 0;
  let marker = START_OF_SCAN;
  for (const component of file.frame.components) component.prepare();
  while (marker !== END_OF_IMAGE) {
    if (marker === START_OF_SCAN) {
      scans += 1;
      if (scans > MOST_SCANS) throw unreadJpeg(`it has more than ${MOST_SCANS} scans`);
      await readScan(file, isDue);
    } else {
      readSegment(file, marker);
    }
    marker = nextMarker(file);
  }
  const { frame } = file;
  if (!frame.components.every(({ hasMean }) => hasMean)) throw cutShort();
  if (frame.isProgressive) {
    for (const component of frame.components) {
      for (let row = 0; row < component.rows; row += 1) {
        transformBlocks(component, row);
        if (isDue()) await otherTasks();
      }
    }
  }
  return finishedPicture(await rowsOfJpeg(frame, file.adobe, isDue), file.orientation);
}

// Finds the next marker and returns its second byte; the first is FF.
function nextMarker(file) {
  const { bytes } = file;
  for (let at = file.position; at + 1 < bytes.length; at += 1) {
    if (bytes[at] !== 0xff || bytes[at + 1] === 0 || bytes[at + 1] === 0xff) continue;
    file.position = at + 2;
    return bytes[at + 1];
  }
  throw cutShort();
}

// The segment that follows a marker, without its length.
function segmentOf(file) {
  const { bytes, position } = file;
  if (position + 2 > bytes.length) throw cutShort();
  const length = bytes[position] * 256 + bytes[position + 1];
  if (length < 2) throw damagedJpeg(position);
  if (position + length > bytes.length) throw cutShort();
  file.position += length;
  return bytes.subarray(position + 2, position + length);
}

function readSegment(file, marker) {
  // Markers without a segment: restart, start of image, TEM.
  if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) return;
  if (marker >= 0xc0 && marker <= 0xc2) {
    const frame = parseFrame(segmentOf(file), marker === 0xc2);
    if (!frame || file.frame) throw unreadJpeg('it is a JPEG of a rare kind');
    file.frame = frame;
  } else if (marker === 0xc4) readHuffmanTables(file);
  else if (marker === 0xdb) readQuantization(file);
  else if (marker === 0xdd) {
    const [high = 0, low = 0] = segmentOf(file);
    file.restartInterval = high * 256 + low;
  } else if ((marker >= 0xc3 && marker <= 0xcf) || marker === 0xdc) {
    // Lossless, hierarchical and arithmetic coding, and a height that follows later.
    throw unreadJpeg('it is a JPEG of a rare kind');
  } else readApplication(file, marker, segmentOf(file));
}

function readApplication(file, marker, segment) {
  const name = String.fromCharCode(...segment.subarray(0, 6));
  if (marker === 0xe1 && name === 'Exif\0\0') file.orientation = orientationIn(segment.subarray(6));
  if (marker === 0xee && name.startsWith('Adobe') && segment.length >= 12) file.adobe = segment[11];
}

function readHuffmanTables(file) {
  const segment = segmentOf(file);
  for (let at = 0; at < segment.length; ) {
    const [kind, number] = [segment[at] >> 4, segment[at] & 15];
    const counts = segment.subarray(at + 1, at + 17);
    const length = counts.reduce((sum, count) => sum + count, 0);
    const values = segment.subarray(at + 17, at + 17 + length);
    const table = counts.length === 16 && values.length === length ? huffmanTable(counts, values) : null;
    if (!table || kind > 1 || number > 3) throw damagedJpeg(file.position);
    file.tables[kind][number] = table;
    at += 17 + length;
  }
}

function readQuantization(file) {
  const segment = segmentOf(file);
  for (let at = 0; at < segment.length; ) {
    const size = segment[at] >> 4 === 0 ? 1 : 2;
    const values = segment.subarray(at + 1, at + 1 + 64 * size);
    if (values.length < 64 * size) throw damagedJpeg(file.position);
    const value = (index) => (size === 1 ? values[index] : values[2 * index] * 256 + values[2 * index + 1]);
    file.quantization[segment[at] & 15] = Int32Array.from({ length: 64 }, (_, index) => value(index));
    at += 1 + 64 * size;
  }
}

// Reads all blocks of a scan.
async function readScan(file, isDue) {
  const { frame, restartInterval, bytes } = file;
  const scan = parseScan(frame, segmentOf(file), file);
  if (!scan) throw damagedJpeg(file.position);
  const [rows, columns] = unitsOf(frame, scan.parts);
  let bits = bitsFrom(bytes, file.position);
  let stretch = beginStretch(scan);
  for (let unit = 0; unit < rows * columns; unit += 1) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      const number = (unit / restartInterval - 1) % 8;
      bits = bitsFrom(bytes, afterRestart(bytes, endOfStretch(bits, stretch), number));
      stretch = beginStretch(scan);
    }
    decodeUnit(bits, stretch, unit, columns);
    if (unit % columns === 0 && isDue()) await otherTasks();
  }
  file.position = endOfStretch(bits, stretch);
}

// Ends a stretch of data and returns the position of the marker that follows.
function endOfStretch(bits, stretch) {
  if (!isStretchComplete(stretch)) throw bits.flaw();
  return endOfBits(bits);
}

// Skips the restart marker of this number.
function afterRestart(bytes, position, number) {
  let at = position;
  while (bytes[at] === 0xff) at += 1;
  if (at >= bytes.length) throw cutShort();
  if (at === position || bytes[at] !== 0xd0 + number) throw damagedJpeg(position);
  return at + 1;
}
