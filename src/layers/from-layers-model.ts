import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkApplyOptions } from '../nets/apply-options.js';
import { checkArray, onceAnUpdate } from '../nets/layer.js';
import { note } from '../tensor/made-by.js';
import type { ApplyOptions, Network } from '../nets/network.js';
import { checkAlive, checkFunction, checkShape, checkTensor } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { randomLayer } from './random-layer.js';
import { readOptions } from '../tensor/options.js';

/** Where an input of the model comes from: the network's input, or one of its options. */
export type ModelInput = 'input' | 'condition' | 'timesteps';

/** How {@link fromLayersModel} feeds a model. */
export interface FromLayersModelOptions {
  /** The source of each of the model's inputs, in order; default `['input']`. */
  readonly inputs?: readonly ModelInput[] | undefined;
}

const where = 'fromLayersModel';
const known: readonly ModelInput[] = ['input', 'condition', 'timesteps'];

/**
 * Makes a network from a tfjs layers model, so that every part of this library can be built on one.
 *
 * The model is called with `options.training`. Its trainable weights are the network's variables, and all others, such as
 * the moving statistics of batch normalisation, are its buffers, both at the time of this call. A `condition` or `timesteps` of
 * shape `[batch]` is passed to an input of shape `[batch, 1]` as a column.
 *
 * In training, buffers are updated once per update: by the first pass with `training: true` within a gradient call. Later
 * passes in the same call (a discriminator's pass over fakes, after the one over data), and those of a penalty within it, normalise
 * by their own batch, as tfjs does, but leave the buffers unchanged. Outside gradient calls, each pass with `training: true` updates them.
 *
 * @param model - with one output; built, so that its weights exist
 * @param options - the source of each of the model's inputs
 * @returns a network that owns the model: its `dispose()` disposes it
 * @throws TypeError if `model` is not a layers model, RangeError if `inputs` does not fit it; `apply` throws TypeError or
 * ShapeError if an input that the model needs is missing or has the wrong shape
 * @remarks The model's own dropout and noise draw from tfjs's random numbers, not from `options.random`. A run with such a
 * layer cannot resume bit for bit: `notResumable` names the layer, and `saveCheckpoint` throws. A dropout layer with a
 * `seed` drops the same numbers at each call. A penalty on gradients needs second derivatives, which are wrong in tfjs for many
 * layers: `gradientPenalty`, `r1Penalty` and `r2Penalty` repair them; for your own penalty,
 * call `repairGradients` first.
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
 * const network = fromLayersModel(model);
 * network.apply(tf.zeros([5, 2])).shape; // [5, 3]
 * ```
 * @see https://js.tensorflow.org/api/latest/#class:LayersModel
 */
export function fromLayersModel(model: LayersModel, options: FromLayersModelOptions = {}): Network {
  const { inputs } = readOptions('fromLayersModel', options, { inputs: { is: checkArray, default: ['input'] } });
  checkModel(model);
  checkInputs(model, inputs);
  const fed = [...inputs];
  const buffers = Object.freeze(model.nonTrainableWeights.map((weight) => weight.read() as Variable));
  const drawing = randomLayer(model);
  const mayMove = onceAnUpdate();
  let disposed = false;
  const network: Network = {
    apply: (input: Tensor, options: ApplyOptions = {}) => {
      checkAlive('apply', 'network', network.variables);
      checkApplyOptions('apply', options);
      const { training = false } = options;
      const sources = { input, condition: options.condition, timesteps: options.timesteps };
      return tf.tidy(() => {
        const tensors = fed.map((name, i) => feed(name, sources[name], model.inputs[i]!.shape));
        const run = (): Tensor => model.apply(tensors.length === 1 ? tensors[0]! : tensors, { training }) as Tensor;
        return !training || mayMove(options) ? run() : withoutMoving(buffers, run);
      });
    },
    variables: Object.freeze(model.trainableWeights.map((weight) => weight.read() as Variable)),
    buffers,
    ...(drawing && { notResumable: `the layer "${drawing.name}", which draws from tfjs's random numbers` }),
    dispose: () => {
      if (!disposed) model.dispose(); // a second call would throw
      disposed = true;
    },
  };
  return Object.freeze(note(network, { classes: fed.includes('condition') ? undefined : 0 }));
}

/** Runs a training pass that must not change the statistics: tfjs updates them anyway, so they are restored. */
function withoutMoving(buffers: readonly Variable[], run: () => Tensor): Tensor {
  const before = buffers.map((buffer) => tf.clone(buffer));
  try {
    return run();
  } finally {
    buffers.forEach((buffer, i) => buffer.assign(before[i]!));
  }
}

function checkModel(model: LayersModel): void {
  const candidate = model as Partial<LayersModel> | undefined;
  checkFunction(where, 'model.apply', candidate?.apply);
  if (!Array.isArray(candidate?.inputs) || !Array.isArray(candidate.outputs)) {
    throw wrongKind(where, 'model', 'must be a layers model', {
      got: model,
      fix: 'Make one with tf.model(...) or tf.sequential(...), or load one.',
    });
  }
  if (candidate.outputs.length !== 1) {
    const fix = 'Make a model with only the output that the network should have.';
    throw outOfRange(where, 'model.outputs', 'must have exactly one entry', { got: candidate.outputs.length, fix });
  }
}

function checkInputs(model: LayersModel, inputs: readonly ModelInput[]): void {
  checkArray(where, 'inputs', inputs);
  inputs.forEach((name, i) => {
    if (!known.includes(name)) {
      throw outOfRange(where, `inputs[${i}]`, `must be one of ${known.join(', ')}`, { got: name });
    }
  });
  if (inputs.length !== model.inputs.length) {
    throw outOfRange(where, 'inputs', `must name what to feed each of the model's ${model.inputs.length} inputs`, {
      got: inputs,
      fix: `They are ${model.inputs.map((tensor) => tensor.name).join(', ')}, in this order.`,
    });
  }
}

function feed(name: ModelInput, value: Tensor | undefined, shape: readonly (number | null)[]): Tensor {
  const argument = name === 'input' ? name : `options.${name}`;
  checkTensor(where, argument, value);
  const column = name !== 'input' && value.rank === 1 && shape.length === 2 && shape[1] === 1;
  const fitting = column ? tf.expandDims(value, 1) : value;
  checkShape(where, argument, fitting, shape);
  return fitting;
}
