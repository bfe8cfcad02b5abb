import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  ddimStep,
  ddpmPosterior,
  dpmSolverStep,
  flowSchedule,
  largeVariance,
  linearSchedule,
  smallVariance,
} from '../../../src/diffusion/index.js';
import { timestepsOf } from '../../../src/diffusion/per-example.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose } from '../../support/close.js';
import { golden, goldenTensor } from '../../support/golden.js';
import { scales } from '../exact.js';
import { checkGradients, checkNoLeaks } from '../../support/checks.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const { T, x0, noise, ddim, ddpm } = golden('diffusion');
const linear = linearSchedule({ steps: T });
const tight = { relative: 1e-5, absolute: 1e-5 };

test('a step of DDIM and the posterior of DDPM agree with PyTorch in float64, from predicted noise', async () => {
  const [xt, predictedNoise] = [goldenTensor(x0), goldenTensor(noise)];
  const x = ddimStep({ xt, predictedNoise, from: ddim.t, to: ddim.s, schedule: linear });
  await expectClose(x, ddim.out.data, tight);
  const { mean, logVariance } = ddpmPosterior({ xt, predictedNoise, t: ddpm.t, schedule: linear });
  await expectClose(mean, ddpm.mean.data, tight);
  await expectClose(tf.exp(logVariance), new Array<number>(12).fill(ddpm.variance), tight);
});

/** The estimate of the data and that of the noise, of the same x_t. */
function bothOf(xt: number, estimate: number, alpha: number, sigma: number) {
  return [
    { estimate: tf.tensor2d([[estimate]]) },
    { predictedNoise: tf.tensor2d([[(xt - alpha * estimate) / sigma]]) },
  ];
}

describe('a step of DDIM', () => {
  test.each([0, 0.3, 1])('with eta %d is its formula in float64, by the estimate as by the noise', async (eta) => {
    const [xt, estimate, fresh] = [1.2, -0.4, 0.9];
    for (const [from, to] of [
      [999, 700],
      [500, 499],
      [3, 0],
      [0, -1],
      [400, -1],
    ] as const) {
      const [a, b] = [scales(linear, from), scales(linear, to)];
      const [t, s] = [a.alpha ** 2, b.alpha ** 2];
      const deviation = eta * Math.sqrt((1 - s) / (1 - t)) * Math.sqrt(1 - t / s);
      const predicted = (xt - a.alpha * estimate) / a.sigma;
      const expected =
        b.alpha * estimate + Math.sqrt(Math.max(0, 1 - s - deviation ** 2)) * predicted + deviation * fresh;
      for (const known of bothOf(xt, estimate, a.alpha, a.sigma)) {
        const options = {
          xt: tf.tensor2d([[xt]]),
          ...known,
          from,
          to,
          schedule: linear,
          eta,
          noise: tf.tensor2d([[fresh]]),
        };
        await expectClose(ddimStep(options), expected, { relative: 1e-4, absolute: 1e-4 });
      }
    }
  });

  test('to alphaBar 1 gives the estimate itself: no last noise stays', async () => {
    const estimate = createRandom(1).normal([2, 3]);
    const x = ddimStep({ xt: tf.ones([2, 3]), estimate, from: 40, to: -1, schedule: cosineSchedule({ steps: 50 }) });
    expect(await x.data()).toEqual(await estimate.data());
  });

  test('goes back to noise as well, and there and back is where it began', async () => {
    const schedule = cosineSchedule({ steps: 50 });
    const [xt, estimate] = [tf.tensor2d([[0.7]]), tf.tensor2d([[0.3]])];
    const noised = ddimStep({ xt, estimate, from: 5, to: 45, schedule });
    await expectClose(ddimStep({ xt: noised, estimate, from: 45, to: 5, schedule }), 0.7, tight);
    expect(() => ddimStep({ xt, estimate, from: 5, to: 45, schedule, eta: 0.1, noise: xt })).toThrow(
      'ddimStep: `eta` must be 0 on the way to more noise; got 0.1.',
    );
  });

  test('on the flow table is a step of Euler’s method along the flow', async () => {
    const schedule = flowSchedule({ steps: 10, shift: 2 });
    const time = (t: number): number => (t < 0 ? 0 : (2 * (t + 1)) / 10 / (1 + (t + 1) / 10));
    const size = (t: number): number => Math.hypot(1 - t, t);
    for (const [from, to] of [
      [9, 6],
      [6, 2],
      [2, -1],
    ] as const) {
      const [t, s] = [time(from), time(to)];
      const [x, estimate] = [0.8, -0.3];
      // flow's state is x times the size; its slope is the noise less the data
      const state = x * size(t);
      const slope = (state - (1 - t) * estimate) / t - estimate;
      const expected = (state + (s - t) * slope) / size(s);
      await expectClose(
        ddimStep({ xt: tf.tensor2d([[x]]), estimate: tf.tensor2d([[estimate]]), from, to, schedule }),
        expected,
        tight,
      );
    }
  });
});

