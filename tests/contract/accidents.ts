import * as tf from '@tensorflow/tfjs-core';
import {
  createAdam,
  createRandom,
  loadCheckpoint,
  saveCheckpoint,
  train,
  type Batch,
  type DataSource,
  type Optimizer,
  type Trainer,
  type TrainOptions,
} from '../../src/index.js';
import { countKernels, failAt } from '../../src/testing/failing-kernel.js';

/** The model to which an accident happens. */
export interface Scene {
  readonly trainer: Trainer;
  /** Good batches; the caller keeps them. */
  readonly batches: readonly LabelledBatch[];
  /** Makes the optimizers throw after their next update. */
  readonly breakOptimizers: () => void;
}

export interface LabelledBatch {
  readonly x: tf.Tensor;
  readonly condition: tf.Tensor;
}

/** Something that goes wrong, whatever the model. */
export interface Accident {
  readonly happens: (scene: Scene) => unknown;
  /** The expected error; without it the run ends without one. */
  readonly says?: RegExp;
  /** Number of updates, with the first batches, that were made before it and remain; none by default. */
  readonly updates?: number;
  /** How the run continues: by default as if nothing had happened; or from the earlier checkpoint, in the same trainer or another. */
  readonly goesOn?: 'from its checkpoint' | 'in another trainer';
}

/** Three batches of four rows. */
export const goodBatches = (): LabelledBatch[] =>
  [1, 2, 3].map((seed) => ({
    x: createRandom(seed).uniform([4, 4]),
    condition: createRandom(seed).integers([4], 0, 3),
  }));

/** Our Adam as a custom optimizer that can be made to throw after an update. */
export function fragileAdam(isBroken: () => boolean): Optimizer {
  const inner = createAdam({ learningRate: 0.01 });
  return {
    ...inner,
    apply: (gradients, variables) => {
      inner.apply(gradients, variables);
      if (isBroken()) throw new Error('it broke after it had moved everything');
    },
  };
}

async function run(trainer: Trainer, data: DataSource, options: TrainOptions = { steps: 3 }): Promise<void> {
  for await (const report of train(trainer, data, options)) void report;
}

/** A source made from the functions of its iterator. */
const source = (iterator: {
  next: () => Promise<unknown>;
  return?: () => Promise<unknown>;
}): (() => AsyncIterable<Batch>) => {
  const iterable = { [Symbol.asyncIterator]: () => iterator };
  return () => iterable as AsyncIterable<Batch>;
};

/** A source that yields copies of the first good batch, then something else. */
const thenGives =
  (give: () => unknown) =>
  ({ trainer, batches: [first] }: Scene): Promise<void> => {
    let count = 0;
    const next = (): Promise<unknown> =>
      Promise.resolve().then(() => ({ done: false, value: count++ === 0 ? copyOf(first!) : give() }));
    return run(trainer, source({ next }));
  };

const copyOf = ({ x, condition }: LabelledBatch): LabelledBatch => ({ x: tf.clone(x), condition: tf.clone(condition) });
const labels = (n = 4): tf.Tensor => tf.zeros([n], 'int32');
const filled = (value: number): LabelledBatch => ({ x: tf.fill([4, 4], value), condition: labels() });

/** One update with a batch made for it. */
const updatedBy =
  (make: () => Batch) =>
  ({ trainer }: Scene): void => {
    const batch = make();
    try {
      tf.dispose({ ...trainer.step(batch) });
    } finally {
      tf.dispose({ ...(batch as LabelledBatch) });
    }
  };

function gone(): tf.Tensor {
  const x = tf.zeros([4, 4]);
  x.dispose();
  return x;
}

/** Runs `work` while the device answers no read. */
async function whileSilent(work: () => Promise<void>): Promise<void> {
  const backend = tf.backend();
  const { read } = backend;
  backend.read = () => Promise.reject(new Error('the device is away'));
  try {
    await work();
  } finally {
    backend.read = read;
  }
}

