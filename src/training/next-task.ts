/** One turn of the event loop, which all work of a process shares. */
interface Turn {
  /** When work began in it; undefined before. */
  began?: number | undefined;
  /** Work that waits for a later turn. */
  waiting: [resume: () => void, signal: AbortSignal | undefined][];
}

/** All copies of this module share one turn, also that of the CommonJS build: with turns of their own, they would block the event loop for each other. */
const TURN: unique symbol = Symbol.for('tfjs-generative: turn') as never;
type Shared = typeof globalThis & { [TURN]?: Turn };

const turnNow = (): Turn => ((globalThis as Shared)[TURN] ??= { waiting: [] });

/**
 * Ends a turn: resumes the work that has waited longest, and all aborted work, which computes nothing more. If the others were resumed as
 * well, one turn would be as long as all their work.
 */
function end(): void {
  const turn = turnNow();
  turn.began = undefined;
  turn.waiting = turn.waiting.filter(([resume, signal], i) => (i > 0 && !signal?.aborted) || resume());
  if (turn.waiting.length > 0) workedFor();
}

/** Milliseconds since work began in this turn of the event loop. */
export function workedFor(): number {
  const turn = turnNow();
  const now = performance.now();
  if (turn.began === undefined) {
    turn.began = now;
    asTask(end);
  }
  return now - turn.began;
}

/**
 * Lets the event loop run: drawing, clicks, sockets, timers. Resolves in a later turn of it, in which no other work that waits here is
 * resumed; or in the next one, once the signal is aborted.
 */
export function nextTask(signal?: AbortSignal): Promise<void> {
  workedFor();
  return new Promise((resume) => turnNow().waiting.push([resume, signal]));
}

/** A timer would wait 1 ms (4 ms in a page), and an animation frame 16 ms, or forever in a hidden tab; this does not. */
function asTask(work: () => void): void {
  if (typeof setImmediate === 'function') return void setImmediate(work);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(undefined);
}
