import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { repairGradients } from '../../src/gradients/repair.js';
import { count } from '../support/counts.js';
import { derivativesTable, type Measured } from './derivatives-table.js';
import { gradientsOf, isSlow, measure, registeredKernels, restoreGradients } from './measure-derivatives.js';
import { operations, withoutCase } from './tfjs-operations.js';

const kernelOf = (name: string): string => name.split(' ')[0]!;
const measured = new Map<string, Measured>();
const firstGradients = new Map<string, readonly [before: number[], after: number[]]>();
let kernels: string[] = [];

/** Of these a second derivative of tfjs's own must be seen to be wrong; of the others a GPU in software leaves it out. */
const knownWrong = ['Exp', 'Sigmoid', 'Softmax', 'Tanh'];
/** A second case of a kernel is another shader for the same lines of code, but for a case in which tfjs is wrong at once. */
const names = Object.keys(operations).filter((name) => !isSlow() || !name.includes(' ') || name === 'AvgPool (padded)');

beforeAll(async () => {
  restoreGradients();
  kernels = registeredKernels();
  const before = new Map<string, { stock: Measured['stock']; gradients: number[] }>();
  for (const name of names) {
    const operation = operations[name]!;
    const stock = await measure(operation, isSlow() && !knownWrong.includes(name) ? 'second' : 'none');
    before.set(name, { stock, gradients: stock.first === 'right' ? await gradientsOf(operation) : [] });
  }
  repairGradients();
  for (const [name, { stock, gradients }] of before) {
    const repaired = await measure(operations[name]!);
    measured.set(name, { stock, repaired });
    if (stock.first === 'right') firstGradients.set(name, [gradients, await gradientsOf(operations[name]!)]);
  }
  if (!isSlow()) console.log(`Derivatives on ${tf.getBackend()}:\n${derivativesTable(measured)}`);
}, 400_000);

test('every gradient that tfjs registers has a case here, or a reason why it has none', () => {
  const cases = new Set([...names.map(kernelOf), ...Object.keys(withoutCase)]);
  expect(kernels.filter((kernel) => !cases.has(kernel))).toEqual([]);
  expect(kernels.length).toBeGreaterThan(80);
});

test('tfjs alone is silently wrong, and the checks detect it', () => {
  const wrong = names.filter((name) => measured.get(name)!.stock.second === 'wrong');
  expect(wrong).toEqual(expect.arrayContaining(knownWrong));
  const wrongAtOnce = names.filter((name) => measured.get(name)!.stock.first === 'wrong');
  expect(wrongAtOnce).toEqual(expect.arrayContaining(['AvgPool (padded)', 'FloorDiv', 'MirrorPad']));
});

describe('after the repair', () => {
  test.each(names)('%s has a correct second derivative, or is rejected', (name) => {
    const { first, second, complaint } = measured.get(name)!.repaired;
    expect(['right', 'missing'], complaint).toContain(first);
    expect(['right', 'missing', 'rejected'], complaint).toContain(second);
    if (first === 'right') count('first derivatives');
    if (second === 'right') count('second derivatives');
  });

  test('four operations are rejected', () => {
    const rejected = names.filter((name) => measured.get(name)!.repaired.second === 'rejected');
    // WebGL has no kernel for the gradient of a dilation, and wasm refuses max pooling in three dimensions
    expect([...new Set([...rejected, 'Dilation2D', 'MaxPool3D'])].sort()).toEqual([
      'Dilation2D',
      'LRN',
      'MaxPool3D',
      'Prod',
    ]);
  });

  test('a first derivative that was right is unchanged bit for bit; that of a resized image, up to rounding', () => {
    for (const [name, [before, after]] of firstGradients) {
      if (name.startsWith('Resize')) after.forEach((value, i) => expect(value, name).toBeCloseTo(before[i]!, 4));
      else expect(after, name).toEqual(before);
    }
    expect(firstGradients.size).toBeGreaterThan(80);
  });
});

// UPDATE_TABLE=1 npx vitest run --project cpu tests/gradients/repair.wasm.test.ts
test.skipIf(tf.getBackend() !== 'cpu')('the table of the results is the one measured here', async () => {
  const { readFile, writeFile } = await import('node:fs/promises');
  const page = 'docs/results/second-derivatives.md';
  const [text, heading] = [await readFile(page, 'utf8'), '## Operation by operation\n'];
  const [introduction, rest] = text.split(heading) as [string, string];
  const [, ending] = rest.split(/(?=^## )/m);
  const expected = [introduction, heading, '\n', derivativesTable(measured), '\n', ending && `\n${ending}`].join('');
  if (process.env['UPDATE_TABLE']) await writeFile(page, expected);
  else expect(text).toBe(expected);
});