const data: Record<string, Accident> = {
  'a source that throws': {
    happens: thenGives(() => {
      throw new Error('the disk was pulled out');
    }),
    says: /^the disk was pulled out$/,
    updates: 1,
  },
  'a source that ends early': {
    happens: ({ trainer, batches: [first] }) => {
      let left = 1;
      const next = (): Promise<unknown> =>
        Promise.resolve(left-- > 0 ? { done: false, value: copyOf(first!) } : { done: true, value: undefined });
      return run(trainer, source({ next }));
    },
    says: /^train: `data` must give batches for 3 updates; got 1 updates, and no batch in epoch 2\.$/,
    updates: 1,
  },
  'a source that fails when it is left': {
    happens: ({ trainer, batches: [first] }) => {
      const data = source({
        next: () => Promise.resolve({ done: false, value: copyOf(first!) }),
        return: () => Promise.reject(new Error('it cannot be closed')),
      });
      return run(trainer, data, { steps: 1 });
    },
    says: /^it cannot be closed$/,
    updates: 1,
  },
  'a source that never answers, and an abort': {
    happens: ({ trainer, batches: [first] }) => {
      const stop = new AbortController();
      let count = 0;
      const next = (): Promise<unknown> => {
        if (count++ === 0) return Promise.resolve({ done: false, value: copyOf(first!) });
        stop.abort();
        return new Promise(() => undefined);
      };
      return run(trainer, source({ next }), { steps: 3, signal: stop.signal });
    },
    updates: 1,
  },
  'text for a batch': {
    happens: thenGives(() => 'four rows'),
    says: /`batch` must be a tensor or .* got 'four rows'/,
    updates: 1,
  },
  'nothing for a batch': {
    happens: thenGives(() => undefined),
    says: /`batch` must be a tensor or .* got undefined/,
    updates: 1,
  },
  'a disposed batch': {
    happens: thenGives(() => ({ x: gone(), condition: labels() })),
    says: /disposed.* This was step 2 of train\.$/,
    updates: 1,
  },
  'a batch of integers': {
    happens: thenGives(() => ({ x: tf.zeros([4, 4], 'int32'), condition: labels() })),
    says: /must be float32; got int32/,
    updates: 1,
  },
  'a batch of another width': {
    happens: thenGives(() => ({ x: tf.zeros([4, 5]), condition: labels() })),
    says: /must have shape .*\[4, [57]\]/,
    updates: 1,
  },
  'a batch of one axis': {
    happens: thenGives(() => ({ x: tf.zeros([4]), condition: labels() })),
    says: /must have shape/,
    updates: 1,
  },
  'a batch without an example': {
    happens: thenGives(() => ({ x: tf.zeros([0, 4]), condition: labels(0) })),
    says: /got \[0, 4\]/,
    updates: 1,
  },
  'a label too few': {
    happens: thenGives(() => ({ x: tf.zeros([4, 4]), condition: labels(3) })),
    says: /condition|labels/,
    updates: 1,
  },
  'NaN in the second batch': {
    happens: thenGives(() => filled(NaN)),
    goesOn: 'from its checkpoint',
  },
  'infinity in a batch': { happens: updatedBy(() => filled(Infinity)), goesOn: 'from its checkpoint' },
  'a batch of 1e38': { happens: updatedBy(() => filled(1e38)), goesOn: 'from its checkpoint' },
  'labels beyond the classes': {
    happens: updatedBy(() => ({ x: tf.zeros([4, 4]), condition: tf.fill([4], 7, 'int32') })),
    goesOn: 'from its checkpoint',
  },
};

