import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkArray } from '../nets/layer.js';
import type { ApplyOptions, Network } from '../nets/network.js';
import { checkFunction, checkShape, checkTensor } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';

/** What a model can be fed: the network's input, or one of its options. */
export type ModelInput = 'input' | 'condition' | 'timesteps';

/** How {@link fromLayersModel} feeds a model. */
export interface FromLayersModelOptions {
  /** What each of the model's inputs is fed, in their order; `['input']` unless given. */
  readonly inputs?: readonly ModelInput[] | undefined;
}

const where = 'fromLayersModel';
const known: readonly ModelInput[] = ['input', 'condition', 'timesteps'];

/**
 * Makes a network of a tfjs layers model, so that any part of this library can be built on one.
 *
 * The model is called with `options.training`; its trainable weights are the network's variables and all others, such as
 * the moving statistics of batch normalisation, its buffers, both as they stand when this is called. A `condition` or
 * `timesteps` of shape `[batch]` is handed to an input of shape `[batch, 1]` as a column.
 *
 * @param model - with one output; built, so that its weights exist
 * @param options - what each input of the model is fed
 * @returns a network that owns the model: its `dispose()` disposes it
 * @throws TypeError if `model` is no layers model, RangeError if `inputs` does not fit it; `apply` throws TypeError or
 * ShapeError if what the model needs is missing or of another shape
 * @remarks Batch normalisation moves its statistics at each call with `training: true`, so also at a second pass within a step.
 * The model's own dropout draws from tfjs's random numbers, not from `options.random`. A penalty on gradients needs second
 * derivatives: of tfjs's activations relu, leakyReLU and softplus have right ones, elu none, others wrong ones without a warning.
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
 * const network = fromLayersModel(model);
 * network.apply(tf.zeros([5, 2])).shape; // [5, 3]
 * ```
 * @see https://js.tensorflow.org/api/latest/#class:LayersModel
 */
export function fromLayersModel(model: LayersModel, { inputs = ['input'] }: FromLayersModelOptions = {}): Network {
  checkModel(model);
  checkInputs(model, inputs);
  const fed = [...inputs];
  let disposed = false;
  return Object.freeze({
    apply: (input: Tensor, options: ApplyOptions = {}) => {
      const sources = { input, condition: options.condition, timesteps: options.timesteps };
      return tf.tidy(() => {
        const tensors = fed.map((name, i) => feed(name, sources[name], model.inputs[i]!.shape));
        const [first] = tensors;
        return model.apply(tensors.length === 1 ? first! : tensors, { training: options.training ?? false }) as Tensor;
      });
    },
    variables: Object.freeze(model.trainableWeights.map((weight) => weight.read() as Variable)),
    buffers: Object.freeze(model.nonTrainableWeights.map((weight) => weight.read() as Variable)),
    dispose: () => {
      if (!disposed) model.dispose(); // a second time it would throw
      disposed = true;
    },
  });
}

function checkModel(model: LayersModel): void {
  const candidate = model as Partial<LayersModel> | undefined;
  checkFunction(where, 'model.apply', candidate?.apply);
  if (!Array.isArray(candidate?.inputs) || !Array.isArray(candidate.outputs)) {
    throw wrongKind({
      where,
      argument: 'model',
      rule: 'must be a layers model',
      got: model,
      fix: 'Make one with tf.model(...) or tf.sequential(...), or load one.',
    });
  }
  if (candidate.outputs.length !== 1) {
    const fix = 'Make a model of the output that the network is to give.';
    throw outOfRange({ where, argument: 'model.outputs', rule: 'must be one', got: candidate.outputs.length, fix });
  }
}

function checkInputs(model: LayersModel, inputs: readonly ModelInput[]): void {
  checkArray(where, 'inputs', inputs);
  inputs.forEach((name, i) => {
    if (!known.includes(name)) {
      throw outOfRange({ where, argument: `inputs[${i}]`, rule: `must be one of ${known.join(', ')}`, got: name });
    }
  });
  if (inputs.length !== model.inputs.length) {
    throw outOfRange({
      where,
      argument: 'inputs',
      rule: `must name what each of the model's ${model.inputs.length} inputs is fed`,
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
