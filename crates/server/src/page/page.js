// The elements of index.html, by their names.

export function element(id) {
  return document.getElementById(id);
}

// Writes a text only where it changed, so that screen readers and the layout are left alone.
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function create(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