const endings: Record<string, Accident> = {
  'an abort in an update': {
    happens: ({ trainer, batches }) => {
      const stop = new AbortController();
      const step = (batch: Batch): ReturnType<Trainer['step']> => {
        stop.abort();
        return trainer.step(batch);
      };
      return run({ ...trainer, step }, batches, { steps: 3, signal: stop.signal });
    },
    updates: 1,
  },
  'an abort in the validation': {
    happens: ({ trainer, batches }) => {
      const stop = new AbortController();
      const evaluate = (batch: Batch): ReturnType<Trainer['evaluate']> => {
        stop.abort();
        return trainer.evaluate(batch);
      };
      const options = { steps: 3, reportEvery: 1, validation: batches, signal: stop.signal };
      return run({ ...trainer, evaluate }, batches, options);
    },
    updates: 1,
  },
  'a reader of the reports that throws': {
    happens: async ({ trainer, batches }) => {
      for await (const report of train(trainer, batches, { steps: 3, reportEvery: 1 })) {
        throw new Error(`no room for report ${report.step}`);
      }
    },
    says: /^no room for report 1$/,
    updates: 1,
  },
  'validation data without a batch': {
    happens: ({ trainer, batches }) =>
      run(trainer, batches, {
        steps: 1,
        validation: source({ next: () => Promise.resolve({ done: true, value: undefined }) }),
      }),
    says: /^train: `validation` must give at least one batch; got none/,
  },
  'validation data that throw': {
    happens: ({ trainer, batches }) => {
      let passes = 0;
      const validation = async function* (): AsyncGenerator<Batch> {
        yield copyOf(batches[0]!);
        await Promise.resolve();
        if (passes++ > 0) throw new Error('the validation data are gone');
      };
      return run(trainer, batches, { steps: 2, reportEvery: 1, validation });
    },
    says: /^the validation data are gone$/,
    updates: 2,
  },
  'validation data of another width': {
    happens: ({ trainer, batches }) => {
      const x = tf.zeros([4, 5]);
      const validation = [{ x, condition: batches[0]!.condition }];
      return run(trainer, batches, { steps: 2, reportEvery: 1, validation }).finally(() => x.dispose());
    },
    says: /must have shape .*\[4, [57]\]/,
    updates: 1,
  },
  'a second run of the same trainer': {
    happens: async ({ trainer, batches }) => {
      const first = train(trainer, batches, { steps: 3, reportEvery: 1 });
      await first.next();
      try {
        await run(trainer, batches);
      } finally {
        await first.return();
      }
    },
    says: /^train: `trainer` .* Finish or leave the other one first/,
    updates: 1,
  },
};

const machinery: Record<string, Accident> = {
  'a kernel that fails in the middle of an update': {
    happens: ({ trainer, batches: [first, second] }) => {
      tf.dispose({ ...trainer.step(first!) });
      const kernels = countKernels(() => tf.dispose({ ...trainer.evaluate(second!) }));
      failAt(Math.floor(kernels / 2), new Error('out of memory'), () => tf.dispose({ ...trainer.step(second!) }));
    },
    says: /^out of memory$/,
    updates: 1,
  },
  'an optimizer that throws after it has moved everything': {
    happens: ({ trainer, batches: [first], breakOptimizers }) => {
      breakOptimizers();
      tf.dispose({ ...trainer.step(first!) });
    },
    says: /^it broke after it had moved everything$/,
  },
  'a device that does not answer in a report': {
    happens: ({ trainer, batches }) => whileSilent(() => run(trainer, batches, { steps: 3, reportEvery: 1 })),
    says: /^train: `backend` must answer; got /,
  },
  'a device that does not answer in a save': {
    happens: ({ trainer }) => whileSilent(async () => void (await saveCheckpoint(trainer))),
    says: /^saveCheckpoint: `backend` must answer; got /,
  },
  'a checkpoint that is cut short': {
    happens: async ({ trainer }) => loadCheckpoint(trainer, (await saveCheckpoint(trainer)).subarray(0, -4)),
    says: /^loadCheckpoint: `bytes` must have .* The file is cut short/,
  },
  'an average that was disposed': {
    happens: ({ trainer, batches: [first] }) => {
      const [, average] = Object.entries(trainer.state.variables).find(([name]) => name.startsWith('average'))!;
      average.dispose();
      trainer.step(first!);
    },
    says: /`average\w+` must not be disposed/,
    goesOn: 'in another trainer',
  },
  'a page that disposes every variable': {
    happens: ({ trainer, batches: [first] }) => {
      tf.disposeVariables();
      trainer.step(first!);
    },
    says: /must not be disposed/,
    goesOn: 'in another trainer',
  },
};

/** Bad data and bad luck, grouped by what they affect. */
export const accidents: Readonly<Record<string, Accident>> = { ...data, ...endings, ...machinery };
