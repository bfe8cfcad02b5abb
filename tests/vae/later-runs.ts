import {
  bernoulli,
  discretizedLogistic,
  elboObjective,
  gaussian,
  importanceWeightedObjective,
  learnedGaussian,
  linearRamp,
} from '../../src/index.js';
import { squashed, withoutInput } from '../support/broken-networks.js';
import type { BrokenVae, VaeRun } from './vae-runs.js';

const levels = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });

/** Healthy runs of kinds that no limit of a verdict was chosen by. */
export const laterHealthyVaes: readonly VaeRun[] = [
  { name: 'lattice, Gaussian', set: 'lattice', likelihood: gaussian({ variance: 0.05 }), latentSize: 2, steps: 500 },
  {
    name: 'uneven modes, learned Gaussian, batches of 16',
    set: 'uneven',
    likelihood: learnedGaussian(),
    latentSize: 1,
    batchSize: 16,
    steps: 600,
  },
  {
    name: 'bars, logistic levels, beta of 3',
    set: 'bars',
    likelihood: levels,
    objective: elboObjective({ beta: 3 }),
    batchSize: 32,
    steps: 400,
  },
  {
    name: 'bars, Bernoulli, free nats of 1',
    set: 'bars',
    likelihood: bernoulli,
    objective: elboObjective({ freeNats: 1 }),
    steps: 450,
  },
  {
    name: 'cloud, Gaussian, a long ramp',
    set: 'cloud',
    likelihood: gaussian({ variance: 0.1 }),
    objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 500 }) }),
    steps: 600,
  },
  {
    name: 'islands, Gaussian, four weighted samples',
    set: 'islands',
    likelihood: gaussian({ variance: 0.2 }),
    latentSize: 2,
    objective: importanceWeightedObjective({ samples: 4 }),
    steps: 500,
  },
];

/** Runs that go wrong in ways that no limit of a verdict was chosen by. */
export const laterBrokenVaes: readonly BrokenVae[] = [
  {
    name: 'lattice, Gaussian, variance of 20',
    set: 'lattice',
    likelihood: gaussian({ variance: 20 }),
    latentSize: 2,
    learningRate: 3e-3,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'bars, logistic levels, a decoder that does not read z',
    set: 'bars',
    likelihood: levels,
    change: withoutInput,
    batchSize: 16,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'spots, Bernoulli after a sigmoid, beta of 0.5',
    set: 'spots',
    likelihood: bernoulli,
    objective: elboObjective({ beta: 0.5 }),
    change: squashed,
    steps: 500,
    deserves: 'probabilities for logits',
  },
  {
    name: 'spots, bytes for logistic levels',
    set: 'spots',
    likelihood: levels,
    brightness: 255,
    steps: 100,
    deserves: 'data out of scale',
  },
];
