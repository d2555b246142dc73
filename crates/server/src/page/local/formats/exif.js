// How a picture was turned when it was taken, by its Exif data. As Orientation of the image crate.

const ORIENTATION = 0x112;
const SHORT = 3; // a number of 16 bits

// The orientation, from 1, upright, to 8, in the TIFF structure of Exif data; 1 if it says none.
export function orientationIn(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const magic = data.length < 8 ? 0 : view.getUint32(0);
  if (magic !== 0x49492a00 && magic !== 0x4d4d002a) return 1;
  const isLittle = magic === 0x49492a00;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > data.length) return 1;
  const count = view.getUint16(start, isLittle);
  for (let entry = 0; entry < count; entry += 1) {
    const at = start + 2 + 12 * entry;
    if (at + 12 > data.length) return 1;
    const isOne = view.getUint16(at + 2, isLittle) === SHORT && view.getUint32(at + 4, isLittle) === 1;
    if (view.getUint16(at, isLittle) !== ORIENTATION || !isOne) continue;
    const orientation = view.getUint16(at + 8, isLittle);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
