// The bytes that a zlib stream holds, as a browser inflates them.

import { PictureProblem, damagedPng } from './problem.js';

const TOO_SHORT = 'it has fewer pixels than its sides say';
const HEADER = 2;
const CHECKSUM = 4;
// Bytes that are inflated at once.
const PIECE = 32_768;

// Yields the first `count` bytes that the parts of a stream hold, in pieces. As the server does, it leaves the stream's checksum
// aside: chunks have their own.
export async function* inflatedBytes(parts, count) {
  const packed = joinedParts(parts);
  const [kind = 0, flags = 0] = packed;
  const isZlib = (kind & 15) === 8 && kind >> 4 <= 7 && (flags & 32) === 0 && (kind * 256 + flags) % 31 === 0;
  if (!isZlib) throw damagedPng('its pixels are not compressed as they have to be');
  const inflated = piecesOf(packed.subarray(HEADER, -CHECKSUM)).pipeThrough(inflatingStream());
  const reader = inflated.getReader();
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

function inflatingStream() {
  try {
    return new DecompressionStream('deflate-raw');
  } catch {
    throw new PictureProblem('this browser is too old to read PNG pictures; a JPEG can be read');
  }
}

function joinedParts(parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function piecesOf(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
      else controller.close();
      at += PIECE;
    },
  });
}

async function nextPiece(reader) {
  try {
    return await reader.read();
  } catch {
    throw damagedPng('its compressed pixels make no sense');
  }
}
