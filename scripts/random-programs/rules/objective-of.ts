import type { Draw } from '../draw.js';
import { call, own, type Expression, type Written } from '../expression.js';

/** An objective of a VAE. */
export const objectiveOf = (d: Draw): Expression =>
  d.chance(0.1)
    ? own('ownObjective')
    : d.chance(0.5)
      ? call('importanceWeightedObjective', { samples: d.integer(1, 3) })
      : call('elboObjective', {
          beta: d.maybe(() => d.pick<Written>([0, 0.5, 4, call('linearRamp', { from: 0, to: 1, steps: 4 })])),
          freeNats: d.maybe(() => d.pick([0, 0.1, 2]), 0.3),
        });
