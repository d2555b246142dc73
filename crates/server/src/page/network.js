// Shows a network at work: the pixels that it sees, the activations of its hidden layers, and its strongest connections.

import { colors } from './palette.js';
import { element, write } from './page.js';
import { mixedColor, paintNothing, paintPixels } from './pixels.js';
import { textUnit, watchSize } from './size.js';
import { strongestConnections } from './strongest.js';
import { countOf } from './words.js';

const CONNECTIONS_SHOWN = [70, 45, 20]; // of each layer
const LIGHTS_UP = 90; // ms in which most of a change is shown
const ENOUGH_SPACE = 9; // CSS pixels from unit to unit, with which one column will do
const SMALLEST_CHANGE = 0.01; // of an activation
const SMALLEST_FADE = 0.05; // of a connection's strength
const SMALLEST_CIRCLE = 4; // CSS pixels of its radius
const FADING_BEYOND = 0.15; // of the width of the image

export class Network {
  constructor() {
    this.canvas = element('connections');
    this.context = this.canvas.getContext('2d');
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.weights = null;
    this.digit = null;
    this.units = []; // of the hidden layers and the outputs
    this.target = { nodes: [], lines: new Map() };
    this.shown = { nodes: [], lines: new Map() };
    this.frame = null;
    this.ratio = 1;
    this.unit = 1;
    this.places = null; // of the pixels and the units, as long as nothing moves
    watchSize(this.canvas, (size) => this.#resize(size));
  }

  // `layers` are the units of all layers, from the pixels to the outputs; `weights` may come later.
  setModel(layers, weights) {
    this.units = layers.slice(1);
    this.weights = weights;
    this.shown.nodes = this.units.map((count) => new Array(count).fill(0));
    this.shown.lines.clear();
    this.places = null;
    this.units.slice(0, 2).forEach((count, index) => write(element(`layer-${index + 1}`), countOf(count, 'unit', 'units')));
    this.show(this.digit);
  }

  // Shows what the network made of a digit; null for nothing.
  show(digit) {
    this.digit = digit;
    const detail = digit?.detail;
    const activations = detail?.activations?.length > 0 ? [...detail.activations, outputsOf(digit, this.units.at(-1))] : [];
    this.target = {
      nodes: this.units.map((count, layer) => activations[layer] ?? new Array(count).fill(0)),
      lines: activations.length > 0 ? this.#strongest([detail.pixels, ...activations]) : new Map(),
    };
    if (detail?.pixels) paintPixels(element('pixels'), detail.pixels, colors());
    else paintNothing(element('pixels'));
    write(element('bars-title'), digit && activations.length === 0 ? 'Not asked' : 'Probability');
    this.#describe(detail, activations);
    this.redraw();
  }

  // Paints everything anew: colours or fonts are others.
  repaint() {
    this.places = null;
    this.show(this.digit);
  }

  redraw() {
    if (this.frame !== null) return;
    let last = performance.now();
    const step = (now) => {
      const isMoving = this.#approach(this.calm.matches ? 1 : 1 - Math.exp(-Math.max(8, now - last) / LIGHTS_UP));
      last = now;
      this.#draw();
      this.frame = isMoving ? requestAnimationFrame(step) : null;
    };
    this.frame = requestAnimationFrame(step);
  }

  // Layer, input and unit of the strongest connections, with their strength in -1..1.
  #strongest(activations) {
    const lines = new Map();
    this.weights?.layers.forEach((layer, index) => {
      if (layer.inputs !== activations[index]?.length) return;
      const found = strongestConnections(layer.kernel, layer.units, activations[index], CONNECTIONS_SHOWN[index]);
      const limit = Math.abs(found.at(-1)?.value ?? 1);
      for (const { from, to, value } of found) lines.set(`${index} ${from} ${to}`, value / limit);
    });
    return lines;
  }

