// Follows the drawing with predictions, and shows each of them in all places.

import { describeBoard, setAnswerStale, showAnswer, showAnswerProblem, showChips } from './answer.js';
import { Asking } from './asking.js';
import { makeBars, showBars } from './bars.js';
import { element, write } from './page.js';
import { predict } from './predictor.js';

export class Reading {
  // `run()` is the name of the chosen run; `onProblem` returns whether a problem was one of the connection.
  constructor(drawing, board, network, run, onProblem) {
    this.drawing = drawing;
    this.board = board;
    this.network = network;
    this.onProblem = onProblem;
    this.model = null;
    this.image = null; // what was predicted last, or null
    this.chosen = null; // the digit chosen by hand, or null
    this.asking = new Asking(
      (input, signal) => predict(input, run(), signal),
      (predictions) => this.#answered(predictions.images[0]),
      (problem) => this.#failed(problem),
    );
  }

  // After a change of the drawing: `followed` if it continues the one before, or `replaced`.
  changed(kind) {
    const { content, isEmpty } = this.drawing;
    element('hint').hidden = !isEmpty;
    element('caption').hidden = content.kind === 'strokes';
    write(element('caption'), captionOf(content));
    if (kind === 'replaced') this.chosen = null;
    if (isEmpty) {
      this.asking.forget();
      this.#show(null);
    } else if (kind === 'replaced') {
      this.#outdated();
      this.asking.replace(inputOf(this.drawing));
    } else {
      this.asking.follow(inputOf(this.drawing));
    }
    this.board.redraw();
  }

  // Asks again of the same drawing: another network is served, or the server is back.
  askAgain() {
    this.asking.resume();
    if (!this.drawing.isEmpty) this.asking.replace(inputOf(this.drawing));
  }

  // Shows nothing until another network has predicted.
  setModel(model) {
    this.model = model;
    makeBars(model.digits);
    this.#show(this.image);
  }

  forgetAnswer() {
    this.chosen = null;
    this.#show(null);
    if (!this.drawing.isEmpty) this.#outdated();
  }

  #outdated() {
    setAnswerStale(true);
    this.board.setFound([], 0);
  }

  #answered(image) {
    setAnswerStale(false);
    this.#show(image);
  }

  #failed(problem) {
    if (this.onProblem(problem)) {
      setAnswerStale(true);
      return;
    }
    this.#show(null);
    setAnswerStale(false);
    showAnswerProblem(problem.message);
  }

  #show(image) {
    this.image = image;
    const digits = image?.digits ?? [];
    if (this.chosen !== null && this.chosen >= digits.length) this.chosen = null;
    const index = this.chosen ?? nearestDigit(digits, this.drawing.lastPoint);
    const digit = digits[index] ?? null;
    if (image === null) setAnswerStale(false);
    showAnswer(image, this.model?.networks ?? 1);
    showChips(digits, index, (chosen) => this.#choose(chosen));
    showBars(digit);
    this.network.show(digit);
    this.board.setFound(digits, index);
    write(element('drawing-text'), describeBoard(this.drawing.content, image));
  }

  #choose(index) {
    this.chosen = index;
    this.#show(this.image);
  }
}

function inputOf({ content, penWidth }) {
  if (content.kind === 'picture') return content.blob;
  if (content.kind === 'example') return { pixels: content.pixels };
  return { strokes: content.strokes, pen_width: penWidth };
}

function captionOf(content) {
  if (content.kind === 'picture') return content.name;
  return content.kind === 'example' ? `Row ${content.row} of the data set, labelled ${content.label}` : '';
}

// The digit at which the pen was last.
function nearestDigit(digits, point) {
  if (!point) return 0;
  const distance = ({ box }) => (box ? Math.max(box[0] - point[0], point[0] - box[2], 0) + Math.max(box[1] - point[1], point[1] - box[3], 0) : Infinity);
  return digits.reduce((best, digit, index) => (distance(digit) < distance(digits[best]) ? index : best), 0);
}
