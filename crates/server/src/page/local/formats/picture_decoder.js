// Picture files: recognized by their content, checked before they are decoded, and read. As picture_decoder.rs.

import { describedForeignFile } from './foreign_file.js';
import { decodeJpeg, readJpegHeader } from './jpeg.js';
import { decodePng, readPngHeader } from './png.js';
import { PictureProblem, cutShort } from './problem.js';

// The largest picture, in million pixels, as the server has it.
const MOST_MEGAPIXELS = 50;
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff);

// Reads a picture from the content of a file, a Blob. Throws a PictureProblem that says why it cannot be read.
export async function readPicture(blob) {
  const { decode, header } = await openedPicture(blob);
  return decode(header);
}

// Checks what stands before the pixels of a picture, which takes no time. Throws a PictureProblem as well.
export async function openedPicture(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (bytes.length === 0) throw new PictureProblem('expected a picture, found nothing');
  if (beginsWith(bytes, PNG)) return opened(readPngHeader(bytes), decodePng);
  if (beginsWith(bytes, JPEG)) return opened(readJpegHeader(bytes), decodeJpeg);
  if (beginsWith(PNG, bytes)) throw cutShort();
  throw new PictureProblem(`expected a PNG or JPEG picture, found ${describedForeignFile(bytes)}`);
}

function opened(header, decode) {
  checkSides(header);
  return { header, decode };
}

function beginsWith(bytes, start) {
  return start.length <= bytes.length && start.every((byte, at) => byte === bytes[at]);
}

function checkSides({ width, height }) {
  const pixels = width * height;
  if (pixels >= 1 && pixels <= MOST_MEGAPIXELS * 1e6) return;
  throw new PictureProblem(`expected a picture of 1 to ${MOST_MEGAPIXELS} million pixels, found ${width} x ${height}: save it smaller`);
}
