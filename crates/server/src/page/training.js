// Watches a training: its curves, as the server sends them, and the first layer's weights of the epochs that it has.

import { ApiProblem, apiPath, getJson, openStream } from './api.js';
import { Chart } from './chart.js';
import { readEvents } from './event_stream.js';
import { create, element, write } from './page.js';
import { colors } from './palette.js';
import { paintWeights } from './pixels.js';
import { metricName, metricValue } from './words.js';

const MOST_LAYERS = 200; // in memory
const STREAM_PAUSE = 1_000; // ms before the server is asked again

export class TrainingView {
  constructor(onProblem) {
    this.onProblem = onProblem;
    this.loss = new Chart(element('loss-chart'), ['loss', 'val_loss']);
    this.accuracy = new Chart(element('accuracy-chart'), ['accuracy', 'val_accuracy'], 1);
    this.running = null;
    this.#forget();
    element('epoch').addEventListener('input', () => this.#chooseEpoch());
  }

  // Watches a run, from its first epoch; null is that with which the server was started.
  watch(run) {
    this.stop();
    this.#forget();
    this.asked = run;
    this.running = new AbortController();
    this.#follow(run, this.running);
  }

  stop() {
    this.running?.abort();
    this.running = null;
  }

  repaint() {
    this.#showTiles();
  }

  #forget() {
    this.epochs = new Map();
    this.layers = new Map(); // epoch -> the weights of each unit, from -1 to 1
    this.weightEpochs = []; // those that the server has
    this.wanted = null; // the epoch whose weights are being loaded
    this.run = null;
    this.lastId = null; // of the last event
    this.isLost = false; // whether the connection broke off
    this.chosen = null; // an epoch, or null for the newest
    write(element('training-title'), 'Training');
    write(element('training-state'), 'Waiting for the server …');
    this.#showMetrics(1);
    this.#showTiles();
  }

