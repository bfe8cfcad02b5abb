import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import table from '../../docs/operations.json';
import { saveOnnx } from '../../src/onnx/index.js';
import { isRecordable } from '../../src/record/operations.js';
import { record } from '../../src/record/index.js';
import { numbersOf, tensorOf } from '../contract/operation-inputs.js';
import { cases } from '../contract/operations.js';

/** The kernels that a function runs. */
function kernelsOf(run: () => unknown): Set<string> {
  const engine = tf.engine();
  const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
  const { runKernel } = engine;
  const found = new Set<string>();
  engine.runKernel = function (this: typeof engine, name: string, ...rest: never[]) {
    found.add(name);
    return (runKernel as (...all: unknown[]) => Tensor).call(this, name, ...(rest as unknown[]));
  } as never;
  try {
    tf.tidy(() => void run());
  } finally {
    if (own) Object.defineProperty(engine, 'runKernel', own);
    else Reflect.deleteProperty(engine, 'runKernel');
  }
  return found;
}

const entries = Object.entries(cases).flatMap(([name, list]) => [list].flat().map((one) => [name, one] as const));

test('a recording can have every kernel of the operations in docs/operations.json and of their gradients', () => {
  const found = new Set<string>(Object.keys(table.kernels));
  for (const [, one] of entries) {
    const inputs = one.inputs.map((input, i) => tensorOf(numbersOf(input, i), input.dtype));
    for (const name of kernelsOf(() => one.run(...inputs))) found.add(name);
    const floats = inputs.filter(({ dtype }) => dtype === 'float32');
    if (floats.length < inputs.length || inputs.length === 0) continue;
    const sum = (...x: Tensor[]): tf.Scalar => tf.sum(one.run(...x) as Tensor);
    for (const name of kernelsOf(() => {
      try {
        tf.grads(sum)(inputs);
      } catch {
        // without a gradient
      }
    }))
      found.add(name);
  }
  expect([...found].filter((name) => !isRecordable(name))).toEqual([]);
  expect(found.size).toBeGreaterThan(70);
});

test('a user may also have other operations that can be printed', async () => {
  const x = tf.tensor1d([1.5, 2, 3]);
  const others: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    acosh: tf.acosh,
    asinh: tf.asinh,
    atan: tf.atan,
    atanh: tf.atanh,
    ceil: tf.ceil,
    cosh: tf.cosh,
    sinh: tf.sinh,
    selu: tf.selu,
    maxPool: (x) => tf.maxPool(tf.reshape<tf.Rank.R4>(x, [1, 3, 1, 1]), 2, 1, 'same'),
  };
  for (const [name, run] of Object.entries(others)) {
    const recording = await record(({ x }) => run(x), { inputs: { x } });
    expect((await saveOnnx(recording)).length, name).toBeGreaterThan(50);
  }
});
