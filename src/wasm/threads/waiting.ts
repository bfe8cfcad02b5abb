import * as control from './control.js';

/** A call of a pool for several jobs. */
export interface Region {
  /** When it began, in milliseconds. */
  readonly started: number;
  readonly jobs: number;
  /** How many of them the main thread has begun. */
  own: number;
}

/** How the main thread waits for its helpers, and how much time that has cost. */
export interface Waiting {
  /** Waits until none of these states is BUSY; false if that takes much longer than the main thread's own jobs. */
  isOver(states: readonly { readonly state: number }[], region: Region): boolean;
  /** Whether helpers are useful at present. */
  isWorthIt(time: number): boolean;
}

/** A helper that needs this much longer for its job than the main thread for its own, and this long, hangs. */
const PATIENCE = 100;
const PATIENCE_MILLISECONDS = 2000;
/** The longest time that a thread sleeps before it checks by itself. */
const NAP_MILLISECONDS = 10;
/** Waking up takes a fraction of this. */
const SPIN_MILLISECONDS = 0.2;

/**
 * On a machine that also runs other programs, a helper may be interrupted in the middle of a job. Helpers are a loss when the
 * main thread, waiting included, takes longer than it would take for all jobs alone. When that has cost this much, the main
 * thread works alone for a multiple of that time, so that the loss is a tenth of the time at most. The results stay
 * bit-identical.
 */
const TOLERABLE_MILLISECONDS = 0.5;
const TIMES_ALONE = 9;

export function createWaiting(words: Int32Array, now: () => number): Waiting {
  const maySleep = isAllowedToWait(words);
  let aloneUntil = 0;
  let loss = 0;

  function noteWait(waited: number, worked: number, { jobs, own }: Region): void {
    loss = Math.max(0, loss + waited - worked * (jobs / own - 1));
    if (loss < TOLERABLE_MILLISECONDS) return;
    aloneUntil = now() + TIMES_ALONE * loss;
    loss = 0;
  }

  return {
    isOver(states, region) {
      let since = 0;
      for (const { state } of states) {
        for (let looks = 1; Atomics.load(words, state) === control.BUSY; looks++) {
          // Reading the clock costs as much as reading the word many times.
          if ((looks & 255) !== 0) continue;
          const time = now();
          since ||= time;
          const waited = time - since;
          if (waited > PATIENCE_MILLISECONDS && waited > PATIENCE * (since - region.started)) return false;
          if (!maySleep || waited < SPIN_MILLISECONDS) continue;
          Atomics.store(words, control.MAIN_SLEEPS, 1);
          Atomics.wait(words, state, control.BUSY, NAP_MILLISECONDS);
          Atomics.store(words, control.MAIN_SLEEPS, 0);
          looks |= 255;
        }
      }
      if (since > 0) noteWait(now() - since, since - region.started, region);
      return true;
    },
    isWorthIt: (time) => time >= aloneUntil,
  };
}

/** Whether this thread may sleep; the main thread of a page may not. */
function isAllowedToWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.MAIN_SLEEPS, 1, 0);
    return true;
  } catch {
    return false;
  }
}
