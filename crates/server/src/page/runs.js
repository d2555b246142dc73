// The list of runs, and which of them is chosen; the address remembers it.

import { getJson } from './api.js';
import { create, element } from './page.js';
import { digitsInWords } from './words.js';

export class Runs {
  // `chosen` is the name of a run, or null for that with which the server was started.
  constructor(onChoose) {
    this.chosen = new URLSearchParams(location.search).get('run');
    this.select = element('runs');
    this.select.addEventListener('change', () => {
      this.chosen = this.select.value || null;
      this.#remember();
      onChoose();
    });
  }

  // Loads the list. `ownName` is the model's that predicts unless a run is chosen.
  async load(ownName) {
    const runs = await getJson('/v1/runs');
    const defaults = runs.filter((run) => run.is_default);
    const isListed = defaults.length === 1;
    const options = runs.map((run) => makeOption(isListed && run.is_default ? '' : run.name, runInWords(run)));
    if (!isListed) options.unshift(makeOption('', ownName));
    if (this.chosen && isListed && defaults[0].name === this.chosen) this.chosen = null;
    if (this.chosen && !runs.some((run) => run.name === this.chosen)) options.push(makeOption(this.chosen, `${this.chosen} (not found)`));
    this.select.replaceChildren(...options);
    this.select.value = this.chosen ?? '';
  }

  #remember() {
    const address = new URL(location.href);
    if (this.chosen) address.searchParams.set('run', this.chosen);
    else address.searchParams.delete('run');
    history.replaceState(null, '', address);
  }
}

function makeOption(value, text) {
  const option = create('option', '', text);
  option.value = value;
  return option;
}

function runInWords(run) {
  const state = run.state === 'finished' ? '' : `, ${run.state}`;
  return `${run.name} (${digitsInWords(run.digits)}${state})`;
}
