import type { Tensor } from '@tensorflow/tfjs-core';
import * as checks from '../../src/testing/index.js';
import { count } from './counts.js';

/** {@link checks.checkNoLeaks}, counted. */
export async function checkNoLeaks(f: () => unknown): Promise<void> {
  await checks.checkNoLeaks(f);
  count('leak checks, also of calls that throw');
}

type Check = typeof checks.checkGradients;

/** {@link checks.checkGradients} of a function, counted once per input. */
export const checkGradients: Check = (f, inputs, options) => counted('first derivatives', f, inputs, options);

/** {@link checks.checkGradients} of a function that is or contains a gradient, counted once per input. */
export const checkSecondGradients: Check = (f, inputs, options) => counted('second derivatives', f, inputs, options);

async function counted(
  order: 'first derivatives' | 'second derivatives',
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options?: checks.GradientOptions,
): Promise<void> {
  await checks.checkGradients(f, inputs, options);
  count(order, inputs.length);
}
