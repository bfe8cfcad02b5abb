import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createAdam, cosineDecay, type AdamOptions } from '../../../src/index.js';
import { expectClose, expectOracle } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { bitsOf, numbersOf, variableOf, withoutLeak } from '../sample.js';

inScope();

/** The formula of the docstring in float64. */
function reference(start: readonly number[], gradientsAt: (step: number) => number[], steps: number, o: AdamOptions) {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = o;
  const [p, m, v] = [[...start], start.map(() => 0), start.map(() => 0)];
  for (let t = 1; t <= steps; t++) {
    const rate = typeof learningRate === 'number' ? learningRate : learningRate(t - 1);
    gradientsAt(t - 1).forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const [mean, square] = [m[i] / (1 - beta1 ** t), v[i] / (1 - beta2 ** t)];
      p[i] = p[i]! - rate * (mean / (Math.sqrt(square) + epsilon) + weightDecay * p[i]!);
    });
  }
  return p;
}

const cases: [string, AdamOptions][] = [
  ['a constant rate', { learningRate: 0.01 }],
  ['a schedule', { learningRate: cosineDecay({ from: 0.05, to: 0.001, steps: 15, after: 5 }) }],
  ['decoupled weight decay', { learningRate: 0.02, weightDecay: 0.3 }],
  ['other decays and a large epsilon', { learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 0.1, weightDecay: 0.01 }],
  ['no memory at all', { learningRate: 0.01, beta1: 0, beta2: 0 }],
];

