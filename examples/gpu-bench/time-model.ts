// Timing one model on several backends in turn.
import type { Kind, Made, Model, Opened, Request, Times } from './worker.js';

/** What was measured on one backend: milliseconds of a step in each round, or why there are none. */
export type Result =
  | (Pick<Made, 'dispatches' | 'threads'> & { readonly milliseconds: readonly number[] })
  | { readonly failed: string };

/** A worker that answers one request at a time. */
export interface Hand {
  open(kind: Kind): Promise<Opened>;
  make(model: Model): Promise<Made>;
  time(steps: number): Promise<Times>;
}

/** Times of a model by turns: when the computer is busy, it slows all backends equally. */
const ROUNDS = 7;
/** Milliseconds of one turn. */
const TURN = 200;
/** Milliseconds of all turns, of which there are at least three; `?seconds=5` in the address makes it shorter. */
const ALL = 1000 * Number(new URLSearchParams(location.search).get('seconds') ?? 20);
const MAX_STEPS = 100;

export function createHand(worker: Worker): Hand {
  let settle: { resolve: (answer: never) => void; reject: (error: Error) => void } | undefined;
  worker.onmessage = ({ data }: MessageEvent<{ readonly failed?: string }>) => {
    if (data.failed === undefined) settle?.resolve(data as never);
    else settle?.reject(new Error(data.failed));
  };
  let broken: Error | undefined;
  worker.onerror = ({ message }) => {
    broken = new Error(message || 'the worker did not load');
    settle?.reject(broken);
  };
  const ask = (request: Request): Promise<never> =>
    new Promise((resolve, reject) => {
      if (broken !== undefined) return reject(broken);
      settle = { resolve, reject };
      worker.postMessage(request);
    });
  return {
    open: (kind) => ask({ open: kind }),
    make: (model) => ask({ make: model }),
    time: (steps) => ask({ time: steps }),
  };
}

/** Times a model on each backend. A backend that fails drops out, and the others go on. */
export async function timeModel(
  model: Model,
  hands: Readonly<Partial<Record<Kind, Hand>>>,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep: (share: number) => void },
): Promise<Partial<Record<Kind, Result>>> {
  const results: Partial<Record<Kind, Result>> = {};
  const runs: { kind: Kind; hand: Hand; made: Made; milliseconds: number[] }[] = [];
  const attempt = async (kind: Kind, what: () => Promise<void>): Promise<void> => {
    if (signal.aborted || (results[kind] !== undefined && 'failed' in results[kind])) return;
    await what().catch((error: unknown) => void (results[kind] = { failed: (error as Error).message }));
  };
  for (const [kind, hand] of Object.entries(hands) as [Kind, Hand][]) {
    await attempt(kind, async () => {
      runs.push({ kind, hand, made: await hand.make(model), milliseconds: [] });
    });
  }
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    if (round >= 3 && performance.now() - begun > ALL) break;
    for (const { kind, hand, made, milliseconds } of runs) {
      await attempt(kind, async () => {
        const steps = Math.max(1, Math.min(MAX_STEPS, Math.round(TURN / made.roughly)));
        milliseconds.push((await hand.time(steps)).milliseconds);
      });
    }
    onStep((round + 1) / ROUNDS);
  }
  for (const { kind, made, milliseconds } of runs) {
    if (milliseconds.length > 0) results[kind] ??= { ...made, milliseconds };
  }
  return results;
}
