// The size of a canvas in the pixels of its device, whatever the zoom, the screen and the size of the text.

// Calls `listener({ width, height, ratio })` now and after each change: device pixels, and how many make a CSS pixel.
export function watchSize(canvas, listener) {
  const tell = () => {
    const place = canvas.getBoundingClientRect();
    const ratio = devicePixelRatio;
    const [width, height] = [Math.max(1, Math.round(place.width * ratio)), Math.max(1, Math.round(place.height * ratio))];
    listener({ width, height, ratio });
  };
  const watchRatio = () => {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', () => { tell(); watchRatio(); }, { once: true });
  };
  new ResizeObserver(tell).observe(canvas);
  watchRatio();
}

// CSS pixels in a sixteenth of the text's size: what is drawn grows with the text.
export function textUnit() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
