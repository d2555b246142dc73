// Watches a training: its curves, and the first layer's weights by epoch, as the server sends them.

import { apiPath, openStream } from './api.js';
import { Chart } from './chart.js';
import { readEvents } from './event_stream.js';
import { create, element, write } from './page.js';
import { colors } from './palette.js';
import { paintWeights } from './pixels.js';
import { metricName, metricValue } from './words.js';

const STREAM_PAUSE = 1_000; // ms before a stream that broke off is opened again

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
    this.layers = new Map(); // epoch -> the weights of the first layer
    this.chosen = null; // an epoch, or null for the newest
    write(element('training-title'), 'Training');
    write(element('training-state'), 'Waiting for the server …');
    this.#showMetrics(1);
    this.#showTiles();
  }

  async #follow(run, running) {
    let state = 'running';
    while (this.running === running) {
      try {
        const response = await openStream(apiPath('/v1/training/events', run), running.signal);
        for await (const event of readEvents(response)) {
          if (this.running !== running) return;
          if (event.name !== 'training') continue;
          const training = JSON.parse(event.data);
          state = training.state;
          this.#take(training);
        }
        if (state !== 'running') return;
      } catch (problem) {
        if (this.running !== running) return;
        if (problem.status > 0) {
          this.running = null;
          write(element('training-state'), problem.message);
          this.onProblem(problem);
          return;
        }
        this.onProblem(problem);
      }
      await new Promise((resolve) => setTimeout(resolve, STREAM_PAUSE));
    }
  }

  #take({ run, state, planned_epochs: planned, epochs, first_layer: layer }) {
    if (epochs.some(({ epoch }) => epoch === 1)) {
      this.epochs.clear();
      this.layers.clear();
    }
    for (const epoch of epochs) this.epochs.set(epoch.epoch, epoch);
    const newest = Math.max(0, ...this.epochs.keys());
    if (layer.length > 0) this.layers.set(newest, layer);
    write(element('training-title'), `Training of ${run}`);
    write(element('training-state'), newest === 0 ? `${state}, no epoch is finished yet` : `Epoch ${newest} of ${planned}, ${state}`);
    element('training-progress').value = newest / Math.max(1, planned);
    this.#showMetrics(planned);
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
    this.chosen = slider.value === slider.max ? null : Number(slider.value);
    this.#showTiles();
  }

  #showTiles() {
    const known = [...this.layers.keys()].sort((a, b) => a - b);
    const epoch = this.chosen === null ? known.at(-1) : known.findLast((each) => each <= this.chosen) ?? known[0];
    const slider = element('epoch');
    slider.hidden = known.length < 2;
    if (known.length > 1) [slider.min, slider.max, slider.value] = [known[0], known.at(-1), epoch];
    write(element('epoch-words'), epoch === undefined ? 'No epoch yet' : `After epoch ${epoch}`);
    const layer = this.layers.get(epoch) ?? [];
    const tiles = element('tiles');
    while (tiles.children.length > layer.length) tiles.lastElementChild.remove();
    while (tiles.children.length < layer.length) tiles.append(makeTile());
    const limit = Math.max(1e-6, ...layer.map((unit) => Math.max(...unit.map(Math.abs))));
    const palette = colors();
    layer.forEach((unit, index) => paintWeights(tiles.children[index], unit, limit, palette));
  }
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
