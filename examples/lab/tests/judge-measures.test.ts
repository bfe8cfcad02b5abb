import { expect, test } from 'vitest';
import { createRandom } from '../../../src/index.js';
import { withMeasures } from '../experiment/judge-measures.js';
import { defaultsOf } from '../experiment/experiment.js';
import { isBetween, timesAsFar } from '../experiment/measures-text.js';
import type { Measures } from '../training/messages.js';
import { createMeasuring, drawPoints } from '../training/points/measure.js';

const gan = { ...defaultsOf('gan', 'ring'), rate: 3e-3 } as const;
const measure = (step: number, energyDistance: number, covered?: number): Measures => ({
  step,
  energyDistance,
  baseline: 0.003,
  ofPoint: 0.8,
  modes: covered === undefined ? undefined : { covered, all: 8, within: covered / 8 },
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
  expect(kindsOf(gan, [], half, { covered: 8, all: 8, within: 1 })).toEqual([]);
  expect(withMeasures(gan, [], half, { covered: 3, all: 8, within: 0.4 })[0]!.message).toBe(
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
  const low = { ...defaultsOf('vae', 'ring'), rate: 1e-5 };
  const begun = [measure(400, 0.7), measure(410, 0.69), measure(420, 0.68)];
  expect(kindsOf(low, [], begun)).toEqual(['slow learning']);
  const early = [measure(170, 0.7), measure(180, 0.69), measure(190, 0.68)];
  expect(kindsOf(low, [], early), 'before 200 updates').toEqual([]);
  expect(kindsOf({ ...low, rate: 1e-3 }, [], begun), 'at another rate').toEqual([]);
  const falling = [measure(210, 1), measure(400, 0.42), measure(410, 0.41), measure(420, 0.4)];
  expect(kindsOf({ ...low, steps: 4_000 }, [], falling), 'in time').toEqual([]);
  expect(kindsOf({ ...low, steps: 800 }, [], falling), 'too slow for the length').toEqual(['slow learning']);
  expect(kindsOf(low, [], [...begun, measure(430, 0.2)]), 'closer').toEqual([]);
  expect(kindsOf(low, [], [measure(400, 0.9), measure(410, 0.9), measure(420, 0.9)])).toEqual(['far from the data']);
});

test('a slow game has not left out clouds', () => {
  const slow = { ...gan, rate: 1e-4 };
  const one = [measure(400, 0.4, 1), measure(420, 0.4, 1), measure(440, 0.4, 1)];
  expect(kindsOf(slow, [], one)).toEqual(['slow learning']);
  expect(kindsOf(gan, [], one)).toEqual(['clouds left out']);
});

test('a denoiser is slow while its samples are hardly closer than the noise of an untrained one', () => {
  const low = { ...defaultsOf('diffusion', 'roll'), rate: 3e-5, steps: 500 };
  const noise = [measure(10, 0.05), measure(210, 0.045), measure(300, 0.044), measure(410, 0.043)];
  expect(kindsOf(low, [], noise)).toEqual(['slow learning']);
  expect(kindsOf({ ...low, rate: 3e-3 }, [], noise)).toEqual([]);
  expect(kindsOf(low, [], [measure(10, 0.05), measure(210, 0.02), measure(300, 0.015), measure(410, 0.01)])).toEqual(
    [],
  );
});

test('samples that stay bad after 500 updates get a verdict; of a VAE without KL it is the prior', () => {
  const stuck = [measure(300, 0.4), measure(520, 0.4), measure(560, 0.41), measure(600, 0.4)];
  for (const family of ['gan', 'diffusion', 'drifting'] as const)
    expect(kindsOf(defaultsOf(family), [], stuck)).toEqual(['not coming closer']);
  expect(kindsOf({ ...defaultsOf('vae'), beta: 0 }, [], stuck)).toEqual(['prior does not fit']);
  expect(kindsOf(defaultsOf('vae'), [], stuck)).toEqual(['not coming closer']);
  const early = [measure(300, 0.4), measure(400, 0.4), measure(490, 0.4)];
  expect(kindsOf(defaultsOf('gan'), [], early), 'before that').toEqual([]);
  expect(kindsOf(defaultsOf('gan'), [], [...stuck.slice(0, 3), measure(600, 0.3)]), 'coming closer').toEqual([]);
  const awful = [measure(300, 9), measure(520, 0.6), measure(560, 0.55), measure(600, 0.5)];
  expect(kindsOf(defaultsOf('gan'), [], awful), 'however fast they come').toEqual(['far from the data']);
  const ofPrior = { kind: 'prior does not fit', message: '' };
  expect(kindsOf(defaultsOf('vae'), [ofPrior], [measure(600, 0.03)]), 'good samples').toEqual([]);
  expect(kindsOf(defaultsOf('vae'), [ofPrior], [measure(600, 0.1)])).toEqual(['prior does not fit']);
});

test('samples that were much closer before have got worse', () => {
  const worse = [measure(300, 0.01), measure(500, 0.01), measure(600, 0.06), measure(640, 0.07)];
  expect(kindsOf(gan, [], worse)).toEqual(['samples got worse']);
  expect(kindsOf(gan, [], worse.slice(0, 3)), 'for a moment').toEqual([]);
  expect(kindsOf(gan, [], [measure(300, 0.03), ...worse.slice(2)]), 'hardly closer').toEqual([]);
  const picture = (step: number, times: number): Measures => ({ step, energyDistance: times, baseline: 1 });
  const clothes = defaultsOf('gan', 'clothes');
  const jump = [picture(126, 2.4), picture(252, 90)];
  expect(kindsOf(clothes, [], jump)).toEqual(['samples got worse']);
  expect(kindsOf(clothes, [], [...jump, picture(378, 2)]), 'back at once').toEqual(['samples got worse']);
  const calm = [378, 504, 630].map((step) => picture(step, 2));
  expect(kindsOf(clothes, [], [...jump, ...calm])).toEqual([]);
  expect(kindsOf(clothes, [], [picture(125, 20), picture(250, 15)]), 'coming closer').toEqual([]);
  expect(kindsOf(clothes, [], [picture(125, 20), picture(250, 19)])).toEqual(['not coming closer']);
});

test('clouds without any samples are not called some clouds', () => {
  const none = [measure(400, 0.3, 0), measure(420, 0.3, 0)];
  expect(kindsOf(gan, [], none)).toEqual(['clouds missed']);
  expect(kindsOf(gan, [], none, { covered: 1, all: 8, within: 0.1 })).toEqual(['clouds left out']);
});

test('words no better than letter frequencies, and a loss of Wasserstein that grows without a bound, get a verdict', () => {
  const losses = (name: string, values: readonly number[]) => ({
    // five reports with each value
    history: values.flatMap((value, i) =>
      [1, 2, 3, 4, 5].map((k) => ({ step: 50 * i + 10 * k, metrics: { [name]: value } })),
    ),
    entropy: 4.19,
  });
  const tokens = defaultsOf('tokens');
  const of = (experiment: typeof tokens, name: string, ...values: number[]) =>
    kindsOf(experiment, [], [], undefined, losses(name, values));
  expect(of(tokens, 'bits', 6, 4.05, 4.04, 4.03, 4.04, 4.03)).toEqual(['no better than letter frequencies']);
  expect(of(tokens, 'bits', 6, 4.05)).toEqual([]);
  expect(of(tokens, 'bits', 6, 4.05, 3.9, 3.8, 3.7, 3.6)).toEqual([]);
  expect(of({ ...tokens, rate: 3e-5 }, 'bits', 6, 5.9, 5.5, 5.4, 5.2, 5)).toEqual(['slow learning']);
  const wasserstein = { ...defaultsOf('gan'), loss: 'wasserstein', penalty: 'none' } as typeof tokens;
  expect(of(wasserstein, 'generatorLoss', 1, 4, -18, -50, -120, -200)).toEqual(['diverging loss']);
  expect(of(wasserstein, 'generatorLoss', 1, 4, 5, 5, 6, 7), 'small').toEqual([]);
  expect(of(wasserstein, 'generatorLoss', 30, 30, 30, 30, 30, 30), 'bounded').toEqual([]);
  expect(of({ ...wasserstein, penalty: 'gradient' }, 'generatorLoss', 1, 4, -18, -50, -120, -200)).toEqual([]);
});

test('data are on average once as far from other data as the page says, whatever the set', async () => {
  for (const data of ['moons', 'grid'] as const) {
    const experiment = defaultsOf('diffusion', data);
    const times: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const measuring = createMeasuring(experiment, createRandom(seed));
      const { energyDistance, baseline } = await measuring(1, await drawPoints(experiment, createRandom(100 + seed)));
      times.push(energyDistance / baseline);
    }
    // single sets are from 0.3 to 3 times as far
    expect(times.reduce((sum, one) => sum + one, 0) / 12).toBeGreaterThan(0.7);
    expect(times.reduce((sum, one) => sum + one, 0) / 12).toBeLessThan(1.4);
  }
});

test('a small distance with most samples between the clouds is explained', () => {
  const near = { step: 500, energyDistance: 0.004, baseline: 0.003 };
  expect(timesAsFar(near)).toBe('1.3 times as far');
  expect(isBetween({ covered: 5, all: 25, within: 0.2 }, near)).toBe(true);
  expect(isBetween({ covered: 24, all: 25, within: 0.9 }, near)).toBe(false);
  expect(isBetween({ covered: 1, all: 25, within: 0.2 }, { ...near, energyDistance: 1 })).toBe(false);
});
