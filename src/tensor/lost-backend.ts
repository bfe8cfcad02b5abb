import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isOurs, sentence, unusable } from './errors.js';
import { lossSignal } from './lost-gpu.js';
import { abortable } from './abortable.js';

const FIX = 'Start a backend, make the models and the trainer again, and continue from a checkpoint.';

/** The backend that holds a tensor's numbers; undefined if they were freed. */
function backendOf(tensor: Tensor | undefined): unknown {
  const { tensorInfo } = tf.engine().state as unknown as {
    readonly tensorInfo: WeakMap<object, { readonly backend: unknown }>;
  };
  return tensor && tensorInfo.get(tensor.dataId)?.backend;
}

/** Whether a tensor was freed, even by tf.disposeVariables(), which does not mark variables as disposed. */
export function isFreed(tensor: Tensor): boolean {
  return tensor.isDisposed || backendOf(tensor) === undefined;
}

/** Whether a tensor's backend was removed from tfjs, and the tensor's numbers with it. */
export function isLost(tensor: Tensor | undefined): boolean {
  const backend = backendOf(tensor);
  return backend !== undefined && !Object.values<unknown>(tf.engine().registry).includes(backend);
}

/** Throws if a tensor's backend was removed: tfjs would try to read from null. */
export function checkNotRemoved(where: string, argument: string, tensor: Tensor | undefined): void {
  if (!isLost(tensor)) return;
  const seen = 'one whose backend was removed';
  throw unusable(where, argument, 'must be on a backend of tfjs', { seen, fix: FIX });
}

/** Throws if a tensor's backend has lost its GPU: tfjs would compute with zeros. */
export function checkOnGpu(where: string, argument: string, tensor: Tensor | undefined): void {
  const lost = gpuLost(where, argument, backendOf(tensor));
  if (lost !== undefined) throw lost;
}

/** The error for a lost GPU; undefined if the backend has not lost one. */
function gpuLost(where: string, argument: string, backend: unknown, cause?: unknown): Error | undefined {
  if (lossSignal(backend)?.aborted !== true) return undefined;
  const { registry } = tf.engine();
  const name = Object.keys(registry).find((name) => registry[name] === backend) ?? 'a backend';
  const seen = `${name}, whose ${name === 'webgpu' ? 'device' : 'context'} was lost`;
  const fix = 'The weights on it are gone: go on from the last checkpoint, on wasm or in a new page.';
  return Object.assign(unusable(where, argument, 'must be on a GPU that is still there', { seen, fix }), { cause });
}

/**
 * Reads tensors, each after a pause, because a backend on the host copies a tensor at once. Rejects with one of our errors if
 * the backend does not answer or has lost its GPU.
 */
export async function readNumbers(
  where: string,
  tensors: readonly Tensor[],
  afterPause: (read: () => void) => void | Promise<void> = (read) => read(),
): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  const read = async (): Promise<(Float32Array | Int32Array | Uint8Array)[]> => {
    const reads: Promise<Float32Array | Int32Array | Uint8Array>[] = [];
    for (const tensor of tensors) {
      await afterPause(() => {
        checkOnGpu(where, 'backend', tensor);
        const numbers = tensor.data();
        // it is awaited below; until then, a failure would count as unhandled
        numbers.catch(() => undefined);
        reads.push(numbers);
      });
    }
    return Promise.all(reads);
  };
  try {
    return await rejectIfGpuLost(where, read(), backendOf(tensors[0]));
  } catch (cause) {
    if (isOurs(cause)) throw cause;
    const { name, message } = cause as Error;
    const seen = `${tf.getBackend()} with ${message || name}`;
    throw new Error(sentence(where, 'backend', 'must answer', { seen, fix: FIX }), { cause });
  }
}

/** {@link readNumbers} for one tensor. */
export async function readTensor(where: string, tensor: Tensor): Promise<Float32Array | Int32Array | Uint8Array> {
  const [numbers] = await readNumbers(where, [tensor]);
  return numbers!;
}

function backendInUse(): unknown {
  const { registry, backendName } = tf.engine();
  return registry[backendName];
}

/** How long, in milliseconds, a page may take to learn of a loss after the failures that it causes. */
const DELAY = 250;

/** Our error for the loss of the GPU, if it caused an error of tfjs or a browser; otherwise that error itself. */
export async function gpuLossOr(where: string, error: unknown, backend = backendInUse()): Promise<unknown> {
  const loss = lossSignal(backend);
  if (isOurs(error) || loss === undefined) return error;
  await abortable(new Promise((resolve) => setTimeout(resolve, DELAY)), loss);
  return gpuLost(where, 'backend', backend, error) ?? error;
}

/** The result of `work` with a backend; rejects once its GPU is lost, since the backend would then give zeros or wait forever. */
export async function rejectIfGpuLost<T>(where: string, work: Promise<T>, backend = backendInUse()): Promise<T> {
  try {
    const result = await abortable(work, lossSignal(backend));
    const lost = gpuLost(where, 'backend', backend);
    if (lost !== undefined) throw lost;
    return result!;
  } catch (error) {
    throw await gpuLossOr(where, error, backend);
  }
}

/** Frees tensors, skipping those that were already freed or lost. */
export function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) if (!tensor.isDisposed && !isLost(tensor)) tensor.dispose();
}
