// The speed of training: as fast as it goes, or so many updates a second.
import { effect, signal } from '@preact/signals-core';
import { page, session } from './store.js';

/** Updates a second; 0 is as fast as it goes. */
export const pace = signal(0);
/** Whether updates are made one by one at this pace. */
export const isPaced = signal(false);

/** Starts training at the chosen speed. */
export function start(): void {
  if (pace.peek() === 0) session.peek().start();
  else if (!isPaced.peek()) void goOn();
}

/** Stops it; resolves once it is at rest. */
export function stop(): Promise<unknown> {
  isPaced.value = false;
  return session.peek().stop();
}

/** Chooses a speed, with which a run that is under way goes on. */
export async function setPace(next: number): Promise<void> {
  const wasGoing = isPaced.peek() || session.peek().snapshot.peek().status === 'running';
  pace.value = next;
  if (!wasGoing) return;
  await stop();
  start();
}

/** Counts what was begun, so that what has ended does not go on. */
let begun = 0;

async function goOn(): Promise<void> {
  const one = session.peek();
  const mine = ++begun;
  isPaced.value = true;
  while (isPaced.peek() && mine === begun && session.peek() === one) {
    const next = performance.now() + 1_000 / pace.peek();
    await one.step();
    const { status } = one.snapshot.peek();
    if (status === 'finished' || status === 'failed') break;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  if (mine === begun) isPaced.value = false;
}

// other pages have the machine to themselves
effect(() => {
  if (page.value !== undefined) void stop();
});
