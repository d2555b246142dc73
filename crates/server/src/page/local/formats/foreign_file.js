// Files of other kinds that are opened in the place of a picture. As foreign_file.rs, with the kinds that people open here.

const STARTS = [
  ['GIF8', 'a GIF'],
  ['BM', 'a BMP'],
  ['%PDF', 'a PDF'],
  ['PK\x03\x04', 'a zip archive; unpack it first'],
  ['\x1f\x8b', 'a compressed file; decompress it first'],
  ['II*\0', 'a TIFF'],
  ['MM\0*', 'a TIFF'],
];
// What stands from the ninth byte on in files of two families.
const RIFF = { WEBP: 'a WebP' };
const BRANDS = { heic: 'a HEIC', heix: 'a HEIC', mif1: 'a HEIC', msf1: 'a HEIC', avif: 'an AVIF' };

// What a file is, by its first bytes.
export function describedForeignFile(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const known = STARTS.find(([first]) => start.startsWith(first))?.[1];
  const ofFamily = start.startsWith('RIFF') ? RIFF[start.slice(8, 12)] : start.slice(4, 8) === 'ftyp' && BRANDS[start.slice(8, 12)];
  const picture = known ?? ofFamily;
  if (picture) return picture.includes(';') ? picture : `${picture} file; save it as PNG or JPEG`;
  const text = start.trimStart().toLowerCase();
  if (['<!doctype html', '<html', '<head'].some((tag) => text.startsWith(tag))) return 'an HTML page';
  if (text.startsWith('<svg') || text.startsWith('<?xml')) return 'an XML document; an SVG has to be saved as PNG';
  return start.length >= 4 && /^[\t\n\r -~\x80-\xff]*$/.test(start) ? 'a text file' : 'something else';
}
