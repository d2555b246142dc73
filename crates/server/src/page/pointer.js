// Mouse, pens and fingers on the board: each pointer draws a stroke of its own, or erases.

import { element } from './page.js';

const ERASER_BUTTON = 32;
const PALM_PAUSE = 800; // ms after a pen in which touch is the hand that holds it

export class Pointers {
  // `tool()` is `pen` or `eraser`.
  constructor(board, drawing, tool) {
    this.board = board;
    this.drawing = drawing;
    this.tool = tool;
    this.kinds = new Map(); // pointer -> 'pen', 'eraser', or 'outside' for a pen beyond the edge
    this.lastPen = -Infinity;
    const canvas = element('canvas');
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('lostpointercapture', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', (event) => this.#cancel(event));
    canvas.addEventListener('pointerleave', () => this.#hover(null));
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    // Some browsers scroll in spite of touch-action while a stroke goes on.
    canvas.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
  }

  #down(event) {
    const isEraserTip = event.pointerType === 'pen' && (event.buttons & ERASER_BUTTON) !== 0;
    if ((event.button !== 0 && !isEraserTip) || this.#isPalm(event)) return;
    if (event.pointerType === 'pen') this.lastPen = event.timeStamp;
    const canvas = event.currentTarget;
    canvas.setPointerCapture(event.pointerId);
    this.board.pen = null;
    const point = this.board.pointAt(event.clientX, event.clientY);
    const kind = isEraserTip || this.tool() === 'eraser' ? 'eraser' : 'pen';
    this.kinds.set(event.pointerId, kind);
    if (kind === 'eraser') {
      this.#hover(point);
      this.drawing.beginErasing(event.pointerId, point);
    } else {
      this.drawing.begin(event.pointerId, point);
    }
  }

  #move(event) {
    // A picture may have ended its stroke.
    if (!this.drawing.isDown(event.pointerId)) this.kinds.delete(event.pointerId);
    const kind = this.kinds.get(event.pointerId);
    if (!kind) {
      const isHovering = this.tool() === 'eraser' && event.pointerType !== 'touch';
      this.#hover(isHovering ? this.board.pointAt(event.clientX, event.clientY) : null);
      return;
    }
    if (event.pointerType === 'pen') this.lastPen = event.timeStamp;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const points = (coalesced.length > 0 ? coalesced : [event]).map((each) => this.board.pointAt(each.clientX, each.clientY));
    if (kind === 'eraser') {
      this.#hover(points.at(-1));
      this.drawing.erase(event.pointerId, points);
    } else {
      for (const run of this.#insideRuns(event.pointerId, points)) this.drawing.extend(event.pointerId, run);
    }
  }

  // Paper ends at its edge: a pen that leaves the board ends its stroke there, and begins another where it comes back.
  *#insideRuns(pointer, points) {
    const [reachX, reachY] = this.board.reach;
    let run = [];
    for (const [x, y] of points) {
      const isInside = Math.abs(x) <= reachX && Math.abs(y) <= reachY;
      const wasInside = this.kinds.get(pointer) === 'pen';
      const atEdge = [Math.max(-reachX, Math.min(reachX, x)), Math.max(-reachY, Math.min(reachY, y))];
      if (isInside && !wasInside) this.drawing.begin(pointer, atEdge);
      else if (isInside || wasInside) run.push(atEdge);
      if (!isInside && run.length > 0) {
        yield run;
        run = [];
      }
      this.kinds.set(pointer, isInside ? 'pen' : 'outside');
    }
    if (run.length > 0) yield run;
  }

  #up(event) {
    if (!this.kinds.delete(event.pointerId)) return;
    if (event.pointerType === 'touch') this.#hover(null);
    this.drawing.end(event.pointerId);
  }

  #cancel(event) {
    if (!this.kinds.delete(event.pointerId)) return;
    this.#hover(null);
    this.drawing.cancel(event.pointerId);
  }

  #isPalm(event) {
    return event.pointerType === 'touch' && event.timeStamp - this.lastPen < PALM_PAUSE;
  }

  #hover(point) {
    if (this.board.eraser === point) return;
    this.board.eraser = point;
    this.board.redraw();
  }
}