describe('the posterior of DDPM', () => {
  test('is q(x_{t-1} | x_t, x_0): the Gaussians of both neighbours multiplied', async () => {
    const [xt, estimate] = [0.6, -1.1];
    for (const t of [1, 10, 500, 999]) {
      const [a, b] = [scales(linear, t), scales(linear, t - 1)];
      const ratio = a.alpha / b.alpha;
      const precision = 1 / b.sigma ** 2 + ratio ** 2 / (1 - ratio ** 2);
      const mean = ((b.alpha * estimate) / b.sigma ** 2 + (ratio * xt) / (1 - ratio ** 2)) / precision;
      for (const known of bothOf(xt, estimate, a.alpha, a.sigma)) {
        const posterior = ddpmPosterior({ xt: tf.tensor2d([[xt]]), ...known, t, schedule: linear });
        await expectClose(posterior.mean, mean, { relative: 1e-4, absolute: 1e-4 });
        await expectClose(posterior.logVariance, -Math.log(precision), tight);
      }
    }
  });

  test('at t = 0 is the estimate, without variance by the small one', async () => {
    const [xt, estimate] = [tf.ones([1, 2]), tf.tensor2d([[0.3, -2]])];
    const small = ddpmPosterior({ xt, estimate, t: 0, schedule: linear });
    expect(await small.mean.data()).toEqual(await estimate.data());
    expect([...(await small.logVariance.data())]).toEqual([-Infinity, -Infinity]);
    const large = ddpmPosterior({ xt, estimate, t: 0, schedule: linear, variance: largeVariance });
    await expectClose(large.logVariance, [Math.log(1e-4), Math.log(1e-4)], tight);
  });

  test('with the large variance has that of one step of noise', async () => {
    const { logVariance } = ddpmPosterior({
      xt: tf.ones([1, 1]),
      estimate: tf.ones([1, 1]),
      t: 500,
      schedule: linear,
      variance: largeVariance,
    });
    await expectClose(tf.exp(logVariance), 1e-4 + (0.0199 * 500) / 999, tight);
    expect(smallVariance(0.5, 1)).toBe(0);
  });

  test('with DDIM’s eta of 1 in between has the same mean and deviation', async () => {
    const [xt, estimate, fresh] = [tf.tensor2d([[0.6]]), tf.tensor2d([[-1.1]]), tf.tensor2d([[0.8]])];
    for (const t of [0, 1, 300, 999]) {
      const { mean, logVariance } = ddpmPosterior({ xt, estimate, t, schedule: linear });
      const drawn = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), fresh));
      await expectClose(
        ddimStep({ xt, estimate, from: t, to: t - 1, schedule: linear, eta: 1, noise: fresh }),
        drawn,
        tight,
      );
    }
  });
});

describe('a step of DPM-Solver++', () => {
  const schedule = flowSchedule({ steps: 10 });
  const [xt, estimate, before] = [0.8, -0.3, 0.5];
  const given = (from: number, to: number, previous?: number) => ({
    xt: tf.tensor2d([[xt]]),
    estimate: tf.tensor2d([[estimate]]),
    previous: previous === undefined ? undefined : { estimate: tf.tensor2d([[before]]), timestep: previous },
    from,
    to,
    schedule,
  });

  test('is algorithm 2 of its paper in float64', async () => {
    const lambda = (t: number): number => Math.log(scales(schedule, t).alpha / scales(schedule, t).sigma);
    for (const [previous, from, to] of [
      [8, 6, 5],
      [6, 5, 2],
      [2, 1, 0],
    ] as const) {
      const [a, b] = [scales(schedule, from), scales(schedule, to)];
      const h = lambda(to) - lambda(from);
      const r = (lambda(from) - lambda(previous)) / h;
      const mixed = (1 + 1 / (2 * r)) * estimate - before / (2 * r);
      const expected = (b.sigma / a.sigma) * xt - b.alpha * Math.expm1(-h) * mixed;
      await expectClose(dpmSolverStep(given(from, to, previous)), expected, tight);
    }
  });

  test.each([
    ['without the step before', 6, 3, undefined],
    ['from alphaBar 0', 9, 6, undefined],
    ['in the step after alphaBar 0', 6, 3, 9],
    ['to alphaBar 1', 2, -1, 5],
  ])('is a step of DDIM %s', async (_, from, to, previous) => {
    const { xt: x, estimate: known } = given(from, to);
    const expected = ddimStep({ xt: x, estimate: known, from, to, schedule });
    await expectClose(dpmSolverStep(given(from, to, previous)), expected, { relative: 1e-6, absolute: 1e-6 });
  });
});

