import { isTensor } from '../tensor/checks.js';
import { notAwaited, wrongKind } from '../tensor/errors.js';

/** The tokens of one sequence on the host; throws for a tensor, a promise or a text, which would count as no tokens. */
export function readTokenList(where: string, argument: string, list: ArrayLike<number>): number[] {
  const given: unknown = list;
  if (Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView))) return Array.from(list);
  const fix = isTensor(given) ? 'Read it: await tensor.data().' : notAwaited(given);
  throw wrongKind(where, argument, 'must be an array of tokens', { got: given, fix });
}
