import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'ddimInversion',
  inputs: (random) => ({
    weights: random.normal([3, 3]),
    x: random.normal([4, 3]),
    alphaBars: [0.95, 0.8, 0.5, 0.2].map((value) => value - 0.1 * random.uniform([])),
  }),

  mistakes: {
    backwards: 'the walk goes from the last timestep to the first, as in sampling',
    oneLess: 'there is one step too few',
    oneStep: 'it goes to the last timestep in one step',
    noDivision: 'the estimate of the data is not divided by the root of alphaBar',
    noEstimate: 'x itself is used as the estimate of the data',
    noDirection: 'the noise is not added again at the new level',
    minusDirection: 'the noise is subtracted at the new level, but must be added',
    plusInEstimate: 'the noise is added in the estimate of the data, but must be subtracted',
    noRoots: 'alphaBar and 1 - alphaBar are used without their roots',
    sameLevel: 'the new level is the old one, so x does not change',
    exchanged: 'the factors of data and noise are exchanged',
    nextTime: 'the network gets the timestep to which the step goes, but must get the one where x is',
    firstTime: 'the network always gets the timestep 0',
    lastTime: 'the network always gets the last timestep',
    complement: 'the factor of the noise is 1 minus that of the data, but their squares must add up to 1',
    estimate: 'it is the last estimate of the data, not x at the last timestep',
    onlyNoise: 'it is the last prediction of the noise',
    ratio: 'x is only scaled at each step',
  },
  exclusive: [
    ['backwards', 'oneLess', 'oneStep', 'sameLevel', 'estimate', 'onlyNoise'],
    ['noDivision', 'noEstimate', 'plusInEstimate', 'noDirection', 'minusDirection', 'sameLevel', 'ratio'],
    ['noRoots', 'exchanged', 'complement', 'sameLevel', 'ratio'],
    ['nextTime', 'firstTime', 'lastTime', 'sameLevel', 'oneStep'],
  ],
  alone: [
    'oneStep',
    'noRoots',
    'exchanged',
    'firstTime',
    'lastTime',
    'complement',
    'estimate',
    'onlyNoise',
    'ratio',
    'sameLevel',
    'backwards',
    'noEstimate',
  ],

  reference({ weights, x, alphaBars }, wrong) {
    const predict = (row: readonly number[], t: number): number[] =>
      weights[0]!.map((_, j) => Math.tanh(sumOf(row.map((value, k) => value * weights[k]![j]!)) + 0.5 * t - 1));
    const factors = (bar: number): readonly [number, number] => {
      if (wrong.noRoots) return [bar, 1 - bar];
      const root = Math.sqrt(bar);
      if (wrong.exchanged) return [Math.sqrt(1 - bar), root];
      return [root, wrong.complement ? 1 - root : Math.sqrt(1 - bar)];
    };
    const last = alphaBars.length - 1;
    return x.map((row) => {
      let at: number[] = [...row];
      let estimate = at;
      let noise = at;
      const steps = wrong.oneStep
        ? [[0, last]]
        : alphaBars
            .slice(0, wrong.oneLess ? -2 : -1)
            .map((_, t) => (wrong.backwards ? [last - t, last - t - 1] : [t, t + 1]));
      for (const [t, next] of steps as [number, number][]) {
        const time = wrong.nextTime ? next : wrong.firstTime ? 0 : wrong.lastTime ? last : t;
        noise = predict(at, time);
        const [alpha, sigma] = factors(alphaBars[t]!);
        const [alphaTo, sigmaTo] = factors(alphaBars[wrong.sameLevel ? t : next]!);
        estimate = at.map((value, j) =>
          wrong.noEstimate
            ? value
            : wrong.ratio
              ? value / alpha
              : (value - (wrong.plusInEstimate ? -1 : 1) * sigma * noise[j]!) / (wrong.noDivision ? 1 : alpha),
        );
        const sign = wrong.noDirection || wrong.ratio ? 0 : wrong.minusDirection ? -1 : 1;
        at = estimate.map((value, j) => alphaTo * value + sign * sigmaTo * noise[j]!);
      }
      return wrong.estimate ? estimate : wrong.onlyNoise ? noise : at;
    });
  },

  call(answer, { weights, x, alphaBars }, tf) {
    const predictNoise = (at: Tensor2D, t: unknown): unknown => {
      if (typeof t !== 'number') throw new TypeError('predictNoise takes the timestep as a number.');
      return tf.tanh(tf.add(tf.matMul(at, weights as Tensor2D), 0.5 * t - 1));
    };
    return answer(predictNoise, x, alphaBars);
  },

  hints: [
    'It is the walk of DDIM in the other direction. Which timestep does the network get in the first step, and in the last one?',
    'Count the steps for a table of four values.',
    'Go one step by hand: estimate the data from x, and noise the estimate again with the same noise.',
  ],

  picture: {
    // where data from -2 to 2 come from
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return { weights: [[1]], x: line, alphaBars: [0.99, 0.8, 0.5, 0.2] };
    },
  },

  checks: [
    { kind: 'values', points: 6 },
    {
      kind: 'values',
      name: 'a single step',
      points: 1,
      inputs: (random) => ({ weights: random.normal([5, 5]), x: random.normal([3, 5]), alphaBars: [0.9, 0.3] }),
    },
    { kind: 'leaks', points: 1 },
  ],
});
