import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { conv2d, conv2dTranspose, dense, flatten, spectralNorm, type WeightedLayer } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import file from '../../golden/layers.json';
import { expectClose, read } from '../../support/close.js';
import { goldenTensor } from '../../support/golden.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = createRandom(1);

/** The largest singular value in float64, from enough power iterations to converge. */
function largestSingularValue(values: readonly number[], shape: readonly number[], outputAxis: number): number {
  const outputs = shape[outputAxis]!;
  const inner = shape.slice(outputAxis + 1).reduce((product, size) => product * size, 1);
  const column = (index: number): number => Math.floor(index / inner) % outputs;
  const row = (index: number): number => Math.floor(index / (inner * outputs)) * inner + (index % inner);
  const rows = values.length / outputs;
  let u = Array.from({ length: outputs }, (_, i) => 1 + 0.1 * i);
  let sigma = 0;
  for (let step = 0; step < 2000; step++) {
    const v = new Array<number>(rows).fill(0);
    values.forEach((w, i) => (v[row(i)]! += w * u[column(i)]!));
    const next = new Array<number>(outputs).fill(0);
    values.forEach((w, i) => (next[column(i)]! += w * v[row(i)]!));
    const length = Math.hypot(...next);
    sigma = Math.sqrt(length);
    u = next.map((value) => value / length);
  }
  return sigma;
}

const layers: readonly [name: string, make: () => WeightedLayer, input: number[]][] = [
  ['dense', () => dense({ inputs: 7, units: 4, random }), [2, 7]],
  ['dense with one output', () => dense({ inputs: 7, units: 1, random }), [2, 7]],
  ['conv2d', () => conv2d({ inputs: 2, filters: 5, kernelSize: 3, random }), [2, 4, 3, 2]],
  [
    'conv2dTranspose',
    () => conv2dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 2, random }),
    [2, 2, 3, 3],
  ],
];

test.each(layers)('%s has its weights divided by their largest singular value', async (_, make, input) => {
  const layer = make();
  const [weights, biases] = layer.variables as readonly Tensor[] as readonly [Tensor, Tensor];
  const sigma = largestSingularValue(await read(weights), weights.shape, layer.outputAxis);
  const x = createRandom(2).normal(input);
  const expected = layer.applyWith([tf.div(weights, sigma), biases], x);
  const network = spectralNorm(layer, { iterations: 40 });
  network.apply(x, { training: true });
  await expectClose(network.apply(x), await read(expected), { relative: 1e-4, absolute: 1e-5 });
});

test('fifteen iterations from the start are close enough initially', async () => {
  const layer = dense({ inputs: 64, units: 32, random });
  const sigma = largestSingularValue(await read(layer.variables[0]!), [64, 32], 1);
  const network = spectralNorm(layer);
  const zero = network.apply(tf.zeros([1, 64]));
  const stretched = tf.sub(network.apply(tf.ones([1, 64])), zero);
  const wanted = tf.div(tf.sum(layer.variables[0]!, 0, true), sigma);
  await expectClose(stretched, await read(wanted), { relative: 0.1 });
});

describe('agrees with torch.nn.utils.parametrizations.spectral_norm in float64', () => {
  test('pass by pass, from a direction that is not yet the singular vector', async () => {
    const { x, dy, weights, biases, start, first, dweights, second, u, evaluated, sigma } = file.spectralNorm;
    const layer = dense({ inputs: 5, units: 3, random });
    const network = spectralNorm(layer);
    layer.variables[0]!.assign(goldenTensor(weights));
    layer.variables[1]!.assign(goldenTensor(biases));
    network.buffers![0]!.assign(goldenTensor(start));
    const input = goldenTensor(x);
    const training = { training: true };
    const loss = (): Tensor => tf.sum(tf.mul(network.apply(input, training), goldenTensor(dy)));
    const { grads } = tf.variableGrads(loss as () => Scalar, [layer.variables[0]!]);
    await expectClose(grads[layer.variables[0]!.name]!, dweights.data, { absolute: 1e-5 });
    const firstAgain = network.apply(input);
    await expectClose(firstAgain, first.data, { absolute: 1e-5 });
    await expectClose(network.apply(input, training), second.data, { absolute: 1e-5 });
    await expectClose(network.buffers![0]!, u.data, { absolute: 1e-5 });
    await expectClose(network.apply(input), evaluated.data, { absolute: 1e-5 });
    expect(largestSingularValue(weights.data, weights.shape, 1)).toBeCloseTo(sigma.data[0]!, 9);
  });
});

test('weights of zero stay zero', async () => {
  const layer = dense({ inputs: 2, units: 2, random });
  const network = spectralNorm(layer);
  for (const variable of layer.variables) variable.assign(tf.zerosLike(variable));
  await expectClose(network.apply(tf.ones([1, 2]), { training: true }), [0, 0]);
});

test('disposes the layer, and rejects one whose weights cannot be replaced', () => {
  const layer = dense({ inputs: 2, units: 2, random });
  spectralNorm(layer).dispose();
  expect(layer.variables.every((variable) => variable.isDisposed)).toBe(true);
  const before = tf.memory().numTensors;
  expect(() => spectralNorm(flatten() as WeightedLayer)).toThrow(
    'spectralNorm: `layer` must be a layer whose weights can be replaced; got { apply, variables, buffers, dispose }. ' +
      'Pass a layer made by dense, or by a function for convolutions such as conv2d.',
  );
  expect(() => spectralNorm(dense({ inputs: 2, units: 2, random }), { iterations: 0 })).toThrow('`iterations` must be');
  expect(tf.memory().numTensors).toBe(before + 2);
});
