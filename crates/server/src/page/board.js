// Shows what is on the board: the drawing, or a picture in its place, with a box and the digit where one was found.

import { colors } from './palette.js';
import { element } from './page.js';
import { paintPixels } from './pixels.js';
import { textUnit, watchSize } from './size.js';
import { extentOf } from './strokes.js';

const SHORTER_SIDE = 400; // units of a drawing along the shorter side of the board

export class Board {
  constructor(drawing) {
    this.drawing = drawing;
    this.canvas = element('canvas');
    this.context = this.canvas.getContext('2d');
    this.found = [];
    this.chosen = 0;
    this.pen = null; // { point, isDown } of the pen that the keyboard moves
    this.eraser = null; // where the eraser hovers
    this.isWaiting = false;
    this.scale = 1; // device pixels in a unit
    this.size = [1, 1]; // device pixels
    this.ratio = 1; // device pixels in a CSS pixel, more with larger text
    watchSize(this.canvas, (size) => this.#resize(size));
  }

  // Boxes to draw, and which of them is chosen.
  setFound(digits, chosen) {
    this.found = digits;
    this.chosen = chosen;
    this.redraw();
  }

  redraw() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.#draw();
    });
  }

  // The point of a drawing at a place of the window.
  pointAt(clientX, clientY) {
    const place = this.canvas.getBoundingClientRect();
    const x = ((clientX - place.left) / place.width - 0.5) * this.size[0];
    const y = ((clientY - place.top) / place.height - 0.5) * this.size[1];
    return [x / this.scale, y / this.scale];
  }

  // Half the width and height of what is seen, in units.
  get reach() {
    return [this.size[0] / this.scale / 2, this.size[1] / this.scale / 2];
  }

  // Chooses the scale anew, so that all of the drawing is seen: after the board changed its size.
  fit() {
    const [width, height] = this.size;
    const { content, penWidth } = this.drawing;
    this.scale = Math.min(width, height) / SHORTER_SIDE;
    const extent = content.kind === 'strokes' ? extentOf(content.strokes) : null;
    if (extent) {
      const [x, y] = [Math.max(-extent[0], extent[2]), Math.max(-extent[1], extent[3])];
      this.scale = Math.min(this.scale, width / 2 / (x + penWidth), height / 2 / (y + penWidth));
    }
    this.redraw();
  }

  #resize({ width, height, ratio }) {
    this.size = [width, height];
    this.ratio = ratio * textUnit();
    [this.canvas.width, this.canvas.height] = this.size;
    this.fit();
    this.#draw();
  }

  #draw() {
    const { context, size, scale } = this;
    const { content } = this.drawing;
    const palette = colors();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, ...size);
    if (content.kind === 'strokes') {
      context.setTransform(scale, 0, 0, scale, size[0] / 2, size[1] / 2);
      this.#drawStrokes(content.strokes, palette);
      context.setTransform(1, 0, 0, 1, 0, 0);
      this.#drawBoxes({ scale, x: size[0] / 2, y: size[1] / 2 }, palette);
      this.#drawPen(palette);
    } else {
      this.#drawBoxes(this.#drawImage(content, palette), palette);
    }
  }

  #drawStrokes(strokes, palette) {
    const { context } = this;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = this.drawing.penWidth;
    context.strokeStyle = palette.ink;
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      for (const point of stroke) context.lineTo(...point);
      context.stroke();
    }
  }

  // Draws a picture or a digit of the data set as large as fits, and returns where.
  #drawImage(content, palette) {
    const { context, size } = this;
    const image = content.kind === 'picture' ? content.bitmap : pixelImage(content.pixels, palette);
    const margin = content.kind === 'picture' ? 0 : 0.1 * Math.min(...size);
    const scale = Math.min((size[0] - 2 * margin) / content.width, (size[1] - 2 * margin) / content.height);
    const [x, y] = [(size[0] - content.width * scale) / 2, (size[1] - content.height * scale) / 2];
    context.imageSmoothingEnabled = content.kind === 'picture';
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, x, y, content.width * scale, content.height * scale);
    return { scale, x, y };
  }

  #drawBoxes(place, palette) {
    const { context, ratio } = this;
    const gap = 4 * ratio;
    this.found.forEach((digit, index) => {
      if (!digit.box) return;
      const [left, top, right, bottom] = digit.box;
      const isFound = digit.digit !== null;
      const x = Math.max(2 * ratio, place.x + left * place.scale - gap);
      const y = Math.max(2 * ratio, place.y + top * place.scale - gap);
      const width = Math.min(this.size[0] - 2 * ratio, place.x + right * place.scale + gap) - x;
      const height = Math.min(this.size[1] - 2 * ratio, place.y + bottom * place.scale + gap) - y;
      const isChosen = this.found.length > 1 && index === this.chosen;
      context.lineWidth = (isChosen ? 3 : 1.5) * ratio;
      context.strokeStyle = isFound ? palette.found : palette.muted;
      context.setLineDash(isFound ? [] : [5 * ratio, 4 * ratio]);
      context.beginPath();
      context.roundRect(x, y, width, height, 5 * ratio);
      context.stroke();
      context.setLineDash([]);
      this.#drawLabel(isFound ? String(digit.digit) : '?', x, y, isFound ? palette.found : palette.muted, palette);
    });
  }

  // The digit, on a small ground at the upper left corner of its box.
  #drawLabel(text, x, y, ground, palette) {
    const { context, ratio } = this;
    const [width, height] = [20 * ratio, 22 * ratio];
    const top = y >= height ? y - height : y;
    context.fillStyle = ground;
    context.beginPath();
    context.roundRect(x - 0.75 * ratio, top, width, height, top < y ? [5 * ratio, 5 * ratio, 5 * ratio, 0] : [5 * ratio, 0, 5 * ratio, 0]);
    context.fill();
    context.fillStyle = palette['on-found'];
    context.font = `600 ${14 * ratio}px Inter, system-ui, sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(text, x + width / 2 - 0.75 * ratio, top + height / 2 + ratio);
  }

  #drawPen(palette) {
    const { context, size, scale, ratio } = this;
    const circle = (point, radius, color, isFilled) => {
      context.beginPath();
      context.arc(size[0] / 2 + point[0] * scale, size[1] / 2 + point[1] * scale, radius, 0, 2 * Math.PI);
      context.lineWidth = 2 * ratio;
      context.strokeStyle = color;
      context.fillStyle = color;
      if (isFilled) context.fill();
      else context.stroke();
    };
    if (this.eraser) circle(this.eraser, this.drawing.eraserRadius * scale, palette.muted, false);
    if (!this.pen) return;
    circle(this.pen.point, Math.max(4 * ratio, (this.drawing.penWidth / 2) * scale) + 3 * ratio, palette.found, false);
    circle(this.pen.point, 3 * ratio, palette.found, this.pen.isDown);
  }
}

function pixelImage(pixels, palette) {
  const image = document.createElement('canvas');
  [image.width, image.height] = [20, 20];
  paintPixels(image, pixels, palette);
  return image;
}
