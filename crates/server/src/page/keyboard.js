// The board by keyboard alone: a pen that arrow keys move, and keys for what the toolbar does.

import { element } from './page.js';

const KEY_POINTER = 'keyboard';
const STEP = 16; // units
const SMALL_STEP = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class KeyboardPen {
  // `commands` maps keys to functions; they work while the drawing area has the focus.
  constructor(board, drawing, tool, commands) {
    this.board = board;
    this.drawing = drawing;
    this.tool = tool;
    this.commands = commands;
    this.held = new Set();
    const canvas = element('canvas');
    canvas.addEventListener('keydown', (event) => this.#down(event));
    canvas.addEventListener('keyup', (event) => this.held.delete(event.key));
    canvas.addEventListener('blur', () => this.hide());
  }

  // Lifts the pen and hides it.
  hide() {
    this.held.clear();
    this.#lift();
    this.board.pen = null;
    this.board.redraw();
  }

  #down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.#moveBy(event);
    else if (event.key === ' ') this.#toggle(event);
    else if (event.key === 'Escape' && this.board.pen) this.hide();
    else if (this.commands[event.key.toLowerCase()]) this.#run(this.commands[event.key.toLowerCase()]);
    else return;
    event.preventDefault();
  }

  #run(command) {
    this.#lift();
    command();
  }

  #moveBy(event) {
    this.held.add(event.key);
    const pen = this.#shown();
    const step = event.shiftKey ? SMALL_STEP : STEP;
    const reach = this.board.reach;
    const margin = this.drawing.penWidth / 2;
    let moved = pen.point;
    for (const key of this.held) moved = moved.map((value, axis) => value + ARROWS[key][axis] * step);
    pen.point = moved.map((value, axis) => Math.max(margin - reach[axis], Math.min(reach[axis] - margin, value)));
    if (pen.isDown && this.tool() === 'eraser') this.drawing.erase(KEY_POINTER, [pen.point]);
    else if (pen.isDown) this.drawing.extend(KEY_POINTER, [pen.point]);
    this.board.redraw();
  }

  #toggle(event) {
    if (event.repeat) return;
    const pen = this.#shown();
    if (pen.isDown) {
      this.#lift();
    } else {
      pen.isDown = true;
      if (this.tool() === 'eraser') this.drawing.beginErasing(KEY_POINTER, pen.point);
      else this.drawing.begin(KEY_POINTER, pen.point);
    }
    this.board.redraw();
  }

  #lift() {
    if (!this.board.pen?.isDown) return;
    this.board.pen.isDown = false;
    this.drawing.end(KEY_POINTER);
  }

  #shown() {
    this.board.pen ??= { point: this.drawing.lastPoint ?? [0, -100], isDown: false };
    // A picture may have ended its stroke.
    this.board.pen.isDown &&= this.drawing.isDown(KEY_POINTER);
    return this.board.pen;
  }
}
