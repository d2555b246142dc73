// How far each pixel of a shape, where there is more ink than half, is from its edge. As distance.rs.

const f32 = Math.fround;
const SHAPE = 0.5;
// A step to a pixel that touches at a corner.
const DIAGONAL = f32(1.4);
const FAR = 3.4028234663852886e38; // the largest number in single precision

// The distance of each pixel of the shape from the nearest pixel that is not, in pixels; outside there is no shape.
export function distancesInside(ink) {
  return chamferDistances(ink, [0, FAR], 0);
}

// The distance of each pixel outside of the shape from the nearest pixel of it, in pixels.
export function distancesOutside(ink) {
  return chamferDistances(ink, [FAR, 0], FAR);
}

// By two passes with steps of 1 and 1.4 (chamfer distance; Borgefors, "Distance transformations in digital images", 1986).
// It begins with one distance outside of the shape and one inside, and with that `beyond` the borders.
function chamferDistances({ width, height, values }, [outside, inside], beyond) {
  const wide = width + 2;
  const padded = new Float32Array(wide * (height + 2)).fill(beyond);
  for (let y = 0; y < height; y += 1) {
    const to = (y + 1) * wide + 1;
    for (let x = 0; x < width; x += 1) padded[to + x] = values[y * width + x] > SHAPE ? inside : outside;
  }
  for (let at = wide + 1; at < wide * (height + 1); at += 1) {
    if (padded[at] > 0) padded[at] = nearest(padded[at - 1], padded[at - wide], padded[at - wide - 1], padded[at - wide + 1]);
  }
  for (let at = wide * (height + 1) - 2; at >= wide; at -= 1) {
    const before = padded[at];
    if (before > 0) {
      const found = nearest(padded[at + 1], padded[at + wide], padded[at + wide + 1], padded[at + wide - 1]);
      if (found < before) padded[at] = found;
    }
  }
  const distances = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = (y + 1) * wide + 1;
    distances.set(padded.subarray(start, start + width), y * width);
  }
  return distances;
}

// Past one of two pixels beside this one, or one of two at its corners.
function nearest(beside, above, corner, other) {
  const straight = (beside < above ? beside : above) + 1;
  const diagonal = (corner < other ? corner : other) + DIAGONAL;
  return straight < diagonal ? straight : diagonal;
}

// The radius of the largest disc in a shape, in pixels.
export function largestDistance(ink) {
  return distancesInside(ink).reduce((largest, distance) => Math.max(largest, distance), 0);
}

// The mean width of strokes, by the distances of all pixels in them from their edges; 1 if there are none.
export function meanWidth(distances) {
  let [count, sum] = [0, 0];
  for (let at = 0; at < distances.length; at += 1) {
    if (distances[at] > 0) {
      count += 1;
      sum = f32(sum + distances[at]);
    }
  }
  return widthOfMean(f32(sum / Math.max(count, 1)));
}

// The width of strokes whose pixels have that mean distance from their edges: across a stroke, distances rise from 1 to half its
// width.
export function widthOfMean(distance) {
  return Math.max(f32(f32(4 * distance) - 2), 1);
}
