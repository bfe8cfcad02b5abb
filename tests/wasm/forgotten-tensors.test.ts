import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

interface Reference {
  deref(): object | undefined;
}

/** As in ES2021, which the project's types do not have. */
const { WeakRef: Weak } = globalThis as unknown as { readonly WeakRef: new (value: object) => Reference };

test('nothing keeps the ids of disposed tensors', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const ids = Array.from({ length: 100 }, (): Reference[] =>
    tf.tidy(() => {
      const x = tf.ones([4]);
      return [x, tf.add(x, 1)].map(({ dataId }) => new Weak(dataId)) as never[];
    }),
  ).flat();
  // a reference that was made in this turn of the event loop holds on until its end
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  // the last ones may still be on the stack, or the results of the last kernel
  expect(ids.filter((id) => id.deref() !== undefined).length).toBeLessThan(10);
});