  // Moves what is shown a part of the way to the target; returns whether there is more to go.
  #approach(part) {
    let isMoving = false;
    const nearer = (value, goal, least) => {
      const isNear = Math.abs(goal - value) < least || part === 1;
      isMoving ||= !isNear;
      return isNear ? goal : value + (goal - value) * part;
    };
    this.shown.nodes = this.target.nodes.map((layer, index) => layer.map((goal, unit) => nearer(this.shown.nodes[index]?.[unit] ?? 0, goal, SMALLEST_CHANGE)));
    for (const key of new Set([...this.shown.lines.keys(), ...this.target.lines.keys()])) {
      const value = nearer(this.shown.lines.get(key) ?? 0, this.target.lines.get(key) ?? 0, SMALLEST_FADE);
      if (value === 0) this.shown.lines.delete(key);
      else this.shown.lines.set(key, value);
    }
    return isMoving;
  }

  #resize({ width, height, ratio }) {
    [this.canvas.width, this.canvas.height] = [width, height];
    this.ratio = ratio;
    this.unit = textUnit();
    this.places = null;
    this.#draw();
  }

  #draw() {
    const { context, canvas, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.units.length !== 3) return;
    this.places ??= this.#findPlaces();
    const { places } = this;
    const palette = colors();
    const lines = [...this.shown.lines].sort((a, b) => Math.abs(a[1]) - Math.abs(b[1]));
    for (const [key, strength] of lines) {
      const [layer, from, to] = key.split(' ').map(Number);
      const [start, end] = [places[layer].at(from), places[layer + 1].at(to)];
      if (start && end) this.#drawLine(start, end, strength, palette);
    }
    this.#fadeOverImage(places[0].image);
    places.slice(1).forEach((layer, index) => this.#drawUnits(layer, this.shown.nodes[index] ?? [], palette));
  }

  #drawLine([x1, y1], [x2, y2], strength, palette) {
    const { context } = this;
    const size = Math.abs(strength);
    const bend = (x2 - x1) * 0.45;
    context.globalAlpha = 0.1 + 0.8 * size;
    context.lineWidth = (0.6 + 1.6 * size) * this.unit;
    context.strokeStyle = strength < 0 ? palette.negative : palette.positive;
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    context.stroke();
    context.globalAlpha = 1;
  }

  // Makes the lines faint where they leave the image of the pixels, so that it stays clear.
  #fadeOverImage({ left, top, width, height }) {
    const { context } = this;
    const end = width * (1 + FADING_BEYOND);
    const fading = context.createLinearGradient(left, 0, left + end, 0);
    fading.addColorStop(0, 'rgb(0 0 0 / 0.85)');
    fading.addColorStop(1 / (1 + FADING_BEYOND), 'rgb(0 0 0 / 0.6)');
    fading.addColorStop(1, 'rgb(0 0 0 / 0)');
    context.globalCompositeOperation = 'destination-out';
    context.fillStyle = fading;
    context.fillRect(left, top - height, end, height * 3);
    context.globalCompositeOperation = 'source-over';
  }

  // Circles, or small squares on a ground of their own where there are many.
  #drawUnits(places, activations, palette) {
    const { context } = this;
    const { radius } = places;
    context.lineWidth = this.unit;
    context.strokeStyle = palette.edge;
    if (places.areSmall) {
      const [[left, top], [right, bottom]] = places.corners;
      context.fillStyle = palette.surface;
      context.beginPath();
      context.rect(left - radius, top - radius, right - left + 2 * radius, bottom - top + 2 * radius);
      context.fill();
      context.stroke();
    }
    places.forEach(([x, y], unit) => {
      const activation = activations[unit] ?? 0;
      context.fillStyle = mixedColor(palette.surface, palette.ink, activation);
      if (places.areSmall) {
        context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      } else {
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    });
  }

  // Where the pixels, the hidden units and the outputs are, in CSS pixels of the canvas.
  #findPlaces() {
    const own = this.canvas.getBoundingClientRect();
    const within = (part) => {
      const place = part.getBoundingClientRect();
      return { left: place.left - own.left, top: place.top - own.top, width: place.width, height: place.height };
    };
    const image = within(element('pixels'));
    const pixels = Array.from({ length: 400 }, (_, index) => [image.left + (((index % 20) + 0.5) / 20) * image.width, image.top + ((Math.floor(index / 20) + 0.5) / 20) * image.height]);
    pixels.image = image;
    const outer = within(element('layers'));
    const title = within(element('layer-1'));
    const area = { ...outer, top: title.top + title.height + 8 * this.unit, height: outer.top + outer.height - title.top - title.height - 12 * this.unit };
    const first = gridOf(this.units[0], this.unit, { ...area, left: area.left + area.width * 0.2, width: area.width * 0.32 });
    const second = gridOf(this.units[1], this.unit, { ...area, left: area.left + area.width * 0.68, width: area.width * 0.24 });
    const rows = [...element('bars').children].map(within);
    const outputs = rows.map((row) => [row.left + 8 * this.unit, row.top + row.height / 2]);
    if (this.units[2] === 1 && outputs.length > 0) outputs.splice(0, outputs.length, [outputs[0][0], (outputs[0][1] + outputs.at(-1)[1]) / 2]);
    outputs.radius = 5 * this.unit;
    first.areSmall = Math.min(first.radius, second.radius) < SMALLEST_CIRCLE * this.unit;
    second.areSmall = first.areSmall;
    return [pixels, first, second, outputs];
  }

  #describe(detail, activations) {
    const ink = detail ? Math.round((detail.pixels.reduce((sum, value) => sum + value, 0) / detail.pixels.length) * 100) : 0;
    element('pixels').setAttribute('aria-label', `The 20 by 20 pixels that the network sees: ${detail ? `${ink} % ink` : 'nothing yet'}`);
    const layers = activations.slice(0, 2).map((layer, index) => `hidden layer ${index + 1}: ${mostActive(layer)}`);
    element('connections').setAttribute('aria-label', layers.length > 0 ? `Most active units. ${layers.join('; ')}.` : 'Activations of the network: none yet');
  }
}

