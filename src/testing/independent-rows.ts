import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/index.js';
import { unusable } from '../tensor/errors.js';

/** Throws unless `logProb` gives the same for each row of a batch as for that row alone. */
export async function checkRowsIndependent(
  where: string,
  member: string,
  logProb: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): Promise<void> {
  const batch = await readNumbers(() => logProb(...inputs));
  for (const [i, expected] of batch.entries()) {
    const [single] = await readNumbers(() => logProb(...inputs.map((input) => tf.slice(input, i, 1))));
    if (Math.abs(single! - expected) <= 1e-4 + 1e-4 * Math.abs(expected)) continue;
    throw unusable(where, member, `must be ${single} for row ${i}, as for a batch of that row only`, { got: expected });
  }
}

/** Throws unless `sample` draws the same numbers from the same state of the stream; returns the numbers. */
export async function checkRepeatable(
  where: string,
  member: string,
  sample: () => Tensor,
  random: RandomStream,
): Promise<number[]> {
  const state = random.state();
  const first = await readNumbers(sample);
  random.restore(state);
  const second = await readNumbers(sample);
  if (first.every((number, i) => number === second[i])) return first;
  const rule = 'must draw the same numbers from the same state of the stream';
  throw unusable(where, member, rule, { seen: 'different numbers' });
}

/** The numbers of a new tensor, which is disposed. */
export async function readNumbers(f: () => Tensor): Promise<number[]> {
  const tensor = tf.tidy(() => tf.clone(f()));
  try {
    return Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}
