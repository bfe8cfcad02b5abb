import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { checkGiven, checkTensor, isTensor } from '../tensor/checks.js';

/** What a function that is recorded returns: a tensor, named `output`, or several by their names. */
export type Recorded = Tensor | NamedTensorMap;

/** The outputs of a function by name; throws unless they are tensors. */
export function namedOf(where: string, given: Recorded | Promise<Recorded>): NamedTensorMap | Promise<NamedTensorMap> {
  if (typeof (given as Promise<Recorded> | undefined)?.then === 'function')
    return (given as Promise<Recorded>).then((result) => namedNow(where, result));
  return namedNow(where, given as Recorded);
}

function namedNow(where: string, result: Recorded): NamedTensorMap {
  if (isTensor(result)) return { output: result };
  checkGiven(where, 'fn(...)', result, '{ output }');
  for (const [name, tensor] of Object.entries(result)) checkTensor(where, `fn(...).${name}`, tensor);
  return result;
}
