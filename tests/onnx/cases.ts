import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { conv2d, conv2dTranspose, createRandom, patchwise } from '../../src/index.js';
import type { ApplyOptions, Part } from '../../src/nets/index.js';
import { networks } from '../model/models.js';
import { inputOf, type NetworkCase } from '../nets/network-case.js';

/** What the cases of all layers leave out. */
const more: readonly NetworkCase[] = [
  {
    name: 'patches of two channels',
    make: (random) => patchwise(conv2d({ inputs: 8, filters: 8, kernelSize: 3, random })),
    input: [2, 4, 6, 2],
    output: [2, 4, 6, 2],
    parameters: 9 * 8 * 8 + 8,
  },
  {
    name: 'rows that have only biases',
    make: (random) => conv2dTranspose({ inputs: 1, filters: 2, kernelSize: 1, strides: 3, outputSize: [6, 5], random }),
    input: [2, 2, 2, 1],
    output: [2, 6, 5, 2],
    parameters: 2 + 2,
  },
];

/** Every layer, condition and network with weights and statistics that all differ, as if it was trained. */
export const trained = [...networks, ...more].map((given) => ({
  ...given,
  make: (): ReturnType<NetworkCase['make']> => shaken(given.make(createRandom(1))),
}));

/** Gives all variables of a part random numbers, and buffers positive ones, as variances are. */
export function shaken<P extends Part>(part: P): P {
  const random = createRandom(7);
  tf.tidy(() => {
    for (const one of part.variables) one.assign(tf.mul(random.normal(one.shape), 0.5));
    for (const one of part.buffers ?? []) one.assign(tf.add(0.5, random.uniform(one.shape)));
  });
  return part;
}

/** The same examples over and over, `[count, ...]`. */
export function repeated(x: Tensor, count: number): Tensor {
  const times = Math.ceil(count / x.shape[0]);
  const all = tf.tile(x, [times, ...x.shape.slice(1).map(() => 1)]);
  return tf.slice(all, [0], [count]);
}

/** The input of a case and what it is applied with outside training, for so many examples. */
export function examplesOf(given: NetworkCase, count: number): { x: Tensor; options: ApplyOptions } {
  const { condition, timesteps, stepSize, latents, conditions } = given.options?.() ?? {};
  const more = { condition, timesteps, stepSize, latents };
  const options = Object.fromEntries(
    Object.entries(more).flatMap(([name, one]) => (one === undefined ? [] : [[name, repeated(one, count)]])),
  );
  const named = Object.entries(conditions ?? {}).map(([name, one]) => [name, repeated(one, count)] as const);
  const all = named.length > 0 ? { ...options, conditions: Object.fromEntries(named) } : options;
  return { x: repeated(inputOf(given), count), options: all };
}

/** Layers that accept any number of axes, so that the shape of an example must be passed. */
const anyShape =
  /^(attention|batchNorm|crossAttention|ditBlock|dropout|flatten|gaussianNoise|glu|groupNorm|layerNorm|minibatchStddev|reshape|withScaleAndShift|withTokens|embedding of vectors)/;

/** The option `inputs` for a case, and the values in the order of the model's inputs. */
export function inputsOf(
  { name }: NetworkCase,
  {
    x,
    options: { timesteps, stepSize, condition, latents, conditions },
  }: { readonly x: Tensor; readonly options: ApplyOptions },
): { inputs: Record<string, number[]>; values: Tensor[] } {
  const inputs = {
    ...(anyShape.test(name) ? { x: x.shape.slice(1) } : {}),
    ...(condition?.dtype === 'float32' && !name.startsWith('withPicture')
      ? { condition: condition.shape.slice(1) }
      : {}),
    ...(/^crossAttention|of a context/.test(name)
      ? Object.fromEntries(Object.entries(conditions!).map(([name, one]) => [name, one.shape.slice(1)]))
      : {}),
  };
  // a picture is read before the labels of the network to which it is shown
  const named = Object.values(conditions ?? {});
  return { inputs, values: [x, timesteps, stepSize, ...named, condition, latents].filter((one) => one !== undefined) };
}
