import * as control from './control.js';

/** One call to a pool, with several jobs. */
export interface Region {
  /** When it started, in milliseconds. */
  readonly started: number;
  readonly jobs: number;
  /** How many of the jobs the main thread has started. */
  own: number;
  /** How long it took for them, in milliseconds. */
  worked: number;
}

/** Decides how the main thread waits for its helpers, and whether it uses them. */
export interface Waiting {
  /** Waits until none of these states is BUSY; false if that takes much longer than the main thread's own jobs. */
  isOver(states: readonly { readonly state: number }[], region: Region): boolean;
  /** Notes what a region gained or lost. The helpers took `helped` milliseconds for all of their jobs. */
  note(region: Region, helped: number): void;
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
 * On a machine that also runs other programs, a thread may be interrupted during a job, and the others wait for it. Helpers are a loss if
 * a region takes longer than all of its jobs would take one after the other without interruptions. Losses are offset by earlier gains up to
 * this many milliseconds.
 */
const MAX_GAIN_MILLISECONDS = 10;
/** If more than this is lost, the main thread works alone for a while. Results stay bit-identical. */
const MAX_LOSS_MILLISECONDS = 0.5;
/**
 * How long, at least: so many times the loss that at most a tenth of the time is lost. If nothing was gained since the last pause, twice as
 * long as then.
 */
const PAUSE_FACTOR = 9;
const MIN_PAUSE_MILLISECONDS = 10;
const MAX_PAUSE_MILLISECONDS = 1000;

export function createWaiting(words: Int32Array, now: () => number): Waiting {
  const maySleep = isAllowedToWait(words);
  let pausedUntil = 0;
  let pause = 0;
  /** Gains and losses since the last pause, in milliseconds: all of them, and with limited gains. */
  let total = 0;
  let balance = 0;

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
      return true;
    },
    note({ started, jobs, own, worked }, helped) {
      // a clock may be too coarse for a region, and helpers may have taken no job
      if (worked <= 0 || helped <= 0) return;
      const time = now();
      const gain = jobs * Math.min(worked / own, helped / (jobs - own)) - (time - started);
      total += gain;
      balance = Math.min(MAX_GAIN_MILLISECONDS, balance + gain);
      if (balance > -MAX_LOSS_MILLISECONDS) return;
      const longer = total < 0 ? Math.min(2 * pause, MAX_PAUSE_MILLISECONDS) : 0;
      pause = Math.max(MIN_PAUSE_MILLISECONDS, longer, -PAUSE_FACTOR * balance);
      pausedUntil = time + pause;
      total = balance = 0;
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
