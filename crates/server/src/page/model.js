// The model's figures: its layers, its digits, its metrics.

import { create, element, write } from './page.js';
import { digitsInWords, metricName, metricValue, wholeNumber } from './words.js';

export function showModel(model) {
  write(element('model-name'), model.description);
  const figures = [
    ['layers', model.layers.map(wholeNumber).join(' → ')],
    ['parameters', wholeNumber(model.parameters)],
    ['digits', digitsInWords(model.digits)],
    ['epoch', wholeNumber(model.epoch)],
    ...model.metrics.map(({ name, value }) => [metricName(name), metricValue(name, value)]),
    ['computed on', model.device],
  ];
  if (model.networks > 1) figures.unshift(['networks', wholeNumber(model.networks)]);
  element('figures').replaceChildren(
    ...figures.map(([name, value]) => {
      const figure = create('div');
      figure.append(create('dt', '', name), create('dd', '', value));
      return figure;
    }),
  );
}
