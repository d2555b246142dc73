// The bits of a JPEG file's entropy-coded data, and its Huffman codes. As jpeg_bits.rs.
//
// Source: ITU-T T.81, sections B.1.1.5 (byte stuffing), C (Huffman tables) and F.2.2.3 (decoding).

import { cutShort, damagedJpeg } from './problem.js';

// Words of up to so many bits are looked up at once.
const SHORT = 9;

// Reads bits until the next marker or the end of the file.
class Bits {
  constructor(bytes, position) {
    this.bytes = bytes;
    this.position = position; // of the next byte that is not in the buffer
    this.buffer = 0; // the bits that were read ahead, the next one above the others
    this.count = 0; // how many bits of the buffer are valid
  }

  // Reads more bits, at least 16 if there are so many.
  fill() {
    const { bytes } = this;
    while (this.count <= 24 && this.position < bytes.length) {
      const byte = bytes[this.position];
      // In the data, a zero follows each FF.
      if (byte === 0xff && bytes[this.position + 1] !== 0) return;
      this.position += byte === 0xff ? 2 : 1;
      this.buffer = (this.buffer << 8) | byte;
      this.count += 8;
    }
  }

  // The next 16 bits, with zeros behind the last one.
  peek() {
    if (this.count < 16) this.fill();
    const { buffer, count } = this;
    return (count >= 16 ? buffer >>> (count - 16) : buffer << (16 - count)) & (count >= 16 ? 0xffff : 0xffff & -(1 << (16 - count)));
  }

  skip(count) {
    if (this.count < count) this.fill();
    if (this.count < count) throw this.flaw();
    this.count -= count;
  }

  // Reads `count` bits, at most 16.
  take(count) {
    this.skip(count);
    return (this.buffer >>> this.count) & ((1 << count) - 1);
  }

  // A coefficient of `length` bits: below half of what they hold it is negative.
  coefficient(length) {
    if (length === 0) return 0;
    if (length > 16) throw this.flaw();
    const value = this.take(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  // The value of the next word of a code.
  decode(table) {
    if (!table) throw this.flaw();
    const next = this.peek();
    const short = table.short[next >> (16 - SHORT)];
    if (short > 0) {
      this.skip(short >> 8);
      return short & 0xff;
    }
    for (let length = SHORT + 1; length <= 16; length += 1) {
      if (next >= table.limits[length]) continue;
      this.skip(length);
      return table.values[table.offsets[length] + (next >> (16 - length))];
    }
    throw this.flaw();
  }

  // The flaw of data that is shorter than the picture, or that makes no sense here.
  flaw() {
    const isAtEnd = this.bytes.length <= this.position + 1;
    return isAtEnd && this.count < 16 ? cutShort() : damagedJpeg(this.position);
  }
}

export function bitsFrom(bytes, position) {
  return new Bits(bytes, position);
}

// Ends the data before a marker and returns its position. Less than a byte of padding may remain, and bytes of zeros or ones,
// which some programs write.
export function endOfBits(bits) {
  bits.skip(bits.count % 8);
  for (;;) {
    bits.fill();
    if (bits.count === 0) return bits.position;
    const byte = bits.take(8);
    if (byte !== 0 && byte !== 0xff) throw damagedJpeg(bits.position);
  }
}

// The code of some numbers of words of each length, 1 to 16 bits, and their values; null if there is no such code.
export function huffmanTable(counts, values) {
  const limits = new Int32Array(17);
  const offsets = new Int32Array(17);
  const short = new Uint16Array(1 << SHORT);
  let [word, index] = [0, 0];
  for (let length = 1; length <= 16; length += 1) {
    const count = counts[length - 1];
    if (word + count > 1 << length) return null;
    offsets[length] = index - word;
    if (length <= SHORT) {
      const each = 1 << (SHORT - length);
      for (let at = 0; at < count; at += 1) short.fill((length << 8) | values[index + at], (word + at) * each, (word + at + 1) * each);
    }
    index += count;
    word += count;
    limits[length] = word << (16 - length);
    word <<= 1;
  }
  return { limits, offsets, short, values };
}
