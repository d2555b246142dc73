// A picture in memory, as the preparation takes it: made row by row, so that a large one is never in memory as a whole. As
// picture.rs.

import { filledPlane, mirroredPlane, transposedPlane, upsideDownPlane } from '../plane.js';

// At most so many pixels are looked at; larger pictures are reduced first. A digit that fills a seventh of the shorter side of a
// photograph still has 45 pixels.
const WORKING_PIXELS = 200_000;
// What turns a picture upright, by its orientation in Exif, and mirrors it.
const UPRIGHT = {
  1: (plane) => plane,
  2: mirroredPlane,
  3: upsideDownPlane,
  4: (plane) => mirroredPlane(upsideDownPlane(plane)),
  5: transposedPlane,
  6: (plane) => mirroredPlane(transposedPlane(plane)),
  7: (plane) => upsideDownPlane(transposedPlane(plane)),
  8: (plane) => upsideDownPlane(mirroredPlane(transposedPlane(plane))),
};

// The rows of a picture, of which neither side may be 0.
export function pictureRows(width, height) {
  const reduced = (factor) => [Math.ceil(width / factor), Math.ceil(height / factor)];
  let reduction = 1;
  while (reduced(reduction)[0] * reduced(reduction)[1] > WORKING_PIXELS) reduction += 1;
  // Sums of red, green and blue, each times the opacity, and of the opacity.
  const sums = [0, 1, 2, 3].map(() => filledPlane(...reduced(reduction)));
  return { width, height, reduction, count: 0, sums };
}

// Adds the next row: red, green, blue and opacity of each pixel, in [0, 1].
export function addRow(rows, rgba) {
  const [red, green, blue, opacity] = rows.sums.map(({ values }) => values);
  let at = Math.floor(rows.count / rows.reduction) * rows.sums[0].width;
  rows.count += 1;
  let left = rows.reduction;
  for (let from = 0; from < 4 * rows.width; from += 4) {
    if (left === 0) {
      at += 1;
      left = rows.reduction;
    }
    left -= 1;
    const share = rgba[from + 3];
    red[at] += Math.fround(rgba[from] * share);
    green[at] += Math.fround(rgba[from + 1] * share);
    blue[at] += Math.fround(rgba[from + 2] * share);
    opacity[at] += share;
  }
}

// The picture of all rows, upright: its `channels` red, green, blue and opacity in [0, 1], and by which number its sides were
// divided, the `reduction`.
export function finishedPicture({ width, height, reduction, sums }, orientation) {
  const opacity = sums[3];
  const length = (index, all) => Math.min(all - index * reduction, reduction);
  for (let at = 0; at < opacity.values.length; at += 1) {
    const opaque = opacity.values[at];
    for (let color = 0; color < 3; color += 1) {
      sums[color].values[at] = opaque > 0 ? sums[color].values[at] / opaque : 1;
    }
    const pixels = length(at % opacity.width, width) * length(Math.floor(at / opacity.width), height);
    opacity.values[at] = opaque / pixels;
  }
  return { channels: sums.map(UPRIGHT[orientation]), reduction };
}
