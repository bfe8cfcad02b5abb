import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Trainer } from '../../src/index.js';
import { replay } from '../../src/wasm/replay/replay.js';
import { trainers } from '../contract/trainers.js';

/** A trainer that counts the steps that it makes itself. */
function counted(trainer: Trainer): { readonly trainer: Trainer; readonly count: () => number } {
  let count = 0;
  const step: Trainer['step'] = (...given) => {
    count++;
    return trainer.step(...given);
  };
  const properties = { ...Object.getOwnPropertyDescriptors(trainer), step: { value: step, enumerable: true } };
  return { trainer: Object.defineProperties({}, properties) as unknown as Trainer, count: () => count };
}

function numbersOf(tensors: Readonly<Record<string, tf.Tensor>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const data = tensor.dataSync();
      return [name, Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).join()];
    }),
  );
}

describe.each(trainers)('$name', ({ make, batches }) => {
  test('has the same bits replayed', () => {
    const usual = make();
    const { trainer, count } = counted(make());
    const replayed = replay(trainer);
    const given = batches();
    for (let i = 0; i < 30; i++) {
      const batch = given[i % 10 === 9 ? 2 : i % 2]!;
      const [one, other] = [usual.step(batch), replayed.step(batch)];
      expect(numbersOf(other), `metrics of step ${i}`).toEqual(numbersOf(one));
      tf.dispose([one, other] as never);
    }
    const verdicts = replayed.observers!.at(-1)!.report!({} as never);
    console.log("##", expect.getState().currentTestName, count(), JSON.stringify(verdicts));
    expect(numbersOf(replayed.state.variables)).toEqual(numbersOf(usual.state.variables));
    expect(replayed.state.plain).toEqual(usual.state.plain);
    replayed.dispose();
    usual.dispose();
  });
});
