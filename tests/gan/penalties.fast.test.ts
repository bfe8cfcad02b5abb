import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createDiscriminator,
  gradientPenalty,
  r1Penalty,
  r2Penalty,
  wassersteinLoss,
  type Critic,
} from '../../src/gan/index.js';
import { conv2d, dense, leakyRelu, mlp, swish, tanh } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { valueAndGradients } from '../../src/training/index.js';
import { expectClose, read } from '../support/close.js';
import { checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** logits = sum w x^2, so that the gradient is 2 w x and R1 is 2 sum w^2 x^2, with derivatives 4 w x^2 and 4 w^2 x. */
const quadratic = (w: Tensor): Critic => ({ logits: (x) => tf.sum(tf.mul(w, tf.square(x)), 1, true) });
const weights = [0.5, -2, 1.5];
const data = [
  [1, 0.5, -1],
  [2, -0.25, 0.5],
];
const meanOf = (term: (w: number, x: number) => number): number =>
  data.reduce((sum, row) => sum + row.reduce((inner, x, j) => inner + term(weights[j]!, x), 0), 0) / data.length;
const value = meanOf((w, x) => 2 * w ** 2 * x ** 2);
const inWeights = weights.map((w, j) => data.reduce((sum, row) => sum + (4 * w * row[j]! ** 2) / data.length, 0));
const inData = data.flatMap((row) => row.map((x, j) => (4 * weights[j]! ** 2 * x) / data.length));

describe('a penalty is differentiated by every gradient call of tfjs and by ours, and is a number outside any', () => {
  const x = (): Tensor => tf.tensor2d(data);
  const penalty = (w: Tensor): Scalar => r1Penalty(quadratic(w), x());

  test('outside any', async () => {
    await expectClose(penalty(tf.tensor1d(weights)), value);
  });

  test('tf.grad, tf.grads, tf.valueAndGrad and tf.valueAndGrads, in the weights and in the data', async () => {
    const w = tf.tensor1d(weights);
    await expectClose(tf.grad(penalty)(w), inWeights);
    const single = tf.valueAndGrad(penalty)(w);
    await expectClose(single.value, value);
    await expectClose(single.grad, inWeights);
    const both = (one: Tensor, other: Tensor): Scalar => r1Penalty(quadratic(one), other);
    const [first, second] = tf.grads(both)([w, x()]);
    await expectClose(first!, inWeights);
    await expectClose(second!, inData);
    const { value: third, grads } = tf.valueAndGrads(both)([w, x()]);
    await expectClose(third, value);
    await expectClose(grads[0]!, inWeights);
    await expectClose(grads[1]!, inData);
  });

  test('tf.variableGrads, an optimizer of tfjs, and our valueAndGradients', async () => {
    const w = tf.variable(tf.tensor1d(weights));
    const { value: first, grads } = tf.variableGrads(() => penalty(w), [w]);
    await expectClose(first, value);
    await expectClose(grads[w.name]!, inWeights);
    const { value: second, gradients } = valueAndGradients(() => penalty(w), [w]);
    await expectClose(second, value);
    await expectClose(gradients[0]!, inWeights);
    const optimizer = tf.train.sgd(0.1);
    optimizer.minimize(() => penalty(w), false, [w]);
    await expectClose(
      w,
      weights.map((one, j) => one - 0.1 * inWeights[j]!),
    );
    optimizer.dispose();
  });

  test('a gradient of its gradient: 4 x^2', async () => {
    const second = tf.grad((w) => tf.sum(tf.grad(penalty)(w)))(tf.tensor1d(weights));
    await expectClose(
      second,
      weights.map((_, j) => data.reduce((sum, row) => sum + (4 * row[j]! ** 2) / data.length, 0)),
    );
  });
});

test('the gradient penalty is computed at mix * real + (1 - mix) * fake and pulls norms to the target', async () => {
  const w = tf.tensor1d(weights);
  const [real, fake] = [tf.tensor2d(data), tf.tensor2d([data[1]!, data[0]!])];
  const shares = [0.25, 0.9];
  const norms = shares.map((share, i) =>
    Math.hypot(...weights.map((one, j) => 2 * one * (share * data[i]![j]! + (1 - share) * data[1 - i]![j]!))),
  );
  const mix = tf.tensor2d(shares, [2, 1]);
  for (const target of [1, 0, 2.5]) {
    const expected = norms.reduce((sum, norm) => sum + (norm - target) ** 2 / 2, 0);
    await expectClose(gradientPenalty(quadratic(w), real, fake, { mix, target }), expected);
    if (target === 1) await expectClose(gradientPenalty(quadratic(w), real, fake, { mix }), expected);
  }
});

test('a stream draws one uniform share for each example, also for images', async () => {
  const critic: Critic = { logits: (x) => tf.sum(tf.pow(tf.reshape(x, [x.shape[0], -1]), 3), 1, true) };
  const [real, fake] = [createRandom(1).normal([3, 2, 2, 1]), createRandom(2).normal([3, 2, 2, 1])];
  const drawn = gradientPenalty(critic, real, fake, { mix: createRandom(3) });
  const given = gradientPenalty(critic, real, fake, { mix: createRandom(3).uniform([3, 1, 1, 1]) });
  expect(await read(drawn)).toEqual(await read(given));
  const random = createRandom(3);
  const [first, second] = [0, 1].map(() => gradientPenalty(critic, real, fake, { mix: random }));
  expect(await read(first!)).not.toEqual(await read(second!));
});

test('through our convolutions a penalty on images has the gradients of central differences', async () => {
  const random = createRandom(4);
  const first = conv2d({
    inputs: 2,
    filters: 2,
    kernelSize: 3,
    strides: 2,
    activation: swish,
    random: random.fork('1'),
  });
  const second = conv2d({ inputs: 2, filters: 2, kernelSize: 2, activation: tanh, random: random.fork('2') });
  const last = dense({ inputs: 8, units: 1, random: random.fork('3') });
  const of = (penalty: (critic: Critic) => Tensor) => {
    return (...[w1, b1, w2, b2, w3, b3]: Tensor[]): Tensor =>
      penalty({
        logits: (x) => {
          const map = second.applyWith([w2!, b2!], first.applyWith([w1!, b1!], x));
          return last.applyWith([w3!, b3!], tf.reshape(map, [x.shape[0], 8]));
        },
      });
  };
  const [real, fake] = [random.normal([2, 4, 4, 2]), random.normal([2, 4, 4, 2])];
  const mix = tf.tensor4d([0.3, 0.8], [2, 1, 1, 1]);
  const variables = [...first.variables, ...second.variables, ...last.variables];
  // biases away from 0, where the second derivatives of tanh and swish are large; weights that let the gradient through
  const places = variables.slice(0, 5).map((v) => (v.rank === 1 ? random.normal(v.shape) : tf.mul(2, v)));
  const bias = variables[5]!;
  for (const penalty of [
    (critic: Critic) => gradientPenalty(critic, real, fake, { mix }),
    (critic: Critic) => r1Penalty(critic, real),
  ]) {
    await checkSecondGradients((...list) => of(penalty)(...list, bias), places);
  }
});

describe('where the gradient is exactly 0', () => {
  const flat = (w: Tensor): Critic => ({ logits: (x) => tf.matMul(x, w) });

  test('the norm has a derivative of 0, and the value is as anywhere', async () => {
    const x = tf.tensor2d(data);
    const { value: loss, grad } = tf.valueAndGrad((w) => gradientPenalty(flat(w), x, x, { mix: createRandom(1) }))(
      tf.zeros([3, 1]),
    );
    await expectClose(loss, 1);
    await expectClose(grad, [0, 0, 0], { absolute: 0 });
  });

  test('a batch with one such example keeps the gradient of the others', async () => {
    const mix = tf.ones([2, 1]);
    const x = tf.tensor2d([data[0]!, [0, 0, 0]]);
    const w = tf.tensor1d(weights);
    const { value: loss, grad } = tf.valueAndGrad((v) => gradientPenalty(quadratic(v), x, x, { mix }))(w);
    const norm = Math.hypot(...weights.map((one, j) => 2 * one * data[0]![j]!));
    await expectClose(loss, ((norm - 1) ** 2 + 1) / 2);
    await expectClose(
      grad,
      weights.map((one, j) => ((norm - 1) / norm) * 4 * one * data[0]![j]! ** 2),
    );
  });

  test('small gradients are distinguished from it', async () => {
    const x = tf.tensor2d(data);
    const w = tf.tensor2d([3e-7, 4e-7, 0], [3, 1]);
    await expectClose(gradientPenalty(flat(w), x, x, { mix: createRandom(1), target: 0 }), 25e-14, { absolute: 0 });
  });
});

test('in a step with D(real) and D(fake) it adds its own gradient to theirs', async () => {
  const random = createRandom(6);
  const make = (activation: typeof swish) => mlp({ sizes: [2, 5, 5, 1], activation, random: random.fork('critic') });
  for (const activation of [swish, leakyRelu]) {
    const critic = createDiscriminator(make(activation));
    const [real, fake] = [random.normal([4, 2]), random.normal([4, 2])];
    const mix = random.uniform([4, 1]);
    const terms: (() => Tensor)[] = [
      () => wassersteinLoss.discriminator(critic.logits(real), critic.logits(fake)),
      () => tf.mul(10, gradientPenalty(critic, real, fake, { mix })),
      () => r1Penalty(critic, real),
      () => r2Penalty(critic, fake),
    ];
    // the last bias does not change differences between logits, so no penalty depends on it
    const variables = critic.variables.slice(0, -1);
    const gradientsOf = (loss: () => Tensor): Tensor[] => valueAndGradients(loss, variables).gradients;
    const together = gradientsOf(() => terms.reduce<Tensor>((sum, term) => tf.add(sum, term()), tf.scalar(0)));
    const apart = terms.map(gradientsOf);
    for (const [i, gradient] of together.entries()) {
      await expectClose(gradient, tf.addN(apart.map((list) => list[i]!)), { relative: 1e-3, absolute: 1e-5 });
    }
  }
});

test('only x is differentiated inside: variables whose gradients are not needed do not matter', async () => {
  const used = tf.variable(tf.tensor1d(weights));
  const unused: Variable = tf.variable(tf.scalar(3));
  const critic = quadratic(used);
  const logits = (x: Tensor): Tensor => tf.add(critic.logits(x), tf.mul(unused, 2));
  const { grads } = tf.variableGrads(() => r1Penalty({ logits }, tf.tensor2d(data)), [used]);
  await expectClose(grads[used.name]!, inWeights);
});
