import * as tf from '@tensorflow/tfjs-core';
import type { Trainer } from 'tfjs-generative';
import type { Stored } from './safetensors.js';

/** Gives a trainer the state of a training elsewhere: its weights, moments and statistics. Random streams and counters stay. */
export function takeBack(trainer: Trainer, state: ReadonlyMap<string, Stored>): void {
  const { variables } = trainer.state;
  const changed = Array.from(state, ([name, stored]) => {
    const variable = variables[name];
    if (variable?.shape.join() !== stored.shape.join())
      throw new Error(`The trainer has no ${name} of [${stored.shape.join(', ')}].`);
    return [variable, stored] as const;
  });
  // nothing changes before all names and shapes are known to fit
  for (const [variable, { shape, data }] of changed) {
    const tensor = tf.tensor(data, [...shape], variable.dtype);
    variable.assign(tensor);
    tensor.dispose();
  }
}