// The activations of the outputs: the probabilities, or of one output that of the second digit.
function outputsOf(digit, outputs) {
  const probabilities = digit.probabilities.map((each) => each.probability);
  return outputs === 1 ? probabilities.slice(1) : probabilities;
}

function mostActive(layer) {
  const units = layer.map((activation, unit) => [activation, unit + 1]).sort((a, b) => b[0] - a[0]).slice(0, 3);
  return units.map(([activation, unit]) => `unit ${unit} with ${activation.toFixed(2)}`).join(', ');
}

// Units in as few columns as leave enough space within an area; with the radius of their circles.
function gridOf(count, unit, area) {
  let best = { spacing: 0, columns: 1 };
  for (let columns = 1; columns <= Math.min(count, 40); columns += 1) {
    const spacing = Math.min(area.height / Math.ceil(count / columns), columns > 1 ? area.width / columns : Infinity, 22 * unit);
    if (best.spacing < ENOUGH_SPACE * unit && spacing > best.spacing + 0.5) best = { spacing, columns };
  }
  const { spacing, columns } = best;
  const rows = Math.ceil(count / columns);
  const [left, top] = [area.left + area.width / 2 - ((columns - 1) / 2) * spacing, area.top + area.height / 2 - ((rows - 1) / 2) * spacing];
  const places = Array.from({ length: count }, (_, unit) => [left + Math.floor(unit / rows) * spacing, top + (unit % rows) * spacing]);
  places.corners = [[left, top], [left + (columns - 1) * spacing, top + (rows - 1) * spacing]];
  places.radius = Math.max(1.5, Math.min(6.5 * unit, spacing * (spacing < ENOUGH_SPACE * unit ? 0.44 : 0.38)));
  return places;
}
