import { CLASSES, labelsOf, labelsOrNothing } from '../conditions.js';
import type { Draw } from '../draw.js';
import {
  call,
  exported,
  expressionOf as toExpression,
  method,
  named,
  own,
  type Program,
  type Written,
} from '../expression.js';
import { filesOf } from '../files.js';
import { network, stream } from '../networks.js';
import { batchesOf, optimizer, shared } from '../training.js';
import { twin } from '../twin.js';

const losses = [
  'hingeLoss',
  'minimaxLoss',
  'nonSaturatingLoss',
  'leastSquaresLoss',
  'wassersteinLoss',
  'relativisticLoss',
];

/** A GAN, its trainer, and what it generates. */
export function gan(d: Draw): Program {
  const shape = d.pick([[d.integer(1, 3)], [d.integer(1, 3)], [4, 4, d.pick([1, 3])], [8, 8, 1]]);
  const condition = labelsOrNothing(d);
  const isLabelled = Object.keys(condition.options(d, 1)).length > 0;
  const latentSize = d.integer(1, 3);
  const isImage = shape.length === 3;
  const augment = d.maybe(
    () =>
      d.pick<Written>([
        own('noisy'),
        call('instanceNoise', {
          standardDeviation: d.pick<Written>([0.1, call('linearRamp', { from: 0.2, to: 0, steps: 3 })]),
        }),
        ...(isImage
          ? [
              call('randomTranslation', { fraction: 0.25 }),
              call('randomCutout'),
              call('augmentations', call('randomColor'), call('randomTranslation')),
            ]
          : []),
      ]),
    0.3,
  );
  const n = d.integer(1, 3);
  const { optimizer: first, ...rest } = shared(d);
  const generator = call('createGenerator', condition.wrap(d, [latentSize], shape), {
    latentSize,
    prior: d.maybe(() => exported(d.pick(['gaussianPrior', 'uniformPrior'])), 0.3),
  });
  const smooth = call('smoothedLoss', { realTarget: d.pick([0.7, 0.9]) });
  const options = isLabelled ? [{ condition: labelsOf(d, n) }] : [];
  return twin(d, named('generator'), {
    rule: 'gan',
    constants: [
      ['generator', generator],
      [
        'discriminator',
        call('createDiscriminator', isLabelled ? condition.wrap(d, shape, [1]) : network(d, shape, [1])),
      ],
      [
        'trainer',
        call('createGanTrainer', {
          generator: named('generator'),
          discriminator: named('discriminator'),
          loss: d.chance(0.15) ? smooth : d.chance(0.1) ? own('ownLoss') : exported(d.pick(losses)),
          optimizers: { generator: first, discriminator: optimizer(d) },
          ...rest,
          penalty: d.maybe(() => own(d.pick(['r1', 'r2', 'wgan'])), 0.4),
          augment,
          discriminatorSteps: d.maybe(() => d.pick<Written>([1, 2, call('constant', 2)]), 0.3),
        }),
      ],
      ['batches', batchesOf(d, shape, condition)],
      ['outSample', method(named('generator'), 'sample', n, stream(d), ...options)],
      [
        'outProbability',
        method(named('discriminator'), 'probability', method(stream(d), 'uniform', [n, ...shape], 0, 1), ...options),
      ],
      ['part', named('generator')],
      ['onnxInputs', isLabelled ? {} : { z: [latentSize] }],
      [
        'feeds',
        {
          z: method(call('createRandom', 5), 'normal', [2, latentSize]),
          ...(isLabelled ? { condition: method(call('createRandom', 6), 'integers', [2], 0, CLASSES) } : {}),
        },
      ],
      [
        'answers',
        {
          output: method(
            named('generator'),
            'generate',
            method(call('createRandom', 5), 'normal', [2, latentSize]),
            ...(isLabelled ? [{ condition: method(call('createRandom', 6), 'integers', [2], 0, CLASSES) }] : []),
          ),
        },
      ],
    ].map(([name, value]) => [name as string, toExpression(value as Written)] as const),
    files: filesOf(d),
  });
}
