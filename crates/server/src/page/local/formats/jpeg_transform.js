// From the coefficients of a block to its 64 levels, in whole numbers: the inverse transform of zune-jpeg, which is that of
// stb_image, by C. Loeffler, A. Ligtenberg and G. Moschytz (1989).

const block = new Int32Array(64);
// Rounding, twice, and the middle of all levels.
const MIDDLE = 512 + 65536 + (128 << 17);

// `table` has the quantization of each coefficient; levels go to `levels` from `to` on, in rows that are `stride` apart.
export function inverseTransform(coefficients, start, table, levels, to, stride) {
  let isFlat = true;
  for (let at = 0; at < 64; at += 1) {
    block[at] = Math.imul(coefficients[start + at], table[at]);
    if (at > 0 && block[at] !== 0) isFlat = false;
  }
  if (isFlat) {
    const level = clamped((block[0] + 1028) >> 3);
    for (let row = 0; row < 8; row += 1) levels.fill(level, to + row * stride, to + row * stride + 8);
    return;
  }
  for (let column = 0; column < 8; column += 1) {
    transform(column, 8, 512);
    for (let row = 0; row < 8; row += 1) block[column + 8 * row] = line[row] >> 10;
  }
  for (let row = 0; row < 8; row += 1) {
    transform(8 * row, 1, MIDDLE);
    for (let column = 0; column < 8; column += 1) levels[to + row * stride + column] = clamped(line[column] >> 17);
  }
}

const line = new Int32Array(8);

// Transforms eight numbers of the block, `step` apart, and adds `middle` to each; the numbers have 12 more bits then.
function transform(start, step, middle) {
  const at = (index) => block[start + index * step];
  const [c0, c1, c2, c3, c4, c5, c6, c7] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
  const both = Math.imul(c2 + c6, 2217);
  const [e2, e3] = [both + Math.imul(c6, -7567), both + Math.imul(c2, 3135)];
  const [e0, e1] = [((c0 + c4) << 12) + middle, ((c0 - c4) << 12) + middle];
  const all = Math.imul(c7 + c3 + c5 + c1, 4816);
  const p1 = all + Math.imul(c7 + c1, -3685);
  const p2 = all + Math.imul(c5 + c3, -10497);
  const [p3, p4] = [Math.imul(c7 + c3, -8034), Math.imul(c5 + c1, -1597)];
  const o3 = Math.imul(c1, 6149) + p1 + p4;
  const o2 = Math.imul(c3, 12586) + p2 + p3;
  const o1 = Math.imul(c5, 8410) + p2 + p4;
  const o0 = Math.imul(c7, 1223) + p1 + p3;
  line[0] = e0 + e3 + o3;
  line[7] = e0 + e3 - o3;
  line[1] = e1 + e2 + o2;
  line[6] = e1 + e2 - o2;
  line[2] = e1 - e2 + o1;
  line[5] = e1 - e2 - o1;
  line[3] = e0 - e3 + o0;
  line[4] = e0 - e3 - o0;
}

function clamped(level) {
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
