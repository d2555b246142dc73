// The threshold between two groups of values. As threshold.rs.

const f32 = Math.fround;
const BINS = 256;

// Divides values where the variance between the two groups is largest (N. Otsu, "A threshold selection method from gray-level
// histograms", 1979). Returns the `threshold`, the `means` of the values below and above it, and the share of the variance
// that lies between the groups, their `separation`; null if all are the same.
export function otsuSplit(values) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] < least) least = values[at];
    if (values[at] > most) most = values[at];
  }
  const range = f32(most - least);
  if (!(range > f32(1e-6))) return null;
  const scale = f32((BINS - 1) / range);
  const counts = new Uint32Array(BINS);
  for (let at = 0; at < values.length; at += 1) counts[Math.trunc(f32(f32(values[at] - least) * scale))] += 1;
  const { bins: [first, end], means, separation } = bestBins(counts, values.length);
  const ofBin = (bin) => f32(least + f32(f32(bin) / scale));
  return { threshold: ofBin((first + end) / 2 + 1), means: means.map((mean) => ofBin(mean + 0.5)), separation: f32(separation) };
}

// The bins, the first and the last of equal ones, after which the values are divided.
function bestBins(counts, all) {
  const sum = counts.reduce((total, count, bin) => total + bin * count, 0);
  const ofAll = sum / all;
  const variance = counts.reduce((total, count, bin) => total + (bin - ofAll) * (bin - ofAll) * count, 0);
  let best = -1;
  let found = { bins: [0, 0], means: [0, 0] };
  let [below, sumBelow] = [0, 0];
  for (let bin = 0; bin < BINS - 1; bin += 1) {
    below += counts[bin];
    sumBelow += bin * counts[bin];
    const above = all - below;
    if (below === 0 || above === 0) continue;
    const means = [sumBelow / below, (sum - sumBelow) / above];
    const apart = means[1] - means[0];
    const between = ((below * above) / all) * (apart * apart);
    if (between > best * (1 + 1e-9)) [best, found] = [between, { bins: [bin, bin], means }];
    // Empty bins between the groups give the same variance: the threshold is in their middle.
    else if (between >= best * (1 - 1e-9)) found.bins[1] = bin;
  }
  return { ...found, separation: best / variance };
}
