// Follows the drawing with predictions, and shows each of them in all places.

import { Asking } from './asking.js';
import { showBars } from './bars.js';
import { element, write } from './page.js';
import { describeBoard, setPredictionStale, showChips, showPrediction, showProblem } from './prediction.js';
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
    this.obstacle = null; // why nothing is asked, or null
    this.asking = new Asking(
      (input, signal) => predict(input, run(), signal),
      (predictions) => this.#predicted(predictions.images[0]),
      (problem) => this.#failed(problem),
    );
  }

  // After a change of the drawing: `followed` if it continues the one before, or `replaced`.
  changed(kind) {
    const { content, isEmpty } = this.drawing;
    element('hint').hidden = !isEmpty;
    element('caption').hidden = content.kind === 'strokes';
    write(element('caption'), captionOf(content));
    if (kind === 'replaced') {
      this.chosen = null;
      this.board.fit();
    }
    if (isEmpty) {
      this.asking.forget();
      this.#show(null);
    } else if (this.hasStopped) {
      this.#showObstacle();
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
    this.obstacle = null;
    this.asking.resume();
    if (!this.drawing.isEmpty) this.asking.replace(inputOf(this.drawing));
  }

  setModel(model) {
    this.model = model;
    this.#show(this.image);
  }

  // Asks nothing more, and says why: the run is gone.
  stopAsking(problem) {
    this.obstacle = problem;
    this.asking.forget();
    this.#showObstacle();
  }

  get hasStopped() {
    return this.obstacle !== null;
  }

  #showObstacle() {
    this.#show(null);
    showProblem(this.obstacle.message);
  }

  // Before another network is asked.
  forgetPrediction() {
    this.obstacle = null;
    this.asking.forget();
    this.chosen = null;
    this.#show(null);
    if (!this.drawing.isEmpty) this.#outdated();
  }

  #outdated() {
    setPredictionStale(true);
    this.board.setFound([], 0);
  }

  #predicted(image) {
    setPredictionStale(false);
    this.#show(image);
  }

  #failed(problem) {
    if (this.onProblem(problem)) {
      setPredictionStale(true);
      return;
    }
    if (problem.status === 404) {
      this.stopAsking(problem);
      return;
    }
    this.#show(null);
    setPredictionStale(false);
    showProblem(problem.message);
  }

  #show(image) {
    this.image = image;
    const digits = image?.digits ?? [];
    if (this.chosen !== null && this.chosen >= digits.length) this.chosen = null;
    const index = this.chosen ?? nearestDigit(digits, this.drawing.lastPoint);
    const digit = digits[index] ?? null;
    if (image === null) setPredictionStale(false);
    showPrediction(image, index, this.model?.networks ?? 1);
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
