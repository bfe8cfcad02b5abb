import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createAdam,
  createGaussianEncoder,
  createMixturePrior,
  createPriorTrainer,
  createRandom,
  createVampPrior,
  gaussianPrior,
  mlp,
  tanh,
} from '../../../src/index.js';
import { read } from '../../support/close.js';
import { always } from '../parts.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = () => createRandom(1);

describe('createPriorTrainer', () => {
  test('fits a mixture to latents, and leaves the encoder as it is', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [2, 8, 2], activation: tanh, random: random().fork('e') }), {
      latentSize: 1,
    });
    encoder.variables.at(-1)!.assign(tf.tensor1d([2, -3]));
    const before = await Promise.all(encoder.variables.map(read));
    const prior = createMixturePrior({ components: 4, latentSize: 1, random: random() });
    const trainer = createPriorTrainer({
      prior,
      encoder,
      optimizer: createAdam({ learningRate: 0.05 }),
      random: random(),
    });
    const x = random().normal([64, 2]);
    const [first] = await read(trainer.step(x).kl);
    for (let i = 0; i < 100; i++) tf.dispose(trainer.step(x));
    const [last] = await read(trainer.step(x).kl);
    expect(last).toBeLessThan(first! - 1);
    expect(await Promise.all(encoder.variables.map(read))).toEqual(before);
  });

  test('trains only the pseudo-inputs of a VampPrior', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [2, 4], random: random().fork('e') }), { latentSize: 2 });
    const before = await Promise.all(encoder.variables.map(read));
    const prior = createVampPrior(encoder, { inputs: random().normal([3, 2]) });
    const inputs = await read(prior.variables[0]!);
    const trainer = createPriorTrainer({
      prior,
      encoder,
      optimizer: createAdam({ learningRate: 0.05 }),
      random: random(),
    });
    tf.dispose(trainer.step(random().normal([8, 2])));
    expect(Object.keys(trainer.state.variables).filter((name) => name.startsWith('prior'))).toEqual(['prior.0']);
    expect(await read(prior.variables[0]!)).not.toEqual(inputs);
    expect(await Promise.all(encoder.variables.map(read))).toEqual(before);
  });

  test('rejects a prior without variables', () => {
    const encoder = always([0], [0]);
    const options = { encoder, optimizer: createAdam({ learningRate: 0.05 }), random: random() };
    expect(() => createPriorTrainer({ ...options, prior: gaussianPrior as never })).toThrow(
      /createPriorTrainer: `prior` must have variables to train/,
    );
  });
});
