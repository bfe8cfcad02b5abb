import { checkStoreName, isStoreName, type CheckpointStore } from '../../storage/checkpoint-store.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../../training/json.js';

/** A kept checkpoint. */
export interface KeptCheckpoint {
  /** Its name in the store. */
  readonly name: string;
  /** Total steps of the trainer. */
  readonly step: number;
  /** Epochs of the run so far. */
  readonly epoch: number;
  /** The metric that selects the best; null if there is none, or if it was not finite. */
  readonly value: number | null;
}

/** The index of a run in a store. */
export interface KeptIndex {
  /** The checkpoints, in the order in which they were saved, and which keeper saved the last one, if known. */
  read(): Promise<{ readonly kept: KeptCheckpoint[]; readonly writer: string | undefined }>;
  /** Writes the list of checkpoints and the writer's name, then removes all other checkpoints of the run. */
  write(kept: readonly KeptCheckpoint[], writer: string): Promise<void>;
  /** The name of the checkpoint at a step. */
  nameOf(step: number): string;
}

const FORMAT = 'tfjs-generative kept checkpoints 1';

/** The index of a run's checkpoints, a file next to them. It is written after a checkpoint and before others are removed. */
export function createKeptIndex(where: string, store: CheckpointStore, run: string): KeptIndex {
  const own = `${run}.json`;
  const nameOf = (step: number): string => `${run}-${String(step).padStart(9, '0')}.safetensors`;
  const stepOf = (name: string): number => Number(name.slice(run.length + 1, -'.safetensors'.length));
  const belongsToRun = (name: string): boolean => Number.isSafeInteger(stepOf(name)) && nameOf(stepOf(name)) === name;
  checkStoreName(where, typeof run === 'string' ? nameOf(0) : run, 'run');

  return {
    nameOf,
    read: async () => {
      const names = await store.list();
      if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
        throw wrongKind(where, 'store.list()', 'must be an array of names', { got: names });
      }
      // without an index, which may have been removed, checkpoints are kept until newer ones replace them
      if (!names.includes(own)) {
        const kept = names.filter(belongsToRun).map((name) => ({ name, step: stepOf(name), epoch: 0, value: null }));
        return { kept, writer: undefined };
      }
      return parse(where, own, new TextDecoder().decode(await store.load(own)));
    },
    write: async (kept, writer) => {
      await store.save(own, new TextEncoder().encode(JSON.stringify({ format: FORMAT, writer, kept }, null, 1)));
      const wanted = kept.map(({ name }) => name);
      for (const name of await store.list()) {
        if (belongsToRun(name) && !wanted.includes(name)) await store.remove(name);
      }
    },
  };
}

function parse(where: string, name: string, text: string): Awaited<ReturnType<KeptIndex['read']>> {
  try {
    const { format, writer, kept } = jsonFields(JSON.parse(text)) ?? {};
    if (format === FORMAT && Array.isArray(kept)) {
      return { kept: (kept as readonly Json[]).map(readKept), writer: typeof writer === 'string' ? writer : undefined };
    }
  } catch {
    // not one of ours, like any content of another form
  }
  const fix = 'Use another `run`, or remove this file: the checkpoints stay.';
  throw unusable(where, 'store', 'must hold an index that keepCheckpoints has written', {
    seen: `another ${name}`,
    fix,
  });
}

function readKept(one: Json): KeptCheckpoint {
  const { name, step, epoch, value } = jsonFields(one) ?? {};
  const isOne = typeof name === 'string' && isStoreName(name) && typeof step === 'number' && typeof epoch === 'number';
  if (!isOne || (value !== null && typeof value !== 'number')) throw new TypeError('no entry');
  return { name, step, epoch, value };
}
