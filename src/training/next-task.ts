/** Work that waits for its turn. */
interface Waiting {
  readonly resume: () => void;
  readonly signal: AbortSignal | undefined;
}

/** One turn of the event loop, which all work of a process shares. */
interface Turn {
  /** When work began in it, by each clock; undefined stands for `performance.now`. */
  readonly began: Map<(() => number) | undefined, number>;
  waiting: Waiting[];
  /** Whether its end is already a task of the event loop. */
  ends: boolean;
}

/** All copies of this module share one turn, such as the CommonJS build: each would block the event loop for the others. */
const TURN: unique symbol = Symbol.for('tfjs-generative: turn of the event loop') as never;
type Shared = typeof globalThis & { [TURN]?: Turn };

function turnNow(): Turn {
  const turn = ((globalThis as Shared)[TURN] ??= { began: new Map(), waiting: [], ends: false });
  if (!turn.ends) {
    turn.ends = true;
    asTask(() => end(turn));
  }
  return turn;
}

/**
 * Resumes the work that has waited longest, and all that is aborted, which computes nothing more. Resuming the others as well would make
 * one turn as long as all their work.
 */
function end(turn: Turn): void {
  const { waiting } = turn;
  turn.ends = false;
  turn.began.clear();
  const next = waiting.find(({ signal }) => !signal?.aborted);
  const goesOn = (one: Waiting): boolean => one === next || one.signal?.aborted === true;
  turn.waiting = waiting.filter((one) => !goesOn(one));
  if (turn.waiting.length > 0) turnNow();
  for (const one of waiting) if (goesOn(one)) one.resume();
}

/** Milliseconds since work began in this turn of the event loop, by a clock. */
export function workedFor(clock?: () => number): number {
  const { began } = turnNow();
  const now = clock === undefined ? performance.now() : clock();
  if (!began.has(clock)) began.set(clock, now);
  // a clock that was set back must not keep the event loop waiting
  return Math.abs(now - began.get(clock)!);
}

/**
 * Lets the event loop run: drawing, clicks, sockets, timers. Resolves in a later turn of it, in which no other work that waits here is
 * resumed; or in the next one, once the signal is aborted.
 */
export function nextTask(signal?: AbortSignal): Promise<void> {
  const turn = turnNow();
  return new Promise((resume) => turn.waiting.push({ resume, signal }));
}

/** A timer would wait 1 ms (4 ms in a page), and an animation frame 16 ms, or forever in a hidden tab; this does not. */
function asTask(work: () => void): void {
  if (typeof setImmediate === 'function') {
    setImmediate(work);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(undefined);
}
