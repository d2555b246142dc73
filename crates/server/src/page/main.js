// Puts the page together.

import { apiPath, getJson } from './api.js';
import { Board } from './board.js';
import { capabilities, hideWhatIsMissing } from './capabilities.js';
import { Connection } from './connection.js';
import { Drawing } from './drawing.js';
import { KeyboardPen } from './keyboard.js';
import { showModel } from './model.js';
import { Network } from './network.js';
import { element, write } from './page.js';
import { onColorsChange } from './palette.js';
import { Pictures } from './pictures.js';
import { Pointers } from './pointer.js';
import { describeModel, loadWeights } from './predictor.js';
import { Reading } from './reading.js';
import { Runs } from './runs.js';
import { takeTokenFromAddress } from './token.js';
import { Tools } from './tools.js';
import { TrainingView } from './training.js';
import { Views } from './views.js';

const MODEL_CHECKS = 15_000; // ms between two looks whether another checkpoint is served
const NOTICE_STAYS = 6_000; // ms

takeTokenFromAddress();
hideWhatIsMissing();

const drawing = new Drawing((kind) => changed(kind));
const board = new Board(drawing);
const network = new Network();
const tools = new Tools(drawing);
const chosenRun = () => runs?.chosen ?? null;
const connection = new Connection(() => describeModel(chosenRun()), () => loadAll());
const reading = new Reading(drawing, board, network, chosenRun, (problem) => connection.notice(problem));
const runs = capabilities.server ? new Runs(() => changeRun()) : null;
const training = capabilities.server ? new TrainingView((problem) => connection.notice(problem)) : null;
const pictures = capabilities.server ? new Pictures((picture) => drawing.replace(picture), (reason) => tell(reason)) : null;
const views = new Views((isTraining) => (isTraining ? training.watch(chosenRun()) : training?.stop()));
let servedModel = null;

new Pointers(board, drawing, () => tools.tool);
new KeyboardPen(board, drawing, () => tools.tool, {
  p: () => tools.choose('pen'),
  e: () => tools.choose('eraser'),
  z: () => drawing.undo(),
  y: () => drawing.redo(),
  '+': () => tools.thicker(),
  '-': () => tools.thinner(),
  delete: () => drawing.clear(),
  backspace: () => drawing.clear(),
  o: () => pictures?.open(),
  r: () => showRandomDigit(),
  h: () => openHelp(),
  '?': () => openHelp(),
});

element('open-help').addEventListener('click', () => openHelp());
onColorsChange(() => repaint());
if (capabilities.server) {
  element('random').addEventListener('click', () => showRandomDigit());
  setInterval(() => checkModel(), MODEL_CHECKS);
}
document.fonts?.ready.then(() => board.redraw());
changed('replaced');
views.show();
loadAll();

function changed(kind) {
  reading.changed(kind);
  tools.update();
}

// Loads the model, the runs and the weights, and asks of what is drawn.
async function loadAll() {
  const run = chosenRun();
  try {
    const model = await describeModel(run);
    if (run !== chosenRun()) return;
    useModel(model, null);
    reading.askAgain();
    if (runs) await runs.load(model.name);
    const weights = await loadWeights(run);
    if (run === chosenRun()) useModel(model, weights);
  } catch (problem) {
    if (!connection.notice(problem)) tell(problem.message);
  }
}

function useModel(model, weights) {
  servedModel = model;
  showModel(model);
  network.setModel(model.layers, weights);
  reading.setModel(model);
}

function changeRun() {
  reading.forgetAnswer();
  if (views.isTraining) training.watch(chosenRun());
  loadAll();
}

// Another checkpoint of the run may be served by now.
async function checkModel() {
  if (document.hidden || !servedModel) return;
  try {
    const model = await describeModel(chosenRun());
    if (model.name !== servedModel.name || model.epoch !== servedModel.epoch) loadAll();
  } catch (problem) {
    connection.notice(problem);
  }
}

async function showRandomDigit() {
  if (!capabilities.server) return;
  try {
    const { row, label, pixels } = await getJson(apiPath('/v1/digits/random', chosenRun()));
    drawing.replace({ kind: 'example', row, label, pixels, width: 20, height: 20 });
  } catch (problem) {
    if (!connection.notice(problem)) tell(problem.message);
  }
}

function openHelp() {
  element('help').showModal();
}

function repaint() {
  board.redraw();
  network.repaint();
  training?.repaint();
}

// Says something that passes.
function tell(text) {
  write(element('notice'), `${text[0].toUpperCase()}${text.slice(1)}`);
  setTimeout(() => {
    if (element('notice').textContent === `${text[0].toUpperCase()}${text.slice(1)}`) write(element('notice'), '');
  }, NOTICE_STAYS);
}
