// One scan of a JPEG file: from the codes of its blocks to coefficients, and from these to levels. As jpeg_scan.rs.
//
// Source: ITU-T T.81, sections F.2.2 (sequential) and G.1.2 (progressive).

import { inverseTransform } from './jpeg_transform.js';

// Where a coefficient is in its block, in the order in which they are coded.
const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49,
  56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
);
const KINDS = {
  sequential: sequentialBlock,
  'first mean': firstMean,
  'refined mean': refinedMean,
  'first band': firstBand,
  'refined band': refinedBand,
};

// What a block of a stretch between two markers hands on to the next ones: the mean of each component, and the blocks that follow
// in which the band ends at its start.
export function beginStretch({ parts, pass }) {
  return { parts, pass, decode: KINDS[pass.kind], means: parts.map(() => 0), emptyBlocks: 0 };
}

// Whether the data may end here.
export function isStretchComplete({ emptyBlocks }) {
  return emptyBlocks === 0;
}

// Decodes the blocks of a unit, of which `columns` are side by side.
export function decodeUnit(bits, stretch, unit, columns) {
  const [x, y] = [unit % columns, Math.floor(unit / columns)];
  stretch.parts.forEach((part, at) => {
    const [down, across] = stretch.parts.length === 1 ? [1, 1] : part.component.sampling;
    for (let row = y * down; row < (y + 1) * down; row += 1) {
      for (let column = x * across; column < (x + 1) * across; column += 1) decodeBlock(bits, stretch, part, at, row, column);
    }
  });
  if (stretch.pass.start === 0) for (const { component } of stretch.parts) component.hasMean = true;
}

function decodeBlock(bits, stretch, part, at, row, column) {
  const { component } = part;
  const block = component.columns * row + column;
  if (component.isProgressive) {
    stretch.decode(bits, stretch, part, at, component.coefficients, 64 * block);
    return;
  }
  component.coefficients.fill(0);
  stretch.decode(bits, stretch, part, at, component.coefficients, 0);
  transformBlock(component, 0, row, column);
}

// Makes levels of a row of blocks, once all coefficients are known.
export function transformBlocks(component, row) {
  for (let column = 0; column < component.columns; column += 1) transformBlock(component, 64 * (component.columns * row + column), row, column);
}

function transformBlock({ coefficients, table, levels, columns }, start, row, column) {
  inverseTransform(coefficients, start, naturalOrder(table), levels, 64 * columns * row + 8 * column, 8 * columns);
}

const ordered = new WeakMap();

// A table of quantization in the order of coefficients in a block.
function naturalOrder(table) {
  if (!ordered.has(table)) {
    const natural = new Int32Array(64);
    table.forEach((value, at) => {
      natural[ZIGZAG[at]] = value;
    });
    ordered.set(table, natural);
  }
  return ordered.get(table);
}

function sequentialBlock(bits, stretch, part, at, coefficients, start) {
  stretch.means[at] += bits.coefficient(bits.decode(part.mean));
  coefficients[start] = stretch.means[at];
  for (let index = 1; index < 64; ) {
    const value = bits.decode(part.band);
    const [zeros, length] = [value >> 4, value & 15];
    if (length === 0 && zeros < 15) return;
    if (length === 0) {
      index += 16;
      continue;
    }
    index += zeros;
    if (index > 63) throw bits.flaw();
    coefficients[start + ZIGZAG[index]] = bits.coefficient(length);
    index += 1;
  }
}

function firstMean(bits, stretch, part, at, coefficients, start) {
  stretch.means[at] += bits.coefficient(bits.decode(part.mean));
  coefficients[start] = stretch.means[at] << stretch.pass.low;
}

function refinedMean(bits, { pass }, _part, _at, coefficients, start) {
  coefficients[start] |= bits.take(1) << pass.low;
}

function firstBand(bits, stretch, part, _at, coefficients, start) {
  if (stretch.emptyBlocks > 0) {
    stretch.emptyBlocks -= 1;
    return;
  }
  const { pass } = stretch;
  for (let index = pass.start; index <= pass.end; ) {
    const value = bits.decode(part.band);
    const [zeros, length] = [value >> 4, value & 15];
    if (length === 0 && zeros < 15) {
      stretch.emptyBlocks = (1 << zeros) + bits.take(zeros) - 1;
      return;
    }
    if (length === 0) {
      index += 16;
      continue;
    }
    index += zeros;
    if (index > pass.end) throw bits.flaw();
    coefficients[start + ZIGZAG[index]] = bits.coefficient(length) << pass.low;
    index += 1;
  }
}

function refinedBand(bits, stretch, part, _at, coefficients, start) {
  const { pass } = stretch;
  const bit = 1 << pass.low;
  // One more bit of a coefficient that is not 0 yet.
  const refine = (place) => {
    if (bits.take(1) === 1 && (coefficients[place] & bit) === 0) coefficients[place] += coefficients[place] > 0 ? bit : -bit;
  };
  let index = pass.start;
  while (index <= pass.end && stretch.emptyBlocks === 0) {
    const value = bits.decode(part.band);
    let zeros = value >> 4;
    const length = value & 15;
    if (length === 0 && zeros < 15) {
      stretch.emptyBlocks = (1 << zeros) + bits.take(zeros);
      break;
    }
    const added = length > 0 && bits.take(1) === 1 ? bit : -bit;
    for (; index <= pass.end; index += 1) {
      const place = start + ZIGZAG[index];
      if (coefficients[place] !== 0) refine(place);
      else if (zeros === 0) break;
      else zeros -= 1;
    }
    if (length > 0) {
      if (index > pass.end) throw bits.flaw();
      coefficients[start + ZIGZAG[index]] = added;
    }
    index += 1;
  }
  if (stretch.emptyBlocks === 0) return;
  for (; index <= pass.end; index += 1) {
    const place = start + ZIGZAG[index];
    if (coefficients[place] !== 0) refine(place);
  }
  stretch.emptyBlocks -= 1;
}
