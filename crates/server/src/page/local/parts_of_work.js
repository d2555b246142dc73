// Long work in parts, between which the page draws and hears of its user.

const LONGEST_PART = 25; // ms

// Lets the page do what waits.
export function otherTasks() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

// A function that says whether a part of the work has lasted long enough.
export function partClock() {
  let started = performance.now();
  return () => {
    const now = performance.now();
    if (now - started < LONGEST_PART) return false;
    started = now;
    return true;
  };
}
