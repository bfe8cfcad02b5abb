import { defineExercise, each, meanOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'addNoise',
  integers: ['timesteps'],
  inputs: (random) => ({
    x: random.normal([3, 2]),
    noise: random.normal([3, 2]),
    timesteps: [3, 1, 2],
    // of six steps, falling
    alphaBars: [0.95, 0.8, 0.55, 0.3, 0.12, 0.02],
  }),

  mistakes: {
    noRoots: 'neither factor has its square root',
    noRootOfData: 'the factor of the data has no square root',
    noRootOfNoise: 'the factor of the noise has no square root',
    swapped: 'the factors of data and noise are exchanged',
    complement: 'the factor of the noise is 1 minus that of the data: their squares must add up to 1',
    dataNotScaled: 'the data are not scaled down',
    noiseNotScaled: 'the noise is not scaled',
    minusNoise: 'the noise is subtracted, not added',
    noData: 'the data are missing',
    noNoise: 'the noise is missing',
    oneTimestep: 'every example has the timestep of the first',
    stepBefore: 'the timesteps are off by one, and each example has too little noise',
    stepAfter: 'the timesteps are off by one, and each example has too much noise',
    product: 'alphaBar is already a product, but a product is taken again',
    rootOfComplement: 'the variance of the noise is 1 minus the factor of the data, but must be 1 minus its square',
    alphaBarAsFactor: 'alphaBar is used as the factor of the data, but it is the square of that factor',
    alphaBarOfNoise: 'alphaBar is used as the factor of the noise',
    productOfBetas: 'alphaBar is already a product, but is used as if it were beta',
    meanOfTable: 'every example has the mean of the table',
    lastTimestep: 'every example has the last timestep',
    meanTimestep: 'every example has the mean of the entries of all examples',
    reversedTable: 'the table is read from its end',
    oneStep: 'it makes only one step, as from x at the previous timestep, not from the data',
    noTimesteps: 'the timesteps are not used: each example has the entry of its own index',
  },
  exclusive: [
    ['noRoots', 'noRootOfData', 'noRootOfNoise', 'complement', 'noiseNotScaled', 'noNoise'],
    ['noRoots', 'noRootOfData', 'dataNotScaled', 'noData'],
    ['dataNotScaled', 'swapped'],
    ['swapped', 'complement', 'noData', 'noNoise'],
    ['noiseNotScaled', 'swapped'],
    ['noData', 'noNoise', 'complement'],
    ['minusNoise', 'noNoise'],
    ['noiseNotScaled', 'noData', 'oneTimestep', 'stepBefore', 'stepAfter', 'product', 'noTimesteps'],
  ],

  alone: [
    'rootOfComplement',
    'alphaBarAsFactor',
    'alphaBarOfNoise',
    'productOfBetas',
    'meanOfTable',
    'lastTimestep',
    'meanTimestep',
    'reversedTable',
    'oneStep',
  ],

  reference({ x, noise, timesteps, alphaBars }, wrong) {
    const products = (factors: readonly number[]): number[] =>
      factors.map((_, t) => factors.slice(0, t + 1).reduce((product, value) => product * value, 1));
    const table = wrong.product
      ? products(alphaBars)
      : wrong.productOfBetas
        ? products(alphaBars.map((beta) => 1 - beta))
        : wrong.reversedTable
          ? [...alphaBars].reverse()
          : wrong.oneStep
            ? alphaBars.map((alphaBar, t) => alphaBar / (alphaBars[t - 1] ?? 1))
            : alphaBars;
    const last = table.length - 1;
    return x.map((row, i) => {
      const t = wrong.lastTimestep ? last : wrong.noTimesteps ? i : timesteps[wrong.oneTimestep ? 0 : i]!;
      const given = wrong.meanOfTable
        ? meanOf(table)
        : wrong.meanTimestep
          ? meanOf(timesteps.map((at) => table[at]!))
          : wrong.stepBefore
            ? table[Math.max(0, t - 1)]!
            : table[wrong.stepAfter ? Math.min(last, t + 1) : t]!;
      const alphaBar = wrong.swapped ? 1 - given : given;
      if (wrong.alphaBarOfNoise) return each((a, e) => Math.sqrt(1 - given ** 2) * a + given * e, row, noise[i]!);
      const root = (value: number, isLeftOut: boolean): number => (isLeftOut ? value : Math.sqrt(value));
      const ofData = wrong.noData
        ? 0
        : wrong.dataNotScaled
          ? 1
          : root(alphaBar, wrong.noRoots || wrong.noRootOfData || wrong.alphaBarAsFactor);
      const ofNoise = wrong.noNoise
        ? 0
        : wrong.noiseNotScaled
          ? 1
          : wrong.complement
            ? 1 - Math.sqrt(alphaBar)
            : wrong.rootOfComplement
              ? Math.sqrt(1 - Math.sqrt(alphaBar))
              : wrong.alphaBarAsFactor
                ? Math.sqrt(1 - alphaBar ** 2)
                : root(1 - alphaBar, wrong.noRoots || wrong.noRootOfNoise);
      return each((a, e) => ofData * a + (wrong.minusNoise ? -1 : 1) * ofNoise * e, row, noise[i]!);
    });
  },

  hints: [
    'Data and noise have variance 1, and so should their mixture at every step. Which two numbers have squares that add up to 1?',
    'Each example has a timestep of its own. Which operation of TensorFlow.js looks entries up by index?',
    'You have one number for each example, and several features. What shape must it have to scale whole rows?',
  ],

  picture: {
    // data of 1 and a noise of 0.2, from the data to the noise
    inputs() {
      const line = Array.from({ length: 41 }, () => [1]);
      const timesteps = line.map((_, i) => i);
      return { x: line, noise: each(() => 0.2, line), timesteps, alphaBars: timesteps.map((t) => 1 - t / 40) };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'the first and the last step',
      points: 1,
      inputs: (random) => ({
        x: random.normal([2, 3]),
        noise: random.normal([2, 3]),
        timesteps: [3, 0],
        alphaBars: [1, 0.6, 0.2, 0],
      }),
    },
    { kind: 'gradients', points: 2, of: ['x', 'noise'] },
    { kind: 'leaks', points: 1 },
  ],
});
