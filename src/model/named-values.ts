import { predictFlow, predictNoise, predictSample, predictVelocity, type NoiseSchedule } from '../diffusion/index.js';
import {
  bernoulli,
  categorical,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  gaussianPrior,
  learnedGaussian,
  uniformPrior,
  type Likelihood,
} from '../distributions/index.js';
import {
  batchNorm,
  crossAttention,
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
import { checkDescription } from '../tables/check-description.js';
import { columnsLikelihood, type ColumnsLikelihoodOptions } from '../tables/columns-likelihood.js';
import type { TableDescription } from '../tables/description.js';
import { noteOf, settingsOf } from '../tensor/made-by.js';
import { makeAsWritten } from './make-as-written.js';
import { jsonFields, type Json } from '../training/json.js';

/** The largest number of steps of a schedule. */
const MAX_STEPS = 2 ** 16;

/** Writes and reads one kind of value that JSON cannot represent. */
export interface ValueCodec {
  /** The allowed values, for an error. */
  readonly choices: string;
  /** The value as plain data; undefined for a user's own value. */
  write(value: unknown): Json | undefined;
  /** The value; undefined if the data are invalid. It may throw the errors of the value's factory. */
  read(plain: Json): unknown;
}

/** Values that are written by name. The name comes from the note on a value, which another copy of this library may have made. */
/* @__NO_SIDE_EFFECTS__ */ function byName(values: Readonly<Record<string, unknown>>): ValueCodec {
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
/** Likelihoods with numeric options; one option may be a record of numbers, or the description of a table. */
const likelihoodsByNumbers = new Map<string, (options: never) => object>([
  ['categorical', categorical],
  ['gaussian', gaussian],
  ['learnedGaussian', learnedGaussian],
  ['discretizedLogistic', discretizedLogistic],
  ['columnsLikelihood', columnsOf],
]);

/** {@link columnsLikelihood} with all of its arguments in one record. */
function columnsOf({
  description,
  ...options
}: ColumnsLikelihoodOptions & { readonly description: TableDescription }): Likelihood {
  return columnsLikelihood(description, options);
}

const likelihood: ValueCodec = {
  get choices() {
    return [likelihoodsByName.choices, ...likelihoodsByNumbers.keys()].join(', ');
  },
  write: (value) => {
    const settings = settingsOf(value as object);
    if (settings === undefined) return likelihoodsByName.write(value);
    if (!likelihoodsByNumbers.has(settings.name)) return undefined;
    return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? null])) as Json;
  },
  read: (plain) => {
    const { name, ...options } = jsonFields(plain) ?? {};
    if (typeof name !== 'string') return likelihoodsByName.read(plain);
    const start = options['start'];
    if (start !== undefined && start !== null && Object.keys(jsonFields(start) ?? {}).join() !== 'mean,logScale')
      return undefined;
    const make = likelihoodsByNumbers.get(name);
    return make && makeAsWritten(options, make as (options: object) => object);
  },
};

/** A schedule is written as its table, so that its numbers are the same on every machine, and a user's own schedule works, too. */
const schedule: ValueCodec = {
  choices: `a table of at most ${MAX_STEPS} steps`,
  write: (value) => {
    const { steps, alphaBar } = value as NoiseSchedule;
    return steps > MAX_STEPS ? undefined : { steps, alphaBar: [...alphaBar] };
  },
  read: (plain) => {
    const { steps, alphaBar, ...others } = jsonFields(plain) ?? {};
    if (!Array.isArray(alphaBar) || alphaBar.length > MAX_STEPS || Object.keys(others).length > 0) return undefined;
    const numbers: readonly unknown[] = alphaBar;
    if (!numbers.every((value) => typeof value === 'number')) return undefined;
    return Object.freeze({ steps, alphaBar: Float64Array.from(numbers) });
  },
};

/** A description is JSON already, and deeper than other options. */
const description: ValueCodec = {
  choices: 'a description of describeTable',
  write: (value) => value as Json,
  read: (plain) => {
    checkDescription('loadModel', 'description', plain as unknown as TableDescription);
    return plain;
  },
};

/** Options whose values JSON cannot represent, by the name of the option. */
export const valueCodecs: ReadonlyMap<string, ValueCodec> = new Map([
  ['activation', byName({ elu, gelu, leakyRelu, relu, sigmoid, softplus, swish, tanh })],
  ['attend', byName({ crossAttention })],
  ['norm', byName({ batchNorm, groupNorm, layerNorm })],
  ['likelihood', likelihood],
  ['prior', byName({ gaussianPrior, uniformPrior })],
  ['top', byName({ gaussianPrior, uniformPrior })],
  ['predicts', byName({ predictVelocity, predictNoise, predictSample, predictFlow })],
  ['schedule', schedule],
  ['description', description],
]);
