import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { checkNumber, checkSameShape } from '../../tensor/checks.js';
import { outOfRange, sentence } from '../../tensor/errors.js';
import { noteOf, type Made } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { ownOperation } from '../../tensor/own-kernels.js';
import { checkVariables } from '../optimizers/check-variables.js';
import { savedVariables } from './trainer.js';

/** A running average of a part's weights: samples made with averaged weights are better and steadier. */
export interface AverageOptions<P> {
  /** A second part of the same shape, which holds the average: its variables and buffers are overwritten. Sample it; do not train it. */
  readonly into: P;
  /** Decay of the average, in [0, 1): 0.999 for short runs, 0.9999 for long ones. */
  readonly decay: number;
}

/** Each variable and buffer of a part, with its average. */
export function averagePairs(from: Part, into: Part): (readonly [value: Variable, average: Variable])[] {
  const averages = savedVariables(into);
  return savedVariables(from).map((value, i) => [value, averages[i]!]);
}

/** The decay at update n of an average that starts from numbers of its own and soon forgets them. */
export function decayAt(decay: number, n: number): number {
  return Math.min(decay, (1 + n) / (10 + n));
}

/**
 * Makes the update of an exponential moving average of weights.
 *
 * average = d average + (1 - d) value, d = min(decay, (1 + n) / (10 + n)) at update n, counted from 0
 *
 * @param mayOverflow - whether a value may be so far from its average that the distance is infinite; the average then does not change
 * @param moved - averages that other such functions update; those that this one updates are added
 */
export function followAverage(
  from: Part,
  { into, decay }: AverageOptions<Part>,
  mayOverflow = false,
  moved = new Set<Variable>(),
): (n: number) => void {
  // a variable that parts share has one average, which is updated once
  const pairs = averagePairs(from, into).filter(([, average]) => !moved.has(average));
  pairs.forEach(([, average]) => moved.add(average));
  return (n) => {
    const share = 1 - decayAt(decay, n);
    tf.tidy(() => {
      const others = ownOperation<OwnAverage>('Average')?.(pairs, share, mayOverflow) ?? pairs;
      others.forEach(([value, average]) => {
        // a counter among the buffers has no mean, so it is copied
        if (value.dtype !== 'float32') return average.assign(tf.clone(value));
        const next = tf.add(average, tf.mul(share, tf.sub(value, average)));
        average.assign(mayOverflow ? tf.where(tf.isFinite(next), next, average) : next);
      });
    });
  };
}

type Pairs = readonly (readonly [value: Variable, average: Variable])[];

/** What a backend may have to move averages: average + share (value - average). It returns the pairs that it did not move. */
export type OwnAverage = (pairs: Pairs, share: number, mayOverflow: boolean) => Pairs;

/** The properties that decide, together with the weights, what a part's numbers mean. */
const MEANINGS = ['likelihood', 'predicts', 'schedule', 'latentSize', 'prior'];

/** Throws if an average would have the weights of a part but another meaning, as far as the meaning of both is known. */
export function checkMeaning(where: string, argument: string, from: object, into: object): void {
  for (const name of MEANINGS) {
    const values = [from, into].map((part): unknown => {
      const own: Readonly<Record<string, unknown>> = { ...noteOf(part)?.options, ...part };
      return own[name];
    });
    const [wanted, got] = values.map(meaningOf);
    if (wanted === undefined || got === undefined || wanted === got) continue;
    const [right, found] = values.map(nameOf);
    const seen = found === right ? 'another one' : `${found} for ${right}`;
    throw outOfRange(where, `${argument}.${name}`, 'must be the same as in the part that it averages', { seen });
  }
}

/** Numbers, such as those of a schedule, or how a function of this library made a value; undefined for anything else, which is a user's own. */
function meaningOf(value: unknown): string | undefined {
  const isNumbers = (one: unknown): boolean => typeof one === 'number' || ArrayBuffer.isView(one);
  const isKnown =
    isNumbers(value) || madeOf(value).kind !== undefined || (value && Object.values(value).every(isNumbers));
  return isKnown ? JSON.stringify(value, (_, inner: unknown) => withoutFunctions(inner)) : undefined;
}

/** A value as its note describes it, and nothing in place of a record with functions that has no note. */
function withoutFunctions(value: unknown): unknown {
  const { kind, options } = madeOf(value);
  if (kind !== undefined) return { kind, options };
  return Object.values(Object(value) as object).some((member) => typeof member === 'function') ? undefined : value;
}

function nameOf(value: unknown): string {
  return madeOf(value).kind ?? (typeof value === 'number' ? String(value) : 'another one');
}

function madeOf(value: unknown): Made {
  return (value !== null && typeof value === 'object' && noteOf(value)) || {};
}

/** Throws unless an average can follow the part `from`; `argument` is the average's name among the options. */
export function checkAverage(where: string, argument: string, from: Part, options: AverageOptions<Part>): void {
  const { into } = readOptions(where, options, { into: {}, decay: { is: checkNumber, least: 0, below: 1 } }, argument);
  checkVariables(where, into?.variables, `${argument}.into.variables`);
  const [values, averages] = [savedVariables(from), savedVariables(into)];
  if (values.length !== averages.length || values.some((value) => averages.includes(value))) {
    const rule = `must be a second part of the same shape, with ${values.length} variables of its own`;
    const seen = values.length === averages.length ? 'the part itself' : `${averages.length} variables`;
    const fix = 'Make one with the same sizes.';
    throw new RangeError(sentence(where, `${argument}.into`, rule, { seen, fix }));
  }
  checkMeaning(where, `${argument}.into`, from, into);
  averages.forEach((average, i) => {
    checkSameShape(where, `${argument}.into.variables[${i}]`, average, `variables[${i}]`, values[i]!);
  });
}
