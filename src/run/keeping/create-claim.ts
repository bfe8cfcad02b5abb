import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { unusable } from '../../tensor/errors.js';
import { settingsOf } from '../../tensor/made-by.js';
import type { KeptCheckpoint, KeptIndex } from './kept-index.js';

/** How long, in milliseconds, a stopped run or a reloading page may take to release its claim. */
const TIMEOUT = 5000;

/** Ensures that only one keeper at a time uses a run's name. */
export interface Claim {
  /** The keeper's name in the index. */
  readonly writer: string;
  /** Claims the name when a call of `train` begins; rejects if another run has it. */
  begin(): Promise<void>;
  /** Releases it. */
  leave(): void;
  /** The kept checkpoints. */
  read(): Promise<KeptCheckpoint[]>;
  /** The kept checkpoints; rejects if another keeper has written since this one first read. */
  readAlone(): Promise<KeptCheckpoint[]>;
}

/** Makes the claim of a keeper, which is inactive until `begin`. */
export function createClaim(
  where: string,
  { store, run, index }: { readonly store: CheckpointStore; readonly run: string; readonly index: KeptIndex },
): Claim {
  const own = Math.random().toString(36).slice(2);
  let known: readonly (string | undefined)[] | undefined;
  let release = (): void => undefined;
  return {
    writer: own,
    async begin() {
      release = await claimRun(where, store, run);
      known = undefined;
    },
    leave: () => release(),
    async read() {
      const { kept, writer } = await index.read();
      known ??= [own, writer];
      return kept;
    },
    async readAlone() {
      const { kept, writer } = await index.read();
      if (!(known ??= [own, writer]).includes(writer)) throw alreadyTaken(where, run);
      return kept;
    },
  };
}

/**
 * Claims a run's name in a store that all tabs share, such as a browser's; resolves to the function that releases it. For a tab that is
 * closed or crashes, the browser releases it. Without locks, as in Node, nothing is claimed, and the index shows which
 * run has written it.
 *
 * @throws Error (as a rejection) if another run has the name
 */
async function claimRun(where: string, store: CheckpointStore, run: string): Promise<() => void> {
  const place = settingsOf(store);
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (place === undefined || locks === undefined) return () => undefined;
  return new Promise((resolve, reject) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), TIMEOUT);
    const held = (): Promise<void> => {
      clearTimeout(timer);
      return new Promise((free) => resolve(free));
    };
    const name = `tfjs-generative ${JSON.stringify([place, run])}`;
    // if a browser has locks but refuses this one, the index shows conflicts
    const failed = (): void => (late.signal.aborted ? reject(alreadyTaken(where, run)) : resolve(() => undefined));
    locks.request(name, { signal: late.signal }, held).catch(failed);
  });
}

/** The error for a name that another run uses in the store. */
function alreadyTaken(where: string, run: string): Error {
  const fix = 'End the other one, which may be in another tab, or use another `run`.';
  return unusable(where, 'store', 'must be used by only one run of this name', { seen: `a second run '${run}'`, fix });
}
