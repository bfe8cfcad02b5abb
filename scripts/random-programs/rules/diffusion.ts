import type { Draw } from '../draw.js';
import { call, exported, method, named, own, type Expression, type Program, type Written } from '../expression.js';
import { filesOf } from '../files.js';
import { stream } from '../networks.js';
import { batchesOf, shared } from '../training.js';
import { denoising, type Denoising } from './denoising.js';

export const schedule = (d: Draw): Expression => {
  const steps = d.integer(2, 12);
  return d.pick([
    () => call('linearSchedule', { steps }),
    () => call('cosineSchedule', { steps }),
    () => call('flowSchedule', { steps, shift: d.maybe(() => d.pick([0.5, 1, 3])) }),
  ])();
};

export const target = (d: Draw): Expression =>
  d.chance(0.1)
    ? own('ownTarget')
    : exported(d.pick(['predictNoise', 'predictSample', 'predictVelocity', 'predictFlow']));

const samplers = ['sampleDdim', 'sampleDdpm', 'sampleHeun', 'sampleDpmSolver', 'sampleDiffusion'];

export function sampling(d: Draw, denoiser: Expression, { shape, condition, isLabelled }: Denoising): Expression {
  const n = d.integer(1, 3);
  const options: Written = {
    shape: [n, ...shape],
    random: stream(d),
    ...condition.options(d, n),
    steps: d.maybe(() => d.integer(1, 2), 0.7),
    guidance: isLabelled ? d.maybe(() => d.pick<Written>([0, 1, 2.5, own('decaying')])) : undefined,
    clip: d.maybe(() => [-1, 1], 0.3),
    batchSize: d.maybe(() => d.integer(1, 3), 0.3),
    known: d.maybe(
      () => ({
        x: method(stream(d), 'normal', [n, ...shape]),
        mask: own('float', method(stream(d), 'integers', [n, ...shape], 0, 2)),
        repeats: d.maybe(() => 2),
      }),
      0.2,
    ),
  };
  const name = d.pick(samplers);
  if (name === 'sampleDiffusion')
    return call(
      name,
      denoiser,
      d.pick([
        exported('heunSolver'),
        exported('dpmSolver'),
        own('ownSolver'),
        call('ddimSolver', ...(d.chance(0.5) ? [{ eta: 0.5 }] : [])),
      ]),
      options,
    );
  const more =
    name === 'sampleDdim'
      ? { eta: d.maybe(() => d.pick([0, 0.5, 1])) }
      : name === 'sampleDdpm'
        ? { variance: d.maybe(() => exported(d.pick(['smallVariance', 'largeVariance']))) }
        : {};
  return call(name, denoiser, { ...(options as object), ...more });
}

/** A diffusion model, its trainer, and samples. */
export function diffusion(d: Draw): Program {
  const net = denoising(d);
  const rates = d.pick(['weighting', 'timesteps', 'none']);
  const denoiser = call('createDenoiser', net.make(), { schedule: named('schedule'), predicts: named('target') });
  const guided = d.pick([
    () => named('denoiser'),
    () => named('denoiser'),
    () => call('withClip', named('denoiser'), { clip: [-1, 1] }),
    () =>
      call('withGradient', named('denoiser'), {
        loss: own('small'),
        scale: d.maybe(() => d.pick<Written>([0.1, own('decaying')])),
        estimateOnly: d.maybe(() => d.chance(0.5)),
      }),
    () =>
      net.isLabelled
        ? call('withGuidance', named('denoiser'), { guidance: 1.5, guide: d.maybe(() => named('denoiser')) })
        : named('denoiser'),
  ])();
  const n = d.integer(1, 3);
  const outs: (readonly [string, Expression])[] = [
    ['outSample', sampling(d, guided, net)],
    [
      'outEstimate',
      method(
        named('denoiser'),
        'estimate',
        method(stream(d), 'normal', [n, ...net.shape]),
        method(stream(d), 'integers', [n], 0, 2),
        net.condition.options(d, n),
      ),
    ],
    [
      'outBound',
      call('variationalBound', named('denoiser'), method(stream(d), 'uniform', [n, ...net.shape], -1, 1), {
        random: stream(d),
        calls: d.maybe(() => 2),
        levels: d.maybe(() => 4),
        ...net.condition.options(d, n),
      }),
    ],
    [
      'outNoise',
      call('invertDdim', named('denoiser'), method(stream(d), 'uniform', [n, ...net.shape], -1, 1), {
        steps: 2,
        ...net.condition.options(d, n),
      }),
    ],
  ];
  return {
    rule: 'diffusion',
    constants: [
      ['schedule', schedule(d)],
      ['target', target(d)],
      ['denoiser', denoiser],
      [
        'trainer',
        call('createDiffusionTrainer', {
          denoiser: named('denoiser'),
          ...shared(d),
          dropCondition: net.isLabelled ? d.maybe(() => d.pick([0, 0.3])) : undefined,
          weighting:
            rates === 'weighting'
              ? d.pick([
                  call('minSnrWeighting', ...(d.chance(0.5) ? [{ limit: 3 }] : [])),
                  call('sigmoidWeighting', ...(d.chance(0.5) ? [{ bias: -1 }] : [])),
                ])
              : undefined,
          timesteps:
            rates === 'timesteps'
              ? call(
                  'logNormalTimesteps',
                  named('schedule'),
                  ...(d.chance(0.5) ? [{ mean: 0.5, standardDeviation: 1 }] : []),
                )
              : undefined,
        }),
      ],
      [
        'batches',
        batchesOf(d, net.shape, net.condition, (count) => method(stream(d), 'uniform', [count, ...net.shape], -1, 1)),
      ],
      ...outs.filter((_, i) => d.chance(i < 2 ? 0.6 : 0.25)),
      ['part', named('denoiser')],
    ],
    files: filesOf(d),
  };
}
