import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  minimaxLoss,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  uniformPrior,
  type Critic,
  type Optimizer,
} from '../../src/index.js';
import { expectClose } from '../support/close.js';
import { bitsOf, numbersOf } from '../training/sample.js';
import { inScope } from '../support/in-scope.js';

inScope();

const loss = { discriminator: minimaxLoss.discriminator, generator: nonSaturatingLoss.generator };

function make() {
  const random = createRandom(7);
  const network = (name: string, sizes: readonly number[]) => mlp({ sizes, random: random.fork(name) });
  const generator = createGenerator(network('generator', [2, 16, 16, 1]), { latentSize: 2, prior: uniformPrior });
  const discriminator = createDiscriminator(network('discriminator', [1, 16, 16, 1]));
  const adam = () => createAdam({ learningRate: 1e-2, beta1: 0.5 });
  const optimizers = { generator: adam(), discriminator: adam() };
  const real = tf.tidy(() => tf.add(3, tf.mul(0.5, random.normal([32, 1]))));
  return { random, generator, discriminator, optimizers, real };
}

function descend(optimizer: Optimizer, objective: () => Tensor, variables: readonly Variable[]): void {
  const { grads } = tf.variableGrads(() => objective() as tf.Scalar, [...variables]);
  optimizer.apply(
    variables.map((variable) => grads[variable.name]!),
    variables,
  );
}

const penalties = {
  'the plain game': undefined,
  R1: (critic: Critic, real: Tensor) => tf.mul(0.1, r1Penalty(critic, real)),
};

test.each(Object.entries(penalties))(
  'the trainer computes the same numbers as algorithm 1 written by hand, with %s',
  async (name, penalty) => {
    const { real: data, ...players } = make();
    const trainer = createGanTrainer({ ...players, loss, penalty });
    for (let step = 0; step < 20; step++) tf.dispose({ ...trainer.step(data) });

    const { random, generator, discriminator, optimizers, real } = make();
    const noise = random.fork('gan trainer');
    for (let step = 0; step < 20; step++) {
      tf.tidy(() => {
        const z = generator.sampleLatent(32, noise);
        const fake = generator.generate(z);
        const objective = () => {
          const value = loss.discriminator(discriminator.logits(real), discriminator.logits(fake));
          return penalty === undefined ? value : tf.add(value, penalty(discriminator, real));
        };
        descend(optimizers.discriminator, objective, discriminator.variables);
        descend(
          optimizers.generator,
          () => loss.generator(discriminator.logits(generator.generate(z))),
          generator.variables,
        );
      });
    }
    for (const part of ['generator', 'discriminator'] as const) {
      const [own, hand] = [players[part].variables, { generator, discriminator }[part].variables];
      // the trainer's R1 and its loss share one pass: the same sum in another order
      if (name === 'R1')
        await expectClose(await numbersOf(own), await numbersOf(hand), { relative: 1e-3, absolute: 1e-4 });
      else expect(await bitsOf(own)).toEqual(await bitsOf(hand));
    }
  },
);
