import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repairGradients } from '../../src/gradients/repair.js';
import { registerGradients } from '../../src/gradients/register-gradients.js';
import { createDecoder, createGaussianEncoder, createVaeTrainer } from '../../src/vae/index.js';
import { bernoulli } from '../../src/distributions/index.js';
import { mlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam } from '../../src/training/index.js';
import { numbersOf, tensorOf } from '../contract/operation-inputs.js';
import { cases, type Case, type Input } from '../contract/operations.js';
import { count } from '../support/counts.js';
import { gradientsOf, measure, registeredKernels, restoreGradients } from './measure-derivatives.js';
import { operations, type Operation } from './tfjs-operations.js';

let stock: GradConfig[] = [];
const clear = (): void => registeredKernels().forEach((name) => tf.unregisterGradient(name));
const useStock = (): void => {
  clear();
  for (const gradient of stock) tf.registerGradient(gradient);
};
const useOurs = (): void => {
  clear();
  registerGradients();
};

beforeAll(() => {
  restoreGradients();
  stock = registeredKernels().map((name) => tf.getGradient(name));
  useOurs();
});
afterAll(useStock);

const varied = (input: Input): boolean => input.dtype === undefined && input.values === undefined;
/** A case of the contract as a function of those of its inputs that have derivatives; of several results, the first two multiplied. */
function operationOf({ inputs, run }: Case, shapes: readonly Input[] = inputs): Operation {
  return {
    inputs: shapes.filter(varied).map(({ shape, low = -1.1, high = 1.3 }) => ({ shape, low, high })),
    f: (...given: Tensor[]) => {
      let next = 0;
      const all = shapes.map((input) => (varied(input) ? given[next++]! : tensorOf(numbersOf(input, 0), input.dtype)));
      const [first, ...others] = [run(...all)].flat();
      return others.reduce((sum, y) => tf.add(sum, tf.sum(tf.square(y))), first!);
    },
  };
}

const differentiable = Object.entries(cases).flatMap(([name, list]) =>
  [list]
    .flat()
    .flatMap((one, i) => (one.order === 0 || !one.inputs.some(varied) ? [] : [[`${name} ${i}`, one] as const])),
);

describe('without the gradients of tfjs', () => {
  test.each(differentiable)('%s has the derivatives of finite differences', async (_, one) => {
    const { first, second, complaint } = await measure(operationOf(one));
    expect(first, complaint).toBe('right');
    if (one.order !== 1) expect(second, complaint).toBe('right');
    count('first derivatives');
  });

  const broadcast = differentiable.filter(([, one]) => one.broadcast !== undefined);
  test.each(broadcast)('%s has the derivatives of inputs that are broadcast', async (_, one) => {
    const { first, second, complaint } = await measure(operationOf(one, one.broadcast));
    expect([first, second], complaint).toEqual(['right', 'right']);
  });
});

describe('compared with the gradients of tfjs', () => {
  test('first derivatives agree, and are right where those of tfjs are wrong', async () => {
    const names = Object.keys(operations).filter((name) => registeredKernels().includes(name.split(' ')[0]!));
    // most of the 85 kernels that have a gradient in tfjs
    expect(names.length).toBeGreaterThan(55);
    for (const name of names) {
      useOurs();
      const { first, second, complaint } = await measure(operations[name]!);
      expect([first, second], `${name}: ${complaint}`).toEqual(['right', 'right']);
      const own = await gradientsOf(operations[name]!);
      useStock();
      if ((await measure(operations[name]!, 'second')).first !== 'right') continue;
      const theirs = await gradientsOf(operations[name]!);
      own.forEach((value, i) => expect(Math.abs(value - theirs[i]!), name).toBeLessThan(1e-6 * (1 + Math.abs(value))));
      count('second derivatives');
    }
    useOurs();
  });

  test('a trainer ends with the same weights', async () => {
    const weights: Float32Array[] = [];
    for (const use of [useStock, useOurs]) {
      use();
      const random = createRandom(1);
      const encoder = createGaussianEncoder(mlp({ sizes: [6, 8, 4], random }), { latentSize: 2 });
      const decoder = createDecoder(mlp({ sizes: [2, 8, 6], random }), { likelihood: bernoulli });
      const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-2 }), random });
      const x = random.uniform([16, 6]);
      for (let i = 0; i < 5; i++) tf.dispose(Object.values(trainer.step(x)));
      const all = tf.tidy(() =>
        tf.concat([...encoder.variables, ...decoder.variables].map((one) => tf.reshape(one, [-1]))),
      );
      weights.push((await all.data()) as Float32Array);
      for (const one of [trainer, encoder, decoder, all, x]) one.dispose();
    }
    weights[0]!.forEach((value, i) => expect(Math.abs(value - weights[1]![i]!)).toBeLessThan(1e-6));
  });
});

describe('beside tfjs', () => {
  test('gradients of tfjs that are registered before stay', () => {
    useStock();
    registerGradients();
    expect(registeredKernels().map((name) => tf.getGradient(name))).toEqual(stock);
    useOurs();
  });

  test('gradients of tfjs that are registered later replace ours, and the repair replaces theirs', async () => {
    useOurs();
    for (const gradient of stock) tf.registerGradient(gradient);
    expect(tf.getGradient('Tanh')).toBe(stock.find(({ kernelName }) => kernelName === 'Tanh'));
    repairGradients();
    const { first, second, complaint } = await measure(operations['AvgPool (padded)']!);
    expect([first, second], complaint).toEqual(['right', 'right']);
    restoreGradients();
    useOurs();
  });

  test('the repair leaves ours', () => {
    useOurs();
    const before = registeredKernels().map((name) => tf.getGradient(name));
    repairGradients();
    expect(before.filter((gradient) => tf.getGradient(gradient.kernelName) !== gradient)).toEqual([]);
    restoreGradients();
    useOurs();
  });
});
