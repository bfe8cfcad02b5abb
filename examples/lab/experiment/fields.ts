// What an experiment consists of: one line per setting, with its range. The controls, the link, the worker and the program read this table.

import { canUseClasses, MAX_CLASSES, maxClassesOf } from './classes.js';
import { kindOf, type Kind } from './pictures.js';

export type Family = 'vae' | 'gan' | 'diffusion' | 'drifting' | 'tokens';
/** The families that learn points. */
export type PointFamily = Exclude<Family, 'tokens'>;
/** The families that learn pictures, too. */
export type PictureFamily = Exclude<PointFamily, 'drifting'>;

/** A setting that is a number. */
export interface NumberField {
  readonly kind: 'number' | 'integer';
  readonly label: string;
  readonly help: string;
  readonly low: number;
  readonly high: number;
  readonly default: number;
  /** Its values are multiples of this. */
  readonly step?: number;
  readonly unit?: string;
  /** Its slider moves by factors. */
  readonly isLogarithmic?: boolean;
}

/** A setting that is one of several words, with a label for each. */
export interface ChoiceField<C extends string = string> {
  readonly kind: 'choice';
  readonly label: string;
  readonly help: string;
  readonly choices: Readonly<Record<C, string>>;
  readonly default: C;
}

/** For whom a setting is, and when it may change. */
interface Use {
  /** The families that have it; all by default. */
  readonly families?: readonly Family[];
  /** What is learned where it counts; everything by default. */
  readonly for?: readonly Kind[];
  /** Whether it counts only for data that have classes. */
  readonly isOfClasses?: boolean;
  /** It may change while a run goes on; everything else begins a new run. */
  readonly isLive?: boolean;
  /** Its name in a link. */
  readonly key: string;
}

export type Field = (NumberField | ChoiceField) & Use;

const choice = <C extends string>(
  key: string,
  label: string,
  help: string,
  choices: Readonly<Record<C, string>>,
  initial: NoInfer<C>,
) => ({ kind: 'choice' as const, key, label, help, choices, default: initial });

const number = (
  key: string,
  label: string,
  help: string,
  [low, high]: readonly [number, number],
  initial: number,
  kind: 'number' | 'integer' = 'number',
) => ({ kind, key, label, help, low, high, default: initial });

const integer = (key: string, label: string, help: string, range: readonly [number, number], initial: number) =>
  number(key, label, help, range, initial, 'integer');

const vae = { families: ['vae'] } as const;
const gan = { families: ['gan'] } as const;
const diffusion = { families: ['diffusion'] } as const;
const tokens = { families: ['tokens'] } as const;
const pictures = { for: ['pictures'] } as const;
const live = { isLive: true } as const;
const ofClasses = { isOfClasses: true } as const;

