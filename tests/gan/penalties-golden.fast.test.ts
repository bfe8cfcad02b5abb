import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gradientPenalty, r1Penalty, r2Penalty, type Critic } from '../../src/gan/index.js';
import { elu, leakyRelu, relu, softplus, swish, tanh, type Activation } from '../../src/nets/index.js';
import { expectOracle } from '../support/close.js';
import { golden, goldenTensor, type GoldenTensor } from '../support/golden.js';
import { inScope } from '../support/in-scope.js';

inScope();

const penalties = golden('penalties');
type Name = keyof typeof penalties;

const ours: Readonly<Record<Name, Activation>> = { elu, leakyRelu, relu, softplus, swish, tanh };
const tfjs: Readonly<Record<Name, Activation>> = {
  elu: (x) => tf.elu(x),
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  relu: (x) => tf.relu(x),
  softplus: (x) => tf.softplus(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  tanh: (x) => tf.tanh(x),
};

/** The same functions composed of other operations of tfjs. */
const spelled: readonly [Name, string, Activation][] = [
  ['leakyRelu', 'tf.maximum', (x) => tf.maximum(x, tf.mul(0.2, x))],
  ['leakyRelu', 'tf.prelu', (x) => tf.prelu(x, tf.scalar(0.2))],
  ['leakyRelu', 'tf.where', (x) => tf.where(tf.greater(x, 0), x, tf.mul(0.2, x))],
  ['relu', 'tf.clipByValue', (x) => tf.clipByValue(x, 0, 1e6)],
  ['relu', 'tf.abs', (x) => tf.mul(0.5, tf.add(x, tf.abs(x)))],
  ['tanh', 'tf.exp', (x) => tf.sub(1, tf.div(2, tf.add(1, tf.exp(tf.mul(2, x)))))],
  ['tanh', 'tf.sigmoid', (x) => tf.sub(tf.mul(2, tf.sigmoid(tf.mul(2, x))), 1)],
  ['softplus', 'tf.exp and tf.log1p', (x) => tf.log1p(tf.exp(x))],
  ['softplus', 'tf.logSumExp', (x) => tf.logSumExp(tf.stack([x, tf.zerosLike(x)], -1), -1)],
];

const activations: readonly (readonly [string, Name, Activation])[] = [
  ...(Object.keys(ours) as Name[]).flatMap((name) => [
    [`our ${name}`, name, ours[name]] as const,
    [`tfjs's ${name}`, name, tfjs[name]] as const,
  ]),
  ...spelled.map(([name, by, activation]) => [`${name} by ${by}`, name, activation] as const),
];

describe.each(activations)('the penalties of a critic with %s agree with PyTorch in float64', (_, name, activation) => {
  const { w1, b1, w2, real, fake, alpha, ...expected } = penalties[name];

  /** The penalty as a function of the critic's weights. */
  const of =
    (penalty: (critic: Critic) => Tensor) =>
    (...[first, bias, second]: Tensor[]): Tensor =>
      penalty({ logits: (x) => tf.matMul(activation(tf.add(tf.matMul(x, first!), bias!)), second!) });

  async function expectPenalty(
    penalty: (critic: Critic) => Tensor,
    value: number,
    gradients: readonly GoldenTensor[],
  ): Promise<void> {
    const weights = [w1, b1, w2].map(goldenTensor);
    await expectOracle(of(penalty)(...weights), value);
    const computed = tf.valueAndGrads(of(penalty))(weights);
    await expectOracle(computed.value, value);
    expect(computed.grads.map(({ shape }) => shape)).toEqual(gradients.map(({ shape }) => shape));
    for (const [i, gradient] of computed.grads.entries()) await expectOracle(gradient, gradients[i]!.data);
  }

  test('the gradient penalty', async () => {
    const mix = goldenTensor(alpha);
    await expectPenalty(
      (critic) => gradientPenalty(critic, goldenTensor(real), goldenTensor(fake), { mix }),
      expected.gradientPenalty,
      expected.gradientPenaltyGrad,
    );
  });

  test('R1, and R2 at the same place', async () => {
    for (const penalty of [r1Penalty, r2Penalty]) {
      await expectPenalty((critic) => penalty(critic, goldenTensor(real)), expected.r1, expected.r1Grad);
    }
  });
});
