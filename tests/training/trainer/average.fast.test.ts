import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAdam, type Part } from '../../../src/index.js';
import { checkAverage, followAverage } from '../../../src/training/trainer/average.js';
import { expectClose } from '../../support/close.js';
import { tinyParts, tinyVae, variableOf, withoutLeak } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const part = (numbers: readonly number[], buffer = 0): Part => ({
  variables: [variableOf(numbers)],
  buffers: [variableOf([buffer]), tf.tidy(() => tf.variable(tf.scalar(buffer, 'int32'), false))],
  dispose: () => undefined,
});

describe('a running average', () => {
  test('follows variables and buffers with decay min(decay, (1 + n) / (10 + n))', async () => {
    const [from, into] = [part([1, 2], 3), part([0, 0])];
    const follow = followAverage(from, { into, decay: 0.3 });
    let expected = [0, 0, 0];
    await withoutLeak(() => {
      for (let n = 0; n < 6; n++) {
        tf.tidy(() => from.variables[0]!.assign(tf.tensor1d([n, -n])));
        follow(n);
        const d = Math.min(0.3, (1 + n) / (10 + n));
        expected = [n, -n, 3].map((value, i) => d * expected[i]! + (1 - d) * value);
      }
    });
    await expectClose(into.variables[0]!, expected.slice(0, 2), { relative: 1e-5 });
    await expectClose(into.buffers![0]!, expected.slice(2), { relative: 1e-5 });
    // a counter is copied
    expect(into.buffers![1]!.dtype).toBe('int32');
    expect([...(await into.buffers![1]!.data())]).toEqual([3]);
  });

  test.each([
    [-0.1, /`average.decay`/],
    [1, /`average.decay`/],
    [NaN, /`average.decay`/],
  ])('refuses the decay %d', (decay, message) => {
    expect(() => checkAverage('test', 'average', part([1]), { into: part([1]), decay })).toThrow(message);
  });

  test('refuses the part itself, a part of other sizes and one of other shapes', () => {
    const from = part([1, 2]);
    expect(() => checkAverage('test', 'average', from, { into: from, decay: 0.9 })).toThrow(/got the part itself/);
    const less = { variables: part([1, 2]).variables, dispose: () => undefined };
    expect(() => checkAverage('test', 'average', from, { into: less, decay: 0.9 })).toThrow(/got 1 variables/);
    expect(() => checkAverage('test', 'average', from, { into: part([1]), decay: 0.9 })).toThrow(
      /must have shape \[2\]; got \[1\]/,
    );
  });
});

describe('the average of a VAE trainer', () => {
  let x: tf.Tensor;
  beforeEach(() => {
    x = tf.fill([4, 6], 0.5);
  });
  afterEach(() => {
    x.dispose();
  });

  test('is a second pair of parts, which the trainer moves and does not own', async () => {
    const into = tinyParts(7);
    const { trainer, encoder } = tinyVae(createAdam({ learningRate: 0.1 }), { average: { into, decay: 0.5 } });
    const before = Array.from(await into.encoder.variables[0]!.data());
    tf.dispose({ ...trainer.step(x) });
    const value = await encoder.variables[0]!.data();
    await expectClose(
      into.encoder.variables[0]!,
      before.map((average, i) => 0.1 * average + 0.9 * value[i]!),
      { relative: 1e-5, absolute: 1e-6 },
    );
    trainer.dispose();
    expect(into.encoder.variables.every(({ isDisposed }) => !isDisposed)).toBe(true);
  });

  test('refuses the trained parts, and one part alone', () => {
    const parts = tinyParts(1);
    const adam = createAdam({ learningRate: 0.1 });
    expect(() => tinyVae(adam, { ...parts, average: { into: parts, decay: 0.9 } })).toThrow(/got the part itself/);
    const half = { ...tinyParts(2), encoder: parts.encoder };
    expect(() => tinyVae(adam, { ...parts, average: { into: half, decay: 0.9 } })).toThrow(/`average.into`/);
    expect(() => tinyVae(adam, { ...parts, average: { into: parts.decoder as never, decay: 0.9 } })).toThrow(
      /`average.into.encoder.encode` must be a function/,
    );
  });
});