describe('createAdam', () => {
  test.each(cases)('follows its formula in float64 for 25 steps with %s', async (_, options) => {
    const shapes = [[3], [2500], [2, 2]];
    const sizes = [3, 2500, 4];
    const start = Array.from({ length: 2507 }, (_, i) => Math.fround(Math.sin(i) * 0.5));
    const gradientsAt = (step: number) => start.map((_, i) => Math.fround(Math.sin(i * 1.7 + step * 0.3) + 0.2));
    const cut = (numbers: number[]) => {
      let begin = 0;
      return sizes.map((size) => numbers.slice(begin, (begin += size)));
    };
    const variables = cut(start).map((numbers, i) => variableOf(numbers, shapes[i]));
    const adam = createAdam(options);
    for (let step = 0; step < 25; step++) {
      tf.tidy(() =>
        adam.apply(
          cut(gradientsAt(step)).map((numbers, i) => tf.tensor(numbers, shapes[i])),
          variables,
        ),
      );
    }
    const expected = reference(start, gradientsAt, 25, options);
    await expectOracle(await numbersOf(variables), expected, { relative: 1e-5, absolute: 1e-5 });
    adam.dispose();
  });

  // import torch
  // for kind, decay in ((torch.optim.Adam, 0), (torch.optim.AdamW, 0.1)):
  //     p = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
  //     optimizer = kind([p], lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=decay)
  //     for step in range(20):
  //         p.grad = 2 * p.detach() - torch.tensor([3.0, 0.1 * step, 0.0], dtype=torch.float64)
  //         optimizer.step()
  //     print(p.tolist())
  test.each([
    ['Adam', 0, [1.554858483, -1.000240017, -0.054858483]],
    ['AdamW', 0.1, [1.520241205, -0.861845998, -0.050779229]],
  ])("ends where PyTorch's %s does", async (_, weightDecay, expected) => {
    const p = variableOf([1, -2, 0.5]);
    const adam = createAdam({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay });
    for (let step = 0; step < 20; step++) {
      tf.tidy(() => adam.apply([tf.sub(tf.mul(p, 2), tf.tensor1d([3, 0.1 * step, 0]))], [p]));
    }
    await expectOracle(p, expected, { relative: 1e-5, absolute: 1e-6 });
  });

  test('adds epsilon outside the root', async () => {
    const p = variableOf([0]);
    createAdam({ learningRate: 1, epsilon: 1 }).apply([tf.tensor1d([3])], [p]);
    await expectClose(p, [-3 / (3 + 1)], { relative: 1e-5 });
  });

  test('keeps its moments through a tidy and disposes no gradient', async () => {
    const p = variableOf([1, 2]);
    const gradient = tf.tensor1d([0.5, -0.5]);
    const adam = createAdam({ learningRate: 0.1 });
    tf.tidy(() => adam.apply([gradient], [p]));
    await withoutLeak(() => {
      tf.tidy(() => adam.apply([gradient], [p]));
      adam.apply([gradient], [p]);
    });
    expect(gradient.isDisposed).toBe(false);
    expect(adam.state().tensors.every(({ isDisposed }) => !isDisposed)).toBe(true);
    await expectClose(p, [0.7, 2.3], { relative: 1e-5 });
  });

  test('frees exactly its moments, and a second call does nothing', async () => {
    const p = variableOf([1]);
    await withoutLeak(() => {
      const adam = createAdam({ learningRate: 0.1 });
      adam.prepare([p]);
      expect(adam.state().tensors.length).toBeGreaterThan(0);
      adam.dispose();
      adam.dispose();
    });
    expect(p.isDisposed).toBe(false);
  });

  test('cannot be used once disposed', () => {
    const p = variableOf([1]);
    const adam = createAdam({ learningRate: 0.1 });
    adam.prepare([p]);
    adam.dispose();
    const message = 'createAdam: `optimizer` must not be disposed; got one that was.';
    expect(() => adam.prepare([p])).toThrow(message);
    expect(() => adam.apply([tf.tensor1d([1])], [p])).toThrow(message);
    expect([adam.state().tensors, adam.skipped]).toEqual([[], undefined]);
  });

  test('has no variables that tfjs would train with those of a page', () => {
    const adam = createAdam({ learningRate: 0.1 });
    adam.prepare([variableOf([1])]);
    expect(adam.state().tensors.map(({ trainable }) => trainable)).toEqual([false, false]);
  });

  test('prepares once: a second call changes nothing', async () => {
    const p = variableOf([1]);
    const adam = createAdam({ learningRate: 0.1 });
    adam.prepare([p]);
    adam.apply([tf.tensor1d([1])], [p]);
    const before = await bitsOf(adam.state().tensors);
    await withoutLeak(() => adam.prepare([p]));
    expect(await bitsOf(adam.state().tensors)).toEqual(before);
  });

  test.each([
    ['NaN', NaN],
    ['infinity', Infinity],
    ['a number whose square overflows', 1e20],
  ])('leaves out an update with %s in one gradient, as if it had not been', async (_, bad) => {
    const run = async (gradients: readonly number[]) => {
      const [p, q] = [variableOf([1, -2]), variableOf(new Array<number>(2100).fill(0.5))];
      const adam = createAdam({ learningRate: 0.1, weightDecay: 0.1 });
      adam.prepare([p, q]);
      for (const g of gradients) {
        const before = await bitsOf([p, q, ...adam.state().tensors.slice(0, -1)]);
        adam.apply([tf.tensor1d([g, 1]), tf.fill([2100], 0.25)], [p, q]);
        const after = await bitsOf([p, q, ...adam.state().tensors.slice(0, -1)]);
        if (Object.is(g, bad)) expect(after).toEqual(before);
        else expect(after).not.toEqual(before);
      }
      return { bits: await bitsOf([p, q]), skipped: (await adam.skipped!.data())[0] };
    };
    const bumpy = await run([bad, 1, bad, bad, -0.5]);
    const smooth = await run([1, -0.5]);
    expect(bumpy.bits).toEqual(smooth.bits);
    expect([bumpy.skipped, smooth.skipped]).toEqual([3, 0]);
  });

  // a square that is 0 in float32 leaves epsilon alone below the mean
  test.each<[string, AdamOptions, number, number]>([
    ['by its step', { learningRate: 1e30, epsilon: 1e-30 }, 3e38, -1e-22],
    ['by its weight decay', { learningRate: 1e-5, weightDecay: 1e30 }, 1e20, 0],
  ])('leaves out an update that would take a variable beyond float32 %s', async (_, options, start, gradient) => {
    const [p, q] = [variableOf([start]), variableOf([0])];
    const adam = createAdam(options);
    adam.prepare([p, q]);
    const before = await bitsOf([p, q, ...adam.state().tensors.slice(0, -1)]);
    adam.apply([tf.tensor1d([gradient]), tf.tensor1d([0])], [p, q]);
    expect(await bitsOf([p, q, ...adam.state().tensors.slice(0, -1)])).toEqual(before);
    expect(await numbersOf([adam.skipped!])).toEqual([1]);
  });

  test('takes a gradient whose square underflows', async () => {
    const p = variableOf([1]);
    createAdam({ learningRate: 0.1 }).apply([tf.tensor1d([0])], [p]);
    await expectClose(p, [1]);
  });

  test('refuses another list of variables', () => {
    const [p, q] = [variableOf([1]), variableOf([2])];
    const adam = createAdam({ learningRate: 0.1 });
    adam.prepare([p, q]);
    expect(() => adam.prepare([q, p])).toThrow(/`variables` must be those of the first call/);
    expect(() => adam.apply([tf.tensor1d([1])], [p])).toThrow(RangeError);
  });

  test('refuses gradients that do not fit, before anything changed', async () => {
    const p = variableOf([1, 2]);
    const adam = createAdam({ learningRate: 0.1 });
    adam.prepare([p]);
    const before = await bitsOf([p, ...adam.state().tensors]);
    const rule = '`gradients` must be one tensor for each of the 1 variables; got';
    expect(() => adam.apply([], [p])).toThrow(`createAdam: ${rule} [].`);
    expect(() => adam.apply({ length: 1 } as never, [p])).toThrow(`createAdam: ${rule} { length }.`);
    expect(() => adam.apply([1 as never], [p])).toThrow('createAdam: `gradients[0]` must be a tensor');
    expect(() => adam.apply([tf.tensor1d([1])], [p])).toThrow(/must have shape \[2\]/);
    expect(() => adam.apply([], [])).toThrow('createAdam: `variables` must be an array of at least one variable');
    expect(await bitsOf([p, ...adam.state().tensors])).toEqual(before);
  });

  test.each<[AdamOptions, RegExp]>([
    [{ learningRate: 0 }, /`learningRate`.*above 0/],
    [{ learningRate: NaN }, /`learningRate`/],
    [{ learningRate: 1, beta1: 1 }, /`beta1`/],
    [{ learningRate: 1, beta2: -0.1 }, /`beta2`/],
    [{ learningRate: 1, epsilon: 0 }, /`epsilon`/],
    [{ learningRate: 1, weightDecay: -1 }, /`weightDecay`/],
  ])('refuses %j', (options, message) => {
    expect(() => createAdam(options)).toThrow(message);
  });

  test('rejects a schedule’s value that is not a learning rate', () => {
    const p = variableOf([1]);
    const applyAt = (rate: number): void => createAdam({ learningRate: () => rate }).apply([tf.tensor1d([1])], [p]);
    for (const rate of [NaN, -1e-3, 1e31]) {
      expect(() => applyAt(rate)).toThrow('createAdam: `learningRate` must be finite and at least 0 and at most 1e+30');
    }
    expect(() => applyAt(0)).not.toThrow();
  });

  test('resumes bit for bit from its state', async () => {
    const gradient = (step: number) => tf.tensor1d([Math.sin(step), Math.cos(step)]);
    const options = { learningRate: cosineDecay({ from: 0.1, to: 0, steps: 9 }), weightDecay: 0.1 };
    const [p, q] = [variableOf([1, 2]), variableOf([0, 0])];
    const [first, second] = [createAdam(options), createAdam(options)];
    for (let step = 0; step < 4; step++) first.apply([gradient(step)], [p]);
    second.prepare([q]);
    q.assign(tf.clone(p));
    second.state().tensors.forEach((tensor, i) => tensor.assign(tf.clone(first.state().tensors[i]!)));
    second.restore(JSON.parse(JSON.stringify(first.state().plain)) as null);
    for (let step = 4; step < 9; step++) {
      first.apply([gradient(step)], [p]);
      second.apply([gradient(step)], [q]);
    }
    expect(await bitsOf([q])).toEqual(await bitsOf([p]));
    for (const [plain, got] of [
      [{ optimizer: 'sgd' }, '{ optimizer }'],
      [null, 'null'],
    ] as const) {
      const message = `createAdam.restore: \`plain\` must be the state of an Adam optimizer; got ${got}.`;
      expect(() => second.restore(plain)).toThrow(message);
    }
    expect(() => second.restore({ optimizer: 'adam', calls: -1 })).toThrow(/`plain.calls`/);
  });
});
