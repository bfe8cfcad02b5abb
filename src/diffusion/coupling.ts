import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { mapConditions } from '../nets/conditions/drop-condition.js';
import type { Conditions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkFloat, checkShape } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import type { StepOptions } from '../training/trainer/step-input.js';

/** The input of a {@link Coupling}: one batch. */
export interface CouplingInput {
  /** The data, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** Noise, or data of the other set, of the shape of x. */
  readonly noise: Tensor;
  /** The condition of the batch; undefined if it has none. */
  readonly condition?: Tensor | undefined;
  /** Further conditions of the batch by name. */
  readonly conditions?: Conditions | undefined;
}

/** Pairs data and noise within a batch: resolves to the index of the noise of each example, each index once. */
export type Coupling = (input: CouplingInput) => Promise<ArrayLike<number>>;

/** What gives a batch its noise: see the options of {@link createDiffusionTrainer}. */
interface Pairing {
  readonly coupling: Coupling | undefined;
  readonly from: BatchSource | undefined;
  readonly random: RandomStream;
}

/** Copies a batch and adds its noise, drawn or from a second set and then paired, as the condition `noise`. */
export async function pairBatch(batch: Batch, index: number, { coupling, from, random }: Pairing): Promise<Batch> {
  const { x, condition, conditions = {} } = readBatch('step', batch, 'batch', 'float32');
  const noise = from ? await readRows(from, index, x) : random.fork(`coupled noise ${index}`).normal(x.shape);
  try {
    const order = coupling && checkedOrder(await coupling({ x, noise, condition, conditions }), x.shape[0]);
    return tf.tidy(() => ({
      x: tf.clone(x),
      condition: condition && tf.clone(condition),
      conditions: {
        ...mapConditions(conditions, (one) => tf.clone(one)),
        noise: order ? tf.gather(noise, order) : tf.clone(noise),
      },
    }));
  } finally {
    noise.dispose();
  }
}

/** As many examples of a second set as x has, from its batch of this index on. */
async function readRows(from: BatchSource, index: number, { shape: [n, ...shape] }: Tensor): Promise<Tensor> {
  const read: Tensor[] = [];
  try {
    for (let count = 0; count < n; count += read.at(-1)!.shape[0]) {
      const at = index + read.length;
      const position = at % from.batchesPerEpoch;
      from.restore({ epoch: (at - position) / from.batchesPerEpoch, position });
      for await (const batch of from) {
        const { x, condition, conditions } = readBatch('step', batch, 'from', 'float32');
        read.push(x);
        tf.dispose([condition, conditions]);
        break;
      }
      checkShape('step', 'from', read.at(-1)!, [null, ...shape]);
    }
    return tf.tidy(() => tf.slice(tf.concat(read), 0, n));
  } finally {
    tf.dispose(read);
  }
}

/** The result of a coupling; throws unless it has each index once. */
function checkedOrder(made: ArrayLike<number>, n: number): number[] {
  const order = Array.from(made ?? []);
  if (order.length === n && [...order].sort((a, b) => a - b).every((at, i) => at === i)) return order;
  throw unusable('step', 'coupling(...)', `must have each index from 0 to ${n - 1} once`, { got: made });
}

/** The noise among the conditions of a batch, and the options without it. */
export function takeNoise<O extends StepOptions>(options: O, x: Tensor): [noise: Tensor, options: O] {
  const { noise, ...conditions } = options.conditions ?? {};
  if (noise === undefined) {
    const fix = 'Write step(await trainer.prepare(batch, trainer.steps)), or call train.';
    throw wrongKind('step', 'batch', 'must be prepared', { seen: 'no noise', fix }); // prettier-ignore
  }
  checkFloat('step', 'batch.conditions.noise', noise, x.shape);
  return [noise, { ...options, conditions }];
}

/** Throws unless `source` has the methods of the result of {@link batches}. */
export function checkBatchSource(where: string, argument: string, source: BatchSource): void {
  if (typeof (source as Partial<BatchSource> | null)?.restore === 'function') return;
  throw wrongKind(where, argument, 'must be batches(data, { batchSize })', { got: source });
}
