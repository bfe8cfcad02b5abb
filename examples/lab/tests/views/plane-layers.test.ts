import { expect, test } from 'vitest';
import { drawPlane } from '../../views/plane.js';
import { PATHS } from '../../training/sizes.js';
import { layersOf, waysTo } from '../../views/plane-layers.js';
import { recordedCanvas, seenOf } from './record.js';

// three stops, at the noise levels 1, 0.6 and 0: the first path goes to the right, the second up, the others rest
const others = Array<number>(2 * (PATHS - 2)).fill(0);
const stops = Float32Array.from([
  1,
  0,
  0,
  0,
  0,
  0,
  ...others,
  0.6,
  0,
  1,
  0,
  0,
  2,
  ...others,
  0,
  0,
  3,
  0,
  0,
  4,
  ...others,
]);

test.each([
  [1, [0, 0, 0, 0], [0, 0, 0, 0]],
  [0.8, [0, 0, 0.5, 0], [0, 0, 0, 1]],
  [0.6, [0, 0, 1, 0, 1, 0], [0, 0, 0, 2, 0, 2]],
  [0.3, [0, 0, 1, 0, 2, 0], [0, 0, 0, 2, 0, 3]],
  [0, [0, 0, 1, 0, 3, 0, 3, 0], [0, 0, 0, 2, 0, 4, 0, 4]],
])('at noise level %s, paths have come as far as that', (noise, first, second) => {
  const { length, points } = waysTo(stops, noise);
  [...first, ...second].forEach((value, i) => expect(points[i]).toBeCloseTo(value, 5));
  expect(points).toHaveLength(2 * PATHS * length);
  expect(2 * length).toBe(first.length);
});

test('arrows begin at the samples that they move', () => {
  const { canvas, of } = recordedCanvas(500, 500);
  drawPlane(canvas, seenOf('gan', { arrows: [1, 0, 0, 1, 0, 0, 0.5, 0] }), ['arrows']);
  const starts = of('moveTo').filter(({ stroke }) => stroke === 'text');
  // 100 pixels for a unit; the longest arrow has 28
  expect(starts[0]!.args).toEqual([350, 250]);
  expect(of('lineTo').find(({ stroke }) => stroke === 'text')!.args).toEqual([350, 222]);
});

test('every layer has a name of its own in its family', () => {
  for (const family of ['vae', 'gan', 'diffusion', 'drifting'] as const) {
    const names = layersOf(family).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});
