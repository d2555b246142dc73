// The bytes that a zlib stream holds, as a browser inflates them.

import { damagedPng } from './problem.js';

const TOO_SHORT = 'it has fewer pixels than its sides say';
const HEADER = 2;
const CHECKSUM = 4;

// Yields the first `count` bytes that the parts of a stream hold, in pieces. As the server does, it leaves the stream's checksum
// aside: chunks have their own.
export async function* inflatedBytes(parts, count) {
  const stream = new Blob(parts);
  const [kind, flags] = new Uint8Array(await stream.slice(0, HEADER).arrayBuffer());
  const isZlib = (kind & 15) === 8 && kind >> 4 <= 7 && (flags & 32) === 0 && (kind * 256 + flags) % 31 === 0;
  if (!isZlib) throw damagedPng('its pixels are not compressed as they have to be');
  const packed = stream.slice(HEADER, Math.max(stream.size - CHECKSUM, HEADER)).stream();
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let left = count; left > 0; ) {
      const { value, done } = await nextPiece(reader);
      if (done) throw damagedPng(TOO_SHORT);
      const bytes = value.subarray(0, left);
      left -= bytes.length;
      yield bytes;
    }
  } finally {
    // What follows is of no use, and may be damaged.
    reader.cancel().catch(() => {});
  }
}

async function nextPiece(reader) {
  try {
    return await reader.read();
  } catch {
    throw damagedPng('its compressed pixels make no sense');
  }
}
