import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  fit,
  loadCheckpoint,
  mlp,
  readMetrics,
  saveCheckpoint,
  train,
  type Observer,
} from '../../src/index.js';
import { decayOverTime, reduceOnPlateau, stopAfter } from '../../src/run/index.js';
import { inScope } from '../support/in-scope.js';
import { bitsOf } from '../training/sample.js';

inScope();

const SECOND = 1000;

/** A small trainer each of whose steps takes a second of a clock that only the test moves, from `at` on. */
function make(at = 0, { minutes = 0.2, warmUp }: { minutes?: number; warmUp?: number } = {}) {
  const clock = { at, now: () => clock.at };
  const rate = decayOverTime({ minutes, from: 0.1, to: 0.01, warmUp, now: clock.now });
  const stop = stopAfter({ minutes, now: clock.now });
  const network = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  const rates: number[] = [];
  const learningRate = Object.freeze(Object.assign((step: number) => {
    const value = rate(step);
    rates.push(value);
    return value;
  }, { ...rate })); // prettier-ignore
  const trainer = createTrainer({
    name: 'timed',
    parts: { network },
    optimizer: createAdam({ learningRate }),
    random: createRandom(2),
    loss: ({ x, random, options }) => {
      clock.at += SECOND;
      return { loss: tf.mean(tf.square(tf.sub(network.apply(tf.add(x, random.normal(x.shape)), options), x))) };
    },
  });
  return { clock, rate, stop, trainer, rates, network };
}

type Made = ReturnType<typeof make>;
const fresh = () => [tf.ones([4, 2])];

async function go({ trainer, stop }: Made, options: { steps: number; observers?: Observer[] }): Promise<number> {
  let count = 0;
  for await (const report of train(trainer, fresh(), { observers: [stop], reportEvery: 1, ...options })) {
    count = report.step;
  }
  return count;
}

/** The rate after a share t of the time. */
const cosine = (t: number): number => 0.01 + (0.09 * (1 + Math.cos(Math.PI * Math.min(1, t)))) / 2;

describe('a rate that decays over time', () => {
  test('is half a cosine of the time that runs take, then flat', async () => {
    const made = make();
    await go(made, { steps: 15, observers: [] });
    // the n-th update reads its rate n seconds after the beginning
    made.rates.forEach((rate, i) => expect(rate).toBeCloseTo(cosine((i + 1) / 12), 12));
    expect(made.rates).toHaveLength(15);
  });

  test('does not count the time between two runs, but all time within them', async () => {
    const made = make();
    await go(made, { steps: 3, observers: [] });
    made.clock.at += 3600 * SECOND;
    await go(made, { steps: 1, observers: [] });
    expect(made.rates.at(-1)).toBeCloseTo(cosine(4 / 12), 12);
    const slow: Observer = { report: () => void (made.clock.at += 2 * SECOND) };
    await go(made, { steps: 2, observers: [slow] });
    expect(made.rates.at(-1)).toBeCloseTo(cosine(8 / 12), 12);
  });

  test('counts from the first update on in a loop of your own', async () => {
    const made = make();
    for (let i = 0; i < 4; i++) await readMetrics(made.trainer.step(tf.ones([4, 2])));
    expect(made.rates.at(-1)).toBeCloseTo(cosine(3 / 12), 12);
  });

  test('rises from 0 in its first updates', async () => {
    const made = make(0, { warmUp: 4 });
    await go(made, { steps: 5, observers: [] });
    const factors = [1 / 4, 2 / 4, 3 / 4, 1, 1];
    made.rates.forEach((rate, i) => expect(rate).toBeCloseTo(factors[i]! * cosine((i + 1) / 12), 12));
  });

  test('starts where it was, and has the same bits, in a run that is resumed in another session', async () => {
    const [whole, first, second] = [make(), make(5e6), make(9e9)];
    await go(whole, { steps: 9 });
    await go(first, { steps: 4 });
    const bytes = await saveCheckpoint(first.trainer, { observers: [first.stop] });
    await loadCheckpoint(second.trainer, bytes, { observers: [second.stop] });
    expect(second.rate.state()).toEqual(first.rate.state());
    await go(second, { steps: 5 });
    expect([...first.rates, ...second.rates]).toEqual(whole.rates);
    expect(await bitsOf(second.network.variables)).toEqual(await bitsOf(whole.network.variables));
    expect(second.stop.state!()).toEqual(whole.stop.state!());
  });

  test('does not move when a step throws', () => {
    const { trainer, rate } = make();
    const before = rate.state();
    expect(() => trainer.step(tf.ones([4, 3]))).toThrow();
    expect(rate.state()).toEqual(before);
  });
});

describe('a run with a time limit', () => {
  test('ends with the update in which the time is over, and stays ended', async () => {
    const made = make();
    expect(await go(made, { steps: 100 })).toBe(12);
    expect(made.stop.reason).toBe('The 0.2 minutes of training are over.');
    expect(await go(made, { steps: 100 })).toBe(0);
  });

  test('counts the time of earlier sessions', async () => {
    const [first, second] = [make(), make(7e7)];
    expect(await go(first, { steps: 5 })).toBe(5);
    const bytes = await saveCheckpoint(first.trainer, { observers: [first.stop] });
    await loadCheckpoint(second.trainer, bytes, { observers: [second.stop] });
    expect(second.stop.reason).toBeUndefined();
    expect(await go(second, { steps: 100 })).toBe(7);
  });
});

test('a broken state of a time changes nothing', () => {
  const { rate, stop } = make();
  for (const broken of [null, {}, { share: -1 }, { share: 2 }, { share: 'x' }]) {
    expect(() => rate.restore(broken as never)).toThrow('decayOverTime.restore: `state.share` must be');
    expect(() => stop.restore!(broken as never)).toThrow('stopAfter.restore: `state.share` must be');
  }
  expect([rate.state(), stop.state!()]).toEqual([{ share: 0 }, { share: 0 }]);
});

test.each([
  ['reduceOnPlateau', () => reduceOnPlateau({ from: 1, metric: 'loss', goal: 'min', patience: 1 })],
  ['decayOverTime', () => decayOverTime({ minutes: 1, from: 1 })],
])('a %s that no optimizer reads is refused at the end of the first epoch', async (name, observer) => {
  await expect(fit(make().trainer, fresh(), { epochs: 3, observers: [observer()] })).rejects.toThrow(
    `fit: \`observers\` must not have a ${name} that nothing uses; got one. Give it to the optimizer: createAdam({ learningRate }).`,
  );
});

test('a plateau that your own loop reads is accepted', async () => {
  const rate = reduceOnPlateau({ from: 1, metric: 'loss', goal: 'min', patience: 1 });
  rate(0);
  await fit(make().trainer, fresh(), { epochs: 2, observers: [rate] });
});

test('a clock that gives no number ends the step in one sentence', () => {
  const rate = decayOverTime({ minutes: 1, from: 0.1, now: () => undefined as never });
  expect(() => rate(0)).toThrow(/^decayOverTime: `now\(\)` must be a number; got undefined/);
});
