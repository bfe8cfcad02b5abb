import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { initializers, input, layers as layer, model as makeModel, sequential } from '@tensorflow/tfjs-layers';
import type { LayersModel, Sequential, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { repairGradients } from '../../src/gradients/repair.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';

/** A layer; tf.layers does not export the type. */
type Layer = Parameters<Sequential['add']>[0];

let seed = 0;
/** Different weights for each layer, the same in each run. */
const kernel = () => initializers.randomUniform({ minval: -0.9, maxval: 0.9, seed: ++seed });
const dense = (units: number) =>
  layer.dense({ units, kernelInitializer: kernel(), biasInitializer: kernel(), activation: 'linear' });

/** A critic of rows: a dense layer, the layer under test, and a logit. */
const ofRows = (...tried: Layer[]): LayersModel =>
  sequential({ layers: [layer.inputLayer({ inputShape: [3] }), dense(4), ...tried, dense(1)] });

/** A critic of images: a convolution with a smooth activation, the layers under test, which end in rows, and a logit. */
const ofPooled = (...tried: Layer[]): LayersModel => {
  const first = layer.conv2d({ filters: 2, kernelSize: 2, activation: 'tanh', kernelInitializer: kernel() });
  return sequential({ layers: [layer.inputLayer({ inputShape: [5, 4, 1] }), first, ...tried, dense(1)] });
};
const ofImages = (...tried: Layer[]): LayersModel => ofPooled(...tried, layer.flatten());

/** Two dense layers, merged. */
function merged(merge: Layer): LayersModel {
  const x = input({ shape: [3] });
  const branches = [dense(4), dense(4)].map((branch) => branch.apply(x) as SymbolicTensor);
  return makeModel({ inputs: x, outputs: dense(1).apply(merge.apply(branches)) as SymbolicTensor });
}

const activation = (name: Parameters<typeof layer.activation>[0]['activation']) =>
  ofRows(layer.activation({ activation: name }));
const shape = { kernelSize: 2, depthwiseInitializer: kernel() };
const filters = { kernelSize: 2, filters: 2, kernelInitializer: kernel() };

const critics: Record<string, () => LayersModel> = {
  leakyReLU: () => ofRows(layer.leakyReLU()),
  prelu: () => ofRows(layer.prelu({ alphaInitializer: kernel() })),
  'elu layer': () => ofRows(layer.elu()),
  'softmax layer': () => ofRows(layer.softmax()),
  ...Object.fromEntries(
    (
      [
        'elu',
        'gelu',
        'gelu_new',
        'hardSigmoid',
        'mish',
        'relu',
        'relu6',
        'selu',
        'sigmoid',
        'softmax',
        'softplus',
        'softsign',
        'swish',
        'tanh',
      ] as const
    ).map((name) => [name, () => activation(name)]),
  ),
  'activation inside dense': () =>
    ofRows(layer.dense({ units: 4, activation: 'sigmoid', kernelInitializer: kernel() })),
  batchNormalization: () =>
    ofRows(layer.batchNormalization({ gammaInitializer: kernel() }), layer.activation({ activation: 'tanh' })),
  layerNormalization: () =>
    ofRows(layer.layerNormalization({ gammaInitializer: kernel() }), layer.activation({ activation: 'tanh' })),
  dropout: () => ofRows(layer.activation({ activation: 'tanh' }), layer.dropout({ rate: 0.5 })),
  average: () => merged(layer.average()),
  maximum: () => merged(layer.maximum()),
  minimum: () => merged(layer.minimum()),
  multiply: () => merged(layer.multiply()),
  averagePooling2d: () => ofImages(layer.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  maxPooling2d: () => ofImages(layer.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  globalAveragePooling2d: () => ofPooled(layer.globalAveragePooling2d({})),
  globalMaxPooling2d: () => ofPooled(layer.globalMaxPooling2d({})),
  'upSampling2d, nearest': () =>
    ofImages(layer.upSampling2d({ size: [2, 2] }), layer.activation({ activation: 'tanh' })),
  'upSampling2d, bilinear': () =>
    ofImages(layer.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }), layer.activation({ activation: 'tanh' })),
  'conv2d, strided': () => ofImages(layer.conv2d({ ...filters, strides: 2, padding: 'same', activation: 'elu' })),
  conv2dTranspose: () => ofImages(layer.conv2dTranspose({ ...filters, strides: 2, activation: 'tanh' })),
  depthwiseConv2d: () => ofImages(layer.depthwiseConv2d({ ...shape, activation: 'tanh' })),
  separableConv2d: () =>
    ofImages(layer.separableConv2d({ ...shape, filters: 2, pointwiseInitializer: kernel(), activation: 'sigmoid' })),
};

/** R1 of a critic at x, as a function of its weights. */
const penaltyOf = (critic: LayersModel, x: Tensor, training: boolean) => (): Scalar => {
  const logits = (at: Tensor): Tensor => tf.sum(critic.apply(at, { training }) as Tensor);
  return tf.sum(tf.square(tf.grad(logits)(x)));
};

/** The slopes of the penalty from finite differences, along a random direction of each weight; undefined near a kink. */
async function differences(penalty: () => Scalar, variables: Variable[]): Promise<number[] | undefined> {
  const slopes: number[] = [];
  for (const [i, variable] of variables.entries()) {
    const start = tf.clone(variable);
    const at = async (step: number): Promise<number> => {
      variable.assign(tf.add(start, tf.mul(step, directionOf(variable, i))));
      return (await read(penalty()))[0]!;
    };
    const slope = async (step: number): Promise<number> => ((await at(step)) - (await at(-step))) / (2 * step);
    const [long, short] = [await slope(2 ** -5), await slope(2 ** -6)];
    variable.assign(start);
    slopes.push((4 * short - long) / 3);
    if (Math.abs(long - short) > 0.02 * Math.abs(short) + 0.02 * (await read(penalty()))[0]!) return undefined;
  }
  return slopes;
}

const directionOf = ({ shape }: Variable, i: number): Tensor => createRandom(i).normal(shape);

async function checkWeights(critic: LayersModel, batch: number, training: boolean): Promise<void> {
  const [, ...shape] = critic.inputs[0]!.shape as [null, ...number[]];
  const variables = critic.trainableWeights.map((weight) => weight.read() as Variable);
  for (let place = 0; place < 20; place++) {
    const penalty = penaltyOf(critic, createRandom(place).normal([batch, ...shape]), training);
    const expected = await differences(penalty, variables);
    if (expected === undefined) continue;
    const { value, grads } = tf.variableGrads(penalty, variables);
    const [size] = await read(value);
    for (const [i, variable] of variables.entries()) {
      // The penalty does not depend on the bias of the last layer.
      const gradient = (grads[variable.name] as Tensor | null) ?? tf.zerosLike(variable);
      const [got] = await read(tf.sum(tf.mul(gradient, directionOf(variable, i))));
      const allowed = 0.02 * Math.abs(expected[i]!) + 0.01 * size!;
      expect(Math.abs(got! - expected[i]!), `${variable.name}: ${got} for ${expected[i]}`).toBeLessThan(allowed);
    }
    expect(Math.max(...expected.map(Math.abs)), 'the largest slope').toBeGreaterThan(0.2 * size!);
    critic.dispose();
    return;
  }
  expect.fail('no smooth place was found');
}

beforeAll(repairGradients);

describe('the gradient of a penalty in the weights of a tf.layers critic agrees with finite differences', () => {
  test.each(Object.entries(critics))('%s', async (_, make) => {
    await checkWeights(make(), 2, false);
  });

  test('batchNormalization in training', async () => {
    await checkWeights(critics['batchNormalization']!(), 4, true);
  });
});
