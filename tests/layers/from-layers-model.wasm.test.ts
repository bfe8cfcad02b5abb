import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { fromLayersModel, type ModelInput } from '../../src/layers/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectClose, read } from '../support/close.js';

const { input, initializers, layers: layer, model: makeModel, sequential } = layers;

/** Dense, batch normalisation, dense: six trainable weights, two statistics. */
const normalised = (): layers.Sequential =>
  sequential({
    layers: [
      layer.dense({ units: 4, inputShape: [3], kernelInitializer: initializers.glorotUniform({ seed: 1 }) }),
      layer.batchNormalization({ momentum: 0.5 }),
      layer.dense({ units: 1, kernelInitializer: initializers.glorotUniform({ seed: 2 }) }),
    ],
  });

/** A model of an input and two columns of numbers. */
function conditional(): layers.LayersModel {
  const inputs = [3, 1, 1].map((size) => input({ shape: [size] }));
  const joined = layer.concatenate().apply(inputs) as layers.SymbolicTensor;
  return makeModel({ inputs, outputs: layer.dense({ units: 2 }).apply(joined) as layers.SymbolicTensor });
}

test('a model becomes a network: its outputs, its trainable weights as variables and the others as buffers', async () => {
  const model = normalised();
  const network = fromLayersModel(model);
  const x = createRandom(1).normal([5, 3]);
  await expectClose(network.apply(x), model.predict(x) as Tensor);
  expect(network.variables.map(({ shape }) => shape)).toEqual([[3, 4], [4], [4], [4], [4, 1], [1]]);
  expect(network.buffers!.map(({ shape }) => shape)).toEqual([[4], [4]]);
  network.variables[5]!.assign(tf.tensor1d([100]));
  await expectClose(model.layers[2]!.getWeights()[1]!, 100);
  network.dispose();
});

test('the weights of a frozen layer are buffers, which no optimizer moves', () => {
  const model = normalised();
  model.layers[0]!.trainable = false;
  const network = fromLayersModel(model);
  expect(network.variables.map(({ shape }) => shape)).toEqual([[4], [4], [4, 1], [1]]);
  expect(network.buffers!.map(({ shape }) => shape)).toEqual([[3, 4], [4], [4], [4]]);
  network.dispose();
});

test('only training updates the statistics; outside gradient calls, once per call', async () => {
  const network = fromLayersModel(normalised());
  const x = tf.add(createRandom(1).normal([50, 3]), 2);
  const [mean] = network.buffers!;
  network.apply(x);
  network.apply(x, { training: false });
  await expectClose(mean!, [0, 0, 0, 0]);
  network.apply(x, { training: true });
  const once = await read(mean!);
  expect(once.every((value) => value !== 0)).toBe(true);
  network.apply(x, { training: true });
  // With a momentum of 0.5: half of the batch's mean, then three quarters.
  await expectClose(
    mean!,
    once.map((value) => 1.5 * value),
    { relative: 1e-3 },
  );
  network.dispose();
});

test('a few steps of gradient descent through it fit a line', async () => {
  const network = fromLayersModel(normalised());
  const x = createRandom(2).normal([64, 3]);
  const target = tf.sum(tf.mul(x, tf.tensor1d([1, -2, 0.5])), 1, true);
  const loss = (): Scalar => tf.mean(tf.squaredDifference(network.apply(x, { training: true }), target));
  const optimizer = tf.train.adam(0.05);
  const [first] = await read(loss());
  for (let step = 0; step < 60; step++) {
    const { value, grads } = tf.variableGrads(loss, [...network.variables]);
    optimizer.applyGradients(network.variables.map(({ name }) => ({ name, tensor: grads[name]! })));
    tf.dispose([value, grads]);
  }
  expect((await read(loss()))[0]).toBeLessThan(0.1 * first!);
  optimizer.dispose();
  network.dispose();
});

test('several inputs are fed by name, labels and steps as columns', async () => {
  const model = conditional();
  const network = fromLayersModel(model, { inputs: ['input', 'timesteps', 'condition'] });
  const x = createRandom(3).normal([4, 3]);
  const condition = tf.tensor1d([1, -1, 0, 2], 'int32');
  const timesteps = tf.tensor1d([9, 8, 7, 6], 'int32');
  const columns = [timesteps, condition].map((tensor) => tf.cast(tf.expandDims(tensor, 1), 'float32'));
  await expectClose(network.apply(x, { condition, timesteps }), model.predict([x, ...columns]) as Tensor);
  expect(() => network.apply(x, { condition })).toThrow(
    'fromLayersModel: `options.timesteps` must be a tensor, not disposed; got undefined.',
  );
  expect(() => network.apply(tf.zeros([4, 2]), { condition, timesteps })).toThrow(
    'fromLayersModel: `input` must have shape [?, 3]; got [4, 2].',
  );
  network.dispose();
});

test('no tensor is left by apply, a gradient or a rejected call, or after dispose', () => {
  const before = tf.memory().numTensors;
  const network = fromLayersModel(conditional(), { inputs: ['input', 'condition', 'timesteps'] });
  const x = tf.zeros([2, 3]);
  const condition = tf.zeros([2], 'int32');
  const made = tf.memory().numTensors;
  for (const training of [true, false]) {
    const apply = (): Tensor => network.apply(x, { condition, timesteps: condition, training });
    tf.dispose(apply());
    const { value, grads } = tf.variableGrads(() => tf.mean(apply()), [...network.variables]);
    tf.dispose([value, grads]);
  }
  expect(() => network.apply(x, { condition })).toThrow(TypeError);
  expect(tf.memory().numTensors).toBe(made);
  network.dispose();
  network.dispose();
  tf.dispose([x, condition]);
  expect(tf.memory().numTensors).toBe(before);
});

test('apply returns a new tensor, even if the model returns its input', async () => {
  const network = fromLayersModel(sequential({ layers: [layer.dropout({ rate: 0.5, inputShape: [2] })] }));
  const x = tf.tensor2d([[1, 2]]);
  const output = network.apply(x);
  await expectClose(output, [1, 2]);
  output.dispose();
  expect(x.isDisposed).toBe(false);
  network.dispose();
});

test('a model that cannot be a network is rejected with the reason', () => {
  expect(() => fromLayersModel(conditional())).toThrow(
    /^fromLayersModel: `inputs` must name what to feed each of the model's 3 inputs; got \['input'\]\. They are input\d+, /,
  );
  expect(() => fromLayersModel(normalised(), { inputs: ['image' as ModelInput] })).toThrow(
    "fromLayersModel: `inputs[0]` must be one of input, condition, timesteps; got 'image'.",
  );
  expect(() => fromLayersModel({} as layers.LayersModel)).toThrow(
    'fromLayersModel: `model.apply` must be a function; got undefined.',
  );
  expect(() => fromLayersModel({ apply: read } as unknown as layers.LayersModel)).toThrow(
    /^fromLayersModel: `model` must be a layers model; got \{/,
  );
  expect(() => fromLayersModel(sequential())).toThrow(
    'fromLayersModel: `model.outputs` must have exactly one entry; got 0.',
  );
  const x = input({ shape: [2] });
  const heads = [1, 2].map((units) => layer.dense({ units }).apply(x) as layers.SymbolicTensor);
  expect(() => fromLayersModel(makeModel({ inputs: x, outputs: heads }))).toThrow(
    'fromLayersModel: `model.outputs` must have exactly one entry; got 2. Make a model with only the output that the network should have.',
  );
});
