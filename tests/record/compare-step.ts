import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Recording } from '../../src/record/index.js';
import type { Batch, Trainer } from '../../src/training/index.js';
import { chosenIn, replay } from './replay.js';

/** Numbers as text: -0 is not 0, and NaN is NaN. */
export async function bitsOf(tensor: Tensor): Promise<string> {
  const numbers = await tensor.data();
  return Array.from(numbers).map((number) => (Number.isNaN(number) ? 'NaN' : Object.is(number, -0) ? '-0' : String(number))).join(); // prettier-ignore
}

export type Bits = Readonly<Record<string, string>>;

const bitsOfAll = async (tensors: Readonly<Record<string, Tensor>>): Promise<Bits> =>
  Object.fromEntries(
    await Promise.all(Object.entries(tensors).map(async ([name, one]) => [name, await bitsOf(one)] as const)),
  );

export function feedsOf(batch: Batch): Record<string, Tensor> {
  return batch instanceof tf.Tensor ? { x: batch } : ({ x: batch.x, ...(batch.condition && { condition: batch.condition }) }); // prettier-ignore
}

/** What the next step of a trainer gives: its metrics, and as `NAME:next` the variables that it changes. */
export async function nextStep(trainer: Trainer, batch: Batch): Promise<Bits> {
  const { variables } = trainer.state;
  const before = await bitsOfAll(variables);
  const metrics = { ...trainer.step(batch) } as Record<string, Tensor>;
  const [given, after] = [await bitsOfAll(metrics), await bitsOfAll(variables)];
  tf.dispose(metrics);
  const changed = Object.entries(after).filter(([name, bits]) => bits !== before[name]);
  return { ...given, ...Object.fromEntries(changed.map(([name, bits]) => [`${name}:next`, bits])) };
}

/** What the recorded step gives for a batch, with the draws and the numbers of the host of a recording for this batch. */
export async function recordedStep(recording: Recording, batch: Batch, fixed: Recording): Promise<Bits> {
  const { variables } = Object.freeze({
    variables: Object.fromEntries(recording.state.map(({ name, data }) => [name, data])),
  });
  const replayed = tf.tidy(() => replay(recording, { ...feedsOf(batch), ...chosenIn(fixed) }));
  const bits = await bitsOfAll(replayed);
  tf.dispose(replayed);
  // a variable that is written with the same numbers has not changed
  const same = (name: string): boolean => {
    const data = name.endsWith(':next') ? variables[name.slice(0, -5)] : undefined;
    return (
      data !== undefined &&
      bits[name] ===
        Array.from(data)
          .map((number) => (Object.is(number, -0) ? '-0' : String(number)))
          .join()
    );
  };
  return Object.fromEntries(Object.entries(bits).filter(([name]) => !same(name)));
}
