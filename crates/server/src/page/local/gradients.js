// Histograms of gradients: where in a picture which edges run which way. As gradients.rs.

const f32 = Math.fround;
const SIDE = 20;
// Cells along a side; they lie three pixels apart, and a pixel counts for the four nearest.
const CELLS = 7;
const DIRECTIONS = 8;
// Below it a gradient is none.
const LEAST = f32(0.02);
const FULL_TURN = f32(2 * Math.PI);

// 8 directions for each of 7 x 7 cells, and 8 zeros, of an image of 400 pixels, column by column.
export function gradientHistograms(image) {
  const cells = Array.from({ length: SIDE }, (_, at) => nearestCells(at));
  const sums = new Float32Array(SIDE * SIDE);
  const pixel = (row, column) =>
    row < 0 || column < 0 || row >= SIDE || column >= SIDE ? 0 : image[column * SIDE + row];
  for (let column = 0; column < SIDE; column += 1) {
    for (let row = 0; row < SIDE; row += 1) {
      const dx = f32(pixel(row, column + 1) - pixel(row, column - 1));
      const dy = f32(pixel(row + 1, column) - pixel(row - 1, column));
      const size = f32(Math.sqrt(f32(f32(dx * dx) + f32(dy * dy))));
      if (size < LEAST) continue;
      const directions = nearestDirections(dx, dy);
      for (const [x, ofColumn] of cells[column]) {
        for (const [y, ofRow] of cells[row]) {
          for (const [direction, ofDirection] of directions) {
            const share = f32(f32(f32(size * ofColumn) * ofRow) * ofDirection);
            sums[(x * CELLS + y) * DIRECTIONS + direction] += share;
          }
        }
      }
    }
  }
  // The root makes thin and thick strokes more alike.
  return sums.map((sum) => Math.sqrt(f32(sum / 4)));
}

// The two cells nearest to a row or column, and how much it counts for each.
function nearestCells(at) {
  const place = Math.min(Math.max(f32((at - 0.5) / 3), 0), CELLS - 1);
  const cell = Math.floor(place);
  const part = f32(place - cell);
  return [
    [cell, f32(1 - part)],
    [Math.min(cell + 1, CELLS - 1), part],
  ];
}

// The two directions nearest to that of a gradient, and how much it counts for each.
function nearestDirections(dx, dy) {
  const turn = f32(f32(f32(Math.atan2(dy, dx)) / FULL_TURN) * DIRECTIONS);
  const eighths = f32(turn + DIRECTIONS);
  const first = Math.floor(eighths);
  const part = f32(eighths - first);
  return [
    [first % DIRECTIONS, f32(1 - part)],
    [(first + 1) % DIRECTIONS, part],
  ];
}
