import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkNumber, checkShape, checkTensor } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import type { Rules } from '../tensor/options.js';
import type { SafetensorsContent, SafetensorsDtype, SafetensorsTensor } from '../training/saving/safetensors.js';
import { arrange, arrangeBack, torchShapeOf } from './arrange.js';

/** Inputs of a model, with names that you choose, and a function that computes the output from them. */
export interface StateDictExample {
  /** Tensors such as `{ x, timesteps }`; the caller keeps them. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The model's output, such as `({ x }) => network.apply(x)`: a new tensor, float32. */
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Tensor;
}

/** How to check the example in a file. */
export interface StateDictCheck {
  /** Computes the model's output, with the names of the inputs in the example. */
  readonly run: StateDictExample['run'];
  /** The allowed difference relative to the largest output, or to 1 if that is larger; default 1e-4. F16 needs 1e-2. */
  readonly tolerance?: number | undefined;
}

/** The rules of {@link StateDictCheck}. */
export const exampleRules = {
  run: {},
  tolerance: { is: checkNumber, default: 1e-4, least: 0 },
} satisfies Rules<StateDictCheck>;

/** The prefix of the example's names in a file. */
export const EXAMPLE = 'example.';
const OUTPUT = `${EXAMPLE}output`;
const INPUTS = `${EXAMPLE}inputs.`;

const DTYPES: Readonly<Record<string, SafetensorsDtype>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** The order of axes in PyTorch; `channelsFirst` lists the numbers of axes of tensors that have their channels first. */
const axesOf = ({ length }: readonly number[], channelsFirst: readonly number[]): number[] => {
  const axes = Array.from({ length }, (_, axis) => axis);
  return channelsFirst.includes(length) ? [0, length - 1, ...axes.slice(1, -1)] : axes;
};

/** The tensors of an example by name, the output last; the caller disposes only the output. */
export function exampleTensors(where: string, { inputs, run }: StateDictExample): [string, Tensor][] {
  checkFunction(where, 'example.run', run);
  const entries = Object.entries(inputs ?? {});
  if (entries.length === 0) throw wrongKind(where, 'example.inputs', 'must be a record of tensors', { got: inputs });
  for (const [name, tensor] of entries) checkTensor(where, `example.inputs.${name}`, tensor);
  return [
    ...entries.map(([name, tensor]): [string, Tensor] => [`${INPUTS}${name}`, tensor]),
    [OUTPUT, outputOf(where, run, inputs)],
  ];
}

function outputOf(where: string, run: StateDictExample['run'], inputs: StateDictExample['inputs']): Tensor {
  return tf.tidy(() => {
    const output = run(inputs);
    checkTensor(where, 'example.run(inputs)', output);
    if (output.dtype !== 'float32') {
      throw wrongKind(where, 'example.run(inputs)', 'must be float32', { seen: output.dtype });
    }
    // a clone, because `run` may return one of its inputs, or a variable
    return tf.clone(output);
  });
}

/** A tensor of an example as it is written to a file. */
export function writtenExample(
  [name, { dtype, shape }]: readonly [string, Tensor],
  data: Float32Array | Int32Array | Uint8Array,
  channelsFirst: readonly number[],
): SafetensorsTensor {
  const arrangement = { shape, axes: axesOf(shape, channelsFirst) };
  const numbers = data instanceof Uint8Array ? data : arrange(data, arrangement);
  return { name, dtype: DTYPES[dtype]!, shape: torchShapeOf(arrangement), data: numbers };
}

/** The model's output for the inputs in a file, and the expected one; the caller disposes `output`. */
export interface Comparison {
  readonly output: Tensor;
  readonly expected: Float32Array;
}

/** Runs the example of a file. */
export function runExample(
  where: string,
  { tensors }: SafetensorsContent,
  { run }: StateDictCheck,
  channelsFirst: readonly number[],
): Comparison {
  checkFunction(where, 'example.run', run);
  const saved = tensors.get(OUTPUT);
  if (saved?.dtype !== 'F32') {
    const fix = `Write \`${INPUTS}x\` and \`${OUTPUT}\` together with the weights.`;
    throw unusable(where, 'bytes', 'must contain an example', { seen: 'none', fix });
  }
  const ourLayout = (shape: readonly number[]): { shape: number[]; axes: number[] } => {
    const axes = axesOf(shape, channelsFirst);
    return { shape: axes.map((_, axis) => shape[axes.indexOf(axis)]!), axes };
  };
  const ours = ourLayout(saved.shape);
  return tf.tidy(() => {
    const inputs: Record<string, Tensor> = {};
    for (const [name, { dtype, shape, data }] of tensors) {
      if (!name.startsWith(INPUTS)) continue;
      const arrangement = ourLayout(shape);
      const numbers = dtype === 'F32' || dtype === 'I32' ? arrangeBack(data as Float32Array, arrangement) : data;
      const type = dtype === 'F32' ? 'float32' : dtype === 'BOOL' ? 'bool' : 'int32';
      inputs[name.slice(INPUTS.length)] = tf.tensor(numbers as Float32Array, arrangement.shape, type);
    }
    const output = outputOf(where, run, inputs);
    checkShape(where, `example.run(inputs)`, output, ours.shape);
    return { output, expected: arrangeBack(saved.data as Float32Array, ours) };
  });
}

/** The largest difference from the outputs of the example; throws if it is too large. */
export function compare(where: string, outputs: ArrayLike<number>, expected: Float32Array, tolerance: number): number {
  let [largest, size] = [0, 1];
  expected.forEach((x, i) => {
    // a NaN counts as the largest difference
    const difference = Math.abs(outputs[i]! - x);
    if (!(difference <= largest)) largest = difference;
    size = Math.max(size, Math.abs(x));
  });
  if (largest <= tolerance * size) return largest;
  const seen = `a difference of ${largest.toPrecision(3)} where outputs reach ${size.toPrecision(3)}`;
  const fix =
    'The model in Python computes something else: compare paddings, activations, epsilons and the order of features.';
  throw unusable(where, 'bytes', `must give the outputs of its example to ${tolerance}`, { seen, fix });
}
