// The two views of the page, drawing and training: the address says which is shown.

import { capabilities } from './capabilities.js';
import { element } from './page.js';

export class Views {
  constructor(onShow) {
    this.onShow = onShow;
    if (capabilities.server) addEventListener('hashchange', () => this.show());
  }

  get isTraining() {
    return capabilities.server && location.hash === '#training';
  }

  show() {
    const { isTraining } = this;
    element('draw-view').hidden = isTraining;
    if (capabilities.server) {
      element('training-view').hidden = !isTraining;
      mark('to-draw', !isTraining);
      mark('to-training', isTraining);
    }
    document.title = isTraining ? 'Training · Digits' : 'Digits';
    this.onShow(isTraining);
  }
}

function mark(id, isCurrent) {
  if (isCurrent) element(id).setAttribute('aria-current', 'page');
  else element(id).removeAttribute('aria-current');
}
