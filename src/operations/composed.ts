import type { Tensor } from '@tensorflow/tfjs-core';
import { ownOperation } from '../tensor/own-kernels.js';

/** What a backend has in place of operations; undefined if not for these inputs. */
export type OwnComposition = (
  plain: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  attributes: object | undefined,
) => Tensor | undefined;

/** Computes something by operations that can be differentiated, or by what the backend has in their place under this name. */
export function composed(
  name: string,
  plain: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  attributes?: object,
): Tensor {
  return ownOperation<OwnComposition>(name)?.(plain, inputs, attributes) ?? plain(...inputs);
}
