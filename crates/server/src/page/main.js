// Puts the page together.

import { getJson } from './api.js';
import { makeBars } from './bars.js';
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
import { describeModel, hasExamples, loadWeights, randomDigit } from './predictor.js';
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
const pictures = new Pictures(() => beginAnew(), (picture) => drawing.replace(picture), (text) => say(text));
const views = new Views((isTraining) => showView(isTraining));
let servedModel = null;
let said = ''; // what passes
let asked = 0; // how often something was wanted on the board

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
  o: () => pictures.open(),
  r: () => showRandomDigit(),
  h: () => openHelp(),
  '?': () => openHelp(),
});

element('open-help').addEventListener('click', () => openHelp());
onColorsChange(() => repaint());
if (hasExamples()) element('random').addEventListener('click', () => showRandomDigit());
if (capabilities.server) setInterval(() => checkModel(), MODEL_CHECKS);
document.fonts?.ready.then(() => repaint());
changed('replaced');
views.show();
loadAll();

function changed(kind) {
  begin();
  reading.changed(kind);
  tools.update();
}

// Something is wanted on the board. A picture or a digit that was wanted before and takes longer is not put there.
function begin() {
  asked += 1;
  const own = asked;
  if (said !== '' && element('notice').textContent === said) write(element('notice'), '');
  return () => own === asked;
}

// The same for what takes the place of a drawing: a pen that is still down would draw on.
function beginAnew() {
  drawing.endAll();
  return begin();
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
    if (connection.notice(problem)) return;
    if (problem.status === 404 && runs) await runIsGone(problem);
    else tell(problem.message);
  }
}

// Says that there is no such run, and asks nothing of it until another is chosen or it is there again.
async function runIsGone(problem) {
  reading.stopAsking(problem);
  await runs.load('none').catch((other) => connection.notice(other));
}

function useModel(model, weights) {
  servedModel = model;
  showModel(model);
  makeBars(model.digits);
  network.setModel(model.layers, weights);
  reading.setModel(model);
}

function showView(isTraining) {
  if (isTraining) {
    training.watch(chosenRun());
    checkModel();
  } else {
    training?.stop();
  }
}

function changeRun() {
  reading.forgetPrediction();
  if (views.isTraining) training.watch(chosenRun());
  loadAll();
}

// Another checkpoint of the run may be served by now. A run that is gone is looked for in the list alone.
async function checkModel() {
  if (document.hidden || servedModel === null) return;
  try {
    if (reading.hasStopped) {
      const name = chosenRun();
      const isBack = (await getJson('/v1/runs')).some((run) => (name === null ? run.is_default : run.name === name));
      if (isBack) loadAll();
      return;
    }
    const model = await describeModel(chosenRun());
    if (model.name !== servedModel.name || model.epoch !== servedModel.epoch) loadAll();
    else await runs.refresh(model.name);
  } catch (problem) {
    if (!connection.notice(problem) && problem.status === 404) await runIsGone(problem);
  }
}

async function showRandomDigit() {
  if (!hasExamples()) return;
  const isLatest = beginAnew();
  try {
    const { row, label, pixels } = await randomDigit(chosenRun());
    if (!isLatest()) return;
    // The data set has been resized once, and goes a little beyond 0 and 1.
    const within = pixels.map((value) => Math.max(0, Math.min(1, value)));
    drawing.replace({ kind: 'example', row, label, pixels: within, width: 20, height: 20 });
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

function tell(message) {
  say(`${message[0].toUpperCase()}${message.slice(1)}`);
}

// Says something that passes.
function say(text) {
  said = text;
  write(element('notice'), text);
  setTimeout(() => {
    if (element('notice').textContent === text) write(element('notice'), '');
  }, NOTICE_STAYS);
}
