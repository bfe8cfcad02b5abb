import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sentence, unusable } from './errors.js';

const FIX = 'Start a backend, make models and trainer anew, and go on from a checkpoint.';

/** What tfjs's engine knows of a tensor's numbers; undefined if they were freed. */
function infoOf({ dataId }: Tensor): { readonly backend: unknown } | undefined {
  const { tensorInfo } = tf.engine().state as unknown as {
    readonly tensorInfo: WeakMap<object, { readonly backend: unknown }>;
  };
  return tensorInfo.get(dataId);
}

/** Whether a tensor was freed, also by tf.disposeVariables(), which does not mark variables as disposed. */
export function isFreed(tensor: Tensor): boolean {
  return tensor.isDisposed || !infoOf(tensor);
}

/** Whether a tensor's backend was removed from tfjs, and the tensor's numbers with it. */
export function isLost(tensor: Tensor): boolean {
  const info = infoOf(tensor);
  return info !== undefined && !Object.values<unknown>(tf.engine().registry).includes(info.backend);
}

/** Throws if a tensor's backend was removed: tfjs would read a null. */
export function checkNotLost(where: string, argument: string, tensor: Tensor | undefined): void {
  if (tensor === undefined || !isLost(tensor)) return;
  const seen = 'one whose backend was removed';
  throw unusable(where, argument, 'must be on a backend of tfjs', { seen, fix: FIX });
}

/**
 * Reads tensors, of which a backend on the host copies each at once, with a pause after each; rejects in a sentence of ours where the
 * backend does not answer, as one whose GPU is lost.
 */
export async function readNumbers(
  where: string,
  tensors: readonly Tensor[],
  pause?: () => Promise<void>,
): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  const reads: Promise<Float32Array | Int32Array | Uint8Array>[] = [];
  try {
    for (const tensor of tensors) {
      const read = tensor.data();
      // it is waited for below; meanwhile nobody would take a failure
      read.catch(() => undefined);
      reads.push(read);
      if (pause !== undefined) await pause();
    }
    return await Promise.all(reads);
  } catch (cause) {
    const { name, message } = cause as Error;
    const seen = `${tf.getBackend()} with ${message || name}`;
    throw new Error(sentence(where, 'backend', 'must answer', { seen, fix: FIX }), { cause });
  }
}

/** Frees tensors, also those of which there is nothing left to free. */
export function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) if (!tensor.isDisposed && !isLost(tensor)) tensor.dispose();
}
