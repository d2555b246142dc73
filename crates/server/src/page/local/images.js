// Images that are given as numbers, checked: 20 x 20 or 28 x 28, as the server takes them.

import { rowsOfColumns } from './pixel_order.js';
import { imresize } from './resize.js';

const BYTE_INK = 255;

// Returns each image as one digit without a place: 400 pixels, column by column. Ink is 1, or, if a number is above 1, 255.
export function digitsOfImages(images, pixelOrder) {
  if (images.length === 0) throw new RangeError('images: expected at least one');
  images.forEach((image, at) => checkImage(image, at, images[0].length));
  const singles = images.map((image) => Float32Array.from(image));
  const isInBytes = singles.some((image) => image.some((value) => value > 1));
  return singles.map((image) => {
    const ink = isInBytes ? image.map((value) => value / BYTE_INK) : image;
    return {
      pixels: inColumns(ink, pixelOrder === 'column'),
      looksLike: null,
      refusal: ink.every((value) => value <= 0) ? { status: 'blank' } : null,
    };
  });
}

function checkImage(image, at, length) {
  const place = `images[${at}]`;
  if (![400, 784].includes(image.length)) {
    throw new RangeError(`${place}: expected 400 or 784 numbers, found ${image.length}`);
  }
  if (image.length !== length) {
    throw new RangeError(`${place}: expected ${length} numbers as in the first image, found ${image.length}`);
  }
  const outside = Array.prototype.findIndex.call(image, (value) => !(value >= 0 && value <= BYTE_INK));
  if (outside >= 0) {
    const found = `found ${image[outside]}`;
    throw new RangeError(`${place}[${outside}]: expected a number from 0 to 1, or to 255, ${found}`);
  }
}

function inColumns(ink, areColumns) {
  if (ink.length === 400) return areColumns ? ink : Float32Array.from(rowsOfColumns(ink));
  const rows = areColumns ? ink.map((_, at) => ink[(at % 28) * 28 + Math.floor(at / 28)]) : ink;
  return imresize(rows, 28, 28);
}
