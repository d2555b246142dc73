// The headers of a JPEG file: the picture's and those of its scans. As jpeg_frame.rs.
//
// Source: ITU-T T.81, sections B.2.2 (frame), B.2.3 (scan) and A.2 (order of the blocks).

// The header of the picture: its `size`, height and width, its components, and the largest `sampling`; null for a picture that is
// not decoded.
export function parseFrame(segment, isProgressive) {
  const [precision, y1, y0, x1, x0, count] = segment;
  const size = [y1 * 256 + y0, x1 * 256 + x0];
  const isComplete = segment.length >= 6 + 3 * count;
  if (precision !== 8 || size.includes(0) || !isComplete || ![1, 3, 4].includes(count)) return null;
  const described = Array.from({ length: count }, (_, at) => segment.subarray(6 + 3 * at, 9 + 3 * at));
  // Of one component alone, sampling says nothing.
  const samplings = described.map(([, factors]) => (count === 1 ? [1, 1] : [factors & 15, factors >> 4]));
  if (!samplings.flat().every((factor) => [1, 2, 3, 4].includes(factor))) return null;
  const sampling = [0, 1].map((axis) => Math.max(...samplings.map((factors) => factors[axis])));
  const units = [0, 1].map((axis) => Math.ceil(size[axis] / (8 * sampling[axis])));
  const components = described.map(([id, , table], at) => new Component(id, table, samplings[at], { size, sampling, units, isProgressive }));
  return { isProgressive, size, sampling, units, components };
}

// Brightness or a colour.
class Component {
  constructor(id, quantization, sampling, { size, sampling: largest, units, isProgressive }) {
    this.id = id;
    this.quantization = quantization; // the number of its table, then the table
    this.sampling = sampling; // blocks per unit, vertically and horizontally
    // Blocks, vertically and horizontally, of a scan of this component alone.
    this.blocks = [0, 1].map((axis) => Math.ceil(Math.ceil((size[axis] * sampling[axis]) / largest[axis]) / 8));
    this.rows = units[0] * sampling[0]; // of blocks, of whole units
    this.columns = units[1] * sampling[1];
    this.isProgressive = isProgressive;
    this.hasMean = false;
  }

  // Makes room for its levels, and, of a progressive picture, for its coefficients.
  prepare() {
    this.levels = new Uint8Array(64 * this.rows * this.columns);
    this.coefficients = new Int16Array(this.isProgressive ? this.levels.length : 64);
  }
}

// The header of a scan: its `parts`, components with their codes, and the `pass` with its band and bits; null if it makes no
// sense. The tables are those of the file at this place.
export function parseScan(frame, header, { tables, quantization }) {
  const count = header[0];
  if (!(count >= 1 && count <= 4) || header.length < 4 + 2 * count) return null;
  const parts = Array.from({ length: count }, (_, at) => {
    const [id, numbers] = header.subarray(1 + 2 * at);
    const component = frame.components.find((one) => one.id === id);
    if (!component) return null;
    component.table ??= quantization[component.quantization] ?? null;
    return { component, mean: tables[0][numbers >> 4], band: tables[1][numbers & 15] };
  });
  if (parts.some((part) => !part?.component.table)) return null;
  const [start, end, bits] = header.subarray(1 + 2 * count);
  const pass = { start, end, low: bits & 15, kind: passKind(frame, start, bits >> 4) };
  if (frame.isProgressive && start > 0 && (end < start || end > 63 || count > 1)) return null;
  return { parts, pass };
}

function passKind({ isProgressive }, start, high) {
  if (!isProgressive) return 'sequential';
  if (start === 0) return high === 0 ? 'first mean' : 'refined mean';
  return high === 0 ? 'first band' : 'refined band';
}

// The units of a scan, vertically and horizontally.
export function unitsOf(frame, parts) {
  return parts.length === 1 ? parts[0].component.blocks : frame.units;
}
