import * as control from './control.js';

/** One call to a pool, with several jobs. */
export interface Region {
  /** When it started, in milliseconds. */
  readonly started: number;
  readonly jobs: number;
  /** How many of the jobs the main thread has started. */
  own: number;
}

/** Decides how the main thread waits for its helpers, and keeps count of the time that this costs. */
export interface Waiting {
  /** Waits until none of these states is BUSY; false if that takes much longer than the main thread's own jobs. */
  isOver(states: readonly { readonly state: number }[], region: Region): boolean;
  /** Whether helpers are useful at present. */
  isWorthIt(time: number): boolean;
}

/**
 * A helper counts as hanging if it takes this many times as long for its job as the main thread for its own, and at least this many
 * milliseconds.
 */
const HANG_FACTOR = 100;
const MIN_HANG_MILLISECONDS = 2000;
/** The longest time that a thread sleeps before it checks by itself. */
const MAX_SLEEP_MILLISECONDS = 10;
/** Waking takes a fraction of this. */
const SPIN_MILLISECONDS = 0.2;

/**
 * On a machine that also runs other programs, a helper may be interrupted during a job. Helpers are a loss if the main thread, including
 * its waiting, takes longer than it would for all jobs by itself. Once the loss has reached this much, the main thread works without them for a
 * multiple of that time, so that at most a tenth of the time is lost. Results stay bit-identical.
 */
const MAX_LOSS_MILLISECONDS = 0.5;
const PAUSE_FACTOR = 9;

export function createWaiting(words: Int32Array, now: () => number): Waiting {
  const maySleep = isAllowedToWait(words);
  let pausedUntil = 0;
  let loss = 0;

  function noteWait(waited: number, worked: number, { jobs, own }: Region): void {
    loss = Math.max(0, loss + waited - worked * (jobs / own - 1));
    if (loss < MAX_LOSS_MILLISECONDS) return;
    pausedUntil = now() + PAUSE_FACTOR * loss;
    loss = 0;
  }

  return {
    isOver(states, region) {
      let since = 0;
      for (const { state } of states) {
        for (let checks = 1; Atomics.load(words, state) === control.BUSY; checks++) {
          // Reading the clock costs as much as reading the word many times.
          if ((checks & 255) !== 0) continue;
          const time = now();
          since ||= time;
          const waited = time - since;
          if (waited > MIN_HANG_MILLISECONDS && waited > HANG_FACTOR * (since - region.started)) return false;
          if (!maySleep || waited < SPIN_MILLISECONDS) continue;
          Atomics.store(words, control.MAIN_SLEEPS, 1);
          Atomics.wait(words, state, control.BUSY, MAX_SLEEP_MILLISECONDS);
          Atomics.store(words, control.MAIN_SLEEPS, 0);
          checks |= 255;
        }
      }
      if (since > 0) noteWait(now() - since, since - region.started, region);
      return true;
    },
    isWorthIt: (time) => time >= pausedUntil,
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
