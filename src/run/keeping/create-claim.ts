import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { unusable } from '../../tensor/errors.js';
import { settingsOf } from '../../tensor/made-by.js';
import type { Kept, KeptIndex } from './kept-index.js';

/** Milliseconds in which a run that has been stopped, or a page that is loaded anew, lets go what it kept. */
const PATIENCE = 5000;

/** That one keeper at a time has the run of a name. */
export interface Claim {
  /** The keeper's name in the index. */
  readonly writer: string;
  /** Claims the run as a call of `train` begins; rejects if another one has it. */
  begin(): Promise<void>;
  /** Lets it go. */
  leave(): void;
  /** What is kept. */
  read(): Promise<Kept[]>;
  /** What is kept; rejects if another keeper has written since this one first looked. */
  readAlone(): Promise<Kept[]>;
}

/** The claim of a keeper, which has nothing yet. */
export function createClaim(
  where: string,
  { store, run, index }: { readonly store: CheckpointStore; readonly run: string; readonly index: KeptIndex },
): Claim {
  const own = Math.random().toString(36).slice(2);
  let known: readonly (string | undefined)[] | undefined;
  let letGo = (): void => undefined;
  return {
    writer: own,
    async begin() {
      letGo = await claimRun(where, store, run);
      known = undefined;
    },
    leave: () => letGo(),
    async read() {
      const { kept, writer } = await index.read();
      known ??= [own, writer];
      return kept;
    },
    async readAlone() {
      const { kept, writer } = await index.read();
      if (!(known ??= [own, writer]).includes(writer)) throw takenAlready(where, run);
      return kept;
    },
  };
}

/**
 * Claims the run of a name in a store that is the same for all tabs, such as a browser's; resolves to the function that lets it go. The
 * browser lets it go for a tab that is closed or crashes. Where there are no locks, as in Node, nothing is claimed, and
 * the index tells which run has written it.
 *
 * @throws Error (as a rejection) if another run has it
 */
async function claimRun(where: string, store: CheckpointStore, run: string): Promise<() => void> {
  const place = settingsOf(store);
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (place === undefined || locks === undefined) return () => undefined;
  return new Promise((resolve, reject) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    const held = (): Promise<void> => {
      clearTimeout(timer);
      return new Promise((letGo) => resolve(letGo));
    };
    const name = `tfjs-generative ${JSON.stringify([place, run])}`;
    // where a browser has locks and gives none, the index tells
    const failed = (): void => (late.signal.aborted ? reject(takenAlready(where, run)) : resolve(() => undefined));
    locks.request(name, { signal: late.signal }, held).catch(failed);
  });
}

/** The error of a run whose name in the store another run has. */
function takenAlready(where: string, run: string): Error {
  const fix = 'End the other one, such as that of another tab, or take another `run`.';
  return unusable(where, 'store', 'must keep one run of a name at a time', { seen: `a second run '${run}'`, fix });
}
