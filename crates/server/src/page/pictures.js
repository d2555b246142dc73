// Pictures on the board: opened, pasted or dropped.

import { element } from './page.js';
import { pictureRefusal } from './predictor.js';

const PICTURE_TYPES = ['image/png', 'image/jpeg'];
const LONGEST_SIDE = 2048; // pixels that are kept to show a picture; all of it is predicted

export class Pictures {
  // `begin` is told that a picture is wanted, and returns a function that says whether nothing else was since;
  // `onPicture` gets what is put on the board, `onRefused` why a file is not.
  constructor(begin, onPicture, onRefused) {
    this.begin = begin;
    this.onPicture = onPicture;
    this.onRefused = onRefused;
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
    const isLatest = this.begin();
    const blob = [...files].find((file) => PICTURE_TYPES.includes(file.type));
    if (!blob) {
      if (files.length > 0) this.onRefused('Only PNG and JPEG pictures can be read.');
      return;
    }
    const name = blob.name || 'The picture';
    try {
      const refusal = await pictureRefusal(blob);
      if (refusal !== null) {
        this.onRefused(`${name}: ${refusal}.`);
        return;
      }
      const picture = await readPicture(blob);
      if (isLatest()) this.onPicture(picture);
    } catch {
      this.onRefused(`${name} cannot be read.`);
    }
  }
}

async function readPicture(blob) {
  const whole = await createImageBitmap(blob);
  const { width, height } = whole;
  const part = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const size = { resizeWidth: Math.max(1, Math.round(width * part)), resizeHeight: Math.max(1, Math.round(height * part)) };
  const bitmap = part < 1 ? await createImageBitmap(whole, { ...size, resizeQuality: 'high' }) : whole;
  if (bitmap !== whole) whole.close();
  return { kind: 'picture', blob, bitmap, width, height, name: blob.name || 'pasted picture' };
}

function setDropping(isDropping) {
  element('board').classList.toggle('drops', isDropping);
}
