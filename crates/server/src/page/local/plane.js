// Numbers on a grid of pixels, row by row, in single precision. As plane.rs.

// That many values, about, are enough for a quantile.
const MOST_SORTED = 10_000;

export function filledPlane(width, height) {
  return { width, height, values: new Float32Array(width * height) };
}

export function planeArea(plane) {
  return { left: 0, top: 0, right: plane.width, bottom: plane.height };
}

export function mapPlane(plane, change) {
  const found = filledPlane(plane.width, plane.height);
  for (let at = 0; at < found.values.length; at += 1) found.values[at] = change(plane.values[at], at);
  return found;
}

export function transposedPlane(plane) {
  const { width, height, values } = plane;
  const found = filledPlane(height, width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) found.values[x * height + y] = values[y * width + x];
  }
  return found;
}

export function cutPlane(plane, area) {
  const found = filledPlane(area.right - area.left, area.bottom - area.top);
  for (let y = 0; y < found.height; y += 1) {
    const start = (area.top + y) * plane.width + area.left;
    found.values.set(plane.values.subarray(start, start + found.width), y * found.width);
  }
  return found;
}

// The value that a fraction of all values is less than; 0 if there is none. Of many, some are looked at.
export function quantileOf(values, fraction) {
  const step = Math.floor(values.length / MOST_SORTED);
  if (step > 1) return quantileOf(values.filter((_, at) => at % step === 0), fraction);
  if (values.length === 0) return 0;
  return selected(values.slice(), Math.round((values.length - 1) * fraction));
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
