// The predictor of a page without a server: it says what /v1/predict, /v1/model and /v1/model/weights would.
//
// README.md defines `data`, and what is returned.

import { judgedDigits } from './found.js';
import { readGuard } from './guard.js';
import { digitsOfImages } from './images.js';
import { digitsInStrokes } from './inked.js';
import { movedArea } from './frame.js';
import { singlesOf } from './numbers.js';
import { digitsInPicture } from './picture/prepare.js';
import { kernelByRows } from './pixel_order.js';
import { predictionOfInput, predictionOfOne } from './prediction.js';
import { boundsOn } from './sheet.js';

const FORMAT = 1;

export function createLocalPredictor(data) {
  if (data.format !== FORMAT) throw new RangeError(`network: expected format ${FORMAT}, found ${data.format}`);
  const networks = {
    digits: data.digits,
    decision: data.decision,
    members: data.networks.map(({ layers }) => layers.map(readLayer)),
  };
  const guard = readGuard(data.guard);
  return {
    // `input` is the body of /v1/predict, `{ strokes, pen_width }`, `{ pixels }` or `{ images }`, or a picture as `readPicture`
    // returns it; the options are its query.
    async predict(input, { row = false, detail = false } = {}) {
      return { model: data.name, images: await predictedImages(networks, guard, input, { row, detail }) };
    },
    model() {
      return describedModel(data, networks);
    },
    weights() {
      return { model: data.name, layers: networks.members[0].map(describedLayer) };
    },
  };
}

function readLayer({ inputs, units, kernel, bias }) {
  const layer = { inputs, units, kernel: singlesOf(kernel), bias: singlesOf(bias) };
  if (layer.kernel.length !== inputs * units || layer.bias.length !== units) {
    throw new RangeError(`network: a layer has not the weights of ${inputs} inputs and ${units} units`);
  }
  return layer;
}

async function predictedImages(networks, guard, input, { row, detail }) {
  const images = input.images ?? (input.pixels && [input.pixels]);
  if (images) {
    return digitsOfImages(images, input.pixel_order).map((digit) => predictionOfOne(networks, digit, detail));
  }
  const { inked, boundsOf } = input.channels ? await inPicture(input) : inStrokes(input);
  const { found, refusal } = await judgedDigits(inked, guard, networks.digits, row);
  const placed = found.map((digit) => ({ ...digit, bounds: boundsOf(digit.area) }));
  const whole = refusal && { ...refusal, isOfPicture: 'channels' in input };
  return [predictionOfInput(networks, placed, whole, detail)];
}

function inStrokes({ strokes, pen_width: penWidth = null }) {
  if (!strokes) throw new TypeError('expected strokes, pixels, images or a picture');
  const inked = digitsInStrokes(strokes, penWidth);
  return { inked, boundsOf: (area) => boundsOn(inked.sheet, area) };
}

async function inPicture(picture) {
  const inked = await digitsInPicture(picture);
  return { inked, boundsOf: (area) => boundsInFile(area, inked.within, picture.reduction) };
}

// Where an area is in the file of a picture: left, top, right and bottom, in pixels.
function boundsInFile(area, within, reduction) {
  const { left, top, right, bottom } = movedArea(area, within.left, within.top);
  return [left, top, right, bottom].map((side) => side * reduction);
}

function describedModel(data, { members }) {
  const layers = [members[0][0].inputs, ...members[0].map(({ units }) => units)];
  return {
    name: data.name,
    description: data.description,
    digits: data.digits,
    networks: members.length,
    layers,
    parameters: members[0].reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0),
    epoch: data.epoch,
    metrics: data.metrics,
    device: 'JavaScript: this browser',
  };
}

function describedLayer({ inputs, units, kernel, bias }, at) {
  return {
    inputs,
    units,
    kernel: at === 0 ? kernelByRows(kernel, units) : Array.from(kernel),
    bias: Array.from(bias),
  };
}
