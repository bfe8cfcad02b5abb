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
    ascending: 'the timesteps are visited from the first to the last, but must be visited from the last to the first',
    everySecond: 'every second timestep is left out',
    networkOnce:
      'the network is called only once, at the start, which makes a single step to the data, however many steps follow',
    startAlways: 'the network sees xT in every step, not the present x',
    timestepAfter: 'the network gets the timestep of the result instead of that of x',
    timestepAfterOrFirst: 'the network gets the timestep of the result, or the first one, instead of that of x',
    countsFromOne: 'the network gets timesteps that count from 1, but they must count from 0',
    reversedTimesteps: 'the network gets the timesteps in reverse order',
    lastTimestep: 'the network gets the same timestep in every step',
    alphaBarGiven: 'the network gets alphaBar, but must get the timestep',
    fractionGiven: 'the network gets the timestep divided by their number, but must get the timestep itself',
    fractionOfLast: 'the network gets the timestep divided by the last one, but must get the timestep itself',
    product: 'alphaBar is already a product, but a product is taken again',
    productOfBetas: 'alphaBar is already a product, but is used as if it were beta',
    reversedTable: 'the table is read from its end',
    levelBefore: 'each step leads to the level before it in the walk, which has more noise',
    sameLevel: 'it is xT itself, and each step must lead to the level of the next timestep',
    endsInNoise: 'the last step ends at alphaBar 0, but must end at 1',
    oneStepRatio: 'the estimate uses the alpha of one step, but alphaBar is needed',
    ancestral: 'it is the mean of a step of DDPM, not a step of DDIM',
    noRootOfData: 'the square root of alphaBar is missing',
    noRootOfEstimate: 'the estimate of the data is divided by alphaBar, but must be divided by its root',
    minusPrediction: 'the predicted noise has the wrong sign throughout',
    clippedSample: 'x is clipped, but these data have no bounds',
    noRoots: 'the square roots of alphaBar and of 1 - alphaBar are missing',
    noRootOfNoise: 'the square root of 1 - alphaBar is missing',
    clipped: 'the estimate of the data is clipped, but these data have no bounds',
    noDivision: 'the estimate of the data is not divided by the root of alphaBar',
    plusNoise: 'the noise is added in the estimate of the data, but must be taken out',
    noDirection: 'the noise of the next timestep is missing: x is only the estimate of the data',
    minusDirection: 'the noise of the next timestep is subtracted, but must be added',
    oldLevel: 'the noise keeps the level of the old timestep',
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

  alone: [
    'ascending',
    'timestepAfterOrFirst',
    'alphaBarGiven',
    'fractionGiven',
    'fractionOfLast',
    'product',
    'productOfBetas',
    'reversedTable',
    'levelBefore',
    'sameLevel',
    'endsInNoise',
    'oneStepRatio',
    'ancestral',
    'noRootOfData',
    'noRootOfEstimate',
    'minusPrediction',
    'clippedSample',
  ],

  reference({ weights, xT, alphaBars: given }, wrong) {
    const alphaBars = tableOf(given, wrong);
    const last = alphaBars.length - 1;
    const predictNoise = (x: readonly number[], t: number): number[] =>
      weights[0]!.map((_, j) => Math.tanh(sumOf(x.map((value, i) => value * weights[i]![j]!)) + 0.5 * t - 1));
    const root = (value: number): number => (wrong.noRoots || wrong.noRootOfData ? value : Math.sqrt(value));
    const ofNoise = (bar: number): number => (wrong.noRootOfNoise || wrong.noRoots ? 1 - bar : Math.sqrt(1 - bar));
    const clip = (value: number): number => Math.max(-1, Math.min(1, value));
    const order = alphaBars.map((_, t) => t);
    const steps = wrong.backwards || wrong.ascending ? order : order.reverse();
    const walked = steps
      .slice(wrong.startsLate ? 1 : 0, wrong.stopsEarly ? -1 : undefined)
      .filter((_, i) => !wrong.everySecond || i % 2 === 0);
    return xT.map((start) => {
      let x = start;
      walked.forEach((t) => {
        const to = wrong.backwards ? t + 1 : t - (wrong.everySecond ? 2 : 1);
        const bar = alphaBars[t]!;
        const nextBar = alphaBars[to] ?? (wrong.endsInNoise ? 0 : 1);
        const toBar = wrong.sameLevel ? bar : wrong.levelBefore ? (alphaBars[t + 1] ?? 1) : nextBar;
        const level = wrong.oldLevel ? bar : toBar;
        const timestep = wrong.timestepAfter
          ? to
          : wrong.timestepAfterOrFirst
            ? Math.max(0, to)
            : wrong.countsFromOne
              ? t + 1
              : wrong.reversedTimesteps
                ? last - t
                : wrong.lastTimestep
                  ? last
                  : wrong.alphaBarGiven
                    ? bar
                    : wrong.fractionGiven
                      ? t / alphaBars.length
                      : wrong.fractionOfLast
                        ? t / Math.max(1, last)
                        : t;
        const noise = wrong.networkOnce
          ? predictNoise(start, last)
          : predictNoise(wrong.startAlways ? start : x, timestep);
        const direction = wrong.noDirection ? 0 : (wrong.minusDirection ? -1 : 1) * ofNoise(level);
        const ofEstimate = wrong.estimateNotScaled ? 1 : root(toBar);
        const ratio = bar / toBar;
        x = each(
          (value, prediction) => {
            if (wrong.ancestral) return (value - ((1 - ratio) / ofNoise(bar)) * prediction) / root(ratio);
            const e = wrong.minusPrediction ? -prediction : prediction;
            const ofStep = wrong.oneStepRatio ? ratio : bar;
            const rest = value - (wrong.plusNoise ? -1 : 1) * ofNoise(ofStep) * e;
            const estimate = wrong.noDivision ? rest : rest / (wrong.noRootOfEstimate ? bar : root(ofStep));
            const next = ofEstimate * (wrong.clipped ? clip(estimate) : estimate) + direction * e;
            return wrong.clippedSample ? clip(next) : next;
          },
          x,
          noise,
        );
      });
      return x;
    });
  },

  call(answer, { weights, xT, alphaBars }, tf) {
    const predictNoise = (x: Tensor2D, t: unknown): unknown => {
      if (typeof t !== 'number') throw new TypeError('predictNoise takes the timestep as a number.');
      return tf.tanh(tf.add(tf.matMul(x, weights as Tensor2D), 0.5 * t - 1));
    };
    return answer(predictNoise, xT, alphaBars);
  },

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

/** The table of alphaBar. */
function tableOf(alphaBars: readonly number[], wrong: Readonly<Record<string, boolean>>): readonly number[] {
  const products = (factors: readonly number[]): number[] =>
    factors.map((_, t) => factors.slice(0, t + 1).reduce((product, value) => product * value, 1));
  if (wrong['product']) return products(alphaBars);
  if (wrong['productOfBetas']) return products(alphaBars.map((beta) => 1 - beta));
  return wrong['reversedTable'] ? [...alphaBars].reverse() : alphaBars;
}
