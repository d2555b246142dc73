// How far each pixel of a shape, where there is more ink than half, is from its edge. As distance.rs.

const SHAPE = 0.5;
// A step to a pixel that touches at a corner.
const DIAGONAL = Math.fround(1.4);
const FAR = 3.4028234663852886e38; // the largest number in single precision

// The distance of each pixel of the shape from the nearest pixel that is not, in pixels; outside there is no shape.
export function distancesInside(ink) {
  const isMeasured = ink.values.map((value) => (value > SHAPE ? 1 : 0));
  return chamferDistances(ink, isMeasured, 0);
}

// The distance of each pixel outside of the shape from the nearest pixel of it, in pixels.
export function distancesOutside(ink) {
  const isMeasured = ink.values.map((value) => (value > SHAPE ? 0 : 1));
  return chamferDistances(ink, isMeasured, FAR);
}

// By two passes with steps of 1 and 1.4 (chamfer distance; Borgefors, "Distance transformations in digital images", 1986).
function chamferDistances({ width, height }, isMeasured, beyond) {
  const wide = width + 2;
  const padded = new Float32Array(wide * (height + 2)).fill(beyond);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      padded[(y + 1) * wide + x + 1] = isMeasured[y * width + x] > 0 ? FAR : 0;
    }
  }
  for (let at = wide + 1; at < wide * (height + 1); at += 1) {
    if (padded[at] > 0) {
      const straight = Math.min(padded[at - 1], padded[at - wide]) + 1;
      const diagonal = Math.min(padded[at - wide - 1], padded[at - wide + 1]) + DIAGONAL;
      padded[at] = Math.min(straight, diagonal);
    }
  }
  for (let at = wide * (height + 1) - 2; at >= wide; at -= 1) {
    if (padded[at] > 0) {
      const straight = Math.min(padded[at + 1], padded[at + wide]) + 1;
      const diagonal = Math.min(padded[at + wide + 1], padded[at + wide - 1]) + DIAGONAL;
      padded[at] = Math.min(padded[at], straight, diagonal);
    }
  }
  const distances = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = (y + 1) * wide + 1;
    distances.set(padded.subarray(start, start + width), y * width);
  }
  return distances;
}
