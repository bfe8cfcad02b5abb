import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';
import { registerGradients } from '../../src/gradients/register-gradients.js';
import { registeredKernels, restoreGradients } from './measure-derivatives.js';

/** For a file of tests: it begins with our gradients alone, chooses between them and those of tfjs, and ends with those of tfjs. */
export function chooseGradients(): { ours: () => void; stock: () => void; registeredStock: () => GradConfig[] } {
  let all: GradConfig[] = [];
  const clear = (): void => registeredKernels().forEach((name) => tf.unregisterGradient(name));
  const stock = (): void => {
    clear();
    for (const gradient of all) tf.registerGradient(gradient);
  };
  const ours = (): void => {
    clear();
    registerGradients();
  };
  beforeAll(() => {
    restoreGradients();
    all = registeredKernels().map((name) => tf.getGradient(name));
    ours();
  });
  afterAll(stock);
  return { ours, stock, registeredStock: () => all };
}
