// Pictures on the board: opened, pasted or dropped.

import { element } from './page.js';
import { pictureRefusal } from './predictor.js';

const PICTURE_STARTS = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
];
const LONGEST_START = 8; // bytes
const LONGEST_SIDE = 2048; // pixels that are kept to show a picture; all of it is predicted

export class Pictures {
  // `begin` is told that a picture is wanted, and returns a function that says whether nothing else was since;
  // `onPicture` gets what is put on the board, `onSaid` why a file is not, or which of several is.
  constructor(begin, onPicture, onSaid) {
    this.begin = begin;
    this.onPicture = onPicture;
    this.onSaid = onSaid;
    this.last = null; // the files that were given last
    const file = element('file');
    element('open-picture').addEventListener('click', () => this.open());
    file.addEventListener('change', () => {
      this.#take(file.files);
      file.value = '';
    });
    addEventListener('paste', (event) => this.#paste(event));
    addEventListener('dragover', (event) => this.#dragOver(event));
    addEventListener('dragleave', (event) => event.relatedTarget || setDropping(false));
    addEventListener('drop', (event) => this.#drop(event));
  }

  open() {
    element('file').click();
  }

  #paste(event) {
    if (event.target.matches?.('input, textarea') || element('draw-view').hidden) return;
    if (event.clipboardData.files.length > 0) this.#take(event.clipboardData.files);
  }

  #dragOver(event) {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setDropping(!element('draw-view').hidden);
  }

  #drop(event) {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setDropping(false);
    if (!element('draw-view').hidden) this.#take(event.dataTransfer.files);
  }

  async #take(files) {
    const given = [...files]; // the list is emptied once its event is over
    if (given.length === 0) return;
    const isLatest = this.begin();
    this.last = given;
    const { file, type } = await firstPicture(given);
    const name = file.name || 'The picture';
    try {
      const refusal = await refusalOf(file, type);
      if (refusal === null) {
        const picture = await readPicture(file, type);
        if (!isLatest()) return;
        this.onPicture(picture);
        if (given.length > 1) this.onSaid(`${name} was read, and ${othersInWords(given.length - 1)} not: one picture at a time.`);
      } else if (type === null && given.length > 1) {
        this.#refuse(given, `None of the ${given.length} files is a PNG or JPEG picture.`);
      } else {
        this.#refuse(given, `${name}: ${refusal}.`);
      }
    } catch {
      this.#refuse(given, `${name} cannot be read.`);
    }
  }

  // Says why nothing was read, unless other files were given since.
  #refuse(given, reason) {
    if (this.last === given) this.onSaid(reason);
  }
}

function othersInWords(count) {
  return count === 1 ? 'the other file' : `the other ${count} files`;
}

// The first of some files that is a picture, and its media type; if none is one, the first of all, and null.
async function firstPicture(files) {
  for (const file of files) {
    const type = await pictureType(file);
    if (type !== null) return { file, type };
  }
  return { file: files[0], type: null };
}

// What a file is by its first bytes: its name may have no extension, and then it has no media type either.
async function pictureType(file) {
  try {
    const bytes = new Uint8Array(await file.slice(0, LONGEST_START).arrayBuffer());
    const found = PICTURE_STARTS.find(([, start]) => start.every((byte, at) => byte === bytes[at]));
    return found ? found[0] : null;
  } catch {
    return null; // a folder, or a file that is gone
  }
}

async function refusalOf(file, type) {
  const refusal = await pictureRefusal(file);
  return refusal === null && type === null ? 'expected a PNG or JPEG picture' : refusal;
}

async function readPicture(file, type) {
  const blob = file.type === type ? file : new Blob([file], { type });
  const whole = await createImageBitmap(blob);
  const { width, height } = whole;
  const part = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const size = { resizeWidth: Math.max(1, Math.round(width * part)), resizeHeight: Math.max(1, Math.round(height * part)) };
  const bitmap = part < 1 ? await createImageBitmap(whole, { ...size, resizeQuality: 'high' }) : whole;
  if (bitmap !== whole) whole.close();
  return { kind: 'picture', blob, bitmap, width, height, name: file.name || 'pasted picture' };
}

function setDropping(isDropping) {
  element('board').classList.toggle('drops', isDropping);
}
