import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Parts of tfjs's engine that are not public. */
interface Engine {
  readonly state: { readonly tensorInfo: WeakMap<object, { readonly backend: { incRef(dataId: object): void } }> };
  makeTensorFromDataId(dataId: object, shape: readonly number[], dtype: string, backend: unknown): Tensor;
}

/** A further tensor with the buffer of this one, which no tape and no tidy sees; the caller disposes it. */
export function holding(tensor: Tensor): Tensor {
  const engine = tf.engine() as unknown as Engine;
  const { backend } = engine.state.tensorInfo.get(tensor.dataId)!;
  backend.incRef(tensor.dataId);
  return tf.keep(engine.makeTensorFromDataId(tensor.dataId, tensor.shape, tensor.dtype, backend));
}
