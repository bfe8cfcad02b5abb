// Keeps the run every ten seconds while it trains, when it stops, and when the page is hidden.
import { effect } from '@preact/signals-core';
import { keepRun } from './keeping.js';
import { lastKept, notice, session } from './store.js';
import type { Session } from './session.js';

const KEEP_EVERY = 10_000;

/** The updates at which a session was last kept. */
const keptAt = new WeakMap<Session, number>();
let isAtWork = false;
/** Whether the run was to be kept while it was being kept. */
let isAwaited = false;
let isReported = false;

async function keep(): Promise<void> {
  const now = session.peek();
  const { totalSteps, status } = now.snapshot.peek();
  if (status === 'failed' || now.parameters.peek() === undefined) return;
  if (isAtWork) {
    isAwaited = true;
    return;
  }
  if (totalSteps === (keptAt.get(now) ?? now.stepsBefore)) return;
  isAtWork = true;
  try {
    const checkpoint = await now.ask('checkpoint');
    await keepRun(now.name, checkpoint, now.experiment.pictures);
    keptAt.set(now, totalSteps);
  } catch (error) {
    // a session that was closed meanwhile has no run to keep
    if (session.peek() === now && !isReported) reportOnce(error as Error);
  } finally {
    isAtWork = false;
    if (isAwaited) {
      isAwaited = false;
      void keep();
    }
  }
}

function reportOnce({ message }: Error): void {
  isReported = true;
  const why = /quota/.test(message) ? 'its storage is full' : 'it stores no data for this page';
  notice.value = `This browser cannot keep the run (${why}), so you would lose it by reloading. Save a checkpoint to keep it.`;
}

/** Begins to keep runs. */
export function keepRuns(): void {
  setInterval(() => void keep(), KEEP_EVERY);
  document.addEventListener('visibilitychange', () => void (document.hidden && keep()));
  let before: Session | undefined;
  let wasRunning = false;
  effect(() => {
    const now = session.value;
    const isRunning = now.snapshot.value.status === 'running';
    if (now === before && wasRunning && !isRunning) void keep();
    if (lastKept.peek() === now.name) lastKept.value = undefined;
    // the run before this one can be opened again
    if (before !== undefined && now !== before && keptAt.has(before)) lastKept.value = before.name;
    [before, wasRunning] = [now, isRunning];
  });
}
