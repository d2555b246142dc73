// A part of a grid of pixels: its first column and row, and the ones after its last. As frame.rs.

export function areaWidth(area) {
  return area.right - area.left;
}

export function areaHeight(area) {
  return area.bottom - area.top;
}

export function longerSide(area) {
  return Math.max(areaWidth(area), areaHeight(area));
}

// The smallest area that holds both.
export function joinedAreas(a, b) {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function movedArea(area, right, down) {
  return {
    left: area.left + right,
    top: area.top + down,
    right: area.right + right,
    bottom: area.bottom + down,
  };
}

export function containsArea(outer, inner) {
  return (
    outer.left <= inner.left &&
    outer.top <= inner.top &&
    outer.right >= inner.right &&
    outer.bottom >= inner.bottom
  );
}

export function isSameArea(a, b) {
  return containsArea(a, b) && containsArea(b, a);
}
