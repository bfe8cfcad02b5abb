import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/**
 * Runs work on variables of which no two share a buffer, as an average that was just assigned does, and puts their numbers back at the end.
 *
 * @param work - gets a function that puts them back at any time
 */
export async function inOwnBuffers<T>(
  variables: Readonly<Record<string, Variable>>,
  work: (putBack: () => void) => Promise<T>,
): Promise<T> {
  const all = [...new Set(Object.values(variables))];
  const kept = all.map((variable) => tf.keep(tf.clone(variable)));
  const own: Tensor[] = [];
  const seen = new Set<object>();
  for (const tensor of kept) {
    const isSame = seen.has(tensor.dataId);
    seen.add(tensor.dataId);
    own.push(isSame ? tf.keep(tf.tensor(await tensor.data(), tensor.shape, tensor.dtype)) : tensor);
  }
  const assign = (values: readonly Tensor[]): void => {
    all.forEach((variable, i) => variable.assign(values[i]!));
  };
  try {
    assign(own);
    return await work(() => {
      assign(own);
    });
  } finally {
    assign(kept);
    tf.dispose([...kept, ...own]);
  }
}
