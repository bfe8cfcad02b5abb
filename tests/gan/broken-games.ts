import {
  hingeLoss,
  minimaxLoss,
  nonSaturatingLoss,
  r1Penalty,
  relativisticLoss,
  wassersteinLoss,
} from '../../src/index.js';
import { squashed, withoutInput } from '../support/broken-networks.js';
import { weighted, type GameRun } from './game-runs.js';

/** A game that fails, and the verdicts of which one must be given. */
export interface BrokenGame extends GameRun {
  readonly deserves: readonly string[];
}

const r1 = weighted(0.1, r1Penalty);
const collapse = ['mode collapse'];
const outplayed = ['discriminator too strong', 'vanishing gradient'];

/** Games that go wrong. */
export const brokenGames: readonly BrokenGame[] = [
  {
    name: 'grid, a generator that outruns, non-saturating',
    set: 'grid',
    loss: nonSaturatingLoss,
    rates: [1e-2, 1e-4],
    steps: 800,
    deserves: collapse,
  },
  {
    name: 'moons, a generator that outruns, hinge',
    set: 'moons',
    loss: hingeLoss,
    rates: [1e-2, 1e-4],
    beta1: 0.9,
    steps: 1000,
    // its examples gather, or fly off
    deserves: [...collapse, 'far from the data'],
  },
  {
    name: 'spots, a generator that outruns, relativistic',
    set: 'spots',
    loss: relativisticLoss,
    rates: [1e-2, 5e-5],
    batchSize: 32,
    steps: 800,
    deserves: [...collapse, ...outplayed],
  },
  {
    name: 'ring, latents that are not read, R1',
    set: 'ring',
    loss: nonSaturatingLoss,
    penalty: r1,
    change: { generator: withoutInput },
    steps: 600,
    deserves: collapse,
  },
  {
    name: 'ring, Wasserstein without a penalty, outrun',
    set: 'ring',
    loss: wassersteinLoss,
    rates: [1e-2, 1e-4],
    steps: 1200,
    deserves: collapse,
  },
  {
    name: 'ring, minimax against a perfect discriminator',
    set: 'ring',
    loss: minimaxLoss,
    rates: [1e-5, 1e-2],
    steps: 600,
    deserves: outplayed,
  },
  {
    name: 'spots, minimax against a perfect discriminator',
    set: 'spots',
    loss: minimaxLoss,
    rates: [1e-5, 3e-3],
    batchSize: 32,
    steps: 600,
    deserves: outplayed,
  },
  {
    name: 'bars, non-saturating, a discriminator far too fast',
    set: 'bars',
    loss: nonSaturatingLoss,
    rates: [1e-5, 5e-3],
    batchSize: 32,
    steps: 600,
    deserves: outplayed,
  },
  {
    name: 'grid, rates that explode',
    set: 'grid',
    loss: nonSaturatingLoss,
    rates: [0.5, 0.5],
    beta1: 0.9,
    steps: 600,
    deserves: ['oscillation', ...collapse, ...outplayed],
  },
  {
    name: 'moons, a sigmoid before the loss',
    set: 'moons',
    loss: nonSaturatingLoss,
    change: { discriminator: squashed },
    steps: 600,
    deserves: ['probabilities for logits'],
  },
  {
    name: 'line, data a thousand times too large',
    set: 'line',
    loss: nonSaturatingLoss,
    scale: 1000,
    steps: 600,
    deserves: ['data out of scale'],
  },
];
