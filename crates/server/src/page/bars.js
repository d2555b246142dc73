// A bar for each digit that the network knows.

import { create, element, write } from './page.js';
import { percent } from './words.js';

// Makes the rows, without probabilities.
export function makeBars(digits) {
  const bars = element('bars');
  bars.replaceChildren(
    ...digits.map((digit) => {
      const row = create('li');
      const track = create('span', 'bar-track');
      track.append(create('span', 'bar-fill'));
      row.append(create('span', 'bar-digit', String(digit)), track, create('span', 'bar-number'));
      row.dataset.digit = digit;
      return row;
    }),
  );
  bars.dataset.count = digits.length > 5 ? 'many' : 'few';
}

// Shows the probabilities of a digit; null if there is none. Only a prediction stands out.
export function showBars(predicted) {
  for (const row of element('bars').children) {
    const digit = Number(row.dataset.digit);
    const own = predicted?.probabilities.find((each) => each.digit === digit);
    row.classList.toggle('predicted', predicted?.digit === digit);
    row.querySelector('.bar-fill').style.inlineSize = `${(own?.probability ?? 0) * 100}%`;
    write(row.querySelector('.bar-number'), own ? percent(own.probability) : '–');
  }
}
