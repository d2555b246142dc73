// Where two digits that touch each other may be divided. As cuts.rs.

const f32 = Math.fround;
// At most so many columns are proposed.
const MOST_CUTS = 12;
// The most ink of a column at which two digits may touch, as a share of the column with most ink. A hyphen has as much
// in all.
const MOST_INK = 0.75;

// The columns with less ink than those around them, those with the least ink first chosen; in order.
export function cutsOf(ink) {
  const { width, height } = ink;
  const profile = blurredLine(columnSums(ink), Math.floor(height / 40));
  // Two cuts are at least a sixth of the height apart, and no digit is narrower.
  const reach = Math.max(Math.floor(height / 12), 1);
  const limit = f32(MOST_INK * profile.reduce((most, sum) => Math.max(most, sum), 0));
  const cuts = [];
  for (let at = 2 * reach; at < width - 2 * reach; at += 1) {
    const around = profile.subarray(Math.max(at - reach, 0), Math.min(at + reach + 1, width));
    const isLeast = profile[at] <= limit && around.every((sum) => profile[at] <= sum);
    const isApart = cuts.length === 0 || at - cuts.at(-1) > reach;
    if (isLeast && isApart) cuts.push(at);
  }
  const chosen = cuts.sort((a, b) => profile[a] - profile[b]).slice(0, MOST_CUTS);
  return chosen.sort((a, b) => a - b);
}

function columnSums({ width, height, values }) {
  const sums = new Float32Array(width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) sums[x] += values[y * width + x];
  }
  return sums;
}

// The means over the numbers within `radius` of each. As mean_of_rows in filters.rs.
function blurredLine(line, radius) {
  if (radius === 0) return line;
  const sums = new Float64Array(line.length + 1);
  line.forEach((value, at) => {
    sums[at + 1] = sums[at] + value;
  });
  return line.map((_, at) => {
    const [from, to] = [Math.max(at - radius, 0), Math.min(at + radius + 1, line.length)];
    return f32((sums[to] - sums[from]) / (to - from));
  });
}
