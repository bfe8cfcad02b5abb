import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  hingeLoss,
  mlp,
  nonSaturatingLoss,
  sequential,
  sigmoid,
  train,
  type AdversarialLoss,
  type Network,
} from '../../src/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

async function* circles(): AsyncGenerator<tf.Tensor> {
  const random = createRandom(3);
  for (;;) yield tf.tidy(() => tf.cos(random.uniform([16, 2], 0, 2 * Math.PI)));
}

/** The kinds of the last report of 480 updates. */
async function verdictsOf(loss: AdversarialLoss, end: readonly Network[]): Promise<string[]> {
  const random = createRandom(1);
  const generator = createGenerator(mlp({ sizes: [2, 16, 2], random: random.fork('generator') }), { latentSize: 2 });
  const judge = mlp({ sizes: [2, 16, 1], random: random.fork('discriminator') });
  const discriminator = createDiscriminator(sequential([judge, ...end]));
  const adam = () => createAdam({ learningRate: 1e-3, beta1: 0.5 });
  const optimizers = { generator: adam(), discriminator: adam() };
  const trainer = createGanTrainer({ generator, discriminator, loss, optimizers, random });
  let last: string[] = [];
  for await (const { verdicts } of train(trainer, circles, { steps: 480, reportEvery: 120 })) {
    last = verdicts.map(({ kind }) => kind);
  }
  for (const owner of [trainer, generator, discriminator]) owner.dispose();
  return last;
}

/** Hundreds of updates take ten times as long on the cpu backend. */
const isSlow = tf.getBackend() === 'cpu';

const squashed: Network = { apply: (x) => sigmoid(x), variables: [], dispose: () => undefined };

test.skipIf(isSlow).each([
  ['non-saturating', nonSaturatingLoss],
  ['hinge', hingeLoss],
])('a discriminator that ends in a sigmoid gets an error that asks for logits, with the %s loss', async (_, loss) => {
  expect(await verdictsOf(loss, [squashed])).toContain('probabilities for logits');
  expect(await verdictsOf(loss, [])).not.toContain('probabilities for logits');
});
