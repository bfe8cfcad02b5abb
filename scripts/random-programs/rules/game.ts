import type { Draw } from '../draw.js';
import { call, method, named, own, type Program } from '../expression.js';
import { filesOf } from '../files.js';
import { network, stream } from '../networks.js';
import { batchesOf, optimizer, shared } from '../training.js';

/** A game of the user's own, of two players. */
export function game(d: Draw): Program {
  const shape = [d.integer(1, 3)];
  const latentSize = d.integer(1, 3);
  const { optimizer: first, ...rest } = shared(d);
  return {
    rule: 'game',
    constants: [
      ['generator', call('createGenerator', network(d, [latentSize], shape), { latentSize })],
      ['discriminator', call('createDiscriminator', network(d, shape, [1]))],
      [
        'trainer',
        call('createTrainer', {
          name: 'own',
          parts: { generator: named('generator'), discriminator: named('discriminator') },
          play: own('ownGame', named('generator'), named('discriminator'), d.chance(0.5)),
          optimizers: { generator: first, discriminator: optimizer(d) },
          ...rest,
        }),
      ],
      [
        'batches',
        batchesOf(d, shape, { wrap: network, options: () => ({}) }, (count) =>
          method(stream(d), 'normal', [count, ...shape]),
        ),
      ],
      ['outSample', method(named('generator'), 'sample', d.integer(1, 3), stream(d))],
      ['part', named('generator')],
    ],
    files: filesOf(d),
  };
}
