// Pixels row by row and column by column.

const SIDE = 20;

// Turns each of the two orders of 400 pixels into the other.
export function rowsOfColumns(pixels) {
  return Array.from({ length: SIDE * SIDE }, (_, at) => pixels[(at % SIDE) * SIDE + Math.floor(at / SIDE)]);
}

// The kernel `[400, units]` of pixels column by column, with its rows in the order of pixels row by row.
export function kernelByRows(kernel, units) {
  return Array.from({ length: SIDE * SIDE }, (_, at) => {
    const row = SIDE * (at % SIDE) + Math.floor(at / SIDE);
    return Array.from(kernel.subarray(row * units, (row + 1) * units));
  }).flat();
}
