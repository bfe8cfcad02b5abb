import * as tf from '@tensorflow/tfjs-core';
import {
  createConditionalPrior,
  createFlowPrior,
  createGaussianEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  createRandom,
  createVampPrior,
  embedding,
  gaussianPrior,
  mlp,
  tanh,
  type LatentPrior,
  type Part,
} from '../../src/index.js';
import { checkPrior } from '../../src/testing/index.js';
import type { Call } from './call.js';

/** A prior in the form that the laws in priors.wasm.test.ts and priors-in-one-dimension.wasm.test.ts need. Add one to the list for each new prior. */
export interface PriorCase {
  readonly name: string;
  /** The smallest size of its latents; default 1. */
  readonly least?: number;
  /** For latents of one or two numbers, with almost all of its mass within -8 and 8. */
  readonly make: (latentSize: number) => {
    readonly prior: LatentPrior & Partial<Part>;
    readonly owns?: readonly Part[];
  };
  /** The function of this name, if it takes options. */
  readonly call?: Call;
}

/** Checks the laws of a prior at a few latents, of which one is 20 deviations away. */
export async function checkPriorLaws(prior: LatentPrior, latentSize: number): Promise<void> {
  const random = createRandom(5);
  const z = tf.concat([random.normal([3, latentSize]), tf.fill([1, latentSize], 20)]);
  await checkPrior(prior, { z, random, range: [-8, 8], relative: 5e-3, absolute: 1e-3 });
}

/** A prior whose variables have moved from their initial values, so that a law cannot hold only there. */
function perturbed<P extends Partial<Part>>(prior: P, seed: number): P {
  const random = createRandom(seed);
  for (const variable of prior.variables ?? [])
    variable.assign(tf.tidy(() => tf.add(variable, tf.mul(0.2, random.normal(variable.shape)))));
  return prior;
}

export const priors: readonly PriorCase[] = [
  { name: 'gaussianPrior', make: () => ({ prior: gaussianPrior }) },
  {
    name: 'createMixturePrior',
    make: (latentSize) => ({
      prior: perturbed(createMixturePrior({ components: 3, latentSize, random: createRandom(1) }), 2),
    }),
    call: [
      createMixturePrior,
      () => ({
        components: 2,
        latentSize: 1,
        random: createRandom(1),
        means: [[0], [1]],
        logVariances: [[0], [1]],
        weights: [1, 2],
      }),
    ],
  },
  {
    name: 'createMixturePrior, far apart, of unequal weights',
    make: (latentSize) => ({
      prior: createMixturePrior({
        components: 2,
        latentSize,
        random: createRandom(1),
        means: [new Array<number>(latentSize).fill(-2), new Array<number>(latentSize).fill(2)],
        logVariances: [new Array<number>(latentSize).fill(-1.5), new Array<number>(latentSize).fill(-0.5)],
        weights: [3, 1],
      }),
    }),
  },
  {
    name: 'createVampPrior',
    make: (latentSize) => {
      const random = createRandom(3);
      const encoder = perturbed(
        createGaussianEncoder(mlp({ sizes: [3, 4, 2 * latentSize], activation: tanh, random }), { latentSize }),
        4,
      );
      return { prior: createVampPrior(encoder, { inputs: tf.mul(2, random.normal([4, 3])) }), owns: [encoder] };
    },
    call: [
      (options) =>
        createVampPrior(
          createGaussianEncoder(mlp({ sizes: [4, 4], random: createRandom(1) }), { latentSize: 2 }),
          options,
        ),
      () => ({ inputs: tf.ones([3, 4]), range: [0, 1] }),
    ],
  },
  {
    name: 'createFlowPrior',
    least: 2,
    make: (latentSize) => ({
      prior: perturbed(createFlowPrior({ latentSize, layers: 2, width: 3, random: createRandom(5) }), 6),
    }),
    call: [createFlowPrior, () => ({ latentSize: 2, layers: 2, width: 3, random: createRandom(1) })],
  },
  {
    name: 'createConditionalPrior',
    make: (latentSize) => {
      const network = embedding({ classes: 2, size: 2 * latentSize, random: createRandom(7) });
      const prior = createConditionalPrior(network, { latentSize });
      // all rows are of one class
      const options = (rows: number) => ({ condition: tf.ones([rows], 'int32') });
      return {
        prior: {
          ...prior,
          sample: (shape, random) => tf.tidy(() => prior.sample(shape, random, options(shape[0]!))),
          logProb: (z) => tf.tidy(() => prior.logProb(z, options(z.shape[0]))),
          blocks: (z) => tf.tidy(() => prior.blocks(z, options(z.shape[0])) as never),
        },
      };
    },
    call: [
      (options) => createConditionalPrior(mlp({ sizes: [2, 4], random: createRandom(1) }), options),
      () => ({ latentSize: 2 }),
    ],
  },
  {
    name: 'createHierarchicalPrior',
    make: (latentSize) => {
      const latentSizes = new Array<number>(latentSize).fill(1);
      const below = latentSizes
        .slice(1)
        .map(() => mlp({ sizes: [1, 3, 2], activation: tanh, random: createRandom(8) }));
      return { prior: perturbed(createHierarchicalPrior(below, { latentSizes }), 9) };
    },
    call: [
      (options) => createHierarchicalPrior([mlp({ sizes: [1, 2], random: createRandom(1) })], options),
      () => ({ latentSizes: [1, 1], top: gaussianPrior }),
    ],
  },
  {
    name: 'createHierarchicalPrior, with a mixture on top',
    make: (latentSize) => {
      const latentSizes = new Array<number>(latentSize).fill(1);
      const below = latentSizes
        .slice(1)
        .map(() => mlp({ sizes: [1, 3, 2], activation: tanh, random: createRandom(8) }));
      const top = createMixturePrior({ components: 2, latentSize: 1, random: createRandom(9), means: [[-2], [1]] });
      return { prior: perturbed(createHierarchicalPrior(below, { latentSizes, top }), 10) };
    },
  },
];
