import { expect, test, vi } from 'vitest';
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import { firstLook, type Look } from '../experiment/look.js';
import type { Frame, News, Order } from '../training/messages.js';
import { openRun } from '../training/open-run.js';
import { CALLS, ENCODED, PATHS, SAMPLERS, SAMPLES, STOPS } from '../training/sizes.js';
import { loadPictures } from './load-pictures.js';

/** Opens a run as the worker does, with the page's end of its channel. */
async function open(experiment: Experiment, views: readonly string[]) {
  const news: News[] = [];
  const heard: (() => void)[] = [];
  let order: (one: Order) => void = () => undefined;
  const run = await openRun(
    { experiment, watched: { views, look: firstLook }, session: 1 },
    {
      post: (one) => {
        news.push(one as News);
        heard.forEach((hear) => hear());
      },
      onMessage: (listener) => void (order = listener as typeof order),
    },
    loadPictures,
  );
  const frames = (): Frame[] => news.flatMap((one) => (one.kind === 'frame' ? [one.frame] : []));
  /** Waits for news that are not there yet. */
  const next = <T>(found: () => T | undefined): Promise<T> =>
    new Promise((resolve) => heard.push(() => found() !== undefined && resolve(found()!)));
  if (frames().length === 0) await next(() => frames()[0]);
  const look = (now: Partial<Look>): Promise<Frame> => {
    const before = frames().length;
    const seen = next(() => frames()[before]);
    order({ kind: 'watch', watched: { views, look: { ...firstLook, ...now } } });
    return seen;
  };
  return { run, news, frames, next, look, order: (one: Order) => order(one) };
}

test('a VAE decodes the place that is looked at, and interpolates between two encoded points', async () => {
  const { run, look, frames } = await open(defaultsOf('vae'), ['decoded', 'interpolation', 'posterior']);
  const [first] = frames();
  const mean = (i: number) => [...first!.arrays['posterior']!.subarray(4 * i, 4 * i + 2)];
  const { interpolation } = (await look({ pair: [4, 9] })).arrays;
  expect(interpolation).toHaveLength(4 * STOPS);
  expect(first!.arrays['posterior']).toHaveLength(4 * ENCODED);
  // rows are encoded in another batch, whose sums may be rounded otherwise
  [4, 9].forEach((i, k) => {
    const row = interpolation!.subarray(4 * k * (STOPS - 1));
    mean(i).forEach((value, axis) => expect(row[axis]).toBeCloseTo(value, 5));
  });
  // the decoder gives the same for the same z
  const [zx, zy, x, y] = interpolation!.subarray(4 * 6, 4 * 7);
  const { decoded } = (await look({ z: [zx!, zy!] })).arrays;
  expect(decoded![0]).toBeCloseTo(x!, 5);
  expect(decoded![1]).toBeCloseTo(y!, 5);
  await run.dispose();
});

test('the arrows of a GAN begin at samples of the generator that learns', async () => {
  const { run, frames } = await open({ ...defaultsOf('gan'), steps: 40 }, ['now', 'arrows']);
  await run.start();
  const { arrows, now, samples } = frames().at(-1)!.arrays;
  expect(now).toHaveLength(2 * SAMPLES);
  for (const i of [0, 1, 50]) {
    expect(arrows![4 * i]).toBeCloseTo(now![2 * i]!, 5);
    expect(arrows![4 * i + 1]).toBeCloseTo(now![2 * i + 1]!, 5);
  }
  // those of the average are others
  expect(Math.abs(now![0]! - samples![0]!)).toBeGreaterThan(1e-3);
  await run.dispose();
});

test.each(['dpm', 'ddim', 'ddpm'] as const)(
  'the ways of points by %s end at samples, never with more noise than before',
  async (sampler) => {
    const { run, frames } = await open({ ...defaultsOf('diffusion'), sampler, calls: 5 }, ['paths']);
    const { paths } = frames()[0]!.arrays;
    const row = 2 * (1 + PATHS);
    expect(paths).toHaveLength(6 * row);
    const levels = Array.from({ length: 6 }, (_, k) => paths![k * row]!);
    expect(levels[0]).toBeGreaterThan(0.99);
    expect(levels[5]).toBe(0);
    levels.slice(1).forEach((level, k) => expect(level).toBeLessThanOrEqual(levels[k]!));
    // noise has a variance of 1 in each direction
    const noise = paths!.subarray(2, row);
    const square = noise.reduce((sum, x) => sum + x * x, 0) / noise.length;
    expect(Math.abs(square - 1)).toBeLessThan(0.5);
    await run.dispose();
  },
);

test('a denoiser that gets clouds as classes samples the one that is shown, more closely with guidance', async () => {
  const experiment: Experiment = { ...defaultsOf('diffusion', 'ring'), classes: 'used', steps: 250, rate: 0.01 };
  const { run, order, news, frames, next } = await open(experiment, ['field']);
  await run.start();
  // the frames of the last update, with its measure
  await vi.waitUntil(() => news.some((one) => one.kind === 'measures' && one.measures.step === 250));
  await new Promise((resolve) => setTimeout(resolve, 300));
  // the third cloud is at (0, 1.6)
  const shown = async (guidance: number): Promise<Frame> => {
    const before = frames().length;
    const seen = next(() => frames()[before]);
    order({ kind: 'live', live: { ...experiment, shown: 3, guidance }, isMoved: false });
    return seen;
  };
  const spread = ({ arrays: { samples } }: Frame): number => {
    const far = Array.from({ length: SAMPLES }, (_, i) => Math.hypot(samples![2 * i]!, samples![2 * i + 1]! - 1.6));
    return far.reduce((sum, distance) => sum + distance, 0) / SAMPLES;
  };
  const [neutral, guided] = [await shown(1), await shown(1.5)];
  expect(spread(neutral)).toBeLessThan(0.4);
  expect(spread(guided)).toBeLessThan(spread(neutral));
  expect(guided.arrays['field']).not.toEqual(neutral.arrays['field']);
  await run.dispose();
});

test('more calls of a denoiser bring samples closer to the data, and requests change no training', async () => {
  const experiment = { ...defaultsOf('diffusion'), steps: 200 };
  const { run, news, next, order } = await open(experiment, []);
  const { history } = await run.start();
  const answer = next(() => news.find((one) => one.kind === 'answer'));
  order({ kind: 'ask', ask: 1, what: 'quality' });
  const { bytes } = (await answer) as { readonly bytes: Uint8Array<ArrayBuffer> };
  const distances = new Float32Array(bytes.buffer);
  expect(distances).toHaveLength(SAMPLERS.length * CALLS.length);
  SAMPLERS.forEach((_, k) => {
    const [first, last] = [distances[k * CALLS.length]!, distances[(k + 1) * CALLS.length - 1]!];
    expect(last).toBeLessThan(first / 2);
  });
  await run.dispose();

  const watched = await open(experiment, ['field', 'noised', 'paths', 'samplers']);
  expect((await watched.run.start()).history.map(({ metrics }) => metrics)).toEqual(
    history.map(({ metrics }) => metrics),
  );
  await watched.run.dispose();
});
