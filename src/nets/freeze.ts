import type { Variable } from '@tensorflow/tfjs-core';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { note, noteOf } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { checkArray } from './layer.js';
import type { Part } from './network.js';
import { partNames } from './part-names.js';

/** Options of {@link freeze}. */
export interface FreezeOptions {
  /**
   * The places that still learn, such as `['last', 'level 0']`; none by default. A place is a fork from which a network draws its
   * weights, as the docstring of its `random` lists them, or the position of a network in {@link sequential}; or a longer name within
   * one, such as `level 0/down 0` or `1/last`.
   */
  readonly except?: readonly string[] | undefined;
}

/**
 * The same part with its variables among its buffers: they are saved with it, and no trainer changes them. What it computes stays the same,
 * and gradients pass through it to what comes before.
 *
 * To train a new head on a trained body, freeze the body and compose: `sequential([freeze(body), head])`. To train everything again, compose
 * the body itself: the frozen part and the part share their weights.
 *
 * @param part - a network, an encoder, a decoder, a denoiser or another part; it stays as it is
 * @param options - see {@link FreezeOptions}
 * @returns a part of the same kind, with the same members, whose only variables are those of the places in `except`; it owns what the part
 *   owns
 * @throws TypeError if `part` is not a part, RangeError if it has no place of a name, with a list of its places
 * @remarks A norm, which draws no weights, belongs to the layer after it, in dcgan networks to the one before it. With `except`, the part is
 * saved as if nothing were frozen, so that its files fit the part, and those of the part fit it.
 * Dropout and batch norm follow `options.training` as before: the statistics of a frozen {@link batchNorm} are updated in training.
 * @example
 * ```ts
 * const body = dense({ inputs: 4, units: 3, random: createRandom(1) });
 * const network = sequential([freeze(body), dense({ inputs: 3, units: 2, random: createRandom(2) })]);
 * console.log(countParameters(body), countParameters(network)); // 15, 8
 * const tuned = freeze(mlp({ sizes: [4, 3, 2], random: createRandom(1) }), { except: ['1'] });
 * console.log(countParameters(tuned)); // 8
 * ```
 */
export function freeze<P extends Part>(part: P, options: FreezeOptions = {}): P {
  const variables = variablesOf(part);
  const { except } = readOptions('freeze', options, { except: { is: checkNames, default: [] } });
  if (except.length === 0) return freezeAllBut(part, {});
  const names = partNames(part);
  const isAt = (variable: Variable, place: string): boolean =>
    names.get(variable)!.some((name) => name === place || name.startsWith(`${place}/`));
  const unknown = except.find((place) => !variables.some((variable) => isAt(variable, place)));
  if (unknown !== undefined) {
    const places = new Set([...names.values()].flat().map((name) => name.replace(/\/.*/, '')));
    const rule = `must hold some of ${[...places].join(', ') || 'no places, as none has a name'}`;
    throw outOfRange('freeze', 'except', rule, { got: unknown });
  }
  const trained = [...variables.keys()].filter((i) => except.some((place) => isAt(variables[i]!, place)));
  return freezeAllBut(part, { trained });
}

/** {@link freeze} for a file: `trained` holds the positions of the variables that still learn. */
export function freezeAllBut<P extends Part>(
  part: P,
  options: { readonly trained?: readonly number[] | undefined },
): P {
  const where = 'freeze';
  const variables = variablesOf(part);
  const { trained } = readOptions(where, options, { trained: { is: checkArray, default: undefined } });
  trained?.forEach((i, n) => checkInteger(where, `trained[${n}]`, i, { least: 0, most: variables.length - 1 }));
  const kept = (trained ?? []).map((i) => note(variables[i]!, { among: variables }));
  // a copy lacks the note and the methods of a class
  const made = {
    ...methodsOf(part),
    ...part,
    variables: Object.freeze(kept),
    buffers: Object.freeze([...new Set([...variables, ...(part.buffers ?? [])])].filter((one) => !kept.includes(one))),
    dispose: () => part.dispose(),
  };
  const own = { kind: where, parts: [part], classes: noteOf(part)?.classes, ...(trained && { options: { trained } }) };
  return Object.freeze(note(made, own));
}

function variablesOf(part: Part): readonly Variable[] {
  const { variables } = (part as Part | undefined) ?? ({} as Partial<Part>);
  if (Array.isArray(variables) && typeof part.dispose === 'function') return variables as Variable[];
  throw wrongKind('freeze', 'part', 'must be a network or a part', { got: part });
}

function checkNames(where: string, argument: string, names: readonly string[]): void {
  checkArray(where, argument, names);
  const wrong = names.find((name) => typeof name !== 'string');
  if (wrong !== undefined) throw wrongKind(where, argument, "must hold names, such as 'last'", { got: wrong });
}

/** The methods that a part has from its class, for the part itself: a copy of the record would lack them. */
function methodsOf(part: object): object {
  const methods: Record<string, unknown> = {};
  for (let one = part; (one = Object.getPrototypeOf(one) as object) !== null && one !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(one)) {
      const value: unknown = (part as Record<string, unknown>)[name];
      if (name !== 'constructor') methods[name] ??= typeof value === 'function' ? (value.bind(part) as unknown) : value;
    }
  }
  return methods;
}
