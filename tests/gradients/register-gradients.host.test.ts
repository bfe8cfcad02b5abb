import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { repairGradients } from '../../src/gradients/repair.js';
import { registerGradients } from '../../src/gradients/register-gradients.js';
import { numbersOf, tensorOf } from '../contract/operation-inputs.js';
import { cases, type Case, type Input } from '../contract/operations.js';
import { count } from '../support/counts.js';
import { chooseGradients } from './choose-gradients.js';
import { gradientsOf, measure, registeredKernels, restoreGradients } from './measure-derivatives.js';
import { operations, type Operation } from './tfjs-operations.js';

const { ours: useOurs, stock: useStock, registeredStock } = chooseGradients();

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
});

describe('compared with tfjs', () => {
  test('gradients of tfjs that are registered before stay', () => {
    useStock();
    registerGradients();
    expect(registeredKernels().map((name) => tf.getGradient(name))).toEqual(registeredStock());
    useOurs();
  });

  test('gradients of tfjs that are registered later replace ours, and the repair replaces theirs', async () => {
    useOurs();
    for (const gradient of registeredStock()) tf.registerGradient(gradient);
    expect(tf.getGradient('Tanh')).toBe(registeredStock().find(({ kernelName }) => kernelName === 'Tanh'));
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