  async #follow(run, running) {
    while (this.running === running) {
      let isAnswered = false;
      try {
        const response = await openStream(apiPath('/v1/training/events', run), this.lastId, running.signal);
        for await (const event of readEvents(response)) {
          if (this.running !== running) return;
          if (event.name === 'problem') throw problemOfEvent(event.data);
          if (event.name === 'training') this.#take(JSON.parse(event.data));
          this.lastId = event.id ?? this.lastId;
        }
      } catch (problem) {
        if (this.running !== running) return;
        if (problem instanceof ApiProblem) this.onProblem(problem);
        isAnswered = problem.status > 0;
        if (isAnswered && !problem.isPassing) {
          this.running = null;
          write(element('training-state'), problem.message);
          return;
        }
      }
      if (this.running !== running) return;
      if (!isAnswered) this.#lose();
      await pause();
    }
  }

  // Says that what is shown may be out of date, and keeps all of it until the server is back.
  #lose() {
    this.isLost = true;
    const newest = Math.max(0, ...this.epochs.keys());
    const known = newest === 0 ? '' : `; the last known epoch is ${newest}`;
    write(element('training-state'), `The connection is lost${known}. Trying again …`);
  }

  #take({ run, state, planned_epochs: planned, epochs, weight_epochs: weightEpochs }) {
    if (run !== this.run || epochs.some(({ epoch }) => epoch === 1)) {
      this.run = run;
      this.epochs.clear();
      this.layers.clear();
      this.wanted = null;
    }
    this.isLost = false;
    for (const epoch of epochs) this.epochs.set(epoch.epoch, epoch);
    const newest = Math.max(0, ...this.epochs.keys());
    this.weightEpochs = weightEpochs;
    write(element('training-title'), `Training of ${run}`);
    write(element('training-state'), newest === 0 ? `${state}, no epoch is finished yet` : `Epoch ${newest} of ${planned}, ${state}`);
    element('training-progress').value = newest / Math.max(1, planned);
    this.#showMetrics(planned);
    this.#showTiles();
  }

  // The epochs whose weights can be shown: those that the server has, and those that it had when they were loaded.
  #knownEpochs() {
    return [...new Set([...this.weightEpochs, ...this.layers.keys()])].sort((a, b) => a - b);
  }

  // Loads the weights of an epoch, one at a time; then those of the epoch that is chosen by then.
  async #load(epoch) {
    if (this.wanted !== null) return;
    this.wanted = epoch;
    const { running, asked } = this;
    const isCurrent = () => this.running === running && this.wanted === epoch;
    try {
      const layer = readLayer(await getJson(apiPath('/v1/training/weights', asked, { epoch })));
      if (!isCurrent()) return;
      if (this.layers.size >= MOST_LAYERS) this.layers.delete(this.layers.keys().next().value);
      this.layers.set(epoch, layer);
    } catch (problem) {
      if (!isCurrent()) return;
      if (problem.isPassing) this.onProblem(problem);
      if (isWorthAnotherTry(problem)) {
        await pause();
        if (!isCurrent()) return;
      } else {
        // A checkpoint that has been deleted since, or is damaged.
        this.weightEpochs = this.weightEpochs.filter((each) => each !== epoch);
      }
    }
    this.wanted = null;
    this.#showTiles();
  }

  #showMetrics(planned) {
    const epochs = [...this.epochs.values()].sort((a, b) => a.epoch - b.epoch);
    this.loss.show(epochs, planned);
    this.accuracy.show(epochs, planned);
    const names = [...new Set(epochs.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
    const head = create('tr');
    head.append(...['epoch', ...names.map(metricName)].map((name) => headCell(name, 'col')));
    const rows = epochs.map(({ epoch, metrics }) => {
      const row = create('tr');
      const values = names.map((name) => metrics.find((metric) => metric.name === name)?.value);
      row.append(headCell(String(epoch), 'row'), ...values.map((value, index) => create('td', '', metricValue(names[index], value))));
      return row;
    });
    const [top, body] = [create('thead'), create('tbody')];
    top.append(head);
    body.append(...rows);
    element('metrics').replaceChildren(top, body);
  }

  #chooseEpoch() {
    const slider = element('epoch');
    this.chosen = slider.value === slider.max ? null : this.#knownEpochs()[Number(slider.value)];
    this.#showTiles();
  }

  // Moves the slider, a step for each epoch that has weights, and shows those of the chosen epoch once they are there.
  #showTiles() {
    const known = this.#knownEpochs();
    const at = this.chosen === null ? known.length - 1 : Math.max(0, known.findLastIndex((each) => each <= this.chosen));
    const epoch = known[at];
    const slider = element('epoch');
    slider.hidden = known.length < 2;
    [slider.max, slider.value] = [Math.max(0, known.length - 1), Math.max(0, at)];
    const words = epochInWords(epoch, known.length);
    slider.setAttribute('aria-valuetext', `${epoch ?? ''}`);
    write(element('epoch-words'), words);
    if (epoch === undefined) this.#paint([], '');
    else if (this.layers.has(epoch)) this.#paint(this.layers.get(epoch), epoch);
    else if (!this.isLost) this.#load(epoch);
  }

  #paint(layer, epoch) {
    const tiles = element('tiles');
    tiles.dataset.epoch = epoch;
    while (tiles.children.length > layer.length) tiles.lastElementChild.remove();
    while (tiles.children.length < layer.length) tiles.append(makeTile());
    const palette = colors();
    layer.forEach((unit, index) => paintWeights(tiles.children[index], unit, 1, palette));
  }
}

function epochInWords(epoch, count) {
  if (epoch === undefined) return 'No epoch yet';
  return count === 1 ? `After epoch ${epoch}, the only one kept` : `After epoch ${epoch}`;
}

// The weights of each unit, as parts of the largest.
function readLayer({ units, weights }) {
  const bytes = Int8Array.from(atob(weights), (character) => character.charCodeAt(0));
  return Array.from({ length: units }, (_, unit) => Float32Array.from(bytes.subarray(unit * 400, unit * 400 + 400), (byte) => byte / 127));
}

// Whether the server may have the weights all the same: it was not reached, or has too much to do.
function isWorthAnotherTry(problem) {
  return problem.isPassing && problem.status !== 500;
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, STREAM_PAUSE));
}

function problemOfEvent(data) {
  const { status, detail } = JSON.parse(data);
  return new ApiProblem(status, detail);
}

function makeTile() {
  const tile = create('canvas');
  [tile.width, tile.height] = [20, 20];
  return tile;
}

function headCell(name, scope) {
  const cell = create('th', '', name);
  cell.scope = scope;
  return cell;
}
