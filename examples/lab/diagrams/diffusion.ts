import type { Experiment } from '../experiment/experiment.js';
import { arrow, back, box, dot, type Diagram } from './diagram.js';

const answers: Readonly<Record<Experiment['target'], string>> = {
  velocity: 'the velocity, a mix of the noise and the point',
  noise: 'the noise that was added',
  sample: 'the point as it was',
  flow: 'the way from the point to the noise',
};

export const diffusionDiagram: Diagram = {
  about:
    'Noise is added to a point x\u2080; the denoiser sees the result x\u209c and the time t, and estimates the original point.',
  height: 172,
  shapes: [
    dot('x0', [24, 50], 'data', 'x\u2080'),
    arrow('x-t', 'M41 50H96'),
    dot('noise', [60, 112], 'faint', '\u03b5'),
    arrow('n-t', 'M70 99L98 63'),
    dot('xt', [114, 50], 'third', 'x\u209c'),
    arrow('t-d', 'M131 50H150'),
    box('time', [114, 112], 66, 'time t'),
    arrow('c-d', 'M136 96L158 68'),
    box('denoiser', [192, 50], 82, 'denoiser'),
    arrow('d-e', 'M234 50H248'),
    box('estimate', [302, 50], 106, 'its answer'),
    arrow('e-l', 'M302 67V100'),
    box('loss', [302, 118], 106, 'squared error'),
    arrow('x-l', 'M24 67V152H302V136'),
    arrow('n-l', 'M60 129V152H302V136'),
    back('b-d', 'M248 118H192V68'),
  ],
  stages: ({ batch, target, schedule }) => [
    { lit: ['x0'], words: `${batch} points of the data come in.` },
    {
      lit: ['time', 'noise'],
      words:
        'For each point, a time t, between almost no noise and pure noise, and the noise \u03b5 are drawn at random.',
    },
    {
      lit: ['x0', 'x-t', 'noise', 'n-t', 'xt', 'time'],
      words: `Point and noise are mixed. The ${schedule === 'flow' ? 'straight' : schedule} schedule says how much noise there is at time t. It grows with t.`,
    },
    {
      lit: ['xt', 't-d', 'time', 'c-d', 'denoiser', 'd-e', 'estimate'],
      words: `The denoiser sees the mixture and t, and must predict ${answers[target]}.`,
    },
    {
      lit: ['estimate', 'e-l', 'x-l', 'n-l', 'loss'],
      words: 'Since we know what was mixed, we can compute the error. Its square is the loss.',
    },
    {
      lit: ['loss', 'b-d', 'denoiser'],
      words:
        'The gradient changes the weights of the denoiser: one update. Sampling starts from noise and calls the denoiser again and again.',
      updates: [],
    },
  ],
};
