// Canvases are painted in turn, one with each frame of the screen, so that however many are shown none delays a frame for long.

const waiting = new Set<() => void>();
let awaited = 0;

/** Paints with one of the next frames of the screen: after those that wait already. */
export function paintInTurn(paint: () => void): void {
  waiting.add(paint);
  awaited ||= requestAnimationFrame(paintOne);
}

/** Cancels a request of `paintInTurn`. */
export function paintNoMore(paint: () => void): void {
  waiting.delete(paint);
}

function paintOne(): void {
  const [first] = waiting;
  if (first !== undefined) waiting.delete(first);
  awaited = waiting.size > 0 ? requestAnimationFrame(paintOne) : 0;
  first?.();
}
