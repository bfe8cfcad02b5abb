// The frames of a run, so that one can go back in it and make a film of it.
import { computed, effect, signal } from '@preact/signals-core';
import type { Frame } from '../training/messages.js';
import { past, session } from './store.js';

/** The largest number of frames that are kept; then every second one is dropped. */
const MAX_KEPT = 80;

/** Frames of the present run, oldest first, at about equal distances; the last one is the newest. */
export const frames = signal<readonly Frame[]>([]);

let [owner, every, seen] = [session.peek(), 1, 0];

effect(() => {
  const now = session.value;
  const frame = now.frame.value;
  if (now !== owner) {
    [owner, every, seen] = [now, 1, 0];
    frames.value = [];
    past.value = undefined;
  }
  if (frame === undefined) return;
  const before = frames.peek();
  // a frame that is painted again, as a view was opened, replaces the one before
  if (before.at(-1)?.step === frame.step) {
    frames.value = [...before.slice(0, -1), frame];
    return;
  }
  // the newest frame is always the last one, and stays if its turn has come
  const kept = seen++ % every === 0 || before.length < 2 ? before : before.slice(0, -1);
  frames.value = [...kept, frame];
  if (frames.peek().length <= MAX_KEPT) return;
  const last = frames.peek().length - 1;
  frames.value = frames.peek().filter((_, i) => i % 2 === 0 || i === last);
  every *= 2;
});

/** The number of the frame that is shown; one that was dropped is where its follower is. */
export const position = computed(() => {
  const last = frames.value.length - 1;
  const { step = Infinity } = past.value ?? {};
  const found = frames.value.findIndex((frame) => frame.step >= step);
  return found < 0 ? last : found;
});

/** Shows a frame by its number; the last one follows the run. */
export function goTo(number: number): void {
  past.value = number >= frames.peek().length - 1 ? undefined : frames.peek()[number];
}
