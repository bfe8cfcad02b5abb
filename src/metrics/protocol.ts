import { checkInteger } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { Features } from './read-features.js';
import type { Rules } from '../tensor/options.js';

/** Facts that a measure cannot know but its protocol should state. */
export interface MeasureOptions {
  /** What the features are, such as "Inception v3, 2048"; part of the protocol, which omits it by default. */
  readonly features?: string | undefined;
  /** The seed that the samples were drawn with; part of the protocol, which omits it by default. The measures themselves draw nothing. */
  readonly seed?: number | undefined;
}

/** The rules of the options that all measures share. */
export const measureRules = {
  features: { is: checkString, default: undefined },
  seed: { is: checkInteger, default: undefined, least: 0 },
} satisfies Rules<MeasureOptions>;

function checkString(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongKind(where, argument, 'must be a string', { got: value });
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
