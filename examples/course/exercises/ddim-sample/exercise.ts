import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'ddimSample',
  inputs: (random) => ({
    weights: random.normal([2, 2]),
    xT: random.normal([3, 2]),
    alphaBars: [0.9, 0.6, 0.25, 0.05],
  }),

  mistakes: {
    stopsEarly: 'the last step, to alphaBar 1, is missing',
    startsLate: 'the first step, from the noisiest timestep, is missing',
    backwards: 'it walks from the least noise to the most',
    everySecond: 'every second timestep is left out',
    networkOnce: 'the network is asked only once, at the start, which is one step to the data however many are made',
    startAlways: 'the network sees xT in every step, not the present x',
    timestepAfter: 'the network gets the timestep of the result instead of that of x',
    countsFromOne: 'the network gets timesteps that count from 1, but they must count from 0',
    reversedTimesteps: 'the network gets the timesteps in reverse order',
    lastTimestep: 'the network gets the same timestep in every step',
    noRoots: 'the square roots of alphaBar and of 1 - alphaBar are missing',
    noRootOfNoise: 'the square root of 1 - alphaBar is missing',
    clipped: 'the estimate of the data is clipped, and these data have no bounds',
    noDivision: 'the estimate of the data is not divided by the root of alphaBar',
    plusNoise: 'the noise is added in the estimate of the data, and must be taken out',
    noDirection: 'the noise of the next timestep is missing, and only the estimate of the data goes on',
    minusDirection: 'the noise of the next timestep is subtracted, and must be added',
    oldLevel: 'the noise goes on at the level of the old timestep',
    estimateNotScaled: 'the estimate of the data is not scaled to the next timestep',
  },
  exclusive: [
    ['stopsEarly', 'startsLate', 'backwards', 'everySecond'],
    ['startsLate', 'backwards', 'lastTimestep'],
    ['networkOnce', 'timestepAfter', 'countsFromOne', 'reversedTimesteps', 'lastTimestep'],
    ['networkOnce', 'startAlways', 'lastTimestep'],
    ['noRoots', 'noRootOfNoise'],
    ['noDirection', 'minusDirection', 'oldLevel'],
  ],

  reference({ weights, xT, alphaBars }, wrong) {
    const last = alphaBars.length - 1;
    const predictNoise = (x: readonly number[], t: number): number[] =>
      weights[0]!.map((_, j) => Math.tanh(sumOf(x.map((value, i) => value * weights[i]![j]!)) + 0.5 * t - 1));
    const root = (value: number): number => (wrong.noRoots ? value : Math.sqrt(value));
    const ofNoise = (bar: number): number => (wrong.noRootOfNoise ? 1 - bar : root(1 - bar));
    const order = alphaBars.map((_, t) => t);
    const steps = wrong.backwards ? order : order.reverse();
    const walked = steps
      .slice(wrong.startsLate ? 1 : 0, wrong.stopsEarly ? -1 : undefined)
      .filter((_, i) => !wrong.everySecond || i % 2 === 0);
    return xT.map((start) => {
      let x = start;
      walked.forEach((t) => {
        const to = wrong.backwards ? t + 1 : t - (wrong.everySecond ? 2 : 1);
        const toBar = alphaBars[to] ?? 1;
        const [bar, level] = [alphaBars[t]!, wrong.oldLevel ? alphaBars[t]! : toBar];
        const timestep = wrong.timestepAfter
          ? to
          : wrong.countsFromOne
            ? t + 1
            : wrong.reversedTimesteps
              ? last - t
              : wrong.lastTimestep
                ? last
                : t;
        const noise = wrong.networkOnce
          ? predictNoise(start, last)
          : predictNoise(wrong.startAlways ? start : x, timestep);
        const direction = wrong.noDirection ? 0 : (wrong.minusDirection ? -1 : 1) * ofNoise(level);
        const ofEstimate = wrong.estimateNotScaled ? 1 : root(toBar);
        x = each(
          (value, e) => {
            const rest = value - (wrong.plusNoise ? -1 : 1) * ofNoise(bar) * e;
            const estimate = wrong.noDivision ? rest : rest / root(bar);
            return ofEstimate * (wrong.clipped ? Math.max(-1, Math.min(1, estimate)) : estimate) + direction * e;
          },
          x,
          noise,
        );
      });
      return x;
    });
  },

  call: (answer, { weights, xT, alphaBars }, tf) =>
    answer((x: Tensor2D, t: number) => tf.tanh(tf.add(tf.matMul(x, weights as Tensor2D), 0.5 * t - 1)), xT, alphaBars),

  hints: [
    'One step has two halves. What would x be without noise, if the network were right? And what is it at the next timestep, with the same noise?',
    'Count the steps for a table of four timesteps. Where does the first begin, and what is alphaBar where the last one ends?',
    'Check a step by hand with a network that knows the noise: after each step x must be what noising the true data gives.',
  ],

  picture: {
    // where noise from -2 to 2 ends
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return { weights: [[1]], xT: line, alphaBars: [0.9, 0.6, 0.25, 0.05] };
    },
  },

  checks: [
    { kind: 'values', points: 6 },
    {
      kind: 'values',
      name: 'a single timestep',
      points: 1,
      inputs: (random) => ({ weights: random.normal([3, 3]), xT: random.normal([2, 3]), alphaBars: [0.3] }),
    },
    { kind: 'gradients', points: 2, of: ['xT'] },
    { kind: 'leaks', points: 1 },
  ],
});
