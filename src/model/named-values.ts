import { predictFlow, predictNoise, predictSample, predictVelocity, type NoiseSchedule } from '../diffusion/index.js';
import {
  bernoulli,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  gaussianPrior,
  learnedGaussian,
  uniformPrior,
} from '../distributions/index.js';
import {
  batchNorm,
  elu,
  gelu,
  groupNorm,
  layerNorm,
  leakyRelu,
  relu,
  sigmoid,
  softplus,
  swish,
  tanh,
} from '../nets/index.js';
import { noteOf, settingsOf } from '../tensor/made-by.js';
import { jsonFields, type Json } from '../training/json.js';

/** Steps of a schedule at most. */
const MOST_STEPS = 2 ** 16;

/** How values of one kind, which JSON cannot hold, are written and read. */
export interface Writing {
  /** What it may be, in words. */
  readonly choices: string;
  /** Its plain form; undefined of a value that a user made. */
  write(value: unknown): Json | undefined;
  /** The value; undefined where there is none of this form. May throw what its own factory says. */
  read(plain: Json): unknown;
}

/** Values of this library that are known by their names, whichever copy of it they come from. */
function byName(values: Readonly<Record<string, unknown>>): Writing {
  const entries = new Map(Object.entries(values));
  return {
    choices: [...entries.keys()].join(', '),
    write: (value) => {
      const { kind = '' } = noteOf(value as object) ?? {};
      return entries.has(kind) ? kind : undefined;
    },
    read: (plain) => (typeof plain === 'string' ? entries.get(plain) : undefined),
  };
}

const likelihoodsByName = byName({ bernoulli, continuousBernoulli });
/** Likelihoods that take numbers, with the names of those; one of their names may be a record of numbers. */
const likelihoodsByNumbers = new Map<string, (options: never) => unknown>([
  ['gaussian', gaussian],
  ['learnedGaussian', learnedGaussian],
  ['discretizedLogistic', discretizedLogistic],
]);

const likelihood: Writing = {
  choices: [likelihoodsByName.choices, ...likelihoodsByNumbers.keys()].join(', '),
  write: (value) => {
    const settings = settingsOf(value as object);
    if (settings === undefined) return likelihoodsByName.write(value);
    return likelihoodsByNumbers.has(settings.name) ? (withoutUndefined(settings) as Json) : undefined;
  },
  read: (plain) => {
    const { name, ...options } = jsonFields(plain) ?? {};
    if (typeof name !== 'string') return likelihoodsByName.read(plain);
    const start = options['start'];
    if (start !== undefined && Object.keys(jsonFields(start) ?? {}).join() !== 'mean,logScale') return undefined;
    return likelihoodsByNumbers.get(name)?.(options as never);
  },
};

/** A schedule is written as its table: the same numbers on every machine, and a user's own is one as well. */
const schedule: Writing = {
  choices: `a table of at most ${MOST_STEPS} steps`,
  write: (value) => {
    const { steps, alphaBar } = value as NoiseSchedule;
    return steps > MOST_STEPS ? undefined : { steps, alphaBar: [...alphaBar] };
  },
  read: (plain) => {
    const { steps, alphaBar, ...others } = jsonFields(plain) ?? {};
    if (!Array.isArray(alphaBar) || alphaBar.length > MOST_STEPS || Object.keys(others).length > 0) return undefined;
    const numbers: readonly unknown[] = alphaBar;
    if (!numbers.every((value) => typeof value === 'number')) return undefined;
    return Object.freeze({ steps, alphaBar: Float64Array.from(numbers) });
  },
};

/** Options whose values JSON cannot hold, by the names of the options. */
export const writings: ReadonlyMap<string, Writing> = new Map([
  ['activation', byName({ elu, gelu, leakyRelu, relu, sigmoid, softplus, swish, tanh })],
  ['norm', byName({ batchNorm, groupNorm, layerNorm })],
  ['likelihood', likelihood],
  ['prior', byName({ gaussianPrior, uniformPrior })],
  ['predicts', byName({ predictVelocity, predictNoise, predictSample, predictFlow })],
  ['schedule', schedule],
]);

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
