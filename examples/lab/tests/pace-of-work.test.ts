import { expect, test } from 'vitest';
import { defaultsOf } from '../experiment/experiment.js';
import { pacesOf, remarkOn, workOf, type Pace } from '../page/pace-of-work.js';

const names = ['WebAssembly', 'WebGPU'] as const;
const pace = (work: string, ...milliseconds: number[]): Pace => ({ work, milliseconds });
const [fast, slow] = [pace('same', 2, 2, 2, 2, 3), pace('same', 8, 9, 8, 8, 20)];

test('a pace is the time between two reports, by update, without the first report after the start', () => {
  const history = [10, 20, 30, 40].map((step, i) => ({ step, seconds: [9, 10, 10.5, 10.7][i]! }));
  expect(pacesOf(history, 0)).toEqual([100, 50, expect.closeTo(20, 9)]);
  expect(pacesOf(history, 20)).toEqual([expect.closeTo(20, 9)]);
  expect(pacesOf([], 0)).toEqual([]);
});

test('the remark names the faster runtime, and says nothing before both have done the same work often enough', () => {
  expect(remarkOn(fast, slow, names)).toBe('This experiment trains 4.0 times as fast on WebAssembly here.');
  expect(remarkOn(slow, fast, names)).toBe('This experiment trains 4.0 times as fast on WebGPU here.');
  expect(remarkOn(fast, undefined, names)).toBeUndefined();
  expect(remarkOn(undefined, slow, names)).toBeUndefined();
  expect(remarkOn(fast, { ...slow, work: 'other' }, names)).toBeUndefined();
  expect(remarkOn(fast, pace('same', 8, 9, 8, 8), names)).toBeUndefined();
});

test('experiments have the same work if they differ only in runtime, seed, updates and learning rate', () => {
  const gan = defaultsOf('gan');
  expect(workOf({ ...gan, runtime: 'webgpu', seed: 7, steps: 9, rate: 0.01, until: 'plateau' })).toBe(workOf(gan));
  expect(workOf({ ...gan, batch: gan.batch + 1 })).not.toBe(workOf(gan));
  expect(workOf({ ...gan, width: gan.width + 1 })).not.toBe(workOf(gan));
  expect(workOf(defaultsOf('vae'))).not.toBe(workOf(gan));
});
