// The pixels of a row of a PNG as red, green, blue and opacity in [0, 1].

const [GREY, RGB, PALETTE, GREY_AND_OPACITY] = [0, 2, 3, 4];

// Returns a function `(row, rgba)` that writes the pixels of a row into `rgba`.
export function pixelReader(header) {
  if (header.kind === PALETTE || (header.kind === GREY && header.depth < 8)) return indexReader(header);
  return header.depth === 16 ? sampleReader(header, (row, at) => row[2 * at] * 256 + row[2 * at + 1], 65_535) : sampleReader(header, (row, at) => row[at], 255);
}

// Of a palette or of a few levels: each pixel is the number of a colour.
function indexReader({ width, depth, kind, palette, transparency }) {
  const colors = kind === PALETTE ? paletteColors(palette, transparency) : greyLevels(depth, transparency);
  const mask = (1 << depth) - 1;
  return (row, rgba) => {
    for (let pixel = 0; pixel < width; pixel += 1) {
      const bit = pixel * depth;
      const index = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
      for (let channel = 0; channel < 4; channel += 1) rgba[4 * pixel + channel] = colors[4 * index + channel];
    }
  };
}

// A colour that is missing is black, and without an opacity of its own each is opaque.
function paletteColors(palette, transparency) {
  const count = Math.min(Math.floor(palette.length / 3), 256);
  const opacities = transparency && transparency.length <= count ? transparency : [];
  return Float32Array.from({ length: 4 * 256 }, (_, at) => {
    const [index, channel] = [at >> 2, at & 3];
    if (channel === 3) return (opacities[index] ?? 255) / 255;
    return index < count ? palette[3 * index + channel] / 255 : 0;
  });
}

function greyLevels(depth, transparency) {
  const most = (1 << depth) - 1;
  const transparent = transparency ? transparency[1] : -1;
  return Float32Array.from({ length: 4 * (most + 1) }, (_, at) => {
    const level = at >> 2;
    return (at & 3) === 3 ? Number(level !== transparent) : level / most;
  });
}

// Of samples of one or two bytes, `sample(row, at)`, of which `full` is the largest.
function sampleReader({ width, depth, kind, transparency }, sample, full) {
  const colors = kind === RGB || kind === 6 ? 3 : 1;
  const hasOpacity = kind === GREY_AND_OPACITY || kind === 6;
  const samples = colors + Number(hasOpacity);
  const transparent = hasOpacity || !transparency ? null : transparentColor(transparency, depth, colors);
  return (row, rgba) => {
    for (let pixel = 0; pixel < width; pixel += 1) {
      const from = pixel * samples;
      const to = 4 * pixel;
      const red = sample(row, from);
      const green = colors === 3 ? sample(row, from + 1) : red;
      const blue = colors === 3 ? sample(row, from + 2) : red;
      rgba[to] = red / full;
      rgba[to + 1] = green / full;
      rgba[to + 2] = blue / full;
      if (hasOpacity) rgba[to + 3] = sample(row, from + colors) / full;
      else rgba[to + 3] = transparent && red === transparent[0] && green === transparent[1] && blue === transparent[2] ? 0 : 1;
    }
  };
}

// The colour that is transparent, of two bytes for each sample, of which the first does not count with samples of one.
function transparentColor(transparency, depth, colors) {
  const of = (at) => (depth === 16 ? transparency[2 * at] * 256 : 0) + transparency[2 * at + 1];
  return [0, 1, 2].map((channel) => of(colors === 3 ? channel : 0));
}
