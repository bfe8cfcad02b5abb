// Slow motion: the stages of an update one after the other, with the update itself where the diagram has it.
import { effect, signal } from '@preact/signals-core';
import { diagrams } from '../diagrams/index.js';
import { update } from './acts.js';
import { stop } from './pacing.js';
import { experiment, page, session } from './store.js';

/** Milliseconds in which a stage can be read: so many, and more for each word. */
const [STAGE, WORD] = [900, 190];

/** Whether updates are shown stage by stage. */
export const isSlow = signal(false);
/** The stage that is shown. */
export const slowStage = signal(0);

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Begins slow motion with the first stage of an update. */
export async function startSlow(): Promise<void> {
  await stop();
  isSlow.value = true;
  slowStage.value = 0;
  wait();
}

/** Ends slow motion. */
export function stopSlow(): void {
  clearTimeout(waiting);
  isSlow.value = false;
}

function wait(): void {
  clearTimeout(waiting);
  const stage = stages()[slowStage.peek()]!;
  waiting = setTimeout(() => void goOn(), STAGE + WORD * stage.words.split(' ').length);
}

async function goOn(): Promise<void> {
  const mine = waiting;
  const now = stages();
  const { snapshot } = session.peek();
  const { updates } = now[slowStage.peek()]!;
  if (updates !== undefined) await update(updates.length === 0 ? undefined : updates);
  if (!isSlow.peek() || mine !== waiting) return;
  if (snapshot.peek().status === 'finished' || snapshot.peek().status === 'failed') return stopSlow();
  slowStage.value = (slowStage.peek() + 1) % now.length;
  wait();
}

const stages = () => diagrams[experiment.peek().family].stages(experiment.peek());

// another experiment begins with its own first stage
effect(() => {
  const isAway = page.value !== undefined;
  void session.value;
  if (!isSlow.peek()) return;
  if (isAway) return stopSlow();
  slowStage.value = 0;
  wait();
});
