import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type * as testing from '../../src/testing/index.js';
import { hear, heardAs } from './heard.js';

/** Records that users write by hand and the library calls. `library` is that of the program. */
export const callbacksOf = (library: () => typeof g) => ({
  /** Velocity by another name. */
  ownTarget: heardAs<g.PredictionTarget>('index/PredictionTarget', {
    name: 'turned',
    mix: (alpha: number, sigma: number) => [-sigma, alpha] as const,
  }),
  ownLoss: heardAs<g.AdversarialLoss>('index/AdversarialLoss', {
    discriminator: (real: Tensor, fake: Tensor) =>
      tf.add(tf.mean(tf.square(tf.sub(real, 1))), tf.mean(tf.square(tf.add(fake, 1)))),
    generator: (fake: Tensor, real?: Tensor) => tf.mean(tf.square(tf.sub(fake, real ?? 1))),
  }),
  ownObjective: heardAs<g.VaeObjective>('index/VaeObjective', {
    evaluate: (input: g.ObjectiveInput) => {
      const value = library().elboObjective().evaluate(input);
      return { ...value, loss: tf.mul(2, value.loss) };
    },
  }),
  ownConsistency: heardAs<g.ConsistencyTarget>('index/ConsistencyTarget', {
    name: 'own',
    check: () => undefined,
    losses: (input: g.ConsistencyInput) => tf.mul(2, library().easyConsistency().losses(input)),
  }),
  /** A step to less noise, of which half is drawn again, from an estimate that is made twice. */
  ownSolver: heardAs<g.DiffusionSolver>('index/DiffusionSolver', {
    step: async ({ xt, estimate, from, to, schedule, denoise, noise }: g.SolverState) => {
      hear('index/SolverState.denoise', 'index/SolverState.noise');
      const copy = tf.clone(xt);
      const again = await denoise(copy, from).finally(() => copy.dispose());
      return tf.tidy(() => {
        const mean = tf.mul(0.5, tf.add(estimate, again));
        again.dispose();
        return library().ddimStep({ xt, estimate: mean, from, to, schedule, eta: 0.5, noise: noise() });
      });
    },
  }),
  /** Moves against the signs of the gradients, less far at each call. */
  signDescent: (rate: number): g.Optimizer => {
    let calls = 0;
    return heardAs<g.Optimizer>('index/Optimizer', {
      prepare: () => undefined,
      apply: (gradients: readonly Tensor[], variables: readonly tf.Variable[]) => {
        calls++;
        variables.forEach((variable, i) =>
          tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(rate / calls, tf.sign(gradients[i]!))))),
        );
      },
      state: () => ({ tensors: [], plain: { calls } }),
      restore: (plain: g.Json) => void ({ calls } = plain as { calls: number }),
      dispose: () => undefined,
    });
  },
  /** A game of two players, of which the generator moves after the discriminator, but is recorded before. */
  ownGame:
    (generator: g.Generator, discriminator: g.Discriminator, isRecorded: boolean) =>
    ({ x: real, random, options, update, pass, withoutUpdate, look }: g.GameStep) => {
      hear('index/GameStep.update', isRecorded ? 'index/GameStep.pass' : 'index/GameStep.withoutUpdate');
      const { hingeLoss } = library();
      const z = generator.sampleLatent(real.shape[0], random);
      const make = (): Tensor => generator.generate(z, options);
      const recorded = isRecorded ? pass('generator', make) : undefined;
      const fake = recorded?.output ?? withoutUpdate(make);
      const first = update('discriminator', () => ({
        loss: hingeLoss.discriminator(discriminator.logits(real, options), discriminator.logits(fake, options)),
      }));
      const lossAt = (x: Tensor) => ({ loss: hingeLoss.generator(discriminator.logits(x, options)) });
      if (recorded !== undefined) hear('index/GamePass.update');
      const second = recorded?.update(() => lossAt(fake)) ?? update('generator', () => lossAt(make()));
      hear('index/StepInput.look');
      look(() => ({ fake }));
      return { discriminatorLoss: first.loss, generatorLoss: second.loss, penalty: tf.scalar(0) };
    },
  /** The sum of the squares, with one mistake. */
  ownExercise: (kind: 'values' | 'gradients'): testing.Exercise =>
    heardAs<testing.Exercise>('testing/Exercise', {
      name: 'squares',
      hints: ['One.', 'Two.', 'Three.'],
      mistakes: { doubled: 'It is doubled.' },
      checks: [{ kind, points: 1 }],
      inputs: (random: testing.NumberStream) => ({ x: random.normal([3]) }),
      reference: (inputs: testing.ExerciseInputs, wrong: Readonly<Record<string, boolean>>) =>
        (inputs['x'] as number[]).reduce((sum, x) => sum + x * x, 0) * (wrong['doubled'] === true ? 2 : 1),
      call: (answer: (...values: unknown[]) => unknown, { x }: Readonly<Record<string, Tensor>>) => answer(x),
    }),
  ownAnswer: (x: Tensor): Tensor => tf.sum(tf.square(x)),
  ownStub: (x: Tensor): Tensor => tf.sum(x),
  /** A store or a file of the library, whose calls are remembered. */
  asFolder: (store: object): object => heardAs('node/CheckpointStore', store),
  asFile: (file: object): object => heardAs('node/AppendedFile', file),
});
