import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { unusable } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import type { TokenModel } from '../tokens/index.js';
import { readNumbers } from './independent-rows.js';

/** How far the weights are moved: those of a transformer's logits begin at zero, and would hide what it reads. */
const DEVIATION = 0.3;

/**
 * Throws if the network of an autoregressive model reads later tokens, or that of a masked model only earlier ones. A model that is not ours
 * shows no network.
 */
export async function checkReadingOrder(
  where: string,
  model: TokenModel,
  indices: Tensor,
  random: RandomStream,
): Promise<void> {
  const { kind, parts = [] } = noteOf<object>(model) ?? {};
  const network = parts[0] as Network | undefined;
  if (network === undefined || model.length < 2) return;
  const reads = await withOtherWeights(network, random.fork('weights'), () => placesRead(network, model, indices));
  if (kind === 'createTokenModel' && reads.later !== undefined) {
    const { row, place } = reads.later;
    throw unusable(where, 'model.network', 'must be causal', { seen: `a row ${row} that depends on place ${place}` });
  }
  if (kind === 'createMaskedModel' && reads.earlier !== undefined && reads.later === undefined) {
    const fix = 'Make a masked model from a network without a causal mask.';
    throw unusable(where, 'model.network', 'must read all tokens', { seen: 'one that reads earlier ones only', fix });
  }
}

/** A row of the output, and another place of the input that it depends on. */
interface Dependence {
  readonly row: number;
  readonly place: number;
}

/** Changes one place of a sequence at a time, and compares the logits: the first row that depends on a later place, and on an earlier one. */
async function placesRead(
  network: Network,
  { tokens, length }: TokenModel,
  indices: Tensor,
): Promise<{ later?: Dependence | undefined; earlier?: Dependence | undefined }> {
  const first = Array.from(await indices.data()).slice(0, length);
  const base = first.map((token) => Math.max(token, 0));
  const changed = base.map((token, place) => base.map((other, i) => (i === place ? tokens - token : other)));
  const logits = await readNumbers(() =>
    network.apply(tf.tensor2d([...base, ...changed.flat()], [length + 1, length], 'int32')),
  );
  const size = length * tokens;
  const found: Dependence[] = [];
  for (let place = 0; place < length; place++) {
    for (let row = 0; row < length; row++) {
      const at = row * tokens;
      const differs = isDifferent(logits, at, (place + 1) * size + at, tokens);
      if (row !== place && differs) found.push({ row, place });
    }
  }
  return {
    later: found.find(({ row, place }) => place > row),
    earlier: found.find(({ row, place }) => place < row),
  };
}

/** Whether two rows of logits differ by more than rounding. */
function isDifferent(logits: readonly number[], from: number, other: number, tokens: number): boolean {
  const pairs = Array.from({ length: tokens }, (_, k) => [logits[from + k]!, logits[other + k]!] as const);
  return pairs.some(([a, b]) => Math.abs(a - b) > 1e-4 + 1e-4 * Math.abs(a));
}

/** Does work with variables that are moved a little, and puts them back. */
async function withOtherWeights<T>({ variables }: Network, random: RandomStream, work: () => Promise<T>): Promise<T> {
  const kept = variables.map((variable) => tf.clone(variable));
  try {
    for (const variable of variables) {
      tf.tidy(() => variable.assign(tf.add(variable, tf.mul(DEVIATION, random.normal(variable.shape)))));
    }
    return await work();
  } finally {
    variables.forEach((variable, i) => variable.assign(kept[i]!));
    tf.dispose(kept);
  }
}
