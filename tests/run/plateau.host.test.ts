import { describe, expect, test } from 'vitest';
import { count } from '../support/counts.js';
import type { Observer, RunContext, Schedule } from '../../src/index.js';
import { reduceOnPlateau, stopEarly } from '../../src/run/index.js';

/** An epoch of one update with this value of the metric `loss`. */
async function epochOf(observer: Observer, loss: number): Promise<void> {
  const run = { caller: 'train', place: () => undefined } as RunContext;
  // an update reads the learning rate
  if (typeof observer === 'function') (observer as Schedule)(0);
  await observer.update!({ loss }, run);
  await observer.epoch!(run);
}

/** A metric of 23 epochs. */
const values = [5, 4, 4.2, 4.1, 3.95, 3.99, NaN, 3.9, 3.9, 3.9, 3.9, 3.9, 3.9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

/**
 * The rates of PyTorch 2.6's ReduceLROnPlateau with factor=0.5, min_lr=0.01, eps=0 and patience less by 1 (it waits one epoch longer),
 * as powers of 1/2; 7 stands for 0.01.
 */
const reference: [
  string,
  { patience: number; cooldown?: number; minChange?: number; minRelativeChange?: number },
  number[],
][] = [
  ['patience 1', { patience: 1 }, [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]],
  ['patience 2', { patience: 2 }, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 7, 7, 7, 7]],
  [
    'a cooldown of 2',
    { patience: 2, cooldown: 2 },
    [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4],
  ],
  [
    "threshold=0.1, threshold_mode='abs'",
    { patience: 2, cooldown: 1, minChange: 0.1 },
    [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7],
  ],
  [
    "threshold=0.05, threshold_mode='rel'",
    { patience: 1, cooldown: 3, minRelativeChange: 0.05 },
    [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6],
  ],
];

describe.each([
  ['min', 1],
  ['max', -1],
] as const)('a plateau with the goal %s', (goal, sign) => {
  test.each(reference)('has the rates of PyTorch: %s', async (_, options, powers) => {
    const rate = reduceOnPlateau({ from: 1, factor: 0.5, least: 0.01, metric: 'loss', goal, ...options });
    const rates: number[] = [];
    for (const value of values) {
      await epochOf(rate, sign * value);
      rates.push(rate(1000));
    }
    expect(rates).toEqual(powers.map((power) => (power === 7 ? 0.01 : 2 ** -power)));
    count('numbers compared with float64, PyTorch or a closed form', rates.length);
  });
});

test('a plateau with the restored state of another continues like that one, at any epoch, through JSON', async () => {
  const make = () => reduceOnPlateau({ from: 0.3, factor: 0.7, metric: 'loss', goal: 'min', patience: 2, cooldown: 1 });
  const straight = make();
  for (const value of values) await epochOf(straight, value);
  for (let cut = 0; cut <= values.length; cut++) {
    const [first, second] = [make(), make()];
    for (const value of values.slice(0, cut)) await epochOf(first, value);
    second.restore(JSON.parse(JSON.stringify(first.state())) as never);
    for (const value of values.slice(cut)) await epochOf(second, value);
    expect(second.state()).toEqual(straight.state());
    expect(second(0)).toBe(straight(0));
  }
});

describe('early stopping', () => {
  const stopAt = async (options: Partial<Parameters<typeof stopEarly>[0]>, seen: readonly number[] = values) => {
    const observer = stopEarly({ metric: 'loss', goal: 'min', patience: 3, ...options });
    for (const [i, value] of seen.entries()) {
      await epochOf(observer, value);
      if (observer.reason !== undefined) return [i + 1, observer.reason] as const;
    }
    return [0, undefined] as const;
  };

  test.each<[string, Partial<Parameters<typeof stopEarly>[0]>, number]>([
    ['after 3 epochs without a better one', {}, 11],
    ['after 1', { patience: 1 }, 3],
    ['after 2', { patience: 2 }, 4],
    ['never, where patience is long', { patience: 12 }, 0],
    ['after 3 that are not better by 0.5', { minChange: 0.5 }, 5],
    ['after 3 that are not better by a fifth', { minRelativeChange: 0.2 }, 4],
  ])('ends the run %s', async (_, options, epoch) => {
    expect((await stopAt(options))[0]).toBe(epoch);
  });

  test('says which metric was watched, for how long, and which value was the best, in which epoch', async () => {
    const sentence = 'loss has not become better for 3 epochs: the best is 3.9, of epoch 8.';
    expect((await stopAt({}))[1]).toBe(sentence);
  });

  test('of a metric that is never finite ends the run, and says so', async () => {
    const reason = 'loss has not become better for 3 epochs: it was never finite.';
    expect(await stopAt({}, [NaN, Infinity, -Infinity, NaN])).toEqual([3, reason]);
  });
});
