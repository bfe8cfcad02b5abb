import { expect, test } from 'vitest';
import { defaultsOf } from '../../experiment/experiment.js';
import { clouds } from '../../views/clouds.js';
import { recordedCanvas, seenOf } from './record.js';

// two samples in the first cloud of the ring, one in the third, and one in the middle
const samples = [1.6, 0, 1.5, 0.1, 0, 1.6, 0, 0];

test('a bar is as high as the share of samples in its cloud', () => {
  const { canvas, of } = recordedCanvas(400, 134);
  clouds.draw(canvas, seenOf('gan', { samples }, { data: 'ring' }));
  const bars = of('fillRect').filter(({ fill }) => fill === 'samples');
  // 100 pixels for the fullest cloud, half of all samples
  expect(bars.map(({ args }) => args[3])).toEqual([100, 0, 50, 0, 0, 0, 0, 0]);
});

test('the sentence counts the clouds that have samples', () => {
  expect(clouds.describe(seenOf('gan', { samples }, { data: 'ring' }))).toBe(
    '2 of 8 clouds have samples; 25% of the samples are in no cloud, and the fullest has 50%.',
  );
});

test('the samples of the generator now are counted if they are shown', () => {
  const now = [0, 1.6, 0, 1.6];
  expect(clouds.describe(seenOf('gan', { samples, now }, { data: 'ring' }))).toMatch('1 of 8 clouds have samples');
});

test('there is nothing to count in data without clouds', () => {
  expect(clouds.fits!({ ...defaultsOf('gan'), data: 'moons' })).toBe(false);
  expect(clouds.fits!({ ...defaultsOf('gan'), data: 'grid' })).toBe(true);
});

test('of samples of one class there is nothing to count, either', () => {
  const conditional = { ...defaultsOf('diffusion', 'ring'), classes: 'used', shown: 3 } as const;
  expect(clouds.fits!(conditional)).toBe(false);
  expect(clouds.fits!({ ...conditional, shown: 0 })).toBe(true);
  expect(clouds.fits!({ ...conditional, classes: 'none' })).toBe(true);
});
