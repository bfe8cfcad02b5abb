import type { LatentPrior } from '../distributions/index.js';
import type { ApplyOptions } from '../nets/network.js';
import { noteOf } from '../tensor/made-by.js';
import type { Decoder } from './decoder.js';
import { isDrawnByEncode, type LatentEncoder, type VaeEncoder } from './latent-encoder.js';
import { priorOf, type AnyVae } from './vae-parts.js';

/** A model whose prior is known. */
interface Slots {
  readonly encoder: VaeEncoder;
  readonly decoder: Decoder;
  readonly prior: LatentPrior;
}

/** All slots; if some of them ignore a condition and others do not, the condition is not passed to those that do. */
export function sharingCondition(parts: AnyVae): Slots {
  const { encoder, decoder } = parts;
  return sharedBy({ encoder, decoder, prior: priorOf(parts) });
}

/** {@link sharingCondition} for some of the slots. */
export function sharedBy<Some extends Partial<Slots>>(slots: Some): Some {
  const parts = Object.entries<object>(slots);
  if (!parts.some(([, part]) => readsCondition(part))) return slots;
  return Object.fromEntries(
    parts.map(([name, part]) => [name, ignoresCondition(part) ? withoutCondition(part) : part]),
  ) as Some;
}

/** Whether a part is made of networks that ignore a condition. */
function ignoresCondition(part: object): boolean {
  return noteOf(part)?.classes === 0;
}

/** Whether a part may depend on a condition: it has networks that do, or it is a user's own. */
function readsCondition(part: object): boolean {
  const { classes, kind } = noteOf(part) ?? {};
  return classes !== 0 && kind !== 'gaussianPrior' && kind !== 'uniformPrior';
}

/** The options without the condition. */
const alone = (options?: ApplyOptions): ApplyOptions => ({ ...options, condition: undefined });

/** Which argument of a method of encoder, decoder or prior are its options. */
const OPTIONS_AT: Readonly<
  Partial<Record<keyof LatentEncoder | 'encode' | keyof Decoder | keyof LatentPrior, number>>
> = {
  encode: 1,
  draw: 2,
  decode: 1,
  mean: 1,
  sample: 2,
  logProb: 1,
  gaussians: 1,
  blocks: 1,
  responsibilities: 1,
};

type Method = (...given: unknown[]) => unknown;

/** A copy of a part whose methods do not get the condition. */
function withoutCondition(part: object): object {
  const methods = Object.entries(OPTIONS_AT).flatMap(([name, at]): [string, Method | undefined][] => {
    const method = (part as Readonly<Record<string, Method | undefined>>)[name];
    if (method === undefined) return [];
    const called: Method = (...given) => {
      given[at] = alone(given[at] as ApplyOptions | undefined);
      return method.apply(part, given);
    };
    // our own `draw` would call the encoder's own `encode`, with the condition
    return [[name, isDrawnByEncode(method as LatentEncoder['draw']) ? undefined : called]];
  });
  return { ...part, ...Object.fromEntries(methods) };
}
