// What is on the board (strokes as points, a picture, or a digit of the data set), and how it is undone.

import { appendPoint, eraseAlong } from './strokes.js';

const NOTHING = { kind: 'strokes', strokes: [] };
const LONGEST_HISTORY = 200;

export class Drawing {
  // `onChange('followed')` hears of a change that continues the drawing, `onChange('replaced')` of any other.
  constructor(onChange) {
    this.onChange = onChange;
    this.content = NOTHING;
    this.penWidth = 24;
    this.past = [];
    this.future = [];
    this.live = new Map(); // pointer -> its stroke, which is drawn right now
    this.erasing = new Map(); // pointer -> where its eraser is
    this.before = null; // the content before the pointers went down
  }

  get isEmpty() {
    return this.content.kind === 'strokes' && this.content.strokes.length === 0;
  }

  get isBusy() {
    return this.live.size > 0 || this.erasing.size > 0;
  }

  // Whether this pen or eraser is down on what is on the board.
  isDown(pointer) {
    return this.live.has(pointer) || this.erasing.has(pointer);
  }

  // Where the pen was last, or null.
  get lastPoint() {
    return this.content.kind === 'strokes' ? (this.content.strokes.at(-1)?.at(-1) ?? null) : null;
  }

  // Puts a pen down. A pointer that draws already starts a further stroke of the same step.
  begin(pointer, point) {
    this.#remember();
    const isOther = this.content.kind !== 'strokes';
    const stroke = [];
    appendPoint(stroke, point);
    this.live.set(pointer, stroke);
    this.content = { kind: 'strokes', strokes: [...(isOther ? [] : this.content.strokes), stroke] };
    this.onChange(isOther ? 'replaced' : 'followed');
  }

  extend(pointer, points) {
    const stroke = this.live.get(pointer);
    if (!stroke) return;
    let isLonger = false;
    for (const point of points) isLonger = appendPoint(stroke, point) || isLonger;
    if (isLonger) this.onChange('followed');
  }

  beginErasing(pointer, point) {
    this.#remember();
    this.erasing.set(pointer, point);
    this.erase(pointer, [point]);
  }

  erase(pointer, points) {
    if (!this.erasing.has(pointer) || this.content.kind !== 'strokes') return;
    let left = this.content.strokes;
    for (const point of points) {
      left = eraseAlong(left, this.erasing.get(pointer), point, this.eraserRadius);
      this.erasing.set(pointer, point);
    }
    if (left === this.content.strokes) return;
    this.content = { kind: 'strokes', strokes: left };
    this.onChange(left.length === 0 ? 'replaced' : 'followed');
  }

  get eraserRadius() {
    return Math.max(14, this.penWidth * 0.8);
  }

  // Lifts a pen or an eraser.
  end(pointer) {
    this.live.delete(pointer);
    this.erasing.delete(pointer);
    if (this.isBusy || this.before === null) return;
    const { before } = this;
    this.before = null;
    if (before === this.content) return;
    this.#store(before);
    this.onChange('followed');
  }

  // Lifts all pens and erasers: what they drew stays, and what they do until they are put down again is not drawn.
  endAll() {
    for (const pointer of [...this.live.keys(), ...this.erasing.keys()]) this.end(pointer);
  }

  // Takes back what a pointer drew, because the browser or the system needed it for something else.
  cancel(pointer) {
    if (!this.isDown(pointer)) return;
    const stroke = this.live.get(pointer);
    if (stroke) {
      const strokes = this.content.strokes.filter((other) => other !== stroke);
      const isAsBefore = this.before.kind === 'strokes' ? strokes.length === this.before.strokes.length : strokes.length === 0;
      this.content = isAsBefore ? this.before : { kind: 'strokes', strokes };
    }
    this.end(pointer);
    this.onChange('replaced');
  }

  // Puts something else on the board: a picture, a digit of the data set, or nothing. Strokes end before it.
  replace(content) {
    this.endAll();
    this.#store(this.content);
    this.content = content;
    this.onChange('replaced');
  }

  clear() {
    if (this.isEmpty) this.onChange('replaced');
    else this.replace(NOTHING);
  }

  undo() {
    this.#step(this.past, this.future);
  }

  redo() {
    this.#step(this.future, this.past);
  }

  setPenWidth(width) {
    this.penWidth = width;
    if (this.content.kind === 'strokes') this.onChange('followed');
  }

  #remember() {
    this.before ??= this.content;
  }

  #store(content) {
    this.past.push(content);
    if (this.past.length > LONGEST_HISTORY) this.past.shift();
    this.future = [];
  }

  #step(from, to) {
    if (this.isBusy || from.length === 0) return;
    to.push(this.content);
    this.content = from.pop();
    this.onChange('replaced');
  }
}
