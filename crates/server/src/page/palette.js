// The colours of page.css, for what is drawn on canvases.

const COLOR_NAMES = ['ink', 'muted', 'edge', 'surface', 'found', 'on-found', 'positive', 'negative'];
const COLOR_CHANGES = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'];

let knownColors = null;

export function colors() {
  knownColors ??= readColors();
  return knownColors;
}

export function onColorsChange(listener) {
  for (const query of COLOR_CHANGES) {
    matchMedia(query).addEventListener('change', () => {
      knownColors = null;
      listener();
    });
  }
}

function readColors() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(COLOR_NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

// Red, green and blue of a colour that page.css gives as #rrggbb.
export function redGreenBlue(color) {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
