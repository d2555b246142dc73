// Numbers on a grid of pixels, row by row, in single precision. As plane.rs.

const f32 = Math.fround;
// That many values, about, are enough for a quantile.
const MOST_SORTED = 10_000;
// A block that fits into the cache.
const BLOCK = 32;

export function filledPlane(width, height) {
  return { width, height, values: new Float32Array(width * height) };
}

export function planeArea(plane) {
  return { left: 0, top: 0, right: plane.width, bottom: plane.height };
}

export function shorterSide(plane) {
  return Math.min(plane.width, plane.height);
}

export function mapPlane(plane, change) {
  const found = filledPlane(plane.width, plane.height);
  for (let at = 0; at < found.values.length; at += 1) found.values[at] = change(plane.values[at], at);
  return found;
}

// Combines two planes of one size.
export function combinedPlanes(plane, other, combine) {
  const found = filledPlane(plane.width, plane.height);
  for (let at = 0; at < found.values.length; at += 1) found.values[at] = combine(plane.values[at], other.values[at]);
  return found;
}

// The values of the outermost pixels.
export function outermostValues({ width, height, values }) {
  return values.filter((_, at) => {
    const x = at % width;
    return x === 0 || x === width - 1 || at < width || at >= width * (height - 1);
  });
}

export function transposedPlane({ width, height, values }) {
  const found = filledPlane(height, width);
  for (let top = 0; top < height; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, height);
    for (let left = 0; left < width; left += BLOCK) {
      const right = Math.min(left + BLOCK, width);
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) found.values[x * height + y] = values[y * width + x];
      }
    }
  }
  return found;
}

// The plane seen in a mirror: left is right.
export function mirroredPlane({ width, height, values }) {
  const found = { width, height, values: values.slice() };
  for (let y = 0; y < height; y += 1) found.values.subarray(y * width, (y + 1) * width).reverse();
  return found;
}

// The plane turned by 180 degrees.
export function upsideDownPlane({ width, height, values }) {
  return { width, height, values: values.slice().reverse() };
}

export function cutPlane(plane, area) {
  const found = filledPlane(area.right - area.left, area.bottom - area.top);
  for (let y = 0; y < found.height; y += 1) {
    const start = (area.top + y) * plane.width + area.left;
    found.values.set(plane.values.subarray(start, start + found.width), y * found.width);
  }
  return found;
}

// The mean of each square of `factor` x `factor` pixels; squares at the right and lower border are cut.
export function reducedPlane(plane, factor) {
  if (factor <= 1) return plane;
  const found = filledPlane(Math.ceil(plane.width / factor), Math.ceil(plane.height / factor));
  const sums = found.values;
  for (let y = 0; y < plane.height; y += 1) {
    const row = y * plane.width;
    let to = Math.floor(y / factor) * found.width;
    for (let left = 0; left < plane.width; left += factor) {
      const right = Math.min(left + factor, plane.width);
      let sum = 0;
      for (let x = left; x < right; x += 1) sum = f32(sum + plane.values[row + x]);
      sums[to] += sum;
      to += 1;
    }
  }
  const length = (index, all) => Math.min(all - index * factor, factor);
  for (let at = 0; at < sums.length; at += 1) {
    sums[at] /= length(at % found.width, plane.width) * length(Math.floor(at / found.width), plane.height);
  }
  return found;
}

// Interpolates the plane, a reduced one, linearly to the size it had before.
export function enlargedPlane(plane, factor, width, height) {
  if (factor <= 1) return plane;
  const found = filledPlane(width, height);
  const columns = Array.from({ length: width }, (_, x) => neighboursOf(x, factor, plane.width));
  const line = new Float32Array(plane.width);
  for (let y = 0; y < height; y += 1) {
    const { first, second, share } = neighboursOf(y, factor, plane.height);
    const [above, below] = [first * plane.width, second * plane.width];
    for (let x = 0; x < plane.width; x += 1) line[x] = between(plane.values[above + x], plane.values[below + x], share);
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      const column = columns[x];
      found.values[row + x] = between(line[column.first], line[column.second], column.share);
    }
  }
  return found;
}

function between(a, b, share) {
  return a + f32(share * f32(b - a));
}

// The two places of a reduced line that a place of the whole line lies between, and how near to the second.
function neighboursOf(at, factor, length) {
  const place = Math.min(Math.max(f32(f32(f32(at + 0.5) / factor) - 0.5), 0), length - 1);
  const first = Math.trunc(place);
  return { first, second: Math.min(first + 1, length - 1), share: f32(place - first) };
}

// The value that a fraction of all values of a plane is less than, as far as one in several tells.
export function quantileOfPlane({ values }, fraction) {
  return quantileOf(everySecond(values, Math.max(Math.floor(values.length / MOST_SORTED), 1)), fraction);
}

// The value that a fraction of all values is less than; 0 if there is none. Of many, some are looked at.
export function quantileOf(values, fraction) {
  const step = Math.floor(values.length / MOST_SORTED);
  return step > 1 ? quantileOf(everySecond(values, step), fraction) : quantileOfAll(values, fraction);
}

// The value that a fraction of all values is less than; 0 if there is none. All are looked at.
export function quantileOfAll(values, fraction) {
  if (values.length === 0) return 0;
  return selected(values.slice(), Math.round((values.length - 1) * fraction));
}

// The first value, and each that follows by `step`.
export function everySecond(values, step) {
  if (step === 1) return values;
  const found = new Float32Array(Math.ceil(values.length / step));
  for (let at = 0; at < found.length; at += 1) found[at] = values[at * step];
  return found;
}

// The value that would be at a place if the values were sorted. By C. A. R. Hoare's method, "Algorithm 65: Find" (1961).
function selected(values, at) {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[at];
    let [low, high] = [from, to];
    while (low <= high) {
      while (values[low] < pivot) low += 1;
      while (values[high] > pivot) high -= 1;
      if (low <= high) {
        const value = values[low];
        values[low] = values[high];
        values[high] = value;
        low += 1;
        high -= 1;
      }
    }
    if (high < at) from = low;
    if (low > at) to = high;
  }
  return values[at];
}
