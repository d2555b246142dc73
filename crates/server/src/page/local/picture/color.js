// From colours to one plane in which ink differs from its ground as much as it can. As color.rs.

import { largestDistance } from '../distance.js';
import { combinedPlanes, filledPlane, quantileOf, reducedPlane, shorterSide } from '../plane.js';
import { blurredPlane } from './filters.js';

const f32 = Math.fround;

// The plane in which ink is to be found: brightness, another combination of the colours, or the opacity.
export function signalOf({ channels }) {
  const [colors, opacity] = [channels.slice(0, 3), channels[3]];
  const opaque = f32(0.99);
  if (opacity.values.every((value) => value > opaque)) return combinedColors(colors);
  if (isInkOpacity(colors, opacity)) return opacity;
  // What is transparent becomes ground: the colour that most of the opaque part has.
  const blended = colors.map((plane) => {
    const ground = quantileOf(whereOpaque(plane, opacity), 0.5);
    return combinedPlanes(plane, opacity, (color, share) => ground + f32(share * f32(color - ground)));
  });
  return combinedColors(blended);
}

// Whether the shape of what is opaque is the ink: it is of one colour, or neither covers the picture nor is a plate on which
// something is drawn.
function isInkOpacity(colors, opacity) {
  const isOfOneColor = colors.every((color) => {
    const values = whereOpaque(color, opacity);
    return f32(quantileOf(values, 0.98) - quantileOf(values, 0.02)) < f32(0.1);
  });
  if (isOfOneColor) return true;
  const covered = opacity.values.reduce((sum, value) => f32(sum + value), 0);
  const radius = largestDistance(opacity);
  // A disc has 3.1 times the square of its radius, a square 4, strokes much more.
  return covered < f32(0.5 * opacity.values.length) && covered > f32(f32(9 * radius) * radius);
}

function whereOpaque(color, opacity) {
  return color.values.filter((_, at) => opacity.values[at] > 0.5);
}

// The combination of the colours along which pixels differ most from their surroundings: the direction of the largest variance
// (principal component), in which large differences count more than small ones. Of a grey picture it is the brightness.
function combinedColors([red, green, blue]) {
  const most = f32(0.004);
  const isGrey = (a, b) => a.values.every((value, at) => Math.abs(f32(value - b.values[at])) < most);
  if (isGrey(red, green) && isGrey(green, blue)) return green;
  const factor = Math.ceil(shorterSide(red) / 160);
  const differences = [red, green, blue].map((color) => {
    const small = reducedPlane(color, factor);
    return combinedPlanes(small, blurredPlane(small, Math.floor(shorterSide(small) / 3)), (value, ground) => value - ground);
  });
  const direction = principalDirection(momentsOf(differences));
  const scale = direction.reduce((sum, share) => sum + Math.abs(share), 0);
  const [r, g, b] = direction.map((share) => f32(share / scale));
  const found = filledPlane(red.width, red.height);
  for (let at = 0; at < found.values.length; at += 1) {
    found.values[at] = f32(f32(r * red.values[at]) + f32(g * green.values[at])) + f32(b * blue.values[at]);
  }
  return found;
}

function momentsOf([red, green, blue]) {
  const moments = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  const difference = [0, 0, 0];
  for (let at = 0; at < red.values.length; at += 1) {
    difference[0] = red.values[at];
    difference[1] = green.values[at];
    difference[2] = blue.values[at];
    const square = difference[0] * difference[0] + difference[1] * difference[1] + difference[2] * difference[2];
    for (let row = 0; row < 3; row += 1) {
      for (let column = 0; column < 3; column += 1) moments[row][column] += square * difference[row] * difference[column];
    }
  }
  return moments;
}

// The eigenvector of the largest eigenvalue, by repeated multiplication; brightness if all is 0.
function principalDirection(moments) {
  let direction = [0.58, 0.6, 0.56];
  for (let step = 0; step < 50; step += 1) {
    const product = moments.map((row) => row[0] * direction[0] + row[1] * direction[1] + row[2] * direction[2]);
    const length = Math.sqrt(product[0] * product[0] + product[1] * product[1] + product[2] * product[2]);
    if (length <= 0) return [0.3, 0.59, 0.11];
    direction = product.map((value) => value / length);
  }
  return direction[0] + direction[1] + direction[2] < 0 ? direction.map((value) => -value) : direction;
}
