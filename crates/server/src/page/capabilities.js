// What this page can do: a page without a server has one network, and watches no training.

import { hasExamples } from './predictor.js';

export const capabilities = { server: true };

export function hideWhatIsMissing() {
  removeAll(capabilities.server ? '[data-without-server]' : '[data-needs-server]');
  if (!hasExamples()) removeAll('[data-needs-examples]');
}

function removeAll(parts) {
  for (const part of document.querySelectorAll(parts)) part.remove();
}
