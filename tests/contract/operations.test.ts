import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import table from '../../docs/operations.json';
import { repairGradients } from '../../src/gradients/repair.js';
import { expectOracle, type Tolerance } from '../support/close.js';
import { count } from '../support/counts.js';
import { inScope } from '../support/in-scope.js';
import { each, type Numbers } from './float64.js';
import { emptyOf, numbersOf, specialOf, tensorOf } from './operation-inputs.js';
import { cases, type Case, type Input } from './operations.js';

inScope();
// as the penalties of this library do, before they differentiate a gradient
beforeAll(repairGradients);

const backend = tf.getBackend();
const isGpu = /web/.test(backend);
const tolerance: Tolerance = isGpu ? { relative: 2e-3, absolute: 1e-3 } : { relative: 1e-5, absolute: 2e-6 };

const listOf = <T extends object>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);

async function expectNumbers(tensors: Tensor[], expected: Numbers[], dtype?: string): Promise<void> {
  expect(tensors.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  if (dtype !== undefined) for (const tensor of tensors) expect(tensor.dtype).toBe(dtype);
  for (const [i, tensor] of tensors.entries()) {
    const values = Array.from(await tensor.data());
    const rounded = expected[i]!.values.map(Math.fround);
    const finite = rounded.map(Number.isFinite);
    // infinities, and what is no number, in their places
    const odd = (numbers: readonly number[]): (number | undefined)[] =>
      numbers.map((one, k) => (finite[k] && Number.isFinite(one) ? undefined : one));
    expect(odd(values)).toEqual(odd(rounded));
    const sane = (numbers: readonly number[]): number[] => numbers.filter((_, k) => finite[k]);
    await expectOracle(sane(values), sane(rounded), tolerance);
  }
}

/** The law of an aspect of a case, with inputs that differ from its own in shapes or numbers. */
async function expectValues(one: Case, inputs: readonly Input[]): Promise<void> {
  const numbers = inputs.map(numbersOf);
  const tensors = numbers.map((array, i) => tensorOf(array, inputs[i]!.dtype));
  await expectNumbers(listOf(one.run(...tensors)), listOf(one.reference(...numbers)), one.dtype ?? 'float32');
}

/** The result is a new tensor, which neither shares its life with the inputs nor changes them. */
async function expectOwned({ inputs, run }: Case): Promise<void> {
  const numbers = inputs.map(numbersOf);
  const tensors = numbers.map((array, i) => tensorOf(array, inputs[i]!.dtype));
  const before = tf.memory().numTensors;
  const [first, second] = [listOf(tf.tidy(() => run(...tensors))), listOf(tf.tidy(() => run(...tensors)))];
  expect(tf.memory().numTensors, 'tensors that are left').toBe(before + 2 * first.length);
  const values = await Promise.all(second.map((tensor) => tensor.data()));
  tf.dispose(first);
  for (const [i, tensor] of tensors.entries()) expect(Array.from(await tensor.data())).toEqual(numbers[i]!.values);
  tf.dispose(tensors);
  for (const [i, tensor] of second.entries()) expect(await tensor.data()).toEqual(values[i]);
  tf.dispose(second);
  expect(tf.memory().numTensors).toBe(before - tensors.length);
  count('leak checks, also of calls that throw');
}

const weight = (i: number): number => 0.6 + ((i * 7) % 5) / 4;
const bend = (u: number): number => u + 0.15 * u * u;
const isVaried = (input: Input): boolean => input.dtype === undefined && input.values === undefined;

/**
 * L = sum w (y + y^2 / 5) with y = f(u + 0.15 u^2), of the varied inputs u: a second derivative flows through what enters the gradient of f,
 * and through what f has saved.
 */
function lossOf({ run, inputs }: Case, fixed: readonly Tensor[]): (...varied: Tensor[]) => Tensor {
  return (...varied) => {
    let next = 0;
    const bent = inputs.map((input, i) => {
      if (!isVaried(input)) return fixed[i]!;
      const u = varied[next++]!;
      return tf.add(u, tf.mul(0.15, tf.square(u)));
    });
    const terms = listOf(run(...bent)).map((y) => tf.sum(tf.mul(weights(y), tf.add(y, tf.mul(0.2, tf.square(y))))));
    // tf.grads rejects an input on which the result does not depend
    const none = varied.map((u) => tf.mul(0, tf.sum(u)));
    return [...terms, ...none].reduce((a, b) => tf.add(a, b));
  };
}

const weights = ({ size, shape }: Tensor): Tensor =>
  tf.tensor(
    Array.from({ length: size }, (_, i) => weight(i)),
    shape,
  );

/** The same in float64. */
function float64Loss({ reference, inputs }: Case, numbers: readonly Numbers[]): number {
  const bent = numbers.map((array, i) => (isVaried(inputs[i]!) ? each((u) => bend(u))(array) : array));
  const terms = listOf(reference(...bent)).flatMap(({ values }) => values.map((y, i) => weight(i) * (y + 0.2 * y * y)));
  return terms.reduce((a, b) => a + b, 0);
}

/** The inputs, with `by` added to the number `place` of the varied ones, and `along` times the weights to all of these. */
function moved({ inputs }: Case, numbers: readonly Numbers[], place: number, by: number, along = 0): Numbers[] {
  let next = 0;
  return numbers.map((array, k) => {
    if (!isVaried(inputs[k]!)) return array;
    const first = next;
    next += array.values.length;
    const values = array.values.map((u, i) => u + along * weight(i) + (first + i === place ? by : 0));
    return { ...array, values };
  });
}

async function expectDerivatives(one: Case, order: 1 | 2): Promise<void> {
  const numbers = one.inputs.map(numbersOf);
  const tensors = numbers.map((array, i) => tensorOf(array, one.inputs[i]!.dtype));
  const varied = tensors.filter((_, i) => isVaried(one.inputs[i]!));
  const loss = lossOf(one, tensors);
  const slopes = (...u: Tensor[]): Tensor[] => tf.grads(loss)(u);
  const turned = (...u: Tensor[]): Tensor =>
    slopes(...u)
      .map((slope) => tf.sum(tf.mul(weights(slope), slope)))
      .reduce((a, b) => tf.add(a, b));
  const received = order === 1 ? slopes(...varied) : tf.grads(turned)(varied);
  const at = (place: number, by: number, along = 0): number => float64Loss(one, moved(one, numbers, place, by, along));
  const size = varied.reduce((total, u) => total + u.size, 0);
  const h = order === 1 ? 1e-5 : 1e-4;
  const expected = Array.from({ length: size }, (_, i) =>
    order === 1
      ? (at(i, h) - at(i, -h)) / (2 * h)
      : (at(i, h, h) - at(i, h, -h) - at(i, -h, h) + at(i, -h, -h)) / (4 * h * h),
  );
  const flat = tf.concat(received.map((slope) => tf.reshape(slope, [-1])));
  const factor = isGpu ? 1 : 10;
  await expectOracle(flat, expected, {
    relative: factor * tolerance.relative!,
    absolute: factor * tolerance.absolute!,
  });
  count(order === 1 ? 'first derivatives' : 'second derivatives', varied.length);
}

/** What each operation is held to. */
const aspects: Readonly<Record<string, (one: Case) => Promise<void>>> = {
  values: (one) => expectValues(one, one.inputs),
  broadcasting: async (one) => {
    const wide = { ...one, inputs: one.broadcast! };
    await expectValues(wide, wide.inputs);
    if (one.order === 0) return;
    await expectDerivatives(wide, 1);
    await expectDerivatives(wide, 2);
  },
  'NaN and infinity': (one) => expectValues(one, specialOf(one)),
  empty: async (one) => {
    for (const inputs of emptyOf(one)) await expectValues(one, inputs);
  },
  'first derivative': (one) => expectDerivatives(one, 1),
  'second derivative': (one) => expectDerivatives(one, 2),
  ownership: expectOwned,
};

const floatsOf = (one: Case): Input[] => one.inputs.filter(({ dtype }) => dtype === undefined);
const applies = (aspect: string, one: Case): boolean => {
  if (aspect === 'broadcasting') return one.broadcast !== undefined;
  if (aspect === 'NaN and infinity') return floatsOf(one).length > 0;
  if (aspect === 'empty') return one.inputs.length > 0;
  const order = one.inputs.some(isVaried) ? (one.order ?? 2) : 0;
  return aspect === 'first derivative' ? order > 0 : aspect === 'second derivative' ? order > 1 : true;
};

test('each operation and kernel of the table has a case, and each case a line', () => {
  expect(Object.keys(cases)).toEqual([...Object.keys(table.operations), ...Object.keys(table.kernels)]);
});

describe.each(Object.keys(cases))('%s', (name) => {
  const list = [cases[name]!].flat();
  const used = Object.keys(aspects).filter((aspect) => list.some((one) => applies(aspect, one)));
  const deviates = (aspect: string): boolean =>
    table.deviations.some(
      (line) => line.operation === name && line.aspect === aspect && line.backends.includes(backend),
    );

  // a GPU of another maker may be better; and after some of its errors, tfjs's WebGPU gives wrong numbers
  test.each(used.filter((aspect) => !isGpu || !deviates(aspect)))('%s', async (aspect) => {
    const checked = (async () => {
      for (const one of list.filter((one) => applies(aspect, one))) await aspects[aspect]!(one);
    })();
    if (!deviates(aspect)) return checked;
    const held = await checked.then(
      () => true,
      () => false,
    );
    expect(held, 'the deviation in docs/operations.json is no longer there').toBe(false);
  });
});
