// Images that are given as numbers, checked: 20 x 20 or 28 x 28, as the server takes them.

import { rowsOfColumns } from './pixel_order.js';
import { imresize } from './resize.js';

// Returns each image as one digit without a place: 400 pixels, column by column. Ink is 1, or, if a number is above 1, 255.
export function digitsOfImages(images, pixelOrder) {
  const most = images[0]?.length;
  for (const [at, image] of images.entries()) {
    if (image.length !== 400 && image.length !== 784) {
      throw new RangeError(`image ${at}: expected 400 or 784 numbers, found ${image.length}`);
    }
    if (image.length !== most) throw new RangeError(`image ${at}: expected ${most} numbers as before, found ${image.length}`);
    if (!Array.prototype.every.call(image, Number.isFinite)) throw new RangeError(`image ${at}: expected finite numbers`);
  }
  const isInBytes = images.some((image) => image.some((value) => value > 1));
  return images.map((image) => {
    const ink = Float32Array.from(image, (value) => (isInBytes ? Math.fround(value) / 255 : value));
    return {
      pixels: columnsOf(ink, pixelOrder),
      looksLike: null,
      refusal: ink.every((value) => value <= 0) ? { status: 'blank' } : null,
    };
  });
}

function columnsOf(ink, pixelOrder) {
  const isInColumns = pixelOrder === 'column';
  if (ink.length === 400) return isInColumns ? ink : Float32Array.from(rowsOfColumns(ink));
  if (!isInColumns) return imresize(ink, 28, 28);
  return imresize(ink.map((_, at) => ink[(at % 28) * 28 + Math.floor(at / 28)]), 28, 28);
}