describe('with a timestep for each example, made here or by the caller', () => {
  const makers = [
    (list: readonly number[], steps: number) => timestepsOf(Int32Array.from(list), steps),
    (list: readonly number[]) => tf.tensor1d([...list], 'int32'),
  ];
  const of = (column: readonly number[]): tf.Tensor => tf.tensor2d([...column], [column.length, 1]);
  const rows = (tensor: tf.Tensor): tf.Tensor[] => tf.split(tensor, tensor.shape[0], 0);
  const given = () => [of([1.2, -0.3, 0.8, 0.1]), of([-0.4, 0.9, 0.2, 1]), of([0.9, -1, 0.3, 2]), of([0.5, 0.1, -1, 0])] as const; // prettier-ignore
  const close = { relative: 1e-4, absolute: 1e-4 };

  test.each([0, 0.6])('a step of DDIM with eta %d makes the same of each row as with its numbers', async (eta) => {
    const [xt, known, fresh] = given();
    const [from, to] = [[999, 500, 3, 0], [700, 499, 0, -1]]; // prettier-ignore
    for (const name of ['estimate', 'predictedNoise']) {
      const expected = rows(xt).map(
        (x, i) =>
        ddimStep({ xt: x, [name]: rows(known)[i], from: from[i]!, to: to[i]!, schedule: linear, eta, noise: rows(fresh)[i] }), // prettier-ignore
      );
      for (const make of makers) {
        const options = { xt, [name]: known, from: make(from, 1000), schedule: linear, eta, noise: fresh };
        const x = ddimStep({ ...options, to: make(to, 1000) });
        await expectClose(x, await tf.concat(expected).data(), close);
      }
    }
    const one = ddimStep({ xt, estimate: known, from: makers[1]!(from, 1000), to: -1, schedule: linear });
    expect(await one.data()).toEqual(await known.data());
  });

  test('a step of DPM-Solver++ does, also where it has first order', async () => {
    const [xt, known, , before] = given();
    const schedule = flowSchedule({ steps: 10 });
    const [from, to, earlier] = [[6, 9, 6, 2], [5, 6, 3, -1], [8, 9, 9, 5]]; // prettier-ignore
    const expected = rows(xt).map((x, i) => {
      const previous = { estimate: rows(before)[i]!, timestep: earlier[i]! };
      return dpmSolverStep({ xt: x, estimate: rows(known)[i]!, previous, from: from[i]!, to: to[i]!, schedule });
    });
    for (const make of makers) {
      const previous = { estimate: before, timestep: make(earlier, 10) };
      const x = dpmSolverStep({ xt, estimate: known, previous, from: make(from, 10), to: make(to, 10), schedule });
      await expectClose(x, await tf.concat(expected).data(), close);
    }
  });

  test('the posterior of DDPM does, and timesteps that are not in the table are rejected', async () => {
    const [xt, known] = given();
    const list = [0, 1, 500, 999];
    const expected = rows(xt).map((x, i) => ddpmPosterior({ xt: x, estimate: rows(known)[i], t: list[i]!, schedule: linear })); // prettier-ignore
    for (const make of makers) {
      const { mean, logVariance } = ddpmPosterior({ xt, estimate: known, t: make(list, 1000), schedule: linear });
      await expectClose(mean, await tf.concat(expected.map((each) => each.mean)).data(), close);
      const logs = await logVariance.data();
      expect(logs[0]).toBe(-Infinity);
      const rest = tf.concat(expected.slice(1).map((each) => each.logVariance));
      await expectClose(tf.tensor1d(logs.slice(1)), await rest.data(), close);
    }
    const at = { xt, estimate: known, schedule: linear };
    expect(() => ddpmPosterior({ ...at, t: makers[0]!([0, 1, -1, 2], 1000) })).toThrow('ddpmPosterior: `t`');
    expect(() => ddimStep({ ...at, from: tf.ones([3], 'int32'), to: 0 })).toThrow(
      'ddimStep: `from` must have shape [4]; got [3].',
    );
    if (!['cpu', 'wasm'].includes(tf.getBackend())) return;
    expect(() => ddimStep({ ...at, from: 5, to: makers[1]!([0, -1, 1000, 3], 1000) })).toThrow(
      'ddimStep: `to` must be from -1 to 999; got 1000.',
    );
  });
});

