import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, meanOf, slopesOf, sumOf } from 'tfjs-generative/testing';
import { drawSteps } from '../../draw-steps.js';
import type { Model } from './model.js';

type Matrix = number[][];

export const exercise = defineExercise({
  name: 'ganUpdate',
  inputs: (random) => ({
    generator: random.normal([1, 2]),
    discriminator: random.normal([2, 1]),
    real: random.normal([3, 2]),
    noise: random.normal([3, 1]),
  }),

  mistakes: {
    simultaneous: 'the generator moves against the old discriminator, but must move against the new one',
    generatorFirst: 'the generator moves first',
    twoSteps: 'the discriminator takes two steps before the generator takes one',
    discriminatorAscends: 'the discriminator moves towards a larger loss',
    generatorAscends: 'the generator moves towards a larger loss',
    generatorFollows: 'the generator also moves in the discriminator’s step: its fakes must be detached there',
    discriminatorFollows: 'the discriminator also moves in the generator’s step: it must stay fixed there',
    generatorStill: 'the generator does not move',
    discriminatorStill: 'the discriminator does not move',
    oldDiscriminator: 'the discriminator is returned as it was before its step',
    noRate: 'the learning rate is missing',
    smallRate: 'the learning rate is 0.01, but it must be 0.1',
    exchanged: 'the discriminator takes fakes as real, and real data as fakes',
    minimax: 'the generator minimises minus the discriminator’s loss instead of its own',
    tinyRate: 'the learning rate is 0.001, but it must be 0.1',
    generatorHelps: 'the generator minimises the discriminator’s loss instead of its own',
    oneLoss: 'both players move by the gradient of the sum of both losses, but each must move by its own loss',
    twoGeneratorSteps: 'the generator takes two steps',
    takesProbabilities: 'the losses take logits, but get probabilities',
    onlyReal: 'the discriminator’s loss has real data instead of the fakes',
    returnsSteps: 'it returns by how much the weights move, not the new weights',
    returnsGradients: 'it returns the gradients, not the new weights',
  },
  exclusive: [
    ['simultaneous', 'generatorFirst'],
    ['simultaneous', 'generatorStill', 'discriminatorStill'],
    ['generatorFirst', 'generatorStill'],
    ['generatorFirst', 'discriminatorStill'],
    ['generatorStill', 'generatorAscends', 'minimax', 'generatorFollows'],
    ['generatorStill', 'discriminatorFollows'],
    ['discriminatorStill', 'discriminatorAscends', 'exchanged', 'discriminatorFollows', 'generatorFollows'],
    ['twoSteps', 'discriminatorStill', 'generatorFollows'],
    ['noRate', 'smallRate', 'returnsGradients'],
    ['generatorHelps', 'minimax', 'generatorStill', 'generatorAscends', 'exchanged'],
  ],

  alone: [
    'tinyRate',
    'oldDiscriminator',
    'oneLoss',
    'twoGeneratorSteps',
    'takesProbabilities',
    'onlyReal',
    'returnsSteps',
  ],

  reference({ generator, discriminator, real, noise }, wrong) {
    const judge = (d: Matrix, data: Matrix): number[] => {
      const logits = data.map((row) => sumOf(row.map((x, i) => Math.tanh(x) * d[i]![0]!)));
      return wrong.takesProbabilities ? logits.map((logit) => 1 / (1 + Math.exp(-logit))) : logits;
    };
    const generate = (g: Matrix): Matrix => noise.map((row) => g[0]!.map((weight) => weight * row[0]!));
    const softplus = (logit: number): number => Math.log1p(Math.exp(logit));
    const lossOf = (d: Matrix, g: Matrix): number => {
      const [asReal, asFake] = [judge(d, real), judge(d, wrong.onlyReal ? real : generate(g))];
      const [ones, zeros] = wrong.exchanged ? [asFake, asReal] : [asReal, asFake];
      return meanOf(ones.map((l) => softplus(-l))) + meanOf(zeros.map(softplus));
    };
    const generatorLoss = (d: Matrix, g: Matrix): number => {
      if (wrong.minimax || wrong.generatorHelps) return (wrong.minimax ? -1 : 1) * lossOf(d, g);
      return meanOf(judge(d, generate(g)).map((l) => softplus(-l)));
    };

    const rate = wrong.noRate || wrong.returnsGradients ? 1 : wrong.smallRate ? 0.01 : wrong.tinyRate ? 0.001 : 0.1;
    const step = (weights: Matrix, slopes: Matrix, sign: number): Matrix =>
      each((weight, slope) => weight - sign * rate * slope, weights, slopes);
    if (wrong.oneLoss) {
      const both = (at: Matrix, of: Matrix): number => lossOf(at, of) + generatorLoss(at, of);
      const ofGenerator = slopesOf((at) => both(discriminator, at), generator);
      const ofDiscriminator = slopesOf((at) => both(at, generator), discriminator);
      return { generator: step(generator, ofGenerator, 1), discriminator: step(discriminator, ofDiscriminator, 1) };
    }
    let [g, d] = [generator, discriminator];
    const moveDiscriminator = (): void => {
      if (wrong.discriminatorStill) return;
      const sign = wrong.discriminatorAscends ? -1 : 1;
      const before = d;
      d = step(
        d,
        slopesOf((at) => lossOf(at, g), before),
        sign,
      );
      if (wrong.generatorFollows)
        g = step(
          g,
          slopesOf((at) => lossOf(before, at), g),
          sign,
        );
    };
    const moveGenerator = (): void => {
      if (wrong.generatorStill) return;
      const sign = wrong.generatorAscends ? -1 : 1;
      const against = wrong.simultaneous ? discriminator : d;
      const before = g;
      g = step(
        g,
        slopesOf((at) => generatorLoss(against, at), before),
        sign,
      );
      if (wrong.discriminatorFollows)
        d = step(
          d,
          slopesOf((at) => generatorLoss(at, before), against),
          sign,
        );
    };
    const discriminatorMoves = wrong.twoSteps ? [moveDiscriminator, moveDiscriminator] : [moveDiscriminator];
    const moves = wrong.generatorFirst
      ? [moveGenerator, ...discriminatorMoves]
      : [...discriminatorMoves, moveGenerator, ...(wrong.twoGeneratorSteps ? [moveGenerator] : [])];
    for (const move of moves) move();
    if (!wrong.returnsGradients && !wrong.returnsSteps)
      return { generator: g, discriminator: wrong.oldDiscriminator ? discriminator : d };
    const sign = wrong.returnsSteps ? -1 : 1;
    const moved = (before: Matrix, after: Matrix): Matrix => each((a, b) => sign * (a - b), before, after);
    return { generator: moved(generator, g), discriminator: moved(discriminator, d) };
  },

  call(answer, { generator, discriminator, real, noise }, tf) {
    const model: Model = {
      generate: (weights, latents) => tf.matMul(latents, weights),
      judge: (weights, data) => tf.matMul(tf.tanh(data as Tensor2D), weights),
      discriminatorLoss: (realLogits, fakeLogits) =>
        tf.add(tf.mean(tf.softplus(tf.neg(realLogits))), tf.mean(tf.softplus(fakeLogits))),
      generatorLoss: (fakeLogits) => tf.mean(tf.softplus(tf.neg(fakeLogits))),
    };
    return answer(generator, discriminator, real, noise, model);
  },

  hints: [
    'Write two losses, each as a function of the weights of one player alone. What does each hold fixed?',
    'The second player looks at the first one as it is after its step.',
    'TensorFlow.js differentiates with respect to what you ask for. Where does that spare you a detach, and where would asking for both sets of weights be wrong?',
  ],

  picture: {
    inputs: (random) => ({
      generator: random.normal([1, 2]),
      discriminator: random.normal([2, 1]),
      real: random.normal([6, 2]),
      noise: random.normal([6, 1]),
    }),
    draw: (yours, target, { generator, discriminator }) => drawSteps(yours, target, { generator, discriminator }),
  },

  checks: [
    { kind: 'values', points: 6 },
    {
      kind: 'values',
      name: 'other networks',
      points: 2,
      inputs: (random) => ({
        generator: random.normal([1, 3]),
        discriminator: random.normal([3, 1]),
        real: random.normal([4, 3]),
        noise: random.normal([2, 1]),
      }),
    },
    { kind: 'leaks', points: 2 },
  ],
});
