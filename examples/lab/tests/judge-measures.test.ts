import { expect, test } from 'vitest';
import { withMeasures } from '../experiment/judge-measures.js';
import type { Measures } from '../training/messages.js';

const gan = { family: 'gan', rate: 3e-3, data: 'ring' } as const;
const measure = (step: number, energyDistance: number, covered?: number): Measures => ({
  step,
  energyDistance,
  baseline: 0.003,
  ofPoint: 0.8,
  modes: covered === undefined ? undefined : { covered, all: 8 },
});
const kindsOf = (...args: Parameters<typeof withMeasures>) => withMeasures(...args).map(({ kind }) => kind);

test('samples further from the data than one point at their mean, in three measures, get a verdict in every family', () => {
  const far = [measure(400, 0.9), measure(410, 2), measure(420, NaN)];
  for (const family of ['vae', 'gan', 'diffusion', 'drifting'] as const)
    expect(kindsOf({ ...gan, family }, [], far)).toEqual(['far from the data']);
  expect(kindsOf(gan, [], far.slice(1)), 'two measures').toEqual([]);
  const closer = [measure(210, 2), measure(400, 1.2), measure(410, 1.1), measure(420, 1)];
  expect(kindsOf(gan, [], closer), 'coming closer').toEqual([]);
  expect(kindsOf(gan, [], [measure(190, 0.9), ...far.slice(1)]), 'too early').toEqual([]);
  expect(kindsOf(gan, [], [...far, measure(430, 0.7)]), 'closer again').toEqual([]);
  const collapse = { kind: 'mode collapse', message: '' };
  expect(kindsOf(gan, [collapse], far), 'explained by another verdict').toEqual(['mode collapse']);
});

test('clouds are left out if the last two measures and the samples that are shown leave out half of them, far enough from the data', () => {
  const two = (energyDistance: number, covered: number) =>
    [400, 420].map((step) => measure(step, energyDistance, covered));
  const half = two(0.1, 4);
  expect(kindsOf(gan, [], half)).toEqual(['clouds left out']);
  expect(kindsOf(gan, [], half.slice(1)), 'the only measure').toEqual([]);
  expect(kindsOf(gan, [], [measure(400, 0.1, 5), ...half.slice(1)]), 'lost for a moment').toEqual([]);
  expect(kindsOf(gan, [], two(0.1, 5))).toEqual([]);
  expect(kindsOf({ ...gan, family: 'drifting' }, [], half)).toEqual(['clouds left out']);
  expect(kindsOf({ ...gan, family: 'vae' }, [], half)).toEqual([]);
  expect(kindsOf(gan, [], two(0.02, 4)), 'between the clouds').toEqual([]);
  expect(kindsOf(gan, [], [measure(210, 0.2, 2), ...half]), 'more than after half as many updates').toEqual([]);
  expect(kindsOf(gan, [], [measure(210, 0.1, 2), ...half]), 'more, but no closer').toEqual(['clouds left out']);
  expect(kindsOf(gan, [], [measure(210, 0.1, 4), ...half])).toEqual(['clouds left out']);
  expect(kindsOf(gan, [], half, { covered: 8, all: 8 })).toEqual([]);
  expect(withMeasures(gan, [], half, { covered: 3, all: 8 })[0]!.message).toBe(
    'After 420 updates 3 of 8 clouds have samples.',
  );
});

test('the lab scales pictures itself, so that their scale is no fault of the reader', () => {
  const outOfScale = { kind: 'data out of scale', message: '' };
  for (const data of ['own', 'emoji', 'clothes'] as const)
    expect(kindsOf({ ...gan, data }, [outOfScale], [])).toEqual([]);
  for (const data of ['drawn', 'csv'] as const)
    expect(kindsOf({ ...gan, data }, [outOfScale], [])).toEqual(['data out of scale']);
});

test('a run with a low learning rate learns slowly while its samples are hardly closer than one point', () => {
  const low = { family: 'vae', rate: 1e-5, data: 'ring' } as const;
  const begun = [measure(400, 0.7), measure(410, 0.69), measure(420, 0.68)];
  expect(kindsOf(low, [], begun)).toEqual(['slow learning']);
  const early = [measure(370, 0.7), measure(380, 0.69), measure(390, 0.68)];
  expect(kindsOf(low, [], early), 'before 400 updates').toEqual([]);
  expect(kindsOf({ ...low, rate: 1e-3 }, [], begun), 'at another rate').toEqual([]);
  expect(kindsOf(low, [], [measure(210, 1), ...begun]), 'coming closer').toEqual([]);
  expect(kindsOf(low, [], [...begun, measure(430, 0.2)]), 'closer').toEqual([]);
  expect(kindsOf(low, [], [measure(400, 0.9), measure(410, 0.9), measure(420, 0.9)])).toEqual(['far from the data']);
});
