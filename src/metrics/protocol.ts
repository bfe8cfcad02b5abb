import { checkInteger } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { Features } from './read-features.js';
import { readOptions } from '../tensor/options.js';

/** Facts that a measure cannot know but its protocol should state. */
export interface MeasureOptions {
  /** What the features are, such as "Inception v3, 2048"; part of the protocol. */
  readonly features?: string | undefined;
  /** The seed that the samples were drawn with; part of the protocol. The measures themselves draw nothing. */
  readonly seed?: number | undefined;
}

/** Checks the options of a measure and returns them; `more` lists further names, such as ` neighbours`. */
export function readMeasureOptions<O extends MeasureOptions>(where: string, options: O, more = ''): O {
  const { features, seed } = readOptions(where, options, `features seed${more}`);
  if (features !== undefined && typeof features !== 'string') {
    throw wrongKind(where, 'features', 'must be a string', { got: features });
  }
  if (seed !== undefined) checkInteger(where, 'seed', seed, 0);
  return options;
}

/** "measure; 200 rows of `a` and 150 of `b`, 6 features (their name), seed 1" */
export function protocolOf(
  measure: string,
  sets: Readonly<Record<string, Features>>,
  { features, seed }: MeasureOptions,
): string {
  const counts = Object.entries(sets).map(([name, { count }], i) => `${count}${i === 0 ? ' rows' : ''} of \`${name}\``);
  const size = Object.values(sets)[0]?.size ?? 0;
  const parts = [
    `${counts.join(' and ')}`,
    `${size} feature${size === 1 ? '' : 's'}${features === undefined ? '' : ` (${features})`}`,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ];
  return `${measure}; ${parts.join(', ')}`;
}
