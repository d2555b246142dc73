// The connections of a layer that contribute most: weight times activation.

// Returns the `count` strongest as `{ from, to, value }`, the strongest last. `kernel` is [inputs, units], row by row.
export function strongestConnections(kernel, units, activations, count) {
  const kept = [];
  let least = 0;
  activations.forEach((activation, from) => {
    if (activation === 0) return;
    for (let to = 0; to < units; to += 1) {
      const value = kernel[from * units + to] * activation;
      if (Math.abs(value) <= least) continue;
      insertByStrength(kept, { from, to, value });
      if (kept.length > count) kept.shift();
      if (kept.length === count) least = Math.abs(kept[0].value);
    }
  });
  return kept;
}

function insertByStrength(kept, connection) {
  let [low, high] = [0, kept.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Math.abs(kept[middle].value) < Math.abs(connection.value)) low = middle + 1;
    else high = middle;
  }
  kept.splice(low, 0, connection);
}