/** All settings, in the order in which they are shown. */
export const fields = {
  family: choice(
    'f',
    'Family',
    'The kind of model',
    { vae: 'VAE', gan: 'GAN', diffusion: 'Diffusion', drifting: 'Drifting', tokens: 'Tokens' },
    'diffusion',
  ),
  data: choice(
    'd',
    'Data',
    'What the model learns',
    {
      moons: 'Two moons',
      roll: 'Swiss roll',
      ring: 'Ring of 8',
      grid: 'Grid of 25',
      drawn: 'Your drawing',
      csv: 'Your CSV',
      clothes: 'Clothes (pictures)',
      emoji: 'Smileys (pictures)',
      kinds: 'All emoji (pictures)',
      own: 'Your pictures',
      words: 'Words',
    },
    'moons',
  ),
  seed: integer('s', 'Seed', 'Sets all random numbers: the same seed gives the same run', [0, 999_999], 1),
  steps: integer('n', 'Updates', 'Stop after this many updates', [1, 100_000], 4_000),
  until: choice(
    'u',
    'Stop early',
    'Stop before the last update',
    { updates: 'No', plateau: 'When the loss stops falling', verdict: 'At the first verdict' },
    'updates',
  ),
  batch: integer('b', 'Batch size', 'Examples per update', [8, 1_024], 256),
  rate: { ...number('r', 'Learning rate', 'Step size for Adam', [1e-5, 0.1], 3e-3), ...live, isLogarithmic: true },
  width: { ...integer('w', 'Width', 'Units in each hidden layer', [4, 256], 64), for: ['points', 'words'] },
  channels: {
    ...integer('h', 'Channels', 'Channels of the first level; the second has twice as many', [8, 64], 16),
    ...pictures,
    step: 8,
  },

  classes: {
    ...choice(
      'y',
      'Classes',
      'Whether the model sees the class of each example',
      { none: 'Not used', used: 'Used' },
      'none',
    ),
    ...ofClasses,
  },
  shown: { ...integer('i', 'Class shown', 'Which class to sample', [0, MAX_CLASSES], 0), ...ofClasses, ...live },

  latent: { ...integer('z', 'Latent size', 'Numbers that describe one example', [1, 64], 2), ...vae },
  beta: { ...number('k', 'Beta', 'Weight of the KL term; 1 gives the ELBO', [0, 10], 1), ...vae, ...live },
  noise: {
    ...number('x', 'Decoder noise', 'Standard deviation of p(x|z)', [0.02, 1], 0.1),
    ...vae,
    isLogarithmic: true,
  },

  loss: {
    ...choice(
      'l',
      'Loss',
      'What the generator and the discriminator minimize',
      {
        'non-saturating': 'Non-saturating',
        minimax: 'Minimax',
        'least-squares': 'Least squares',
        hinge: 'Hinge',
        wasserstein: 'Wasserstein',
      },
      'non-saturating',
    ),
    ...gan,
  },
  penalty: {
    ...choice(
      'p',
      'Penalty',
      'Keeps the gradient of the discriminator small',
      { r1: 'R1', gradient: 'Gradient penalty', none: 'None' },
      'r1',
    ),
    ...gan,
  },
  weight: { ...number('g', 'Penalty weight', 'How strongly the penalty counts', [0, 100], 0.1), ...gan, ...live },
  ratio: {
    ...integer('j', 'Updates of D', 'Updates of the discriminator per update of the generator', [1, 10], 1),
    ...gan,
    ...live,
  },

  schedule: {
    ...choice(
      'a',
      'Noise schedule',
      'How data turn into noise',
      { cosine: 'Cosine', linear: 'Linear', flow: 'Straight (flow)' },
      'cosine',
    ),
    ...diffusion,
  },
  target: {
    ...choice(
      't',
      'Network predicts',
      'What the denoiser learns to predict',
      { velocity: 'Velocity', noise: 'Noise', sample: 'Sample', flow: 'Flow' },
      'velocity',
    ),
    ...diffusion,
  },
  sampler: {
    ...choice('m', 'Sampler', 'How noise becomes samples', { dpm: 'DPM-Solver++', ddim: 'DDIM', ddpm: 'DDPM' }, 'dpm'),
    ...diffusion,
    ...live,
  },
  calls: { ...integer('c', 'Calls', 'Network calls per sample', [1, 100], 15), ...diffusion, ...live },
  guidance: {
    ...number('o', 'Guidance', 'How strongly samples are pushed towards their class; 1 means not at all', [0, 8], 1),
    ...diffusion,
    ...ofClasses,
    ...live,
  },

  tau: {
    // At 0.15 samples reach all 8 clouds of the ring by update 200 (seeds 1 to 3), all 25 of the grid by 2,000 (seed 1), and are 0.9 times as far
    // as new data from the moons and 4.1 times from the roll after 800 (seed 1). At 0.05 both collapse; at 0.3 the grid takes more than 2,000 updates.
    ...number('K', 'Drift temperature', 'How far points attract and repel each other', [0.02, 1], 0.15),
    families: ['drifting'],
    ...live,
    isLogarithmic: true,
  },

  direction: {
    ...choice(
      'D',
      'Direction',
      'The order in which letters are written',
      { right: 'Left to right', blanks: 'Fill in blanks' },
      'blanks',
    ),
    ...tokens,
  },
  temperature: {
    ...number('T', 'Temperature', 'Below 1, likely letters are drawn more often', [0, 2], 1),
    ...tokens,
    ...live,
  },

  runtime: choice(
    'e',
    'Runtime',
    'Where the maths runs',
    { wasm: 'WebAssembly', webgl: 'WebGL', webgpu: 'WebGPU' },
    'wasm',
  ),
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof fields;
/** A set of points, pictures or words. */
export type DataName = keyof (typeof fields)['data']['choices'];

/** The settings with which a control may change a run. */
export type LiveName = {
  [K in FieldName]: (typeof fields)[K] extends { readonly isLive: true } ? K : never;
}[FieldName];

/** Whether experiments with this family and these data have a setting. */
export function hasField(
  { family, data }: { readonly family: Family; readonly data: DataName },
  name: FieldName,
): boolean {
  const { families = [family], for: kinds, isOfClasses = false }: Use = fields[name];
  const isLearned = kinds?.includes(kindOf(data)) !== false;
  return families.includes(family) && isLearned && (!isOfClasses || canUseClasses({ family, data }));
}

/** Whether a setting may change while a run goes on. */
export function isLive(name: FieldName): name is LiveName {
  return (fields[name] as Use).isLive === true;
}

/** What is wrong with a value, for some data if its range depends on them; or undefined. */
export function flawOf(name: FieldName, value: unknown, data?: DataName): string | undefined {
  const field: Field = fields[name];
  if (field.kind === 'choice') {
    const isKnown = typeof value === 'string' && Object.hasOwn(field.choices, value);
    return isKnown ? undefined : `${field.label} must be one of ${Object.keys(field.choices).join(', ')}`;
  }
  const { label, low, kind, step = kind === 'integer' ? 1 : undefined } = field;
  const high = name === 'shown' && data !== undefined ? maxClassesOf(data) : field.high;
  const isRight =
    typeof value === 'number' &&
    value >= low &&
    value <= high &&
    (step === undefined || Number.isInteger(value / step));
  const what = step === undefined ? 'a number' : step === 1 ? 'a whole number' : `a multiple of ${step}`;
  return isRight ? undefined : `${label} is ${what} from ${low} to ${high}`;
}
