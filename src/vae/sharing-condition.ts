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

/** An argument of a method, without the condition if it is options with one. */
const alone = (argument: unknown): unknown =>
  (argument as ApplyOptions | undefined)?.condition
    ? { ...(argument as ApplyOptions), condition: undefined }
    : argument;

/** A copy of a part whose methods do not get the condition. */
function withoutCondition(part: object): object {
  const members = Object.entries<unknown>({ ...part }).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    // our own `draw` would call the encoder's own `encode`, with the condition
    if (isDrawnByEncode(member as LatentEncoder['draw'])) return [name, undefined];
    return [name, (...given: unknown[]): unknown => Reflect.apply(member, part, given.map(alone))];
  });
  return Object.fromEntries(members) as object;
}
