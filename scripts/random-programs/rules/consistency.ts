import type { Draw } from '../draw.js';
import { call, exported, method, named, own, type Program, type Written } from '../expression.js';
import { filesOf } from '../files.js';
import { stream } from '../networks.js';
import { batchesOf, shared } from '../training.js';
import { twin } from '../twin.js';
import { denoising } from './denoising.js';
import { schedule } from './diffusion.js';

/** A student of few calls, its trainer, and samples. */
export function consistency(d: Draw): Program {
  const kind = d.pick(['easy', 'distilled', 'shortcut', 'none', 'own']);
  const stepSizes = kind === 'shortcut' ? 3 : undefined;
  const net = denoising(d, stepSizes);
  const gap = d.maybe(() => d.pick<Written>([0.1, 0.5, call('linearRamp', { from: 0.5, to: 0.1, steps: 3 })]));
  const targets: Readonly<Record<string, Written>> = {
    own: own('ownConsistency'),
    easy: call('easyConsistency', ...(gap === undefined ? [] : [{ gap }])),
    distilled: call('consistencyDistillation', { teacher: named('teacher'), gap }),
    shortcut: call('shortcut', ...(d.chance(0.5) ? [{ share: d.pick([0.25, 0.5]) }] : [])),
  };
  const make = () => call('createDenoiser', net.make(), { schedule: named('schedule'), predicts: named('target') });
  const n = d.integer(1, 3);
  const options = {
    shape: [n, ...net.shape],
    random: stream(d),
    steps: d.maybe(() => d.pick([1, 2])),
    ...net.condition.options(d, n),
  };
  return twin(d, named('student'), {
    rule: 'consistency',
    withoutSlopes: true,
    constants: [
      ['schedule', kind === 'shortcut' ? call('flowSchedule', { steps: 8 }) : schedule(d)],
      ['target', kind === 'shortcut' ? exported('predictFlow') : exported(d.pick(['predictVelocity', 'predictFlow']))],
      ...(kind === 'distilled' ? [['teacher', make()] as const] : []),
      ['student', make()],
      [
        'trainer',
        call('createConsistencyTrainer', {
          student: named('student'),
          target: targets[kind],
          ...shared(d),
          dropCondition: net.isLabelled ? d.maybe(() => 0.3) : undefined,
        }),
      ],
      [
        'batches',
        batchesOf(d, net.shape, net.condition, (count) => method(stream(d), 'uniform', [count, ...net.shape], -1, 1)),
      ],
      ['outSample', call(kind === 'shortcut' ? 'sampleShortcut' : 'sampleConsistency', named('student'), options)],
      ['part', named('student')],
    ],
    files: filesOf(d),
  });
}
