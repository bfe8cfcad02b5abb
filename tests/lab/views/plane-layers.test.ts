import { expect, test } from 'vitest';
import { drawPlane } from '../../../examples/lab/views/plane.js';
import { layersOf, waysTo } from '../../../examples/lab/views/plane-layers.js';
import { recordedCanvas, seenOf } from './record.js';

// three stops of two paths: one goes to the right, the other up
const stops = Float32Array.from([0, 0, 0, 0, 1, 0, 0, 2, 3, 0, 0, 4]);

test.each([
  [1, [0, 0, 0, 0], [0, 0, 0, 0]],
  [0.75, [0, 0, 0.5, 0], [0, 0, 0, 1]],
  [0.5, [0, 0, 1, 0, 1, 0], [0, 0, 0, 2, 0, 2]],
  [0.25, [0, 0, 1, 0, 2, 0], [0, 0, 0, 2, 0, 3]],
  [0, [0, 0, 1, 0, 3, 0, 3, 0], [0, 0, 0, 2, 0, 4, 0, 4]],
])('at noise level %s, paths have come as far as that', (noise, first, second) => {
  expect([...waysTo(stops, 2, noise)!.points]).toEqual([...first, ...second]);
});

test('paths of another number of calls are not drawn', () => {
  expect(waysTo(stops, 4, 0.5)).toBeUndefined();
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
  for (const family of ['vae', 'gan', 'diffusion'] as const) {
    const names = layersOf(family).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});
