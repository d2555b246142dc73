// A chart of a metric by epoch: training as a line, validation dashed.

import { textUnit } from './size.js';
import { metricName, metricValue } from './words.js';

const SVG = 'http://www.w3.org/2000/svg';
const CHART_MARGIN = { left: 52, right: 12, top: 12, bottom: 40 };
const CHART_HEIGHT = 260;

export class Chart {
  // `names` are the metrics of training and validation; `top` is the highest value of the axis, if it has one.
  constructor(container, names, top = null) {
    this.container = container;
    this.names = names;
    this.top = top;
    this.epochs = [];
    this.planned = 1;
    new ResizeObserver(() => this.#draw()).observe(container);
  }

  // `epochs` as in a training event, in their order; `planned` is how many there will be.
  show(epochs, planned) {
    this.epochs = epochs;
    this.planned = Math.max(planned, epochs.at(-1)?.epoch ?? 1);
    this.#draw();
  }

  #draw() {
    const unit = textUnit();
    const width = Math.round(this.container.clientWidth / unit);
    if (width === 0) return;
    if (this.epochs.length === 0) {
      this.container.replaceChildren();
      return;
    }
    const svg = make('svg', { viewBox: `0 0 ${width} ${CHART_HEIGHT}`, width: width * unit, height: CHART_HEIGHT * unit, role: 'img', 'aria-label': this.#inWords() });
    const series = this.names.map((name) => this.epochs.map((epoch) => [epoch.epoch, epoch.metrics.find((metric) => metric.name === name)?.value ?? null]));
    const ticks = this.#ticks(series.flat().map(([, value]) => value).filter((value) => value !== null));
    const [low, high] = [ticks[0], ticks.at(-1)];
    const x = (epoch) => CHART_MARGIN.left + ((epoch - 1) / Math.max(1, this.planned - 1)) * (width - CHART_MARGIN.left - CHART_MARGIN.right);
    const y = (value) => CHART_HEIGHT - CHART_MARGIN.bottom - ((value - low) / (high - low)) * (CHART_HEIGHT - CHART_MARGIN.top - CHART_MARGIN.bottom);
    for (const tick of ticks) {
      svg.append(make('line', { class: tick === low ? 'axis' : 'grid', x1: CHART_MARGIN.left, x2: width - CHART_MARGIN.right, y1: y(tick), y2: y(tick) }));
      svg.append(text(this.#tickText(tick, ticks), { class: 'tick', x: CHART_MARGIN.left - 8, y: y(tick) + 4, 'text-anchor': 'end' }));
    }
    for (const epoch of epochTicks(this.planned, width)) svg.append(text(String(epoch), { class: 'tick', x: x(epoch), y: CHART_HEIGHT - CHART_MARGIN.bottom + 18, 'text-anchor': 'middle' }));
    svg.append(text('epoch', { class: 'tick', x: (CHART_MARGIN.left + width - CHART_MARGIN.right) / 2, y: CHART_HEIGHT - 4, 'text-anchor': 'middle' }));
    series.forEach((points, index) => drawSeries(svg, points, index === 0 ? 'training-line' : 'validation-line', x, y));
    this.container.replaceChildren(svg);
  }

  #ticks(values) {
    const least = this.top === null ? 0 : Math.min(this.top - 0.01, ...values);
    const most = this.top ?? Math.max(0.01, ...values);
    const step = roundStep((most - least) / 4);
    const ticks = [];
    for (let index = Math.floor(least / step + 1e-9); index <= Math.ceil(most / step - 1e-9); index += 1) ticks.push(index * step);
    return ticks;
  }

  #tickText(tick, ticks) {
    const step = ticks[1] - ticks[0];
    const factor = this.top === null ? 1 : 100;
    const places = Math.max(0, Math.ceil(-Math.log10(step * factor) - 1e-9));
    return `${(tick * factor).toFixed(places)}${this.top === null ? '' : ' %'}`;
  }

  #inWords() {
    const last = this.epochs.at(-1);
    if (!last) return `${metricName(this.names[0])}: no epoch is finished`;
    const values = this.names.map((name) => last.metrics.find((metric) => metric.name === name)).filter(Boolean);
    return `Epoch ${last.epoch}: ${values.map(({ name, value }) => `${metricName(name)} ${metricValue(name, value)}`).join(', ')}`;
  }
}

function drawSeries(svg, points, className, x, y) {
  let path = '';
  let isConnected = false;
  for (const [epoch, value] of points) {
    if (value !== null) path += `${isConnected ? 'L' : 'M'}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`;
    isConnected = value !== null;
  }
  svg.append(make('path', { class: className, d: path }));
  if (points.length > 40) return;
  for (const [epoch, value] of points) {
    if (value === null) continue;
    if (className === 'training-line') svg.append(make('circle', { class: 'training-mark', cx: x(epoch), cy: y(value), r: 3.5 }));
    else svg.append(make('rect', { class: 'validation-mark', x: x(epoch) - 3, y: y(value) - 3, width: 6, height: 6 }));
  }
}

// Epochs that are written below a chart: round ones, and the first and the last.
function epochTicks(planned, width) {
  const step = Math.max(1, roundStep(planned / Math.max(2, width / 70)));
  const ticks = [1];
  for (let epoch = Math.ceil(step); epoch < planned; epoch += Math.ceil(step)) if (epoch > 1 + step * 0.4 && epoch < planned - step / 2) ticks.push(epoch);
  return planned > 1 ? [...ticks, planned] : ticks;
}

function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].find((factor) => factor * power >= step * 0.999) * power;
}

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function text(content, attributes) {
  const made = make('text', attributes);
  made.textContent = content;
  return made;
}
