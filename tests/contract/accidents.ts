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

/** The model in which something goes wrong. */
export interface Setup {
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

/** Something that can go wrong with any model. */
export interface Accident {
  readonly cause: (setup: Setup) => unknown;
  /** The expected error message; without it the run ends without an error. */
  readonly message?: RegExp;
  /** How many updates with the first batches precede it and remain; none by default. */
  readonly updates?: number;
  /** How the run continues: by default from its state; or from the earlier checkpoint, in the same trainer or in another one. */
  readonly continues?: 'from its checkpoint' | 'in another trainer';
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
const thenYields =
  (give: () => unknown) =>
  ({ trainer, batches: [first] }: Setup): Promise<void> => {
    let count = 0;
    const next = (): Promise<unknown> =>
      Promise.resolve().then(() => ({ done: false, value: count++ === 0 ? copyOf(first!) : give() }));
    return run(trainer, source({ next }));
  };

const copyOf = ({ x, condition }: LabelledBatch): LabelledBatch => ({ x: tf.clone(x), condition: tf.clone(condition) });
const labels = (n = 4): tf.Tensor => tf.zeros([n], 'int32');
const filled = (value: number): LabelledBatch => ({ x: tf.fill([4, 4], value), condition: labels() });

/** One update with a batch made for it. */
const updateWith =
  (make: () => Batch) =>
  ({ trainer }: Setup): void => {
    const batch = make();
    try {
      tf.dispose({ ...trainer.step(batch) });
    } finally {
      tf.dispose({ ...(batch as LabelledBatch) });
    }
  };

function disposedTensor(): tf.Tensor {
  const x = tf.zeros([4, 4]);
  x.dispose();
  return x;
}

/** Runs `work` while the device answers no read. */
async function withoutReads(work: () => Promise<void>): Promise<void> {
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
    cause: thenYields(() => {
      throw new Error('the disk was pulled out');
    }),
    message: /^the disk was pulled out$/,
    updates: 1,
  },
  'a source that ends early': {
    cause: ({ trainer, batches: [first] }) => {
      let left = 1;
      const next = (): Promise<unknown> =>
        Promise.resolve(left-- > 0 ? { done: false, value: copyOf(first!) } : { done: true, value: undefined });
      return run(trainer, source({ next }));
    },
    message: /^train: `data` must give batches for 3 updates; got 1 updates, and no batch in epoch 2\.$/,
    updates: 1,
  },
  'a source that fails when it is left': {
    cause: ({ trainer, batches: [first] }) => {
      const data = source({
        next: () => Promise.resolve({ done: false, value: copyOf(first!) }),
        return: () => Promise.reject(new Error('it cannot be closed')),
      });
      return run(trainer, data, { steps: 1 });
    },
    message: /^it cannot be closed$/,
    updates: 1,
  },
  'a source that never answers, and an abort': {
    cause: ({ trainer, batches: [first] }) => {
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
    cause: thenYields(() => 'four rows'),
    message: /`batch` must be a tensor or .* got 'four rows'/,
    updates: 1,
  },
  'nothing for a batch': {
    cause: thenYields(() => undefined),
    message: /`batch` must be a tensor or .* got undefined/,
    updates: 1,
  },
  'a disposed batch': {
    cause: thenYields(() => ({ x: disposedTensor(), condition: labels() })),
    message: /disposed.* This was step 2 of train\.$/,
    updates: 1,
  },
  'a batch of integers': {
    cause: thenYields(() => ({ x: tf.zeros([4, 4], 'int32'), condition: labels() })),
    message: /must be float32; got int32/,
    updates: 1,
  },
  'a batch of another width': {
    cause: thenYields(() => ({ x: tf.zeros([4, 5]), condition: labels() })),
    message: /must have shape .*\[4, [57]\]/,
    updates: 1,
  },
  'a batch of one axis': {
    cause: thenYields(() => ({ x: tf.zeros([4]), condition: labels() })),
    message: /must have shape/,
    updates: 1,
  },
  'a batch without an example': {
    cause: thenYields(() => ({ x: tf.zeros([0, 4]), condition: labels(0) })),
    message: /got \[0, 4\]/,
    updates: 1,
  },
  'a label too few': {
    cause: thenYields(() => ({ x: tf.zeros([4, 4]), condition: labels(3) })),
    message: /condition|labels/,
    updates: 1,
  },
  'NaN in the second batch': {
    cause: thenYields(() => filled(NaN)),
    continues: 'from its checkpoint',
  },
  'infinity in a batch': { cause: updateWith(() => filled(Infinity)), continues: 'from its checkpoint' },
  'a batch of 1e38': { cause: updateWith(() => filled(1e38)), continues: 'from its checkpoint' },
  'labels beyond the classes': {
    cause: updateWith(() => ({ x: tf.zeros([4, 4]), condition: tf.fill([4], 7, 'int32') })),
    continues: 'from its checkpoint',
  },
};

const endings: Record<string, Accident> = {
  'an abort in an update': {
    cause: ({ trainer, batches }) => {
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
    cause: ({ trainer, batches }) => {
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
    cause: async ({ trainer, batches }) => {
      for await (const report of train(trainer, batches, { steps: 3, reportEvery: 1 })) {
        throw new Error(`no room for report ${report.step}`);
      }
    },
    message: /^no room for report 1$/,
    updates: 1,
  },
  'validation data without a batch': {
    cause: ({ trainer, batches }) =>
      run(trainer, batches, {
        steps: 1,
        validation: source({ next: () => Promise.resolve({ done: true, value: undefined }) }),
      }),
    message: /^train: `validation` must give at least one batch; got none/,
  },
  'validation data that throw': {
    cause: ({ trainer, batches }) => {
      let passes = 0;
      const validation = async function* (): AsyncGenerator<Batch> {
        yield copyOf(batches[0]!);
        await Promise.resolve();
        if (passes++ > 0) throw new Error('the validation data are gone');
      };
      return run(trainer, batches, { steps: 2, reportEvery: 1, validation });
    },
    message: /^the validation data are gone$/,
    updates: 2,
  },
  'validation data of another width': {
    cause: ({ trainer, batches }) => {
      const x = tf.zeros([4, 5]);
      const validation = [{ x, condition: batches[0]!.condition }];
      return run(trainer, batches, { steps: 2, reportEvery: 1, validation }).finally(() => x.dispose());
    },
    message: /must have shape .*\[4, [57]\]/,
    updates: 1,
  },
  'a second run of the same trainer': {
    cause: async ({ trainer, batches }) => {
      const first = train(trainer, batches, { steps: 3, reportEvery: 1 });
      await first.next();
      try {
        await run(trainer, batches);
      } finally {
        await first.return();
      }
    },
    message: /^train: `trainer` .* Finish or leave the other one first/,
    updates: 1,
  },
};

const machinery: Record<string, Accident> = {
  'a kernel that fails in the middle of an update': {
    cause: ({ trainer, batches: [first, second] }) => {
      tf.dispose({ ...trainer.step(first!) });
      const kernels = countKernels(() => tf.dispose({ ...trainer.evaluate(second!) }));
      failAt(Math.floor(kernels / 2), new Error('out of memory'), () => tf.dispose({ ...trainer.step(second!) }));
    },
    message: /^out of memory$/,
    updates: 1,
  },
  'an optimizer that throws after it has moved everything': {
    cause: ({ trainer, batches: [first], breakOptimizers }) => {
      breakOptimizers();
      tf.dispose({ ...trainer.step(first!) });
    },
    message: /^it broke after it had moved everything$/,
  },
  'a device that does not answer in a report': {
    cause: ({ trainer, batches }) => withoutReads(() => run(trainer, batches, { steps: 3, reportEvery: 1 })),
    message: /^train: `backend` must answer; got /,
  },
  'a device that does not answer in a save': {
    cause: ({ trainer }) => withoutReads(async () => void (await saveCheckpoint(trainer))),
    message: /^saveCheckpoint: `backend` must answer; got /,
  },
  'a checkpoint that is cut short': {
    cause: async ({ trainer }) => loadCheckpoint(trainer, (await saveCheckpoint(trainer)).subarray(0, -4)),
    message: /^loadCheckpoint: `bytes` must have .* The file is cut short/,
  },
  'an average that was disposed': {
    cause: ({ trainer, batches: [first] }) => {
      const [, average] = Object.entries(trainer.state.variables).find(([name]) => name.startsWith('average'))!;
      average.dispose();
      trainer.step(first!);
    },
    message: /`average\w+` must not be disposed/,
    continues: 'in another trainer',
  },
  'a page that disposes every variable': {
    cause: ({ trainer, batches: [first] }) => {
      tf.disposeVariables();
      trainer.step(first!);
    },
    message: /must not be disposed/,
    continues: 'in another trainer',
  },
};

/** Bad data and bad luck, grouped by what they affect. */
export const accidents: Readonly<Record<string, Accident>> = { ...data, ...endings, ...machinery };