test('the steps are differentiable, and leave nothing behind', async () => {
  const schedule = cosineSchedule({ steps: 20 });
  const inputs = [tf.tensor2d([[0.3, 1]]), tf.tensor2d([[-1, 0.4]]), tf.tensor2d([[0.2, 2]])];
  const steps = [
    (xt: tf.Tensor, estimate: tf.Tensor, fresh: tf.Tensor) =>
      ddimStep({ xt, estimate, from: 15, to: 8, schedule, eta: 0.5, noise: fresh }),
    (xt: tf.Tensor, estimate: tf.Tensor, other: tf.Tensor) =>
      dpmSolverStep({ xt, estimate, previous: { estimate: other, timestep: 18 }, from: 15, to: 8, schedule }),
    (xt: tf.Tensor, predictedNoise: tf.Tensor) =>
      tf.tidy(() => ddpmPosterior({ xt, predictedNoise, t: 8, schedule }).mean),
  ];
  for (const [i, step] of steps.entries()) {
    const used = i === 2 ? inputs.slice(0, 2) : inputs;
    await checkGradients((...tensors) => step(tensors[0]!, tensors[1]!, tensors[2]!), used);
    await checkNoLeaks(() => step(inputs[0]!, inputs[1]!, inputs[2]!));
  }
});

describe('what does not fit is refused by name', () => {
  const flow = flowSchedule({ steps: 10 });
  const x = (): tf.Tensor => tf.ones([1, 2]);

  test('noise at alphaBar 0, which does not determine the data', () => {
    expect(() => ddimStep({ xt: x(), predictedNoise: x(), from: 9, to: 3, schedule: flow })).toThrow(
      'ddimStep: `from` must be a timestep with alphaBar above 0, at which the noise determines the data; got 9.',
    );
    expect(() => ddpmPosterior({ xt: x(), predictedNoise: x(), t: 9, schedule: flow })).toThrow(RangeError);
  });

  test('both estimates, or neither', () => {
    const at = { xt: x(), from: 5, to: 3, schedule: flow };
    expect(() => ddimStep({ ...at, estimate: x(), predictedNoise: x() })).toThrow(
      'ddimStep: `estimate` or `predictedNoise` must be given, not both; got both.',
    );
    expect(() => ddimStep(at)).toThrow('got neither');
  });

  test('timesteps outside of the table, etas outside of [0, 1], shapes', () => {
    const at = { xt: x(), estimate: x(), from: 5, to: 3, schedule: flow };
    expect(() => ddimStep({ ...at, from: 10 })).toThrow('ddimStep: `from` must be finite and below 10; got 10.');
    expect(() => ddimStep({ ...at, from: -1 })).toThrow('ddimStep: `from` must be an integer of at least 0; got -1.');
    expect(() => ddimStep({ ...at, to: -2 })).toThrow('ddimStep: `to` must be an integer of at least -1; got -2.');
    expect(() => ddimStep({ ...at, eta: 1.5, noise: x() })).toThrow(
      'ddimStep: `eta` must be finite and at least 0 and at most 1; got 1.5.',
    );
    expect(() => ddimStep({ ...at, eta: 0.5 })).toThrow('ddimStep: `noise` must be a tensor');
    expect(() => ddimStep({ ...at, estimate: tf.ones([1, 3]) })).toThrow(
      'ddimStep: `estimate` must have shape [1, 2]; got [1, 3].',
    );
    expect(() => dpmSolverStep({ ...at, previous: { estimate: tf.ones([1, 3]), timestep: 7 } })).toThrow(
      'dpmSolverStep: `previous.estimate`',
    );
    expect(() => ddpmPosterior({ xt: x(), estimate: x(), t: -1, schedule: flow })).toThrow('ddpmPosterior: `t`');
  });
});
