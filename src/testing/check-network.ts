import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork as checkMembers } from '../nets/check-network.js';
import type { Network } from '../nets/network.js';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { checkShape, checkTensor } from '../tensor/checks.js';
import { checkNoLeaks } from './check-no-leaks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { compareSlopes, compareVariableSlopes, gradientRules, type GradientOptions } from './slopes.js';

/** What {@link checkNetwork} needs besides the network. */
export interface NetworkCheck extends GradientOptions {
  /** A batch that the network accepts; use few numbers. */
  readonly input: Tensor;
  /** The shape that the output must have, `null` for any size; by default, any with the same batch. */
  readonly output?: readonly (number | null)[] | undefined;
}

/**
 * Checks the laws of a {@link Network}: the output is a new tensor with one row per example, no tensor is left behind,
 * and the gradients with respect to each variable and a float32 input agree with finite differences of the output.
 *
 * @param network - use a small one, because each number in its variables costs four calls of `apply`; it is left unchanged
 * @param options - see {@link NetworkCheck}
 * @throws Error that says which law is broken, and where
 * @example
 * ```ts
 * const network = mlp({ sizes: [2, 3, 1], activation: tanh, random: createRandom(1) });
 * await checkNetwork(network, { input: tf.ones([2, 2]), output: [2, 1] }); // passes
 * ```
 */
export async function checkNetwork(network: Network, options: NetworkCheck): Promise<void> {
  const where = 'checkNetwork';
  checkMembers(where, 'network', network);
  const { input, output, ...gradientOptions } = readOptions(where, options, {
    input: checkTensor,
    output: { is: checkSizes, default: undefined },
    ...gradientRules,
  });
  checkGradientsRegistered(where);
  await checkNoLeaks(() => checkOutput(network, input, output));
  const f = (): Tensor => network.apply(input);
  for (const [i, variable] of network.variables.entries())
    await compareVariableSlopes(where, `network.variables[${i}]`, f, variable, gradientOptions);
  if (input.dtype !== 'float32') return;
  await compareSlopes({ where, name: 'input', at: input, f: (x) => network.apply(x) }, gradientOptions);
}

function checkOutput(network: Network, input: Tensor, expected: NetworkCheck['output']): Tensor {
  const output = network.apply(input);
  if (output === input) {
    const rule = 'must return a new tensor';
    const fix = 'The caller disposes it: return tf.clone(input).';
    throw unusable('checkNetwork', 'network.apply', rule, { seen: 'its input', fix });
  }
  checkTensor('checkNetwork', 'network.apply(input)', output);
  const rest = new Array<null>(Math.max(output.rank - 1, 0)).fill(null);
  try {
    checkShape('checkNetwork', 'network.apply(input)', output, expected ?? [input.shape[0], ...rest]);
  } catch (error) {
    output.dispose();
    throw error;
  }
  return output;
}

function checkSizes(where: string, argument: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrongKind(where, argument, 'must be an array of sizes', { got: value });
}
