import * as g from '../../src/index.js';
import { makers } from '../../src/model/makers.js';
import type { Network, Part } from '../../src/nets/network.js';
import { decayOverTime, reduceOnPlateau } from '../../src/run/index.js';
import { describeTable } from '../../src/tables/index.js';
import { noteOf } from '../../src/tensor/made-by.js';
import { adversarialLosses } from '../contract/adversarial-losses.js';
import { likelihoods } from '../contract/likelihoods.js';
import { augmentationCases } from '../gan/augmentation-references.js';
import { networks, parts } from './models.js';

/** A function of the library whose name and options are noted on what it makes. */
export interface Noted {
  /** Makes it with the fewest options, and perhaps a misspelt one more. */
  readonly make: (more?: object) => object;
  /** Options that are not noted, because they only set the initial values of the variables, are noted as parts, or are clocks. */
  readonly initial?: readonly string[];
}

type Options = Readonly<Record<string, unknown>>;
type Make = (options: Options) => object;
const random = g.createRandom(1);

/** Examples whose sizes fit the defaults, in place of those of the lists. */
const sizes: Readonly<Record<string, Options>> = {
  groupNorm: { inputs: 16 },
  dit: { size: 4, channels: 1 },
  ditBlock: { inputs: 4, conditionSize: 1 },
  residualBlock: { inputs: 8, filters: 8 },
  unet: { channels: 1 },
  unet1d: { channels: 1 },
  createFlowPrior: { latentSize: 2 },
  createTableModel: { description: describeTable({ kind: ['a', 'b'] }) },
};
const initial: Readonly<Record<string, readonly string[]>> = {
  createMixturePrior: ['means', 'logVariances', 'weights'],
  createCodePrior: ['quantizer'],
  decayOverTime: ['now'],
};

/** The options without those that may be left out. */
function fewest(kind: string, make: Make, options: Options): Options {
  let left = options;
  for (const name of Object.keys(options)) {
    const others = Object.fromEntries(Object.entries(left).filter(([other]) => other !== name));
    try {
      // without its option, a wrapper may return what it wraps
      if (noteOf(make(others))?.kind === kind) left = others;
    } catch {
      // it is required
    }
  }
  return left;
}

function noted(kind: string, make: Make, options: Options): Noted {
  const least = fewest(kind, make, sizes[kind] ?? options);
  return { make: (more) => make({ ...least, ...more }), initial: initial[kind] ?? [] };
}

/** A part with everything that it is made of. */
const withParts = (part: object): object[] => [part, ...(noteOf(part)?.parts ?? []).flatMap(withParts)];

/** Whether all of a part was made by functions that a file can name. */
const isNamed = (part: object): boolean => withParts(part).every((one) => noteOf(one)?.kind !== undefined);

/** An example of each function that a model file may name: the first one in the lists of networks and parts, if possible of named parts. */
function examples(): Map<string, object> {
  const all = [
    ...networks.map(({ make }) => make(g.createRandom(1))),
    ...Object.values(parts).map((make) => make()[1]),
  ].flatMap(withParts);
  const found = new Map<string, object>();
  for (const part of all) {
    const { kind } = noteOf(part) ?? {};
    const known = kind === undefined ? undefined : found.get(kind);
    if (kind !== undefined && (known === undefined || (!isNamed(known) && isNamed(part)))) found.set(kind, part);
  }
  return found;
}

/** What a model file can hold, by the name of the function that makes it. */
export const inFiles: Readonly<Record<string, Noted>> = Object.fromEntries(
  [...examples()].flatMap(([kind, part]): [string, Noted][] => {
    const maker = makers.get(kind);
    const { options = {}, parts = [] } = noteOf(part)!;
    if (maker === undefined) return [];
    const joined = maker.maxParts === 0 ? [] : (parts as readonly Part[] as readonly Network[]);
    const make: Make = (all) => maker.make(all, joined, random);
    const hasOptions = Object.keys(options).length > 0;
    return [[kind, hasOptions ? noted(kind, make, options as Options) : { make: () => make({}) }]];
  }),
);

/** The other functions with options that files or checkpoints hold, by the values of the lists that they made. */
const made = [
  ...likelihoods.map(({ likelihood }) => likelihood),
  ...adversarialLosses.map(({ loss }) => loss),
  ...augmentationCases.map(({ augment }) => augment),
  g.elboObjective(),
  g.importanceWeightedObjective({ samples: 2 }),
  g.minSnrWeighting(),
  g.sigmoidWeighting(),
  g.linearRamp({ from: 0, to: 1, steps: 2 }),
  g.cosineDecay({ from: 1, to: 0, steps: 2 }),
  g.cyclical({ from: 0, to: 1, steps: 2 }),
  reduceOnPlateau({ from: 1, metric: 'elbo', goal: 'max', patience: 2 }),
  decayOverTime({ minutes: 1, from: 1 }),
];

export const others: Readonly<Record<string, Noted>> = Object.fromEntries(
  made.flatMap((value): [string, Noted][] => {
    const { kind = '', options } = noteOf(value) ?? {};
    const make = ({ ...g, decayOverTime, reduceOnPlateau } as Readonly<Record<string, unknown>>)[kind] as
      | Make
      | undefined;
    if (make === undefined || options === undefined || 'list' in options) return [];
    return [[kind, noted(kind, make, options as Options)]];
  }),
);
