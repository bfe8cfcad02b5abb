import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from './network.js';
import { wrongKind } from '../tensor/errors.js';
import { note, noteOf } from '../tensor/made-by.js';

/**
 * The same part with its variables among its buffers: they are saved with it, and no trainer changes them. What it computes stays the same,
 * and gradients pass through it to what comes before.
 *
 * To train a new head on a trained body, freeze the body and compose: `sequential([freeze(body), head])`. To train everything again, compose
 * the body itself: the frozen part and the part share their weights.
 *
 * @param part - a network, an encoder, a decoder, a denoiser or another part; it stays as it is
 * @returns a part of the same kind, with the same members, without variables; it owns what the part owns
 * @throws TypeError if `part` is not a part
 * @remarks Dropout and batch norm follow `options.training` as before: the statistics of a frozen {@link batchNorm} are updated in training.
 * @example
 * ```ts
 * const body = dense({ inputs: 4, units: 3, random: createRandom(1) });
 * const network = sequential([freeze(body), dense({ inputs: 3, units: 2, random: createRandom(2) })]);
 * console.log(countParameters(body), countParameters(network)); // 15, 8
 * ```
 */
export function freeze<P extends Part>(part: P): P {
  const where = 'freeze';
  const { variables, buffers = [] } = (part as P | undefined) ?? ({} as Partial<P>);
  if (!Array.isArray(variables) || typeof part.dispose !== 'function') {
    throw wrongKind(where, 'part', 'must be a network or a part', { got: part });
  }
  // a copy lacks the note and the methods of a class
  const made = {
    ...methodsOf(part),
    ...part,
    variables: Object.freeze([]),
    buffers: Object.freeze([...new Set([...(variables as Variable[]), ...buffers])]),
    dispose: () => part.dispose(),
  };
  return Object.freeze(note(made, { kind: where, parts: [part], classes: noteOf(part)?.classes }));
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
