import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  denoisingMlp,
  flowSchedule,
  predictFlow,
  predictNoise,
  predictVelocity,
  type Denoiser,
} from '../../src/index.js';
import { createLossAverage } from '../../src/verdicts/diffusion-verdicts.js';
import {
  divergenceOf,
  judgeDenoiser,
  type DenoiserFacts,
  type DenoiserFindings,
} from '../../src/verdicts/judge-denoiser.js';

const schedule = cosineSchedule({ steps: 20 });
const make = (): Denoiser =>
  createDenoiser(denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), {
    schedule,
    predicts: predictVelocity,
  });
const factsOf = (denoiser: Denoiser): DenoiserFacts => ({
  denoiser,
  timesteps: Int32Array.from({ length: denoiser.schedule.steps }, (_, t) => t),
  weights: undefined,
});
const findings = {
  data: [0, 1],
  losses: [0, 0],
  change: [1, 1],
  observations: 0,
  steps: 1000,
  batch: Infinity,
  highest: 0,
};

/** The verdicts as at a report, whose loss may be the highest. */
const report = (facts: DenoiserFacts, loss: number, found: DenoiserFindings) =>
  judgeDenoiser(facts, loss, { ...found, highest: divergenceOf(facts, loss, found) });

describe('verdicts on a denoiser', () => {
  const judge = (
    { denoiser = make() }: { readonly denoiser?: Denoiser },
    loss: number,
    data: readonly [number, number],
    steps = 1000,
  ) => report(factsOf(denoiser), loss, { ...findings, data, steps }).map(({ kind }) => kind);

  test('are absent for a run that goes well', () => {
    expect(judge({}, 0.4, [0, 1])).toEqual([]);
    expect(judge({}, 0.4, [-0.43, 0.68])).toEqual([]); // images 2 x - 1
  });

  test('report a loss that is no better than the best constant’s, after the first updates', () => {
    // velocity on data of unit variance: sigma^2 + alpha^2 = 1
    expect(judge({}, 0.99, [0, 1])).toEqual(['no better than a constant']);
    expect(judge({}, 0.99, [0, 1], 50)).toEqual([]);
    // flow on data of variance 1/2: 1 + 1/2
    const flow = createDenoiser(denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), {
      schedule: flowSchedule({ steps: 20 }),
      predicts: predictFlow,
    });
    expect(judge({ denoiser: flow }, 1.4, [0, 0.5])).toEqual([]);
    expect(judge({ denoiser: flow }, 1.49, [0, 0.5])).toEqual(['no better than a constant']);
  });

  test('do not take the noise of a few updates for a loss that is no better than a constant', () => {
    const lowest = createLossAverage();
    const kindsAt = (steps: number, loss: number): string[] => judge({}, lowest(loss, steps), [0, 1], steps);
    expect(kindsAt(600, 0.9)).toEqual([]);
    expect(kindsAt(610, 0.999)).toEqual([]);
    expect(kindsAt(620, 0.999)).toEqual([]);
    expect(kindsAt(1050, 0.999)).toEqual(['no better than a constant']);
  });

  test('wait longer if a linear function of x_t gains nothing, as with the velocity of data with unit variance', () => {
    expect(judge({}, 0.999, [0, 1], 900)).toEqual([]);
    expect(judge({}, 0.999, [0, 0.4], 900)).toEqual(['no better than a constant']);
    expect(judge({}, 1.2, [0, 1], 900), 'far above the constant').toEqual(['no better than a constant']);
  });

  test('name a loss that explodes, in the average of the batches or of a report, and even if it comes back below a constant', () => {
    expect(judge({}, 10.5, [0, 1], 100)).toEqual(['diverging loss']);
    expect(judge({}, 9.5, [0, 1], 100)).toEqual([]);
    expect(judge({}, 1e3, [0, 1], 99), 'an untrained network').toEqual([]);
    expect(judge({}, 1e30, [0, 1], 2000), 'in place of the constant').toEqual(['diverging loss']);
    const kinds = (losses: [number, number], observations = 50) =>
      report(factsOf(make()), 0.8, {
        ...findings,
        losses,
        steps: 8 * observations,
        observations,
        batch: 64,
      }).map(({ kind }) => kind);
    expect(kinds([3.1, 1])).toEqual(['diverging loss']);
    expect(kinds([2.9, 1])).toEqual([]);
    expect(kinds([31, 10]), 'with another weighting').toEqual(['diverging loss']);
    expect(kinds([31, 10], 49), 'too few batches').toEqual([]);
  });

  test('name a loss that has exploded until the network learns again, however long the average has forgotten it', () => {
    const after = (loss: number, highest: number) => {
      const found = { ...findings, data: [0, 1], losses: [2.4, 1], steps: 890, observations: 111, batch: 256, highest };
      const kinds = report(factsOf(make()), loss, found).map(({ kind }) => kind);
      return [divergenceOf(factsOf(make()), loss, found), ...kinds];
    };
    expect(after(0.98, 380)).toEqual([380, 'diverging loss']);
    expect(after(0.98, 0), 'without an explosion').toEqual([0]);
    expect(after(0.9, 380), 'recovered').toEqual([0]);
    expect(after(NaN, 380)[0], 'a report without a loss').toBe(380);
  });

  test('are absent if the loss is below that of a prediction of 0 on the same batches', () => {
    const kinds = (losses: [number, number], data: [number, number] = [0, 1], observations = 100) =>
      report(factsOf(make()), 1, { ...findings, data, losses, steps: 2000, observations, batch: 64 }).map(
        ({ kind }) => kind,
      );
    expect(kinds([0.99, 1])).toEqual([]);
    expect(kinds([0.999, 1])).toEqual(['no better than a constant']);
    expect(kinds([0.99, 1], [0, 1], 40), 'too few batches').toEqual(['no better than a constant']);
    // the data's mean alone, which a constant knows: half of the mean square of alpha noise - sigma x comes from x
    expect(kinds([0.9, 1.0], [0.5, 1.25])).toEqual(['no better than a constant']);
  });

  test('name data far from zero mean and unit variance', () => {
    for (const moments of [
      [3, 9.25],
      [0, 0.1],
      [0, 30],
      [0.286, 0.207],
    ] as [number, number][]) {
      expect(judge({}, 0.01, moments)).toContain('data out of scale');
    }
  });

  test('name predicted noise if its error becomes too large in the estimate', () => {
    const noise = (steps: number): Denoiser =>
      createDenoiser(denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), {
        schedule: cosineSchedule({ steps }),
        predicts: predictNoise,
      });
    expect(judge({ denoiser: noise(200) }, 0.2, [0, 1])).toEqual(['target blows up']);
    const [verdict] = report(factsOf(noise(1000)), 0.2, findings);
    expect(verdict!.message).toContain(
      'At timestep 999, an error of the predicted noise becomes 2.0e+4 times as large in the estimate of the data.',
    );
  });
});
