import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Conditions } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkFunction } from '../tensor/checks.js';
import { unusable, wrongKind, wrongShape } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import { disposeBatch, readBatch, type Batch } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import { jsonFields, type Json } from '../training/json.js';

/** The input of a {@link Coupling}: one batch. */
export interface CouplingInput {
  /** The data, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** Noise, or data of the other set, of the shape of x. */
  readonly noise: Tensor;
  /** The label of each example; undefined if there are none. */
  readonly labels?: ArrayLike<number> | undefined;
}

/** Pairs data and noise within a batch: resolves to the index of the noise of each example, each index once. */
export type Coupling = (input: CouplingInput) => Promise<ArrayLike<number>>;

/** A batch of {@link coupledBatches}. */
export interface CoupledBatch {
  /** The data, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** The condition of the source. */
  readonly condition?: Tensor | undefined;
  /** `noise`, of the shape of x. */
  readonly conditions: Conditions;
}

/** Options of {@link coupledBatches}. */
export interface CoupledBatchesOptions {
  /** Batches of a second set, in place of noise: the model then turns it into the first. By default noise is drawn. */
  readonly from?: BatchSource | undefined;
  /** How examples are paired with noise, such as {@link optimalTransport}; by default independently. */
  readonly coupling?: Coupling | undefined;
  /** The source of noise, through its fork `coupled batches`; needed without `from`. */
  readonly random?: RandomStream | undefined;
}

/**
 * Batches for a denoiser whose noise is not drawn independently of the data: pairs are chosen by a coupling, or noise is replaced by data of
 * a second set.
 *
 * The batches are { x, condition, conditions: { noise } }. {@link createDiffusionTrainer} takes the noise from them with `noiseFrom:
 * 'noise'`.
 *
 * @param source - the result of {@link batches}; labels are kept, other conditions are not allowed
 * @param options - see {@link CoupledBatchesOptions}
 * @returns a source like the given one; its state includes that of `from`, so that a resumed run gets the same pairs. The reader disposes
 * the batches.
 * @throws TypeError, RangeError or Error if an argument is wrong; an iteration also throws {@link ShapeError} if the two sets do not fit
 * @remarks A step of a trainer cannot read a batch from a GPU without waiting, so pairs are chosen here, before the step. The noise of a
 * batch depends only on its place. A batch of `from` may be larger than that of the source; the rest of it is not used.
 * @example
 * ```ts
 * const ring = batches(random.normal([64, 2]), { batchSize: 32, random });
 * const moons = batches(random.uniform([80, 2]), { batchSize: 32, dropLast: true, random: random.fork('moons') });
 * const source = coupledBatches(ring, { from: moons, coupling: optimalTransport() });
 * for await (const { x, conditions } of source) console.log(x.shape, conditions.noise.shape); // [32, 2], [32, 2]
 * ```
 * @see Albergo et al. 2024, https://arxiv.org/abs/2310.03725
 */
