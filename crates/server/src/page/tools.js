// The toolbar: pen or eraser, thickness, undo, redo and clear.

import { element } from './page.js';

export class Tools {
  constructor(drawing) {
    this.drawing = drawing;
    this.tool = 'pen';
    this.thickness = element('thickness');
    drawing.penWidth = Number(this.thickness.value);
    element('pen').addEventListener('click', () => this.choose('pen'));
    element('eraser').addEventListener('click', () => this.choose('eraser'));
    element('undo').addEventListener('click', () => drawing.undo());
    element('redo').addEventListener('click', () => drawing.redo());
    element('clear').addEventListener('click', () => drawing.clear());
    this.thickness.addEventListener('input', () => drawing.setPenWidth(Number(this.thickness.value)));
    addEventListener('keydown', (event) => this.#onKey(event));
  }

  choose(tool) {
    this.tool = tool;
    element('pen').setAttribute('aria-pressed', String(tool === 'pen'));
    element('eraser').setAttribute('aria-pressed', String(tool === 'eraser'));
    element('board').classList.toggle('erases', tool === 'eraser');
  }

  thicker() {
    this.thickness.stepUp();
    this.drawing.setPenWidth(Number(this.thickness.value));
  }

  thinner() {
    this.thickness.stepDown();
    this.drawing.setPenWidth(Number(this.thickness.value));
  }

  // Shows which tools have something to do.
  update() {
    const { drawing } = this;
    setEnabled('undo', drawing.past.length > 0);
    setEnabled('redo', drawing.future.length > 0);
    setEnabled('clear', !drawing.isEmpty);
  }

  #onKey(event) {
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isTyped = event.target.matches?.('input:not([type=range]), textarea');
    if (!isCommand || isTyped || element('draw-view').hidden || document.querySelector('dialog[open]')) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) this.drawing.undo();
    else if ((key === 'z' && event.shiftKey) || (key === 'y' && !event.shiftKey && event.ctrlKey)) this.drawing.redo();
    else return;
    event.preventDefault();
  }
}

// A tool without anything to do keeps the focus, and says that it is disabled.
function setEnabled(id, isEnabled) {
  element(id).setAttribute('aria-disabled', String(!isEnabled));
}
