import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  elboObjective,
  mlp,
  sequential,
  sigmoid,
  train,
  type LatentPrior,
  type Network,
  type VaeObjective,
} from '../../src/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** Hundreds of updates take ten times as long on the cpu backend. */
const isSlow = tf.getBackend() === 'cpu';

/** Rows with one bright pixel of four, which a VAE of two latents learns. */
const rows = (): tf.Tensor => tf.eye(4);

/** All kinds of verdicts of 480 updates, reported every 40. */
async function verdictsOf(end: readonly Network[], objective?: VaeObjective, prior?: LatentPrior): Promise<string[][]> {
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [4, 16, 4], random: random.fork('encoder') }), { latentSize: 2 });
  const body = mlp({ sizes: [2, 16, 4], random: random.fork('decoder') });
  const decoder = createDecoder(sequential([body, ...end]), { likelihood: bernoulli });
  const trainer = createVaeTrainer({
    encoder,
    decoder,
    optimizer: createAdam({ learningRate: 1e-2 }),
    random,
    objective,
    prior,
  });
  const x = rows();
  const seen: string[][] = [];
  for await (const { standing = [] } of train(trainer, () => repeat(x), { steps: 480, reportEvery: 40 }))
    seen.push(standing.map(({ kind }) => kind));
  for (const owner of [trainer, encoder, decoder, x]) owner.dispose();
  return seen;
}

async function* repeat(x: tf.Tensor): AsyncGenerator<tf.Tensor> {
  for (;;) yield tf.clone(x);
}

describe.skipIf(isSlow)('a run of a VAE', () => {
  test('that is healthy gets no verdict, though its KL begins near 0', async () => {
    expect((await verdictsOf([])).flat()).toEqual([]);
  });

  test('whose KL costs too much is called collapsed from 400 updates on', async () => {
    const seen = await verdictsOf([], elboObjective({ beta: 100 }));
    expect(seen.slice(0, 9).flat()).toEqual([]);
    expect(seen.slice(10).flat()).toContain('posterior collapse');
  });

  test('whose mixture uses one component gets a verdict, and one that uses all gets none', async () => {
    const mixture = (weights?: number[]) =>
      createMixturePrior({ components: 20, latentSize: 2, random: createRandom(2), weights });
    expect((await verdictsOf([], undefined, mixture())).flat()).not.toContain('unused components');
    const seen = await verdictsOf([], undefined, mixture([1, ...new Array<number>(19).fill(1e-9)]));
    expect(seen.slice(0, 9).flat()).not.toContain('unused components');
    expect(seen.slice(10).flat()).toContain('unused components');
  });

  test('whose decoder ends in a sigmoid gets the verdict that logits are expected', async () => {
    const end: Network = { apply: (x) => sigmoid(x), variables: [], dispose: () => undefined };
    expect((await verdictsOf([end])).at(-1)).toContain('probabilities for logits');
  });
});