export function coupledBatches(source: BatchSource, options: CoupledBatchesOptions): BatchSource<CoupledBatch> {
  const where = 'coupledBatches';
  const { from, coupling, random } = readOptions(where, options, {
    from: { is: checkBatchSource, default: undefined },
    coupling: { is: checkFunction, default: undefined },
    random: { default: undefined },
  });
  checkBatchSource(where, 'source', source);
  if (from === undefined) checkRandom(where, 'random', random);
  else checkSizes(where, source, from);
  const draws = from === undefined ? random!.fork('coupled batches') : undefined;

  const pair = async (batch: Batch, start: Tensor): Promise<CoupledBatch> => {
    const { x, condition, conditions } = readBatch(where, batch, 'source', 'float32');
    if (conditions !== undefined || (coupling && condition?.dtype === 'float32')) {
      const seen = conditions ? 'further conditions' : 'vectors';
      throw unusable(where, 'source', 'must have no condition but labels', { seen });
    }
    const [n, ...shape] = x.shape as [number, ...number[]];
    if (start.shape[0] < n || String(start.shape.slice(1)) !== String(shape)) {
      throw wrongShape(where, 'from', x.shape, start.shape, 'Give both the same batchSize, and `from` dropLast.');
    }
    const noise = start.shape[0] === n ? tf.clone(start) : tf.slice(start, 0, n);
    try {
      const labels = coupling && condition && (await readTensor(where, condition));
      const order = coupling && (await coupling({ x, noise, ...(labels && { labels }) }));
      if (order) checkPermutation(where, order, n);
      const paired = order ? tf.tidy(() => tf.gather(noise, tf.tensor1d(Int32Array.from(order), 'int32'))) : tf.clone(noise); // prettier-ignore
      return { x, ...(condition && { condition }), conditions: { noise: paired } };
    } finally {
      noise.dispose();
    }
  };

  async function* read(): AsyncGenerator<CoupledBatch> {
    const iterator = source[Symbol.asyncIterator]();
    let others = from?.[Symbol.asyncIterator]();
    /** The next batch of the second set, which begins again at its end. */
    const nextOther = async (): Promise<Tensor> => {
      let { done, value } = await others!.next();
      if (done) ({ done, value } = await (others = from![Symbol.asyncIterator]()).next());
      const { x, condition, conditions } = readBatch(where, value as Batch, 'from', 'float32');
      tf.dispose([condition, conditions]);
      return x;
    };
    try {
      for (;;) {
        const { epoch, position } = jsonFields(source.state()) ?? {};
        const { done, value } = await iterator.next();
        if (done) return;
        let start: Tensor | undefined;
        let made: CoupledBatch | undefined;
        try {
          const { x } = readBatch(where, value, 'source', 'float32');
          start = draws ? draws.fork(`epoch ${epoch}`).fork(`batch ${position}`).normal(x.shape) : await nextOther();
          made = await pair(value, start);
        } finally {
          start?.dispose();
          if (!made) disposeBatch(value);
        }
        yield made;
      }
    } finally {
      await iterator.return?.();
      await others?.return?.();
    }
  }

  const { batchesPerEpoch, holds } = source;
  return Object.freeze({
    batchesPerEpoch,
    holds,
    settings: { ...source.settings, from: from?.settings, coupling, noise: draws },
    [Symbol.asyncIterator]: read,
    state: (): Json => ({ ...jsonFields(source.state()), ...(from && { from: from.state() }) }),
    restore: (state: Json) => {
      const { from: other = null, ...own } = jsonFields(state) ?? {};
      const before = from?.state();
      from?.restore(other);
      try {
        source.restore(own);
      } catch (error) {
        from?.restore(before!);
        throw error;
      }
    },
  });
}

/** Throws unless `source` has the methods of the result of {@link batches}. */
function checkBatchSource(where: string, argument: string, source: BatchSource): void {
  const { state, restore, [Symbol.asyncIterator]: iterator } = (source as Partial<BatchSource> | undefined) ?? {};
  if ([state, restore, iterator].every((method) => typeof method === 'function')) return;
  throw wrongKind(where, argument, 'must be a source of batches', { got: source, fix: 'Write batches(data, { batchSize }).' }); // prettier-ignore
}

/** Throws if a batch of the second set is known to be smaller than one of the first: the run would stop at its end. */
function checkSizes(where: string, source: BatchSource, from: BatchSource): void {
  const [ours, theirs] = [source, from].map(({ settings }) => {
    const { batchSize, examples, dropLast } = settings ?? {};
    const [size, count] = [batchSize, examples] as [number, number];
    return { largest: Math.min(size, count), smallest: dropLast ? size : count % size || size };
  });
  if (!(theirs!.smallest < ours!.largest)) return;
  const fix = 'Give it the same batchSize, and dropLast: true.';
  throw unusable(where, 'from', `must have ${ours!.largest} examples in each batch`, { seen: `one of ${theirs!.smallest}`, fix }); // prettier-ignore
}

/** Throws unless a coupling uses each noise once. */
function checkPermutation(where: string, order: ArrayLike<number>, n: number): void {
  const indices = new Set(Array.from(order).filter((index) => Number.isInteger(index) && index >= 0 && index < n));
  if (order.length === n && indices.size === n) return;
  throw unusable(where, 'coupling(...)', `must have each index from 0 to ${n - 1} once`, { got: Array.from(order) });
}
